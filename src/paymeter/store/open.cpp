// Tells databases apart by their URL.
#include "paymeter/store/open.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "paymeter/store/postgresql.hpp"
#include "paymeter/store/sqlite.hpp"

namespace paymeter::store {
namespace {

constexpr std::string_view kSqlite = "sqlite:";

bool is_postgresql(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

/// `http://…` is a scheme, `C:` or `a:b` would be one too; a path has no colon before its first /.
bool has_scheme(std::string_view url) {
  const std::size_t colon = url.find(':');
  return colon != std::string_view::npos && colon < url.find('/');
}

[[noreturn]] void stop_process(const std::string& reason) {
  std::fprintf(stderr, "paymeter: a commit failed, stopping to recover: %s\n", reason.c_str());
  std::abort();
}

/// From `begin` to `end` becomes ***.
void hide(std::string& text, std::size_t begin, std::size_t end) {
  text.replace(begin, std::min(end, text.size()) - begin, "***");
}

}  // namespace

ThreadedSettings threaded_settings(const StoreOptions& options) {
  ThreadedSettings settings;
  settings.write_queue_max = options.write_queue_max;
  settings.read_queue_max = options.read_queue_max;
  settings.batch_max = options.batch_max;
  settings.writer.hook = options.commit_hook;
  settings.writer.on_fatal = options.on_fatal ? options.on_fatal : FatalHandler(stop_process);
  return settings;
}

std::unique_ptr<InlineEngine> inline_engine(const StoreOptions& options, std::unique_ptr<Db> db,
                                            DiskLow disk_low) {
  auto engine =
      std::make_unique<InlineEngine>(std::move(db), options.commit_hook, std::move(disk_low));
  engine->set_call_hook(options.call_hook);
  return engine;
}

bool is_store_url(std::string_view url) {
  return is_postgresql(url) || !sqlite_path_of(url).empty();
}

std::string sqlite_path_of(std::string_view url) {
  if (url.starts_with(kSqlite)) return std::string(url.substr(kSqlite.size()));
  return has_scheme(url) ? "" : std::string(url);
}

std::string url_without_password(std::string_view url) {
  std::string out(url);
  if (!is_postgresql(url)) return out;
  const std::size_t host = out.find("://") + 3;
  const std::size_t at = out.rfind('@', out.find_first_of("/?", host));
  const std::size_t colon = out.find(':', host);
  if (at != std::string::npos && at >= host && colon < at) hide(out, colon + 1, at);
  for (std::size_t key = out.find("password="); key != std::string::npos;
       key = out.find("password=", key + 1))
    hide(out, key + 9, out.find('&', key));
  return out;
}

Result<std::unique_ptr<port::Store>> open_store(const std::string& url, StoreOptions options) {
  if (is_postgresql(url)) return open_postgresql(url, std::move(options));
  SqliteOptions sqlite{std::move(options), sqlite_path_of(url), {}};
  if (sqlite.path.empty())
    return fail(Errc::config_invalid, "a database is sqlite:PATH or postgresql://…");
  return open_sqlite(std::move(sqlite));
}

}  // namespace paymeter::store
