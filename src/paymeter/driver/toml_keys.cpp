// Strict access to TOML tables.
#include "paymeter/driver/toml_keys.hpp"

#include <algorithm>

namespace paymeter::driver {

void TomlTrouble::add(const toml::source_region& source, std::string_view what) {
  if (first_) return;
  first_ = Error{Errc::model_invalid,
                 where_ + ":" + std::to_string(source.begin.line) + ": " + std::string(what)};
}

TomlKeys::TomlKeys(const toml::table& table, std::string name, TomlTrouble& trouble)
    : table_(table), name_(std::move(name)), trouble_(trouble) {}

TomlKeys::~TomlKeys() {
  for (const auto& [key, node] : table_)
    if (std::ranges::find(asked_, key.str()) == asked_.end())
      trouble_.add(node.source(), "unknown key `" + std::string(key.str()) + "` in " + name_);
}

void TomlKeys::wrong(std::string_view key, std::string_view what) {
  const toml::node* node = table_.get(key);
  trouble_.add(node == nullptr ? table_.source() : node->source(),
               "`" + std::string(key) + "` in " + name_ + " " + std::string(what));
}

const toml::node* TomlKeys::find(std::string_view key, Need need) {
  asked_.emplace_back(key);
  const toml::node* node = table_.get(key);
  if (node == nullptr && need == Need::required) wrong(key, "is missing");
  return node;
}

std::string TomlKeys::text(std::string_view key, Need need) {
  const toml::node* node = find(key, need);
  if (node == nullptr) return {};
  const auto value = node->value_exact<std::string>();
  if (!value) wrong(key, "must be text");
  if (value && value->empty()) wrong(key, "must not be empty");
  return value.value_or("");
}

bool TomlKeys::boolean(std::string_view key) {
  const toml::node* node = find(key, Need::required);
  if (node == nullptr) return false;
  const auto value = node->value_exact<bool>();
  if (!value) wrong(key, "must be true or false");
  return value.value_or(false);
}

std::int64_t TomlKeys::integer(std::string_view key, std::int64_t min, std::int64_t max) {
  const toml::node* node = find(key, Need::required);
  if (node == nullptr) return min;
  const auto value = node->value_exact<std::int64_t>();
  if (value && *value >= min && *value <= max) return *value;
  wrong(key, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return min;
}

std::int64_t TomlKeys::integer_or(std::string_view key, std::int64_t min, std::int64_t max,
                                  std::int64_t fallback) {
  return has(key) ? integer(key, min, max) : fallback;
}

const toml::table* TomlKeys::table(std::string_view key, Need need) {
  const toml::node* node = find(key, need);
  if (node != nullptr && !node->is_table()) wrong(key, "must be a table");
  return node == nullptr ? nullptr : node->as_table();
}

const toml::array* TomlKeys::array(std::string_view key, Need need) {
  const toml::node* node = find(key, need);
  if (node != nullptr && !node->is_array()) wrong(key, "must be an array");
  return node == nullptr ? nullptr : node->as_array();
}

std::vector<const toml::table*> TomlKeys::tables(std::string_view key) {
  std::vector<const toml::table*> found;
  const toml::array* list = array(key);
  if (list == nullptr) return found;
  for (const toml::node& node : *list) {
    if (node.is_table())
      found.push_back(node.as_table());
    else
      wrong(key, "must be a list of tables");
  }
  return found;
}

}  // namespace paymeter::driver
