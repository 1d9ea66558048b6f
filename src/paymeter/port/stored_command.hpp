/// A command as the store has it, and whether it had been there before.
#pragma once

#include "paymeter/domain/supply.hpp"
#include "paymeter/port/stored.hpp"

namespace paymeter::port {

using StoredCommand = Stored<domain::Command>;

}  // namespace paymeter::port
