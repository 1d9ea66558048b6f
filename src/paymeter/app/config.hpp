/// The station's configuration: one TOML file, every value overridable by environment
/// (PAYMETER_SERVER_PORT for `[server] port`). docs/formats/configuration.md lists it.
#pragma once

#include <cstdint>
#include <string>

#include "paymeter/base/error.hpp"
#include "paymeter/base/time.hpp"

namespace paymeter::app {

struct Config {
  // [server]
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  std::string web_root;    ///< empty = beside the executable
  std::string host_names;  ///< names browsers may use, comma separated; IPs and localhost always
  std::string cookies = "plain";  ///< plain, https_only (behind a TLS proxy)
  // [store]
  std::string store_url = "sqlite:var/paymeter.sqlite";  ///< see store/open.hpp
  std::int64_t free_disk_mb_min = 200;
  // [models]
  std::string models_dir;  ///< adds to or replaces the built-in models; may be empty
  // [vending]
  std::int64_t sale_limit_fen = 10'000'000;
  std::int64_t balance_limit_fen = 100'000'000;
  std::int64_t undeliverable_hours = 168;        ///< then a sale that was never sent is owed back
  std::int64_t shadow_difference_fen = 100;      ///< meter and books may differ by so much …
  std::int64_t shadow_difference_per_mille = 5;  ///< … and this part of what moved
  // [clock]
  std::int64_t clock_set_above_s = 20;  ///< a meter's clock that is more off is set; 0 = never
  std::int64_t clock_set_below_s =
      3'600;                            ///< one that is more off than this is a person's business
  std::int64_t clock_bus_pause_s = 10;  ///< between two clocks on one bus
  // [reports]
  /// Signs commissioning reports; empty = report.key beside the database.
  std::string report_key_file;
  // [log]
  std::string log_level = "info";  ///< trace debug info warn error
};

/// Reads `path` (empty = `paymeter.toml` if it exists, else defaults), then the environment.
/// Errors: config_invalid (file missing or unreadable, unknown key, wrong type, out of range; the
/// detail names the key).
Result<Config> load_config(const std::string& path);
/// The effective configuration as TOML.
std::string format_config(const Config& config);

}  // namespace paymeter::app
