/// A switch is sent soon after what it rests on was looked at, or not at all.
#pragma once

#include <utility>

#include "paymeter/port/bus_link.hpp"

namespace paymeter::service {

/// So long after the last look a switch may leave; later, it has to be looked at again.
inline constexpr Millis kSwitchWithin = seconds(10);

/// So long a frame that was sent may still arrive: gateways hold frames back.
inline constexpr Millis kFrameLife = seconds(60);

/// Puts the same last moment on every request. Requires: `link` outlives it.
class PunctualLink final : public port::BusLink {
 public:
  PunctualLink(port::BusLink& link, MonoMs send_by) : link_(link), send_by_(send_by) {}
  port::Async<Result<Buffer>> exchange(port::BusRequest request) override {
    request.send_by = send_by_;
    return link_.exchange(std::move(request));
  }
  void close() override { link_.close(); }

 private:
  port::BusLink& link_;
  MonoMs send_by_;
};

}  // namespace paymeter::service
