/// `paymeter rate`: prices readings offline, the way a tenant recomputes a bill.
#pragma once

#include <string>

namespace paymeter::app {

struct RateOptions {
  std::string tariff_path;
  std::string readings_path;
  std::string output = "text";  ///< text, json
};

/// Prints the priced bills (exit 0) or the named error (exit 1): with `json` on standard output
/// either way, else on standard error. Exit 2: a path is missing or the output is unknown.
/// Errors: rating_file_unreadable, those of adapter::rate_format::rate_texts.
int run_rate(const RateOptions& options);

/// What is printed: `ok` tells bills from error.
struct Rated {
  bool ok = false;
  std::string text;
};
Rated rate_to_text(const RateOptions& options);

}  // namespace paymeter::app
