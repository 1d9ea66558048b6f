/// Operators from the shell: for the day on which nobody can log in any more.
#pragma once

#include <string>

#include "paymeter/app/config.hpp"

namespace paymeter::app {

struct UserOptions {
  std::string name;
  std::string role;      ///< add
  std::string property;  ///< add: a property's name, `all`, or empty for the first one
};

/// All print one line per user, or the one-time password; exit codes: offline.hpp.
int run_user_list(const Config& config);
int run_user_add(const Config& config, const UserOptions& options);
int run_user_reset(const Config& config, const UserOptions& options);
/// Requires: action is `disable` or `enable`.
int run_user_switch(const Config& config, const UserOptions& options, const std::string& action);

}  // namespace paymeter::app
