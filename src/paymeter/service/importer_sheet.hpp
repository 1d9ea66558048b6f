/// One sheet of the workbook under its titles, and the list of what is wrong with it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/service/importer.hpp"
#include "paymeter/service/importer_columns.hpp"

namespace paymeter::service {

/// A sentence in both languages.
struct Words {
  std::string zh, en;
};

/// Where something is wrong.
struct Place {
  std::string sheet;
  int row = 0;
  std::string column;  ///< `F 变比`
  std::string value;
};

/// Collects at most 1,000 issues; what comes after is dropped.
class IssueList {
 public:
  void add(const Place& place, Errc code, Words words);
  bool empty() const { return issues_.empty(); }
  std::vector<ImportIssue> take() { return std::move(issues_); }

 private:
  std::vector<ImportIssue> issues_;
};

/// A whole or decimal number: limits are inclusive, in units of 10^-decimals.
struct NumberRule {
  int decimals = 0;
  std::int64_t min = 0, max = 0;
};
inline constexpr std::int64_t kMeterMoneyMaxFen = 2'147'483'647;  ///< s32 of meters' registers
inline constexpr NumberRule kMeterMoney{2, 0, kMeterMoneyMaxFen};
inline constexpr NumberRule kPriceRule{8, 0, 100'000'000'000};  ///< 0–1000 yuan

/// `1 到 247 的整数` / `a whole number from 1 to 247`.
Words allowed(const NumberRule& rule);

/// Spellings of one choice; the first is shown to people. Folded, without spaces, `_` and `-`.
struct ChoiceWord {
  int value = 0;
  std::vector<std::string_view> spellings;
};

class SheetReader;

/// One filled row. Every reading function reports what is wrong by itself and then returns empty
/// (or the fallback), so that one pass finds everything.
class Row {
 public:
  Row(SheetReader& sheet, std::size_t index) : sheet_(&sheet), index_(index) {}

  int number() const { return static_cast<int>(index_) + 1; }
  Place place(std::string_view key) const;
  bool filled(std::string_view key) const { return !text(key).empty(); }
  std::string text(std::string_view key) const;  ///< display_text
  std::string code(std::string_view key) const;  ///< code_text
  void complain(std::string_view key, Errc code, Words words) const;

  /// A name: 1 (0 if the column is optional) to `length_max` characters.
  std::string name(std::string_view key, std::size_t length_max = 64) const;
  /// name() as an identifier.
  std::string identifier(std::string_view key, std::size_t length_max = 32) const;
  std::optional<std::int64_t> number(std::string_view key, const NumberRule& rule) const;
  /// An empty cell gives `fallback` without complaint.
  std::int64_t number_or(std::string_view key, const NumberRule& rule, std::int64_t fallback) const;
  /// Empty when the cell is; complains about words that are none of the choices.
  std::optional<int> choice(std::string_view key, std::span<const ChoiceWord> words) const;
  std::optional<bool> yes_no(std::string_view key) const;

 private:
  bool require(std::string_view key) const;
  SheetReader* sheet_;
  std::size_t index_;
};

class SheetReader {
 public:
  /// Finds the title row (the one of the first ten that holds most titles) and complains about
  /// key columns that are missing and titles that stand twice.
  SheetReader(const port::Sheet& sheet, const SheetSpec& spec, IssueList& issues);

  /// Filled rows below the titles, remarks left out; none when a key column is missing.
  std::vector<Row> rows();
  const SheetSpec& spec() const { return spec_; }
  const std::string& name() const { return sheet_.name; }

 private:
  friend class Row;
  std::size_t count_titles(const std::vector<std::string>& row) const;
  void map_columns();
  const ColumnSpec& column_spec(std::string_view key) const;
  /// `F 变比`, or the title alone when the sheet has no such column.
  std::string column_label(std::string_view key) const;
  std::string_view raw(std::size_t row, std::string_view key) const;

  const port::Sheet& sheet_;
  const SheetSpec& spec_;
  IssueList& issues_;
  std::size_t title_row_ = 0;
  std::map<std::string_view, std::size_t> columns_;  ///< key -> column
  bool usable_ = true;
};

/// Does a sheet's name or a title's text mean this?
bool is_sheet(const SheetSpec& spec, std::string_view name);
const ColumnSpec* find_column(const SheetSpec& spec, std::string_view title);

}  // namespace paymeter::service
