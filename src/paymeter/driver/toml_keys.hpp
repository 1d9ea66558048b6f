/// Strict reading of one TOML table: every key is asked for with its type, and what was not asked
/// for is an error. Private to the model parser.
#pragma once

#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/base/error.hpp"

namespace paymeter::driver {

/// The first thing that was wrong, with its line. One per file.
class TomlTrouble {
 public:
  explicit TomlTrouble(std::string_view where) : where_(where) {}
  void add(const toml::source_region& source, std::string_view what);
  const std::optional<Error>& first() const { return first_; }

 private:
  std::string where_;
  std::optional<Error> first_;
};

enum class Need : std::uint8_t { required, optional };

/// Missing or wrong values are noted in the trouble and read as empty values. Keys that nobody
/// asked for are noted at the end of its life.
class TomlKeys {
 public:
  TomlKeys(const toml::table& table, std::string name, TomlTrouble& trouble);
  ~TomlKeys();
  TomlKeys(const TomlKeys&) = delete;
  TomlKeys& operator=(const TomlKeys&) = delete;

  std::string text(std::string_view key, Need need = Need::required);
  bool boolean(std::string_view key);
  /// A value outside min to max is an error; `fallback` stands in for an optional key that is
  /// absent.
  std::int64_t integer(std::string_view key, std::int64_t min, std::int64_t max);
  std::int64_t integer_or(std::string_view key, std::int64_t min, std::int64_t max,
                          std::int64_t fallback);
  /// nullptr when absent (and optional) or of another type.
  const toml::table* table(std::string_view key, Need need = Need::optional);
  const toml::array* array(std::string_view key, Need need = Need::optional);
  /// The tables of `[[key]]`; empty when absent.
  std::vector<const toml::table*> tables(std::string_view key);
  bool has(std::string_view key) const { return table_.contains(key); }
  void wrong(std::string_view key, std::string_view what);

 private:
  const toml::node* find(std::string_view key, Need need);
  const toml::table& table_;
  std::string name_;
  TomlTrouble& trouble_;
  std::vector<std::string> asked_;
};

}  // namespace paymeter::driver
