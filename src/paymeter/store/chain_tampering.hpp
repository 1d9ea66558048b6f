/// For tests only: a book behind the program's back, one row changed at a time.
#pragma once

#include "paymeter/store/sqlite_connection.hpp"
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

/// A sealed book, and a connection that no trigger or foreign key holds back.
class Tampered {
 public:
  /// `story` writes what the tables hold.
  Tampered(Dialect dialect, std::vector<std::string> tables,
           const std::function<void(Shop&)>& story)
      : dialect_(dialect), tables_(std::move(tables)) {
    shop_ = std::make_unique<Shop>(open());
    story(*shop_);
    db_ = connect();
    for (const std::string& table : tables_)
      db_->execute("create table copy_" + table + " as select * from " + table);
    if (dialect_ == Dialect::postgresql)
      drop_not_null();
    else
      drop_triggers();
  }

  Db& db() { return *db_; }
  Dialect dialect() const { return dialect_; }
  port::VerifyReport verify() { return shop_->must(shop_->store().verify(3)); }

  struct Column {
    std::string name, type;
  };
  std::vector<Column> columns(const std::string& table) {
    std::vector<Column> out;
    const std::string sql =
        dialect_ == Dialect::sqlite
            ? "select name, lower(type) from pragma_table_info('" + table + "')"
            : "select column_name::text, data_type::text from information_schema.columns "
              "where table_name = '" +
                  table + "' order by ordinal_position";
    db_->each<std::string, std::string>(sql, [&](const std::string& name, const std::string& type) {
      out.push_back({name, type});
    });
    return out;
  }
  static std::string key_of(const std::string& table) {
    return table == "chain_seal" ? "number" : table == "chain_head" ? "property_id" : "id";
  }
  std::vector<std::int64_t> keys(const std::string& table) {
    std::vector<std::int64_t> out;
    const std::string key = key_of(table);
    db_->each<std::int64_t>("select " + key + " from " + table + " order by " + key,
                            [&](std::int64_t id) { out.push_back(id); });
    return out;
  }
  void restore(const std::string& table) {
    db_->connection().script("delete from " + table + "; insert into " + table +
                             " select * from copy_" + table + ";");
  }
  /// False: the database itself refused, or nothing changed.
  bool change(const std::string& sql) {
    try {
      return db_->execute(sql) > 0;
    } catch (const DbError&) {
      return false;
    }
  }

 private:
  std::unique_ptr<port::Store> open() {
    if (dialect_ == Dialect::sqlite)
      return std::move(*open_sqlite(quick_options(folder_.file(), ExecutionMode::inline_)));
    auto made = open_postgresql_on(folder_);  // makes the database
    made->reset();
    StoreOptions options;
    options.mode = ExecutionMode::inline_;
    options.durability = Durability::none;
    return std::move(*open_store(url(), options));
  }
  std::string url() const {
    std::string name = folder_.name();
    for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::tolower(c));
    return shared_server().url(name);
  }
  std::unique_ptr<Db> connect() {
    if (dialect_ == Dialect::sqlite) {
      auto db = std::make_unique<Db>(std::make_unique<SqliteConnection>(folder_.file()));
      db->connection().script("pragma foreign_keys=off; pragma ignore_check_constraints=on;");
      return db;
    }
    auto db = std::make_unique<Db>(std::make_unique<PostgresqlConnection>(url()));
    db->connection().script("set session_replication_role = replica");
    return db;
  }
  void drop_triggers() {
    std::string drops;
    db_->each<std::string>("select name from sqlite_master where type = 'trigger'",
                           [&](const std::string& name) { drops += "drop trigger " + name + ";"; });
    db_->connection().script(drops);
  }
  void drop_not_null() {
    for (const std::string& table : tables_)
      for (const Column& column : columns(table))
        change("alter table " + table + " alter column " + column.name + " drop not null");
  }

  TempFolder folder_;
  Dialect dialect_;
  std::vector<std::string> tables_;
  std::unique_ptr<Shop> shop_;
  std::unique_ptr<Db> db_;
};

/// SQL expressions that a column is set to, one after the other.
inline std::vector<std::string> edits_of(const Tampered::Column& column, Dialect dialect) {
  const std::string c = column.name;
  if (column.type == "text") {
    std::vector<std::string> out = {"coalesce(" + c + ", '') || 'x'", "''", "null"};
    if (dialect == Dialect::sqlite) out.push_back("cast(" + c + " as blob)");
    return out;
  }
  std::vector<std::string> out = {"coalesce(" + c + ", 0) + 1000003", "-coalesce(" + c + ", 1)",
                                  "9223372036854775807", "null"};
  if (dialect == Dialect::sqlite) out.insert(out.end(), {"'abc'", "x'30'", "0.5"});
  return out;
}

}  // namespace paymeter::store::testing
