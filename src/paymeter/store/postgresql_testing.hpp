/// For tests only: PostgreSQL servers that go away, and fresh databases on them.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "paymeter/store/db.hpp"
#include "paymeter/store/open.hpp"
#include "paymeter/store/postgresql_connection.hpp"

namespace paymeter::store::testing {

/// A server of test/support/postgresql.sh.
class PostgresqlServer {
 public:
  enum class Ends : std::uint8_t { with_this_object, elsewhere };
  PostgresqlServer(std::string folder, Ends ends) : folder_(std::move(folder)), ends_(ends) {}
  ~PostgresqlServer() {
    if (ends_ == Ends::with_this_object && owner_ == getpid()) control("stop");
  }
  PostgresqlServer(const PostgresqlServer&) = delete;
  PostgresqlServer& operator=(const PostgresqlServer&) = delete;

  /// start, restart, kill or stop.
  void control(const std::string& what, const std::string& settings = "") {
    const std::string owner =
        ends_ == Ends::elsewhere ? "" : " PAYMETER_TEST_OWNER=" + std::to_string(owner_);
    const std::string command = settings + owner +
                                " " PAYMETER_SOURCE_DIR "/test/support/postgresql.sh " + what +
                                " " + folder_;
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  }
  std::string url(const std::string& database) const {
    return "postgresql://postgres@/" + database + "?host=" + folder_;
  }
  void execute(const std::string& sql) { Db(connect("postgres")).execute(sql); }

  /// A database with the newest schema, copied from one that is made once for each server.
  void make_database(const std::string& name) {
    Db db(connect("postgres"));
    db.connection().begin_write();  // tests run side by side: the first one makes the template
    const bool made =
        db.value<int>("select 1 from pg_database where datname = 'paymeter_template'").has_value();
    if (!made) {
      execute("create database paymeter_template_new");
      StoreOptions options;
      options.mode = ExecutionMode::inline_;
      if (auto store = open_store(url("paymeter_template_new"), options); !store)
        throw std::runtime_error(store.error().detail);
      execute("alter database paymeter_template_new rename to paymeter_template");
    }
    execute("create database " + name + " template paymeter_template");
    db.commit();
  }

 private:
  std::unique_ptr<Connection> connect(const std::string& database) const {
    return std::make_unique<PostgresqlConnection>(url(database));
  }

  std::string folder_;
  Ends ends_;
  pid_t owner_ = getpid();  ///< a forked child does not end its father's server
};

/// The server that ctest has started for all tests, or else one of this process alone.
inline PostgresqlServer& shared_server() {
  static PostgresqlServer server = [] {
    const char* folder = std::getenv("PAYMETER_TEST_POSTGRES");
    return PostgresqlServer(
        folder != nullptr ? folder : "/tmp/paymeter-test-" + std::to_string(getpid()),
        folder != nullptr ? PostgresqlServer::Ends::elsewhere
                          : PostgresqlServer::Ends::with_this_object);
  }();
  static const bool started = [] {
    if (std::getenv("PAYMETER_TEST_POSTGRES") == nullptr) server.control("start");
    return true;
  }();
  static_cast<void>(started);
  return server;
}

}  // namespace paymeter::store::testing
