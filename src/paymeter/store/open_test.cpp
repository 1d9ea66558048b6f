// Which database a URL means, and that messages keep its password.
#include "paymeter/store/open.hpp"

#include <gtest/gtest.h>

#include "paymeter/store/postgresql_connection.hpp"

namespace paymeter::store {

TEST(Open, UrlsAreToldApart) {
  struct Row {
    const char* reason;
    const char* url;
    bool understood;
    const char* path;
  };
  const Row rows[] = {
      {"a path", "var/paymeter.sqlite", true, "var/paymeter.sqlite"},
      {"an absolute path with a colon in a name", "/srv/a:b/p.sqlite", true, "/srv/a:b/p.sqlite"},
      {"with its scheme", "sqlite:/srv/p.sqlite", true, "/srv/p.sqlite"},
      {"a server", "postgresql://db/paymeter", true, ""},
      {"libpq's other spelling", "postgres://db/paymeter", true, ""},
      {"a scheme without a path", "sqlite:", false, ""},
      {"another scheme", "mysql://db/paymeter", false, ""},
      {"nothing", "", false, ""},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(is_store_url(row.url), row.understood) << row.reason;
    EXPECT_EQ(sqlite_path_of(row.url), row.path) << row.reason;
  }
  EXPECT_EQ(open_store("mysql://db/paymeter", {}).error().code, Errc::config_invalid);
}

TEST(Open, PasswordsAreHidden) {
  struct Row {
    const char* reason;
    const char* url;
    const char* shown;
  };
  const Row rows[] = {
      {"before the host", "postgresql://till:secret@db/x", "postgresql://till:***@db/x"},
      {"with an @ in it", "postgresql://till:se@cret@db/x", "postgresql://till:***@db/x"},
      {"as a parameter", "postgresql://db/x?password=secret&a=b",
       "postgresql://db/x?password=***&a=b"},
      {"at the end", "postgresql:///x?user=till&password=secret",
       "postgresql:///x?user=till&password=***"},
      {"a port is no password", "postgresql://till@db:5432/x", "postgresql://till@db:5432/x"},
      {"no user", "postgresql://db:5432/x?a=b@c", "postgresql://db:5432/x?a=b@c"},
      {"a file", "/srv/a:b@c", "/srv/a:b@c"},
  };
  for (const Row& row : rows) EXPECT_EQ(url_without_password(row.url), row.shown) << row.reason;
}

TEST(Open, UnreachableServerIsBusyAndKeepsItsPassword) {
  const auto store = open_store("postgresql://till:secret@/x?host=/nowhere", {});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::store_busy);
  EXPECT_EQ(store.error().detail.find("secret"), std::string::npos) << store.error().detail;
}

TEST(Open, NamedParametersAreNumbered) {
  struct Row {
    const char* reason;
    const char* text;
    const char* numbered;
  };
  const Row rows[] = {
      {"in order", "a = :one and b = :two_2", "a = $1 and b = $2"},
      {"a cast is none", "a::bigint = :b", "a::bigint = $1"},
      {"inside quotes", "select ':x', \":y\", :z", "select ':x', \":y\", $1"},
      {"a doubled quote", "select 'it''s :x', :y", "select 'it''s :x', $1"},
  };
  for (const Row& row : rows) EXPECT_EQ(numbered_parameters(row.text), row.numbered) << row.reason;
}

}  // namespace paymeter::store
