// The configured database, opened the same way by every command.
#include "paymeter/app/offline.hpp"

#include <filesystem>
#include <iostream>

namespace paymeter::app {

Result<std::unique_ptr<port::Store>> open_store(const Config& config, store::ExecutionMode mode,
                                                store::FatalHandler on_fatal) {
  constexpr std::string_view kScheme = "sqlite:";
  if (!config.store_url.starts_with(kScheme))
    return fail(Errc::config_invalid, "store.url must begin with sqlite:");
  store::SqliteOptions options;
  options.path = config.store_url.substr(kScheme.size());
  options.mode = mode;
  options.free_bytes_min = static_cast<std::uint64_t>(config.free_disk_mb_min) * 1024 * 1024;
  options.on_fatal = std::move(on_fatal);
  const auto folder = std::filesystem::path(options.path).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) return fail(Errc::store_failed, folder.string() + ": " + error.message());
  return store::open_sqlite(std::move(options));
}

void print_error(const Error& error) {
  std::cerr << "error: " << error_name(error.code) << ": " << error_text_en(error.code) << " / "
            << error_text_zh(error.code);
  if (!error.detail.empty()) std::cerr << " (" << error.detail << ")";
  std::cerr << '\n';
}

}  // namespace paymeter::app
