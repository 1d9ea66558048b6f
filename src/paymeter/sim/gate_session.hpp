/// One master's connection over any Asio stream: reads into the bus, writes what comes back.
#pragma once

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "paymeter/sim/gate.hpp"

namespace paymeter::sim {

template <class Stream>
class GateSession final : public Outlet, public std::enable_shared_from_this<GateSession<Stream>> {
 public:
  using Ended = std::function<void(GateSession*)>;
  GateSession(Stream stream, Plant::BusPlace& place, std::shared_ptr<GateCounters> counters,
              Ended ended)
      : stream_(std::move(stream)),
        place_(place),
        counters_(std::move(counters)),
        ended_(std::move(ended)) {}

  void start() {
    port_ = place_.bus.connect(this->weak_from_this());
    boost::asio::co_spawn(stream_.get_executor(), read(this->shared_from_this()),
                          boost::asio::detached);
  }

  void deliver(Bytes bytes) override {
    if (!stream_.is_open()) return;
    if (unsent_ + bytes.size() > kUnsentMax) {
      ++counters_->dropped_slow;
      return close();
    }
    unsent_ += bytes.size();
    unsent_frames_.emplace_back(bytes.begin(), bytes.end());
    if (std::exchange(writing_, true)) return;
    boost::asio::co_spawn(stream_.get_executor(), write(this->shared_from_this()),
                          boost::asio::detached);
  }

  void close() {
    boost::system::error_code ignored;
    stream_.close(ignored);
  }

 private:
  static constexpr auto kQuietly = boost::asio::as_tuple(boost::asio::use_awaitable);
  static constexpr std::size_t kUnsentMax = 16'384;

  /// Ends with the stream; a session nobody reads from ends itself by its bounded queue.
  static port::Async<> read(std::shared_ptr<GateSession> self) {
    std::array<std::uint8_t, 512> chunk{};
    for (;;) {
      const auto [failed, size] =
          co_await self->stream_.async_read_some(boost::asio::buffer(chunk), kQuietly);
      if (failed) break;
      if (self->place_.down) continue;
      const auto stream = self->port_->receive(Bytes(chunk).first(size));
      if (stream == VirtualBus::Port::Stream::fine) continue;
      ++self->counters_->dropped_broken;
      break;
    }
    self->close();
    self->port_.reset();
    if (self->ended_) self->ended_(self.get());
  }

  static port::Async<> write(std::shared_ptr<GateSession> self) {
    while (!self->unsent_frames_.empty()) {
      const Buffer frame = std::move(self->unsent_frames_.front());
      self->unsent_frames_.pop_front();
      const auto [failed, size] =
          co_await boost::asio::async_write(self->stream_, boost::asio::buffer(frame), kQuietly);
      self->unsent_ -= frame.size();
      if (failed) break;
    }
    self->writing_ = false;
  }

  Stream stream_;
  Plant::BusPlace& place_;
  std::shared_ptr<GateCounters> counters_;
  Ended ended_;
  std::shared_ptr<VirtualBus::Port> port_;
  std::deque<Buffer> unsent_frames_;
  std::size_t unsent_ = 0;
  bool writing_ = false;
};

}  // namespace paymeter::sim
