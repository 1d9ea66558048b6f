// Boost.JSON keeps the last of two equal keys in silence, so a first pass looks for them.
#include "paymeter/adapter/rate_format/strict_json.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <limits>
#include <set>

#include "paymeter/adapter/rate_format/decimal.hpp"

namespace paymeter::adapter::rate_format {
namespace {

namespace json = boost::json;
using domain::rating::Int128;

constexpr std::size_t kDepthMax = 16;

const json::value& null_value() {
  static const json::value null;
  return null;
}

json::parse_options options() {
  json::parse_options options;
  options.max_depth = kDepthMax;
  return options;
}

/// A handler of Boost.JSON's parser that knows the place and the keys seen at each depth.
class DuplicateFinder {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return open(true); }
  bool on_object_end(std::size_t, json::error_code&) { return close(); }
  bool on_array_begin(json::error_code&) { return open(false); }
  bool on_array_end(std::size_t, json::error_code&) { return close(); }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    key_.append(part.data(), part.size());
    levels_.back().place = levels_.back().base.empty() ? key_ : levels_.back().base + '.' + key_;
    const bool is_new = levels_.back().keys.insert(std::exchange(key_, {})).second;
    if (!is_new) duplicate_ = levels_.back().place;
    return is_new;
  }
  bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_string(json::string_view, std::size_t, json::error_code&) { return leaf(); }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, json::error_code&) { return leaf(); }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return leaf(); }
  bool on_double(double, json::string_view, json::error_code&) { return leaf(); }
  bool on_bool(bool, json::error_code&) { return leaf(); }
  bool on_null(json::error_code&) { return leaf(); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  const std::optional<std::string>& duplicate() const { return duplicate_; }

 private:
  struct Level {
    bool is_object = false;
    std::string base;   ///< the object's or array's own place
    std::string place;  ///< of the member in progress
    std::set<std::string, std::less<>> keys;
    std::size_t index = 0;
  };
  std::string next_place() const {
    if (levels_.empty()) return {};
    const Level& level = levels_.back();
    return level.is_object ? level.place : level.base + '[' + std::to_string(level.index) + ']';
  }
  bool open(bool is_object) {
    levels_.push_back({is_object, next_place(), {}, {}, 0});
    return true;
  }
  bool close() {
    levels_.pop_back();
    return leaf();
  }
  bool leaf() {
    if (!levels_.empty()) ++levels_.back().index;
    return true;
  }

  std::vector<Level> levels_;
  std::string key_;
  std::optional<std::string> duplicate_;
};

}  // namespace

Result<json::value> parse_strict_json(std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max) return fail(Errc::tariff_too_large);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  json::error_code error;
  json::basic_parser<DuplicateFinder> finder(options());
  finder.write_some(false, text.data(), text.size(), error);
  if (finder.handler().duplicate())
    return fail(Errc::tariff_key_duplicate, *finder.handler().duplicate());
  json::value value = json::parse({text.data(), text.size()}, error, {}, options());
  if (error) return fail(Errc::tariff_not_json, error.message());
  return value;
}

void JsonNode::complain(Errc code, std::string_view why) const {
  if (*complaint_) return;
  std::string detail = place_.empty() ? "tariff" : place_;
  if (!why.empty()) detail += ": " + std::string(why);
  *complaint_ = Error{code, std::move(detail)};
}

JsonNode JsonNode::child(const json::value& value, std::string place) const {
  return {value, std::move(place), *complaint_};
}

std::string JsonNode::place_of(std::string_view key) const {
  return place_.empty() ? std::string(key) : place_ + '.' + std::string(key);
}

void JsonNode::expect_keys(std::initializer_list<std::string_view> required,
                           std::initializer_list<std::string_view> optional) const {
  const json::object* object = value_->if_object();
  if (object == nullptr) return complain(Errc::tariff_type_wrong, "must be an object");
  for (const auto& member : *object) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::ranges::find(required, key) == required.end() &&
        std::ranges::find(optional, key) == optional.end())
      child(member.value(), place_of(key)).complain(Errc::tariff_key_unknown, {});
  }
  for (const std::string_view key : required)
    if (!has(key)) child(null_value(), place_of(key)).complain(Errc::tariff_key_missing, {});
}

std::vector<std::pair<std::string, JsonNode>> JsonNode::members() const {
  std::vector<std::pair<std::string, JsonNode>> out;
  const json::object* object = value_->if_object();
  if (object == nullptr) {
    complain(Errc::tariff_type_wrong, "must be an object");
    return out;
  }
  for (const auto& member : *object) {
    std::string key(member.key());
    std::string place = place_of(key);
    out.emplace_back(std::move(key), child(member.value(), std::move(place)));
  }
  return out;
}

std::vector<JsonNode> JsonNode::elements() const {
  std::vector<JsonNode> out;
  const json::array* array = value_->if_array();
  if (array == nullptr) {
    complain(Errc::tariff_type_wrong, "must be a list");
    return out;
  }
  for (std::size_t i = 0; i < array->size(); ++i)
    out.push_back(child((*array)[i], place_ + '[' + std::to_string(i) + ']'));
  return out;
}

std::vector<JsonNode> JsonNode::elements(std::size_t size) const {
  std::vector<JsonNode> out = elements();
  if (value_->is_array() && out.size() != size)
    complain(Errc::tariff_value_invalid, "must have " + std::to_string(size) + " elements");
  while (out.size() < size) out.push_back(child(null_value(), place_));
  return out;
}

bool JsonNode::has(std::string_view key) const {
  const json::object* object = value_->if_object();
  return object != nullptr && object->contains({key.data(), key.size()});
}

JsonNode JsonNode::operator[](std::string_view key) const {
  const json::object* object = value_->if_object();
  const json::value* found =
      object == nullptr ? nullptr : object->if_contains({key.data(), key.size()});
  JsonNode node = child(found == nullptr ? null_value() : *found, place_of(key));
  if (found == nullptr) node.complain(Errc::tariff_key_missing, {});
  return node;
}

std::string JsonNode::text() const {
  const json::string* text = value_->if_string();
  if (text == nullptr) {
    complain(Errc::tariff_type_wrong, "must be text in quotes");
    return {};
  }
  return {text->data(), text->size()};
}

std::int64_t JsonNode::integer() const {
  if (const std::int64_t* number = value_->if_int64()) return *number;
  if (value_->is_uint64())
    complain(Errc::tariff_value_invalid, "is out of range");
  else
    complain(Errc::tariff_type_wrong, "must be a whole number");
  return 0;
}

Int128 JsonNode::decimal(int places, Int128 max) const {
  const json::string* text = value_->if_string();
  if (text == nullptr) {
    complain(Errc::tariff_type_wrong, "must be a number in quotes");
    return 0;
  }
  const auto value = parse_decimal({text->data(), text->size()}, places);
  if (!value) {
    complain(Errc::tariff_value_invalid,
             "must be a number with at most " + std::to_string(places) + " places");
    return 0;
  }
  if (*value > max || *value < -max) {
    complain(Errc::tariff_value_invalid, "is out of range");
    return 0;
  }
  return *value;
}

}  // namespace paymeter::adapter::rate_format
