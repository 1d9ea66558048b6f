/// A wire for tests: answers requests from a function or a script, and remembers what was asked.
#pragma once

#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "paymeter/port/bus_link.hpp"

namespace paymeter::port {

class FakeBusLink final : public BusLink {
 public:
  /// Called for every request; when empty, the next of `replies` is given, and link_timeout when
  /// there is none.
  std::function<Result<Buffer>(const BusRequest&)> answer;
  std::deque<Result<Buffer>> replies;
  std::vector<BusRequest> sent;

  Async<Result<Buffer>> exchange(BusRequest request) override {
    sent.push_back(request);
    if (closed_) co_return fail(Errc::link_closed);
    if (answer) co_return answer(request);
    if (replies.empty()) co_return fail(Errc::link_timeout);
    Result<Buffer> reply = std::move(replies.front());
    replies.pop_front();
    co_return reply;
  }
  void close() override { closed_ = true; }

 private:
  bool closed_ = false;
};

}  // namespace paymeter::port
