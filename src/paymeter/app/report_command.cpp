// Reads a report, checks its signature and prints what was signed.
#include "paymeter/app/report_command.hpp"

#include <boost/json.hpp>
#include <fstream>
#include <iostream>
#include <sstream>

#include "paymeter/adapter/report/signed_report.hpp"
#include "paymeter/app/offline.hpp"
#include "paymeter/base/hex.hpp"

namespace paymeter::app {
namespace {

namespace json = boost::json;

std::string word(const json::value& content, std::string_view name) {
  const json::value* value = content.is_object() ? content.as_object().if_contains(name) : nullptr;
  if (value == nullptr) return "?";
  return value->is_string() ? std::string(value->as_string()) : json::serialize(*value);
}

bool is_key(const std::string& wanted, const std::string& found) {
  const auto a = parse_hex(wanted), b = parse_hex(found);
  return a && b && *a == *b;
}

void print_text(const domain::commissioning::SignedReport& report, const std::string& trouble) {
  json::error_code error;
  const json::value content = json::parse(report.content, error);
  const json::value check =
      content.is_object() && content.as_object().contains("check") ? content.at("check") : nullptr;
  std::cout << "property: " << word(content, "property") << '\n'
            << "check: " << word(check, "id") << ", " << word(check, "total") << " meters, "
            << word(check, "ok") << " good, " << word(check, "failed") << " bad, "
            << word(check, "unknown") << " unknown\n"
            << "signed: " << word(content, "signed_at") << " by " << word(content, "signed_by")
            << '\n'
            << "key: " << report.key_hex << '\n'
            << (trouble.empty() ? "signature: good\n" : "signature: WRONG: " + trouble + "\n");
}

void print_json(const domain::commissioning::SignedReport& report, const std::string& trouble) {
  json::error_code error;
  json::value content = json::parse(report.content, error);
  std::cout << json::serialize(json::object{{"good", trouble.empty()},
                                            {"trouble", trouble},
                                            {"public_key", report.key_hex},
                                            {"content", error ? json::value(nullptr) : content}})
            << '\n';
}

}  // namespace

int run_verify_report(const VerifyReportOptions& options) {
  std::ifstream in(options.file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in) {
    print_error({Errc::rating_file_unreadable, options.file});
    return kReportUnread;
  }
  const auto report = adapter::read_signed_report(bytes.str());
  if (!report) {
    print_error(report.error());
    return kReportUnread;
  }
  std::string trouble;
  if (!adapter::verify_report(*report))
    trouble = "the content was changed, or the key is not the signer's";
  else if (!options.key.empty() && !is_key(options.key, report->key_hex))
    trouble = "signed by another key than the one given";
  if (options.output == "json")
    print_json(*report, trouble);
  else
    print_text(*report, trouble);
  return trouble.empty() ? kReportGood : kReportChanged;
}

}  // namespace paymeter::app
