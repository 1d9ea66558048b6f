// Virtual time over Asio: timers never expire by themselves, the world cancels them when due.
#include "paymeter/sim/sim_runtime.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>

namespace paymeter::sim {

namespace asio = boost::asio;

namespace {

constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);

/// An io_context whose tasks can be dropped while the objects they use still live.
struct DroppableContext : asio::io_context {
  DroppableContext() : asio::io_context(1) {}
  void drop() { shutdown(); }
};

}  // namespace

// ------------------------------------------------------------------ the world
SimWorld::SimWorld(std::uint64_t seed, UtcMs start) : seed_(seed), start_(start) {}
SimWorld::~SimWorld() = default;

SimWorld::Ticket SimWorld::schedule(MonoMs at, std::function<void()> due) {
  const Ticket ticket{std::max(at, mono_).value, ++last_ticket_};
  queue_.emplace(ticket, std::move(due));
  return ticket;
}

bool SimWorld::poll_all() {
  bool worked = false;
  // By index: a task may make or drop a runtime.
  for (std::size_t i = 0; i < runtimes_.size(); ++i) worked = runtimes_[i]->poll() || worked;
  return worked;
}

SimWorld::Ended SimWorld::run_until(const std::function<bool()>& done, MonoMs deadline) {
  for (;;) {
    while (poll_all()) {
    }
    if (done()) return Ended::done;
    if (queue_.empty()) return Ended::idle;
    const auto next = queue_.begin();
    if (next->first.first > deadline.value) {
      mono_ = std::max(mono_, deadline);
      return Ended::deadline;
    }
    mono_ = MonoMs{next->first.first};
    auto due = std::move(next->second);
    queue_.erase(next);
    due();
  }
}

void SimWorld::run_for(Millis span) {
  const MonoMs until = mono_ + span;
  run_until([] { return false; }, until);
  mono_ = until;
}

void SimWorld::trace(std::string_view event) {
  trace_hash_ = seed_for(trace_hash_ ^ static_cast<std::uint64_t>(mono_.value), event);
  ++trace_lines_;
  if (reader_) reader_(event);
}

// ------------------------------------------------------------------ a process
/// Outlives the runtime for as long as timers and tasks refer to it.
struct SimRuntime::Core {
  DroppableContext context;
  std::set<asio::steady_timer*> waiting;
  std::size_t tasks_running = 0;
  std::exception_ptr escaped;
};

/// One wait: an Asio timer that only the world or a wakeup ends.
class SimRuntime::Wait {
 public:
  Wait(SimWorld& world, Core& core, asio::steady_timer& timer, MonoMs deadline)
      : world_(world), core_(core), timer_(timer) {
    timer_.expires_at(asio::steady_timer::time_point::max());
    core_.waiting.insert(&timer_);
    ticket_ = world_.schedule(deadline, [this] { timer_.cancel(); });
  }
  ~Wait() {
    world_.cancel(ticket_);
    core_.waiting.erase(&timer_);
  }
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

 private:
  SimWorld& world_;
  Core& core_;
  asio::steady_timer& timer_;
  SimWorld::Ticket ticket_;
};

class SimRuntime::SimWakeup final : public port::Wakeup {
 public:
  SimWakeup(SimRuntime& runtime, std::shared_ptr<Core> core)
      : runtime_(runtime), core_(std::move(core)), timer_(core_->context) {}
  void raise() override {
    raised_ = true;
    timer_.cancel();
  }
  port::Async<> wait_until(MonoMs deadline) override {
    if (raised_ || runtime_.stopping_ || deadline <= runtime_.mono()) {
      co_await asio::post(timer_.get_executor(), asio::use_awaitable);
    } else {
      const Wait wait(runtime_.world_, *core_, timer_, deadline);
      co_await timer_.async_wait(kQuietly);
    }
    raised_ = false;
  }

 private:
  SimRuntime& runtime_;
  std::shared_ptr<Core> core_;
  asio::steady_timer timer_;
  bool raised_ = false;
};

SimRuntime::SimRuntime(SimWorld& world, std::string_view name)
    : world_(world), dice_(seed_for(world.seed(), name)), core_(std::make_shared<Core>()) {
  world_.runtimes_.push_back(this);
}

SimRuntime::~SimRuntime() {
  drop_tasks();
  std::erase(world_.runtimes_, this);
}

bool SimRuntime::poll() {
  const auto core = core_;
  core->context.restart();
  bool worked = false;
  // One by one: a task may stop the process in the middle.
  while (mono() >= paused_until_ && core->context.poll_one() > 0) worked = true;
  if (core->escaped) std::rethrow_exception(std::exchange(core->escaped, nullptr));
  return worked;
}

port::Async<> SimRuntime::sleep(Millis span) {
  asio::steady_timer timer(core_->context);
  if (stopping_ || span <= Millis{0}) {
    co_await asio::post(timer.get_executor(), asio::use_awaitable);
    co_return;
  }
  const Wait wait(world_, *core_, timer, mono() + span);
  co_await timer.async_wait(kQuietly);
}

port::Async<> SimRuntime::hang() {
  asio::steady_timer timer(core_->context, asio::steady_timer::time_point::max());
  for (;;) co_await timer.async_wait(kQuietly);
}

std::unique_ptr<port::Wakeup> SimRuntime::make_wakeup() {
  return std::make_unique<SimWakeup>(*this, core_);
}

/// Catches at the place of the throw: Asio may report an exception only after other tasks ran.
port::Async<> SimRuntime::watched(Core& core, port::Async<> task) {
  try {
    co_await std::move(task);
  } catch (...) {
    core.escaped = std::current_exception();
    core.context.stop();  // a process that dies does nothing more
  }
  --core.tasks_running;
}

void SimRuntime::spawn(std::string_view, port::Async<> task) {
  ++core_->tasks_running;
  asio::co_spawn(core_->context, watched(*core_, std::move(task)), asio::detached);
}

void SimRuntime::stop() {
  stopping_ = true;
  for (auto* timer : std::set(core_->waiting)) timer->cancel();
}

void SimRuntime::pause(Millis span) {
  paused_until_ = std::max(paused_until_, mono() + span);
  world_.schedule(paused_until_, [] {});
}

void SimRuntime::drop_tasks() { core_->context.drop(); }

std::size_t SimRuntime::tasks_running() const { return core_->tasks_running; }

}  // namespace paymeter::sim
