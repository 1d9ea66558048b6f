/// The mistake that is made in this program: the only place where one can be switched on.
#pragma once

#include <optional>

#include "paymeter/base/mistake.hpp"

namespace paymeter::town {
extern std::optional<Mistake> made;
}  // namespace paymeter::town
