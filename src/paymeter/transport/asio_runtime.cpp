/// Clocks, sleeps, wakeups and tasks on Asio; a registry of timers makes stop() reach them all.
#include "paymeter/transport/asio_runtime.hpp"

#include <sys/random.h>
#include <sys/timex.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>
#include <exception>
#include <string>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "paymeter/transport/mono_clock.hpp"

namespace paymeter::transport {
namespace asio = boost::asio;

namespace {
constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);
}

/// Shared with waiting coroutines, whose frames may be freed after the runtime.
struct AsioRuntime::Core {
  FatalHandler on_fatal;
  std::unordered_set<asio::steady_timer*> timers;
  std::size_t tasks_running = 0;
  bool stopping = false;

  class Waiter;
  class TimerWakeup;
};

/// Registers a timer while it is being waited on.
class AsioRuntime::Core::Waiter {
 public:
  Waiter(std::shared_ptr<Core> core, asio::steady_timer& timer)
      : core_(std::move(core)), timer_(timer) {
    core_->timers.insert(&timer_);
  }
  ~Waiter() { core_->timers.erase(&timer_); }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

 private:
  std::shared_ptr<Core> core_;
  asio::steady_timer& timer_;
};

class AsioRuntime::Core::TimerWakeup final : public port::Wakeup {
 public:
  TimerWakeup(asio::io_context& context, std::shared_ptr<Core> core)
      : core_(std::move(core)), timer_(context) {}

  void raise() override {
    raised_ = true;
    timer_.cancel();
  }

  port::Async<> wait_until(MonoMs deadline) override {
    if (raised_ || core_->stopping) {
      // Still a turn of the event loop, or a loop over a raised flag would starve the others.
      co_await asio::post(timer_.get_executor(), asio::use_awaitable);
    } else {
      const Waiter waiter(core_, timer_);
      timer_.expires_at(to_time_point(deadline));
      co_await timer_.async_wait(kQuietly);
    }
    raised_ = false;
  }

 private:
  std::shared_ptr<Core> core_;
  asio::steady_timer timer_;
  bool raised_ = false;
};

AsioRuntime::AsioRuntime(asio::io_context& context, FatalHandler on_fatal)
    : context_(context), core_(std::make_shared<Core>()) {
  core_->on_fatal = std::move(on_fatal);
}

AsioRuntime::~AsioRuntime() = default;

UtcMs AsioRuntime::now() const {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::floor<std::chrono::milliseconds>(since).count()};
}

MonoMs AsioRuntime::mono() const { return mono_now(); }

std::optional<bool> AsioRuntime::disciplined() const {
  timex asked{};  // modes = 0: only asks
  const int state = adjtimex(&asked);
  if (state < 0) return std::nullopt;
  return state != TIME_ERROR && (asked.status & STA_UNSYNC) == 0;
}

port::Async<> AsioRuntime::sleep(Millis span) {
  asio::steady_timer timer(context_, std::chrono::milliseconds(span.value));
  if (core_->stopping) timer.expires_after(std::chrono::milliseconds(0));
  const Core::Waiter waiter(core_, timer);
  co_await timer.async_wait(kQuietly);
}

std::unique_ptr<port::Wakeup> AsioRuntime::make_wakeup() {
  return std::make_unique<Core::TimerWakeup>(context_, core_);
}

void AsioRuntime::spawn(std::string_view name, port::Async<> task) {
  ++core_->tasks_running;
  asio::co_spawn(context_, std::move(task),
                 [core = core_, name = std::string(name)](const std::exception_ptr& escaped) {
                   --core->tasks_running;
                   if (!escaped) return;
                   try {
                     std::rethrow_exception(escaped);
                   } catch (const std::exception& e) {
                     core->on_fatal(name, e.what());
                   } catch (...) {
                     core->on_fatal(name, "an exception of unknown type");
                   }
                 });
}

std::uint32_t AsioRuntime::random_u32() {
  if (random_left_ == 0) {
    const auto got = getrandom(random_pool_.data(), sizeof random_pool_, 0);
    // Up to 256 bytes are never cut short or interrupted once the system has its seed.
    if (got != static_cast<ssize_t>(sizeof random_pool_))
      throw std::system_error(errno, std::generic_category(), "getrandom");
    random_left_ = random_pool_.size();
  }
  return std::exchange(random_pool_[--random_left_], 0U);
}

bool AsioRuntime::stopping() const { return core_->stopping; }

void AsioRuntime::stop() {
  core_->stopping = true;
  for (auto* timer : core_->timers) timer->cancel();
}

std::size_t AsioRuntime::tasks_running() const { return core_->tasks_running; }

}  // namespace paymeter::transport
