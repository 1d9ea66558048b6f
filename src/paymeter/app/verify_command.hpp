/// `paymeter verify`: the chain over the books and every invariant, walked without a station.
#pragma once

#include <string>

#include "paymeter/app/config.hpp"

namespace paymeter::app {

/// docs/runbooks/verify.md tells what to do about each answer.
enum VerifyExit : int { kVerifySound = 0, kVerifyUnsound = 1, kVerifyUnread = 2 };

struct VerifyOptions {
  Config config;
  std::string head;             ///< a hash that was printed earlier must still be in the chain
  std::string output = "text";  ///< text, json
  int tail_limit = 20;          ///< unsealed ids listed for each property
};
/// Prints the first bad row first. Returns a VerifyExit.
int run_verify(const VerifyOptions& options);

}  // namespace paymeter::app
