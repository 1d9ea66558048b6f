// The configured database, opened the same way by every command.
#include "paymeter/app/offline.hpp"

#include <filesystem>
#include <iostream>

namespace paymeter::app {

Result<std::unique_ptr<port::Store>> open_store(const Config& config, store::ExecutionMode mode,
                                                store::FatalHandler on_fatal) {
  store::StoreOptions options;
  options.mode = mode;
  options.free_bytes_min = static_cast<std::uint64_t>(config.free_disk_mb_min) * 1024 * 1024;
  options.on_fatal = std::move(on_fatal);
  const auto folder = std::filesystem::path(store::sqlite_path_of(config.store_url)).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) return fail(Errc::store_failed, folder.string() + ": " + error.message());
  return store::open_store(config.store_url, std::move(options));
}

void print_error(const Error& error) {
  std::cerr << "error: " << error_name(error.code) << ": " << error_text_en(error.code) << " / "
            << error_text_zh(error.code);
  if (!error.detail.empty()) std::cerr << " (" << error.detail << ")";
  std::cerr << '\n';
}

}  // namespace paymeter::app
