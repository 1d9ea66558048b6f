/// Bounds how many connections are being made at once: when a site's gateways come back together,
/// neither the station nor the site's router gets hundreds of attempts in the same moment.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "paymeter/port/async.hpp"
#include "paymeter/port/runtime.hpp"

namespace paymeter::transport {

class ConnectGate : public std::enable_shared_from_this<ConnectGate> {
 public:
  /// Requires: at_most > 0; held by a shared_ptr; `runtime` outlives the turns.
  ConnectGate(port::Runtime& runtime, std::size_t at_most);

  /// One attempt under way; the next one's turn comes when it ends. Empty: none was given.
  class Turn {
   public:
    Turn() = default;
    explicit Turn(std::shared_ptr<ConnectGate> gate) : gate_(std::move(gate)) {}
    Turn(Turn&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Turn& operator=(Turn&& other) noexcept {
      std::swap(gate_, other.gate_);
      return *this;
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (gate_) gate_->leave();
    }
    explicit operator bool() const { return gate_ != nullptr; }

   private:
    std::shared_ptr<ConnectGate> gate_;
  };

  /// Waits for a turn, first come first served; an empty one when `is_given_up` says so (asked each
  /// second). The wait is bounded by the attempts before it, and each of those by its time-out.
  port::Async<Turn> enter(std::function<bool()> is_given_up);

  std::size_t under_way() const { return under_way_; }
  std::size_t waiting() const { return queue_.size(); }
  std::size_t peak() const { return peak_; }  ///< the most that were under way at once

 private:
  struct Place {
    std::unique_ptr<port::Wakeup> wake;
    bool is_given = false;
  };
  /// Leaves the queue, or passes an unused turn on, also when its coroutine is destroyed.
  class Waiter;

  void take();
  void leave();

  port::Runtime& runtime_;
  std::size_t at_most_;
  std::size_t under_way_ = 0, peak_ = 0;
  std::deque<std::shared_ptr<Place>> queue_;
};

}  // namespace paymeter::transport
