// The definition that every program has except those that prove the simulation.
#include "paymeter/base/mistake.hpp"

namespace paymeter {

// Alone in its file, so that no caller can have it inlined.
[[gnu::weak]] bool mistake_made(Mistake) { return false; }

}  // namespace paymeter
