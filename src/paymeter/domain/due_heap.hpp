/// Numbered entries by due time: the earliest at O(1), every change at O(log n), first come first
/// served among equals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "paymeter/base/assert.hpp"
#include "paymeter/base/time.hpp"

namespace paymeter::domain {

class DueHeap {
 public:
  struct Entry {
    std::size_t id = 0;
    MonoMs at{};
    std::uint64_t order = 0;
  };

  /// Inserts, or moves what is there.
  void set(std::size_t id, MonoMs at) {
    if (id >= place_.size()) place_.resize(id + 1, kNowhere);
    const Entry entry{id, at, ++last_order_};
    if (place_[id] == kNowhere) {
      place_[id] = heap_.size();
      heap_.push_back(entry);
      rise(heap_.size() - 1);
    } else {
      heap_[place_[id]] = entry;
      sink(rise(place_[id]));
    }
  }

  void erase(std::size_t id) {
    if (!contains(id)) return;
    const std::size_t at = std::exchange(place_[id], kNowhere);
    const Entry last = heap_.back();
    heap_.pop_back();
    if (at == heap_.size()) return;
    heap_[at] = last;
    place_[last.id] = at;
    sink(rise(at));
  }

  bool contains(std::size_t id) const { return id < place_.size() && place_[id] != kNowhere; }
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  /// Requires: not empty.
  const Entry& top() const {
    PAYMETER_ASSERT(!heap_.empty());
    return heap_.front();
  }

 private:
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  bool before(std::size_t a, std::size_t b) const {
    return std::tie(heap_[a].at, heap_[a].order) < std::tie(heap_[b].at, heap_[b].order);
  }
  void swap(std::size_t a, std::size_t b) {
    std::swap(heap_[a], heap_[b]);
    place_[heap_[a].id] = a;
    place_[heap_[b].id] = b;
  }
  std::size_t rise(std::size_t at) {
    for (; at > 0 && before(at, (at - 1) / 2); at = (at - 1) / 2) swap(at, (at - 1) / 2);
    return at;
  }
  void sink(std::size_t at) {
    for (;;) {
      std::size_t least = at;
      for (std::size_t child = 2 * at + 1; child <= 2 * at + 2 && child < heap_.size(); ++child)
        if (before(child, least)) least = child;
      if (least == at) return;
      swap(at, least);
      at = least;
    }
  }

  std::vector<Entry> heap_;
  std::vector<std::size_t> place_;  ///< by id
  std::uint64_t last_order_ = 0;
};

}  // namespace paymeter::domain
