/// What people do at a station, again and again under the same key until a station has answered:
/// stations crash under them, are down, or ask them to come back.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "stations.hpp"

namespace paymeter::town {

/// What came of one try.
enum class Came : std::uint8_t { over, again };

class Errands {
 public:
  using Try = std::function<port::Async<Came>(Slot& slot)>;
  /// Both outlive this.
  Errands(sim::SimWorld& world, Stations& stations) : world_(world), stations_(stations) {}

  /// From `at` on; `pause` lies between two tries.
  void add(MonoMs at, Try attempt, Millis pause = seconds(2));
  void add_soon(Millis after, Try attempt, Millis pause = seconds(2)) {
    add(world_.mono() + after, std::move(attempt), pause);
  }
  /// Whoever waited at that station comes again.
  void station_lost(int slot);
  bool all_over() const { return open_ == 0; }

 private:
  struct Errand {
    Try attempt;
    Millis pause{};
    std::optional<int> at_slot;
  };
  static port::Async<> run(Errands& self, Slot& slot, std::size_t index);
  void press(std::size_t index);
  void press_later(std::size_t index);

  sim::SimWorld& world_;
  Stations& stations_;
  std::deque<Errand> errands_;
  std::int64_t open_ = 0;
};

/// An answer that only means "not now": a line that failed, a meter or channel that did not answer.
bool is_passing(const Error& error);

}  // namespace paymeter::town
