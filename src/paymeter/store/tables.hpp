/// Which struct is which table: one list of columns per struct serves select, insert and update.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/store/db.hpp"
#include "paymeter/store/row_mark.hpp"

namespace paymeter::store {

/// Table<T>: `name`, and `columns(io, value)` which calls `io("column", value.member)` for each.
/// Structs inside structs become columns with a prefix (below, in Io).
template <class T>
struct Table;

/// A struct's table: followed by the body of columns(io, v). In namespace paymeter::store.
#define PAYMETER_TABLE(Struct, table_name)               \
  template <>                                            \
  struct Table<Struct> {                                 \
    static constexpr std::string_view name = table_name; \
    template <class SomeIo>                              \
    static void columns(SomeIo& io, Struct& v);          \
  };                                                     \
  template <class SomeIo>                                \
  void Table<Struct>::columns(SomeIo& io, Struct& v)

/// True: every insert and update writes the row's mark, too (row_mark.hpp). Specialised beside the
/// Table, before its first use.
template <class T>
struct Marked : std::false_type {};

/// What an Io sees of composite members.
template <class Self>
struct Io {
  Self& self() { return static_cast<Self&>(*this); }
  template <class T>
  void operator()(std::string_view column, T& value) {
    self().plain(column, value);
  }
  void operator()(std::string_view column, domain::MeterSettings& value) {
    const std::string prefix = std::string(column) + "_";
    self().plain(prefix + "alarm1_fen", value.alarm1);
    self().plain(prefix + "alarm2_fen", value.alarm2);
    self().plain(prefix + "overload_w", value.overload_w);
    self().plain(prefix + "overdraft_fen", value.overdraft);
  }
  void operator()(std::string_view column, std::optional<domain::Epoch>& value) {
    std::optional<std::string> serial;
    std::optional<std::uint16_t> clear_count;
    if (value) {
      serial = value->serial;
      clear_count = value->clear_count;
    }
    self().plain(std::string(column) + "_serial", serial);
    self().plain(std::string(column) + "_clear_count", clear_count);
    value.reset();
    if (serial && clear_count) value = domain::Epoch{*serial, *clear_count};
  }
};

struct NameIo : Io<NameIo> {
  std::vector<std::string> names;
  std::vector<bool> texts;
  template <class T>
  void plain(std::string_view column, T&) {
    names.emplace_back(column);
    texts.push_back(Sql<T>::text);
  }
};
struct WriteIo : Io<WriteIo> {
  std::vector<Cell> cells;
  template <class T>
  void plain(std::string_view, T& value) {
    cells.push_back(to_cell(value));
  }
};
struct ReadIo : Io<ReadIo> {
  explicit ReadIo(const std::vector<Cell>& row) : cells(row) {}
  const std::vector<Cell>& cells;
  std::size_t at = 0;
  template <class T>
  void plain(std::string_view column, T& value) {
    try {
      from_cell(cells[at++], value);
    } catch (const BadValue& bad) {
      throw BadValue(std::string(column) + ": " + bad.what());
    }
  }
};

/// The texts made from a struct's columns, made once. Requires: the first column is `id`.
template <class T>
struct TableText {
  std::string columns;  ///< `vend.id, vend.property_id, …`
  std::string insert;   ///< without id; `returning id`
  std::string update;   ///< everything by id
  std::vector<bool> texts;

  static const TableText& get() {
    static const TableText instance = make();
    return instance;
  }

 private:
  static TableText make() {
    T blank{};
    NameIo io;
    Table<T>::columns(io, blank);
    const std::string table(Table<T>::name);
    TableText out;
    std::string names, values, sets;
    for (const std::string& name : io.names) {
      out.columns += (out.columns.empty() ? "" : ", ") + table + "." + name;
      if (name == "id") continue;
      names += (names.empty() ? "" : ", ") + name;
      values += (values.empty() ? ":" : ", :") + name;
      sets += (sets.empty() ? "" : ", ") + name + " = :" + name;
    }
    if (Marked<T>::value) {
      names += ", mark";
      values += ", :mark";
      sets += ", mark = :mark";
    }
    out.insert = "insert into " + table + " (" + names + ") values (" + values + ") returning id";
    out.update = "update " + table + " set " + sets + " where id = :id";
    out.texts = io.texts;
    return out;
  }
};

template <class T>
std::vector<Cell> cells_of(T value) {
  WriteIo io;
  Table<T>::columns(io, value);
  return std::move(io.cells);
}

/// Rows of T's table: `select<Vend>(db, "where vend.id = :id", id)`. The tail may start with joins.
template <class T>
std::vector<T> select_cells(Db& db, std::string_view tail, std::vector<Cell>& parameters) {
  const TableText<T>& text = TableText<T>::get();
  std::string sql = "select " + text.columns + " from ";
  sql.append(Table<T>::name).append(" ").append(tail);
  std::vector<Cell> row(text.texts.size());
  for (std::size_t i = 0; i < row.size(); ++i) row[i].is_text = text.texts[i];
  std::vector<T> out;
  db.query_cells(sql, parameters, row, [&] {
    ReadIo io(row);
    Table<T>::columns(io, out.emplace_back());
  });
  return out;
}
template <class T, class... A>
std::vector<T> select(Db& db, std::string_view tail, const A&... parameters) {
  std::vector<Cell> cells;
  (cells.push_back(to_cell(parameters)), ...);
  return select_cells<T>(db, tail, cells);
}
template <class T, class... A>
std::optional<T> select_one(Db& db, std::string_view tail, const A&... parameters) {
  auto rows = select<T>(db, tail, parameters...);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

/// The mark that the row has when it is stored as it is here. Requires: Marked<T>.
template <class T>
std::int64_t mark_of_row(const T& value) {
  static_assert(Marked<T>::value);
  const std::vector<Cell> cells = cells_of(value);
  return mark_of(Table<T>::name, std::span(cells).subspan(1));
}

/// Inserts and returns the new id. value.id is ignored.
template <class T>
std::int64_t insert(Db& db, const T& value) {
  std::vector<Cell> cells = cells_of(value);
  cells.erase(cells.begin());
  if constexpr (Marked<T>::value) cells.push_back(to_cell(mark_of(Table<T>::name, cells)));
  std::vector<Cell> row(1);
  std::int64_t id = 0;
  db.query_cells(TableText<T>::get().insert, cells, row, [&] { id = row[0].number; });
  return id;
}

/// Overwrites the row value.id.
template <class T>
void update(Db& db, const T& value) {
  std::vector<Cell> cells = cells_of(value);
  Cell id = cells.front();
  cells.erase(cells.begin());
  if constexpr (Marked<T>::value) cells.push_back(to_cell(mark_of(Table<T>::name, cells)));
  cells.push_back(std::move(id));
  db.execute_cells(TableText<T>::get().update, cells);
}

/// Writes the mark anew after a statement that changed the row without it.
template <class T, class AnyId>
void mark_again(Db& db, AnyId id) {
  const std::string table(Table<T>::name);
  const auto row = select_one<T>(db, "where " + table + ".id = :id", id);
  if (row)
    db.execute("update " + table + " set mark = :mark where id = :id", mark_of_row(*row), id);
}

}  // namespace paymeter::store
