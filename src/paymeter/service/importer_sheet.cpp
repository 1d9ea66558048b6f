// Titles, rows and cells, each with its own complaint.
#include "paymeter/service/importer_sheet.hpp"

#include <algorithm>

#include "paymeter/base/assert.hpp"
#include "paymeter/service/importer_text.hpp"

namespace paymeter::service {
namespace {

constexpr std::size_t kIssuesMax = 1000;
constexpr std::size_t kTitleRowsSearched = 10;

template <class Spec>
bool has_title(const Spec& spec, const std::string& folded) {
  if (folded == folded_title(spec.zh) || folded == folded_title(spec.en)) return true;
  return std::any_of(spec.aliases.begin(), spec.aliases.end(),
                     [&](std::string_view alias) { return folded == folded_title(alias); });
}

/// Bilingual titles too: `变比/CT ratio`, `变比 CT ratio`.
template <class Spec>
bool means(const Spec& spec, std::string_view text) {
  const std::string whole = folded_title(text);
  if (whole.empty()) return false;
  if (has_title(spec, whole) || whole == folded_title(spec.zh) + folded_title(spec.en)) return true;
  const std::size_t slash = whole.find('/');
  return slash != std::string::npos && has_title(spec, whole.substr(0, slash)) &&
         has_title(spec, whole.substr(slash + 1));
}

std::string choices_text(std::span<const ChoiceWord> words, std::string_view separator) {
  std::string text;
  for (const auto& word : words) {
    if (!text.empty()) text += separator;
    text += word.spellings.front();
    if (word.spellings.size() > 1) (text += "/") += word.spellings[1];
  }
  return text;
}

const std::vector<ChoiceWord>& yes_no_words() {
  static const std::vector<ChoiceWord> words{
      {1, {"是", "yes", "y", "true", "1", "√", "✓", "对", "有"}},
      {0, {"否", "no", "n", "false", "0", "×", "x", "无", "没有"}}};
  return words;
}

}  // namespace

void IssueList::add(const Place& place, Errc code, Words words) {
  if (issues_.size() >= kIssuesMax) return;
  issues_.push_back({place.sheet, place.row, place.column, code, place.value, std::move(words.zh),
                     std::move(words.en)});
}

Words allowed(const NumberRule& rule) {
  const std::string min = format_scaled(rule.min, rule.decimals);
  const std::string max = format_scaled(rule.max, rule.decimals);
  if (rule.decimals == 0)
    return {"应为 " + min + " 到 " + max + " 的整数", "a whole number from " + min + " to " + max};
  const std::string places = std::to_string(rule.decimals);
  return {"应为 " + min + " 到 " + max + " 的数，最多 " + places + " 位小数",
          "a number from " + min + " to " + max + " with at most " + places + " decimals"};
}

bool is_sheet(const SheetSpec& spec, std::string_view name) { return means(spec, name); }

const ColumnSpec* find_column(const SheetSpec& spec, std::string_view title) {
  // A proper title wins over another column's alias.
  const std::string folded = folded_title(title);
  for (const auto& column : spec.columns)
    if (folded == folded_title(column.zh) || folded == folded_title(column.en)) return &column;
  for (const auto& column : spec.columns)
    if (means(column, title)) return &column;
  return nullptr;
}

// ---------------------------------------------------------------- sheet
SheetReader::SheetReader(const port::Sheet& sheet, const SheetSpec& spec, IssueList& issues)
    : sheet_(sheet), spec_(spec), issues_(issues) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < std::min(sheet.rows.size(), kTitleRowsSearched); ++i)
    if (const std::size_t titles = count_titles(sheet.rows[i]); titles > best) {
      best = titles;
      title_row_ = i;
    }
  map_columns();
}

std::size_t SheetReader::count_titles(const std::vector<std::string>& row) const {
  return static_cast<std::size_t>(std::count_if(row.begin(), row.end(), [&](const auto& cell) {
    return find_column(spec_, cell) != nullptr;
  }));
}

void SheetReader::map_columns() {
  const bool has_cells = std::any_of(sheet_.rows.begin(), sheet_.rows.end(),
                                     [](const auto& row) { return !row.empty(); });
  usable_ = has_cells;
  if (!has_cells) return;  // an empty sheet describes nothing and is no mistake
  const auto& titles = sheet_.rows[title_row_];
  for (std::size_t i = 0; i < titles.size(); ++i) {
    const ColumnSpec* column = find_column(spec_, titles[i]);
    if (!column) continue;
    const auto [old, is_new] = columns_.emplace(column->key, i);
    if (!is_new) {
      const std::string both = column_letters(old->second) + ", " + column_letters(i);
      issues_.add({sheet_.name, static_cast<int>(title_row_) + 1,
                   column_letters(i) + " " + display_text(titles[i]), display_text(titles[i])},
                  Errc::import_duplicate,
                  {"列“" + std::string(column->zh) + "”出现了两次：" + both + "；请只保留一列",
                   "The column " + std::string(column->en) + " stands twice: " + both +
                       "; keep one of them"});
    }
  }
  for (const auto& column : spec_.columns) {
    if (column.need != Need::key || columns_.contains(column.key)) continue;
    usable_ = false;
    issues_.add(
        {sheet_.name, 0, std::string(column.zh), ""}, Errc::import_column_missing,
        {"缺少列“" + std::string(column.zh) + "”（或 " + std::string(column.en) + "）",
         "The column " + std::string(column.en) + " (" + std::string(column.zh) + ") is missing"});
  }
}

