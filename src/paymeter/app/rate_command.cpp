// Reads two files and prints what they come to; nothing is printed of a series half priced.
#include "paymeter/app/rate_command.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <iostream>
#include <string_view>

#include "paymeter/adapter/rate_format/rate.hpp"
#include "paymeter/adapter/rate_format/readings_csv.hpp"
#include "paymeter/adapter/rate_format/statement_text.hpp"
#include "paymeter/adapter/rate_format/tariff_json.hpp"
#include "paymeter/app/files.hpp"

namespace paymeter::app {
namespace {

namespace json = boost::json;
namespace rate_format = adapter::rate_format;

Result<Buffer> read(const std::string& path, std::size_t bytes_max, Errc too_large) {
  auto content = read_file(path, bytes_max);
  if (content) return content;
  if (content.error().code == Errc::request_too_large) return fail(too_large, path);
  return fail(Errc::rating_file_unreadable, path);
}

std::string_view as_text(const Buffer& content) {
  return {reinterpret_cast<const char*>(content.data()), content.size()};
}

Result<std::string> rate(const RateOptions& options) {
  const auto tariff =
      read(options.tariff_path, rate_format::kTariffBytesMax, Errc::tariff_too_large);
  if (!tariff) return fail(tariff.error());
  const auto readings =
      read(options.readings_path, rate_format::kReadingsBytesMax, Errc::readings_too_large);
  if (!readings) return fail(readings.error());
  const auto rated = rate_format::rate_texts(as_text(*tariff), as_text(*readings));
  if (!rated) return fail(rated.error());
  return options.output == "json" ? rate_format::statement_json(rated->schedule, rated->statement)
                                  : rate_format::statement_text(rated->schedule, rated->statement);
}

std::string error_text(const Error& error, const std::string& output) {
  if (output != "json")
    return "error: " + std::string(error_name(error.code)) + ": " +
           std::string(error_text_en(error.code)) + " / " + std::string(error_text_zh(error.code)) +
           (error.detail.empty() ? "" : "\n  " + error.detail) + "\n";
  const json::object inner{{"code", json::string(error_name(error.code))},
                           {"message_zh", json::string(error_text_zh(error.code))},
                           {"message_en", json::string(error_text_en(error.code))},
                           {"detail", error.detail}};
  return json::serialize(json::object{{"ok", false}, {"error", inner}}) + "\n";
}

}  // namespace

Rated rate_to_text(const RateOptions& options) {
  auto text = rate(options);
  if (text) return {true, std::move(*text)};
  return {false, error_text(text.error(), options.output)};
}

int run_rate(const RateOptions& options) {
  const bool known_output = options.output == "json" || options.output == "text";
  if (!known_output || options.tariff_path.empty() || options.readings_path.empty()) {
    std::cerr << "usage: paymeter rate --tariff FILE --readings FILE [--output text|json]\n";
    return 2;
  }
  const Rated rated = rate_to_text(options);
  (rated.ok || options.output == "json" ? std::cout : std::cerr) << rated.text;
  return rated.ok ? 0 : 1;
}

}  // namespace paymeter::app
