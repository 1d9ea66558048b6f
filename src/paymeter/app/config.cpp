// Reads configuration: defaults, then file, then environment; nothing unknown is passed over.
#include "paymeter/app/config.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <limits>
#include <sstream>
#include <vector>

#include "paymeter/store/open.hpp"

namespace paymeter::app {
namespace {

/// One setting: its place in the file and how its text or node gets into the struct.
struct Setting {
  std::string section, key;
  std::function<bool(Config&, const std::string&)> from_text;
  std::function<std::string(const Config&)> to_toml;
};

bool parse_integer(const std::string& text, std::int64_t& out) {
  try {
    std::size_t used = 0;
    out = std::stoll(text, &used);
    return used == text.size() && !text.empty();
  } catch (const std::exception&) {
    return false;
  }
}

template <class Field>
Setting integer(std::string section, std::string key, Field Config::* field, std::int64_t min,
                std::int64_t max) {
  return {std::move(section), std::move(key),
          [field, min, max](Config& config, const std::string& text) {
            std::int64_t value = 0;
            if (!parse_integer(text, value) || value < min || value > max) return false;
            config.*field = static_cast<Field>(value);
            return true;
          },
          [field](const Config& config) { return std::to_string(config.*field); }};
}

Setting text(std::string section, std::string key, std::string Config::* field,
             std::vector<std::string> allowed = {}) {
  return {
      std::move(section), std::move(key),
      [field, allowed](Config& config, const std::string& value) {
        if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), value) == allowed.end())
          return false;
        config.*field = value;
        return true;
      },
      [field](const Config& config) {
        std::ostringstream out;
        out << toml::value<std::string>(config.*field);
        return out.str();
      }};
}

/// A URL the store understands; printed without its password.
Setting database(std::string section, std::string key, std::string Config::* field) {
  Setting out = text(std::move(section), std::move(key), field);
  out.from_text = [field](Config& config, const std::string& value) {
    if (!store::is_store_url(value)) return false;
    config.*field = value;
    return true;
  };
  out.to_toml = [field](const Config& config) {
    std::ostringstream toml;
    toml << toml::value<std::string>(store::url_without_password(config.*field));
    return toml.str();
  };
  return out;
}

const std::vector<Setting>& settings() {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  static const std::vector<Setting> all{
      text("server", "address", &Config::address),
      integer("server", "port", &Config::port, 0, 65535),
      text("server", "web_root", &Config::web_root),
      text("server", "host_names", &Config::host_names),
      text("server", "cookies", &Config::cookies, {"plain", "https_only"}),
      database("store", "url", &Config::store_url),
      integer("store", "free_disk_mb_min", &Config::free_disk_mb_min, 0, kMax),
      text("models", "dir", &Config::models_dir),
      integer("vending", "sale_limit_fen", &Config::sale_limit_fen, 1, 1'000'000'000'000),
      integer("vending", "balance_limit_fen", &Config::balance_limit_fen, 1, 1'000'000'000'000),
      integer("vending", "undeliverable_hours", &Config::undeliverable_hours, 0, 8'760),
      integer("vending", "shadow_difference_fen", &Config::shadow_difference_fen, 0, 1'000'000),
      integer("vending", "shadow_difference_per_mille", &Config::shadow_difference_per_mille, 0,
              1'000),
      integer("clock", "set_above_s", &Config::clock_set_above_s, 0, 3'600),
      integer("clock", "set_below_s", &Config::clock_set_below_s, 60, 86'400),
      integer("clock", "bus_pause_s", &Config::clock_bus_pause_s, 1, 3'600),
      text("reports", "key_file", &Config::report_key_file),
      text("log", "level", &Config::log_level, {"trace", "debug", "info", "warn", "error"}),
  };
  return all;
}

const Setting* find_setting(std::string_view section, std::string_view key) {
  for (const Setting& setting : settings())
    if (setting.section == section && setting.key == key) return &setting;
  return nullptr;
}

Result<> read_entry(Config& config, std::string_view section, const toml::key& key,
                    const toml::node& node) {
  const std::string name = std::string(section) + "." + std::string(key.str());
  const Setting* setting = find_setting(section, key.str());
  if (setting == nullptr) return fail(Errc::config_invalid, "unknown key " + name);
  std::string value;
  if (auto string = node.value_exact<std::string>()) {
    value = *string;
  } else if (auto number = node.value_exact<std::int64_t>()) {
    value = std::to_string(*number);
  } else {
    return fail(Errc::config_invalid, name + " must be a text or an integer");
  }
  if (!setting->from_text(config, value))
    return fail(Errc::config_invalid,
                name + " cannot be '" + store::url_without_password(value) + "'");
  return {};
}

Result<> read_file(Config& config, const std::string& path) {
  toml::table file;
  try {
    file = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    std::ostringstream out;
    out << path << ": " << error.description() << " (" << error.source().begin << ")";
    return fail(Errc::config_invalid, out.str());
  }
  for (const auto& [section, node] : file) {
    const toml::table* table = node.as_table();
    if (table == nullptr)
      return fail(Errc::config_invalid, "unknown key " + std::string(section.str()));
    for (const auto& [key, value] : *table)
      if (auto ok = read_entry(config, section.str(), key, value); !ok) return ok;
  }
  return {};
}

Result<> read_environment(Config& config) {
  for (const Setting& setting : settings()) {
    std::string name = "PAYMETER_" + setting.section + "_" + setting.key;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const char* value = std::getenv(name.c_str());
    if (value != nullptr && !setting.from_text(config, value))
      return fail(Errc::config_invalid, name + " cannot be '" + value + "'");
  }
  return {};
}

}  // namespace

Result<Config> load_config(const std::string& path) {
  Config config;
  const std::string file = path.empty() ? "paymeter.toml" : path;
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    if (auto ok = read_file(config, file); !ok) return fail(ok.error());
  } else if (!path.empty()) {
    return fail(Errc::config_invalid, path + " does not exist");
  }
  if (auto ok = read_environment(config); !ok) return fail(ok.error());
  return config;
}

std::string format_config(const Config& config) {
  std::string out, section;
  for (const Setting& setting : settings()) {
    if (setting.section != section) {
      if (!section.empty()) out += '\n';
      section = setting.section;
      out += "[" + section + "]\n";
    }
    out += setting.key + " = " + setting.to_toml(config) + "\n";
  }
  return out;
}

}  // namespace paymeter::app
