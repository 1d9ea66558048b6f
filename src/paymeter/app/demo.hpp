/// `paymeter demo`: the reference site on this machine, alive: virtual meters behind real sockets,
/// a fresh database, the station, and accounts in every state to look at.
#pragma once

#include <cstdint>
#include <string>

namespace paymeter::app {

struct DemoOptions {
  std::uint16_t port = 8080;
  std::string workbook;  ///< empty = examples/reference-site.xlsx
  int speed = 1;
  bool empty = false;  ///< import and read only; no accounts are opened
};

/// Runs until SIGINT or SIGTERM; the database is in a temporary folder that goes with it.
int run_demo(const DemoOptions& options);

}  // namespace paymeter::app
