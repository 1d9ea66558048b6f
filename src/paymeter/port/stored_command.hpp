/// A command as the store has it, and whether it had been there before.
#pragma once

#include "paymeter/domain/supply.hpp"

namespace paymeter::port {

/// Reads as the command itself: most callers only want that.
struct StoredCommand : domain::Command {
  const domain::Command& command() const { return *this; }
  bool existed = false;  ///< the key was used before: this is what it made then
};

}  // namespace paymeter::port
