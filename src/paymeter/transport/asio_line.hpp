/// The part of a ByteLine that sockets and serial ports share: reads and writes with a deadline.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "paymeter/transport/byte_line.hpp"
#include "paymeter/transport/mono_clock.hpp"

namespace paymeter::transport {

inline constexpr auto kAwaitQuietly = boost::asio::as_tuple(boost::asio::use_awaitable);

/// `Stream`: an Asio socket or serial port.
template <class Stream>
class AsioLine : public ByteLine {
 public:
  ~AsioLine() override { AsioLine::drop(); }

  port::Async<Result<>> write(Bytes bytes, MonoMs deadline) override {
    const auto state = state_;
    const Watch watch(state, deadline);
    const auto [ec, size] = co_await boost::asio::async_write(
        state->stream, boost::asio::buffer(bytes.data(), bytes.size()), kAwaitQuietly);
    if (ec) co_return fail(error_of(ec, state->late));
    co_return Result<>{};
  }

  port::Async<Result<std::size_t>> read_some(std::span<std::uint8_t> into,
                                             MonoMs deadline) override {
    const auto state = state_;
    const Watch watch(state, deadline);
    const auto [ec, size] = co_await state->stream.async_read_some(
        boost::asio::buffer(into.data(), into.size()), kAwaitQuietly);
    if (ec) co_return fail(error_of(ec, state->late));
    co_return size;
  }

  bool is_open() const override { return state_->stream.is_open(); }

  void drop() override {
    boost::system::error_code ignored;
    state_->stream.close(ignored);
    ++state_->waits;
    state_->fires_at.reset();
    state_->timer.cancel();
  }

 protected:
  /// Outlives the line while a cancelled operation or the timer's handler still has to run.
  struct State {
    explicit State(boost::asio::io_context& context) : stream(context), timer(context) {}
    Stream stream;
    boost::asio::steady_timer timer;
    std::optional<MonoMs> fires_at;  ///< empty: nobody waits for the timer
    std::uint64_t waits = 0;         ///< for the timer, so far
    MonoMs deadline{};               ///< of the operation under way
    bool under_way = false;
    bool late = false;
  };

  explicit AsioLine(boost::asio::io_context& context) : state_(std::make_shared<State>(context)) {}

  /// While it lives, the deadline cancels what the stream is doing and sets `late`. Hardly ever is
  /// a deadline reached, so a timer that fires before it is left as it is and looks again then:
  /// it is set once in a while instead of twice for each exchange.
  class Watch {
   public:
    Watch(std::shared_ptr<State> state, MonoMs deadline) : state_(std::move(state)) {
      state_->late = false;
      state_->under_way = true;
      state_->deadline = deadline;
      if (!state_->fires_at || deadline < *state_->fires_at) set_timer(state_);
    }
    ~Watch() { state_->under_way = false; }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    static void set_timer(const std::shared_ptr<State>& state) {
      state->fires_at = state->deadline;
      state->timer.expires_at(to_time_point(state->deadline));
      state->timer.async_wait([state, mine = ++state->waits](auto) {
        if (state->waits != mine) return;
        state->fires_at.reset();
        if (!state->under_way) return;
        if (mono_now() < state->deadline) return set_timer(state);
        state->late = true;
        boost::system::error_code ignored;
        if (state->stream.is_open()) state->stream.cancel(ignored);
      });
    }

    std::shared_ptr<State> state_;
  };

  static Error error_of(boost::system::error_code ec, bool late) {
    if (late && ec == boost::asio::error::operation_aborted) return {Errc::link_timeout, {}};
    return {Errc::link_closed, ec.message()};
  }

  /// The outcome of a read(2), recv(2) or send(2) that does not wait.
  static Result<std::size_t> result_of(ssize_t got, int error_number) {
    if (got > 0) return static_cast<std::size_t>(got);
    if (got < 0 && (error_number == EAGAIN || error_number == EINTR)) return std::size_t{0};
    return fail(Errc::link_closed, got == 0 ? "end of stream" : std::string("line failed"));
  }

  std::shared_ptr<State> state_;
};

}  // namespace paymeter::transport
