/// Sorts large things by moving each once; equal ones keep their order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace paymeter::store {

/// `before(a, b)`: a strict weak order. (std::stable_sort of libstdc++ 12 does not compile without
/// a deprecation warning under clang 19.)
template <class T, class Before>
void stable_order(std::vector<T>& things, Before before) {
  if (std::ranges::is_sorted(things, before)) return;
  std::vector<std::uint32_t> order(things.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    if (before(things[a], things[b])) return true;
    return !before(things[b], things[a]) && a < b;
  });
  std::vector<T> sorted;
  sorted.reserve(things.size());
  for (const std::uint32_t index : order) sorted.push_back(std::move(things[index]));
  things = std::move(sorted);
}

}  // namespace paymeter::store
