// Texts of inserts over rows, PostgreSQL's arrays, ids given beforehand.
#include "paymeter/store/set_sql.hpp"

#include <charconv>

#include "paymeter/base/assert.hpp"

namespace paymeter::store {
namespace {

void append_number(std::string& out, std::int64_t number) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_quoted(std::string& out, const std::string& text) {
  // libpq would cut the parameter off there, and with it the rows behind.
  if (text.find('\0') != std::string::npos)
    throw DbError(DbError::Kind::failed, "a text contains the character 0");
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void append_element(std::string& out, const Cell& cell) {
  PAYMETER_ASSERT(!cell.is_blob);
  if (cell.is_null())
    out += "NULL";
  else if (cell.is_text)
    append_quoted(out, cell.text);
  else
    append_number(out, cell.number);
}

}  // namespace

void ParameterRows::add_cells(std::vector<Cell> cells) {
  PAYMETER_ASSERT(cells.size() == columns_);
  std::move(cells.begin(), cells.end(), std::back_inserter(cells_));
}

std::vector<Cell> column_arrays(const ParameterRows& rows) {
  std::vector<Cell> out(rows.columns());
  for (std::size_t column = 0; column < rows.columns(); ++column) {
    out[column].is_text = true;
    std::string& text = out[column].text;
    text = "{";
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (row > 0) text += ',';
      append_element(text, rows.rows(row, 1)[column]);
    }
    text += '}';
  }
  return out;
}

RowInsert::RowInsert(std::string_view table, const std::vector<Column>& columns)
    : columns_(columns.size()) {
  std::string names, arrays;
  for (const Column& column : columns) {
    const std::string name(column.name);
    names += (names.empty() ? "" : ", ") + name;
    arrays += (arrays.empty() ? ":" : ", :") + name + (column.is_text ? "::text[]" : "::bigint[]");
  }
  const std::string start = "insert into " + std::string(table) + " (" + names + ") ";
  arrays_ = start + "select * from unnest(" + arrays + ")";
  std::string marks = "(";
  for (std::size_t i = 0; i < columns.size(); ++i) marks += i == 0 ? "?" : ", ?";
  marks += ")";
  for (std::size_t i = 0; i < std::size(kStrides); ++i) {
    values_[i] = start + "values ";
    for (std::size_t row = 0; row < kStrides[i]; ++row)
      values_[i] += (row == 0 ? "" : ", ") + marks;
  }
}

void RowInsert::run(Db& db, const ParameterRows& rows) const {
  PAYMETER_ASSERT(rows.columns() == columns_);
  if (rows.empty()) return;
  if (db.dialect() == Dialect::postgresql) {
    db.execute_cells(arrays_, column_arrays(rows));
    return;
  }
  std::size_t at = 0;
  for (std::size_t i = 0; i < std::size(kStrides); ++i)
    for (; rows.size() - at >= kStrides[i]; at += kStrides[i])
      db.execute_cells(values_[i], rows.rows(at, kStrides[i]));
}

void execute_set(Db& db, const SetText& text, const ParameterRows& rows) {
  if (rows.empty()) return;
  if (db.dialect() == Dialect::postgresql) {
    db.execute_cells(text.all, column_arrays(rows));
    return;
  }
  for (std::size_t row = 0; row < rows.size(); ++row)
    db.execute_cells(text.each, rows.rows(row, 1));
}

std::vector<std::int64_t> next_ids(Db& db, const std::string& table, std::size_t count) {
  std::vector<std::int64_t> ids;
  ids.reserve(count);
  if (db.dialect() == Dialect::postgresql) {
    db.each<std::int64_t>(
        "select nextval('" + table + "_id_seq') from generate_series(1, :count::bigint)",
        [&](std::int64_t id) { ids.push_back(id); }, static_cast<std::int64_t>(count));
    return ids;
  }
  // Inserting rows with these ids moves the sequence on; the writer is alone until it commits.
  const std::int64_t last =
      db.value<std::int64_t>("select seq from sqlite_sequence where name = :table", table)
          .value_or(0);
  for (std::size_t i = 1; i <= count; ++i) ids.push_back(last + static_cast<std::int64_t>(i));
  return ids;
}

}  // namespace paymeter::store
