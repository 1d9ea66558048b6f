// Turns for connection attempts, in the order in which they were asked for.
#include "paymeter/transport/connect_gate.hpp"

#include <algorithm>

#include "paymeter/base/assert.hpp"

namespace paymeter::transport {

class ConnectGate::Waiter {
 public:
  Waiter(std::shared_ptr<ConnectGate> gate, std::shared_ptr<Place> place)
      : gate_(std::move(gate)), place_(std::move(place)) {
    gate_->queue_.push_back(place_);
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() {
    if (is_taken_) return;
    if (place_->is_given)
      gate_->leave();
    else
      std::erase(gate_->queue_, place_);
  }
  Turn taken() {
    is_taken_ = true;
    return Turn(gate_);
  }

 private:
  std::shared_ptr<ConnectGate> gate_;
  std::shared_ptr<Place> place_;
  bool is_taken_ = false;
};

ConnectGate::ConnectGate(port::Runtime& runtime, std::size_t at_most)
    : runtime_(runtime), at_most_(at_most) {
  PAYMETER_ASSERT(at_most > 0);
}

void ConnectGate::take() { peak_ = std::max(peak_, ++under_way_); }

void ConnectGate::leave() {
  --under_way_;
  if (queue_.empty()) return;
  const auto next = queue_.front();
  queue_.pop_front();
  next->is_given = true;
  take();
  next->wake->raise();
}

port::Async<ConnectGate::Turn> ConnectGate::enter(std::function<bool()> is_given_up) {
  if (under_way_ < at_most_ && queue_.empty()) {
    take();
    co_return Turn(shared_from_this());
  }
  const auto place = std::make_shared<Place>();
  place->wake = runtime_.make_wakeup();
  Waiter waiter(shared_from_this(), place);
  while (!place->is_given) {
    if (is_given_up()) co_return Turn{};
    co_await place->wake->wait_until(runtime_.mono() + seconds(1));
  }
  co_return waiter.taken();
}

}  // namespace paymeter::transport
