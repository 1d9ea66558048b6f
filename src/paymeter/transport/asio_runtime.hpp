/// The real runtime: the operating system's clocks, timers and randomness over one io_context.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "paymeter/port/runtime.hpp"

namespace paymeter::transport {

/// `runtime.mono()` is std::chrono::steady_clock in milliseconds, so deadlines may be handed to
/// Asio timers as they are. Not thread-safe: everything runs on the thread that runs `context`.
class AsioRuntime final : public port::Runtime {
 public:
  /// Told of an exception that escaped the task `name`. It should log and end the process; when it
  /// returns, the task is over and the others go on.
  using FatalHandler = std::function<void(std::string_view name, std::string_view what)>;

  /// `context` must outlive the runtime. Declare it first: coroutines that still wait when it is
  /// destroyed are freed without running on, and may outlive the runtime for that long.
  AsioRuntime(boost::asio::io_context& context, FatalHandler on_fatal);
  ~AsioRuntime() override;
  AsioRuntime(const AsioRuntime&) = delete;
  AsioRuntime& operator=(const AsioRuntime&) = delete;

  UtcMs now() const override;
  MonoMs mono() const override;
  /// As adjtimex(2) says; empty where that is not allowed.
  std::optional<bool> disciplined() const override;
  /// Returns early, at once, when the runtime stops.
  port::Async<> sleep(Millis span) override;
  /// The wakeup may outlive the runtime, but not the io_context.
  std::unique_ptr<port::Wakeup> make_wakeup() override;
  void spawn(std::string_view name, port::Async<> task) override;
  /// From getrandom(2); never seeded by the time.
  std::uint32_t random_u32() override;
  bool stopping() const override;

  /// Makes stopping() true, ends every sleep and wakes every waiter; later ones end at once.
  /// Tasks are not destroyed: they see stopping() and return. Idempotent.
  void stop();
  /// Tasks spawned and not yet ended: a station that stops waits until this is 0.
  std::size_t tasks_running() const;
  boost::asio::io_context& context() { return context_; }

 private:
  struct Core;
  boost::asio::io_context& context_;
  std::shared_ptr<Core> core_;
  std::array<std::uint32_t, 64> random_pool_{};
  std::size_t random_left_ = 0;
};

}  // namespace paymeter::transport
