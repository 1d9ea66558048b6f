/// `paymeter verify-report`: checks a signed commissioning report without a station.
#pragma once

#include <string>

namespace paymeter::app {

enum VerifyReportExit : int { kReportGood = 0, kReportChanged = 1, kReportUnread = 2 };

struct VerifyReportOptions {
  std::string file;             ///< report.json or report.pdf
  std::string key;              ///< public key that must have signed, hexadecimal; empty = any
  std::string output = "text";  ///< text, json
};
/// Prints whose signature it is and what was signed. Returns a VerifyReportExit.
int run_verify_report(const VerifyReportOptions& options);

}  // namespace paymeter::app
