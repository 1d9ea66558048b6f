/// `paymeter template`, `import`, `simulate`: commands that need no station.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "paymeter/app/config.hpp"
#include "paymeter/domain/site.hpp"
#include "paymeter/sim/fault_plan.hpp"

namespace paymeter::app {

int run_template(const std::string& path);

struct ImportOptions {
  Config config;
  std::string file;
  bool dry_run = false;
  std::string annotated;        ///< writes the workbook with its errors here; may be empty
  std::string output = "text";  ///< text, json
};
int run_import(const ImportOptions& options);

struct SimulateCommand {
  std::string file;
  std::string host = "127.0.0.1";
  std::optional<std::uint16_t> base_port;
  std::int64_t speed = 1;
  std::uint64_t seed = 1;
  std::string state_file, pty_dir;
  std::string output = "text";
  int lose_requests = 0, lose_replies = 0, double_frames = 0;  ///< percent
  std::string models_dir;
};
int run_simulate_command(const SimulateCommand& options);

/// The plan of a workbook on disk. Prints what is wrong and gives nothing when it has issues.
std::optional<domain::SitePlan> plan_from_file(const std::string& path,
                                               const std::string& models_dir);

}  // namespace paymeter::app
