/// Pages of lists.
#pragma once

#include <cstdint>
#include <vector>

#include "paymeter/port/async.hpp"

namespace paymeter::port {

/// Newest first unless said otherwise. limit 1–1000.
struct Page {
  int limit = 50;
  int offset = 0;
};
template <class T>
struct Listed {
  std::vector<T> rows;
  std::int64_t total = 0;  ///< of all pages
};

}  // namespace paymeter::port
