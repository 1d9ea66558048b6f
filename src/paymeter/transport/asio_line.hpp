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
  }

 protected:
  /// Outlives the line while a cancelled operation or the watch's timer still has to run.
  struct State {
    explicit State(boost::asio::io_context& context) : stream(context), timer(context) {}
    Stream stream;
    boost::asio::steady_timer timer;
    std::uint64_t watches = 0;
    bool late = false;
  };

  explicit AsioLine(boost::asio::io_context& context) : state_(std::make_shared<State>(context)) {}

  /// While it lives, the deadline cancels what the stream is doing and sets `late`.
  class Watch {
   public:
    Watch(std::shared_ptr<State> state, MonoMs deadline) : state_(std::move(state)) {
      state_->late = false;
      state_->timer.expires_at(to_time_point(deadline));
      state_->timer.async_wait([state = state_, mine = ++state_->watches](auto ec) {
        if (ec || state->watches != mine) return;
        state->late = true;
        boost::system::error_code ignored;
        if (state->stream.is_open()) state->stream.cancel(ignored);
      });
    }
    ~Watch() {
      ++state_->watches;
      state_->timer.cancel();
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    std::shared_ptr<State> state_;
  };

  static Error error_of(boost::system::error_code ec, bool late) {
    if (late && ec == boost::asio::error::operation_aborted) return {Errc::link_timeout, {}};
    return {Errc::link_closed, ec.message()};
  }

  /// The outcome of a read(2) or recv(2) that does not wait.
  static Result<std::size_t> result_of(ssize_t got, int error_number) {
    if (got > 0) return static_cast<std::size_t>(got);
    if (got < 0 && (error_number == EAGAIN || error_number == EINTR)) return std::size_t{0};
    return fail(Errc::link_closed, got == 0 ? "end of stream" : std::string("read failed"));
  }

  std::shared_ptr<State> state_;
};

}  // namespace paymeter::transport
