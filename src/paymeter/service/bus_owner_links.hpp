/// How the owner's polls and jobs see the wire: every exchange is counted, and polls let jobs go
/// ahead between their requests.
#pragma once

#include <optional>

#include "paymeter/service/bus_owner.hpp"

namespace paymeter::service {

/// Measures and counts every exchange; work and polls share it.
class BusOwner::CountingLink : public port::BusLink {
 public:
  CountingLink(BusOwner& owner, std::size_t number) : owner_(owner), number_(number) {}
  port::Async<Result<Buffer>> exchange(port::BusRequest request) override {
    used_ = true;
    ++owner_.exchanges_;
    const MonoMs start = owner_.runtime_.mono();
    Result<Buffer> reply = co_await owner_.link_->exchange(std::move(request));
    busy_ = busy_ + (owner_.runtime_.mono() - start);
    owner_.count(number_, reply, start);
    last_ = reply ? std::nullopt : std::optional<Errc>(reply.error().code);
    co_return reply;
  }
  void close() override { owner_.link_->close(); }
  bool used() const { return used_; }
  /// Empty: the last exchange was answered.
  std::optional<Errc> last() const { return last_; }
  Millis busy() const { return busy_; }

 protected:
  BusOwner& owner_;

 private:
  std::size_t number_;
  std::optional<Errc> last_;
  Millis busy_{};
  bool used_ = false;
};

/// Before each of its requests, jobs above `below` (all: empty) that came meanwhile go first. So a
/// full set of five requests delays a re-close or a sale by one of them, not by five.
class BusOwner::YieldingLink final : public CountingLink {
 public:
  YieldingLink(BusOwner& owner, std::size_t number, std::optional<BusPriority> below)
      : CountingLink(owner, number), below_(below) {}
  port::Async<Result<Buffer>> exchange(port::BusRequest request) override {
    if (!owner_.jobs_.has_any()) return CountingLink::exchange(std::move(request));
    return after_jobs(std::move(request));
  }

 private:
  port::Async<Result<Buffer>> after_jobs(port::BusRequest request) {
    co_await owner_.run_waiting_jobs(below_);
    co_return co_await CountingLink::exchange(std::move(request));
  }
  std::optional<BusPriority> below_;
};

}  // namespace paymeter::service