std::vector<Row> SheetReader::rows() {
  std::vector<Row> found;
  if (!usable_) return found;
  for (std::size_t i = title_row_ + 1; i < sheet_.rows.size(); ++i) {
    const auto& cells = sheet_.rows[i];
    const auto first = std::find_if(cells.begin(), cells.end(),
                                    [](const auto& cell) { return !display_text(cell).empty(); });
    if (first == cells.end() || plain_text(*first).starts_with(kRemark)) continue;
    // A row that is empty in all columns we know (a total, a note beside the table) is not ours.
    const bool ours = std::any_of(columns_.begin(), columns_.end(), [&](const auto& column) {
      return !display_text(raw(i, column.first)).empty();
    });
    if (ours) found.emplace_back(*this, i);
  }
  return found;
}

const ColumnSpec& SheetReader::column_spec(std::string_view key) const {
  for (const auto& column : spec_.columns)
    if (column.key == key) return column;
  PAYMETER_ASSERT(false);
}

std::string SheetReader::column_label(std::string_view key) const {
  const auto found = columns_.find(key);
  if (found == columns_.end()) return std::string(column_spec(key).zh);
  return column_letters(found->second) + " " + display_text(sheet_.rows[title_row_][found->second]);
}

std::string_view SheetReader::raw(std::size_t row, std::string_view key) const {
  const auto found = columns_.find(key);
  if (found == columns_.end() || found->second >= sheet_.rows[row].size()) return {};
  return sheet_.rows[row][found->second];
}

// ---------------------------------------------------------------- row
std::string Row::text(std::string_view key) const { return display_text(sheet_->raw(index_, key)); }
std::string Row::code(std::string_view key) const { return code_text(sheet_->raw(index_, key)); }

Place Row::place(std::string_view key) const {
  return {sheet_->name(), number(), sheet_->column_label(key), text(key)};
}

void Row::complain(std::string_view key, Errc code, Words words) const {
  sheet_->issues_.add(place(key), code, std::move(words));
}

bool Row::require(std::string_view key) const {
  if (filled(key)) return true;
  const auto& column = sheet_->column_spec(key);
  if (column.need == Need::key)
    complain(key, Errc::import_value_missing,
             {"不能为空：" + std::string(column.note_zh),
              "Must not be empty: " + std::string(column.note_en)});
  return false;
}

std::string Row::name(std::string_view key, std::size_t length_max) const {
  if (!require(key)) return {};
  std::string value = text(key);
  if (length_in_characters(value) > length_max) {
    const std::string limit = std::to_string(length_max);
    complain(key, Errc::import_value_invalid,
             {"最多 " + limit + " 个字符", "At most " + limit + " characters are allowed"});
    return {};
  }
  return value;
}

std::string Row::identifier(std::string_view key, std::size_t length_max) const {
  return name(key, length_max).empty() ? std::string{} : code(key);
}

std::optional<std::int64_t> Row::number(std::string_view key, const NumberRule& rule) const {
  if (!require(key)) return std::nullopt;
  const auto parsed = parse_scaled(text(key), rule.decimals);
  const bool in_range =
      parsed.fault == NumberFault::none && parsed.value >= rule.min && parsed.value <= rule.max;
  if (in_range) return parsed.value;
  const Words may = allowed(rule);
  Words why{"超出范围：", "Out of range: "};
  if (parsed.fault == NumberFault::not_a_number) why = {"不是数字：", "Not a number: "};
  if (parsed.fault == NumberFault::too_many_decimals)
    why = rule.decimals == 0 ? Words{"不是整数：", "Not a whole number: "}
                             : Words{"小数位过多：", "Too many decimals: "};
  complain(key, Errc::import_value_invalid, {why.zh + may.zh, why.en + may.en + " is allowed"});
  return std::nullopt;
}

std::int64_t Row::number_or(std::string_view key, const NumberRule& rule,
                            std::int64_t fallback) const {
  if (!filled(key)) return fallback;
  return number(key, rule).value_or(fallback);
}

std::optional<int> Row::choice(std::string_view key, std::span<const ChoiceWord> words) const {
  if (!require(key)) return std::nullopt;
  const std::string value = folded_title(code(key));
  for (const auto& word : words)
    for (const auto spelling : word.spellings)
      if (value == folded_title(spelling)) return word.value;
  complain(key, Errc::import_value_invalid,
           {"应为下列之一：" + choices_text(words, "、"),
            "Must be one of: " + choices_text(words, ", ")});
  return std::nullopt;
}

std::optional<bool> Row::yes_no(std::string_view key) const {
  const auto value = choice(key, yes_no_words());
  if (!value) return std::nullopt;
  return *value == 1;
}

}  // namespace paymeter::service
