// Reports a broken invariant and stops: recovery is by replay from the store.
#include "paymeter/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace paymeter {

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "paymeter: invariant broken: %s (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace paymeter
