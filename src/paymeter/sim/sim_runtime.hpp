/// The deterministic runtime: one process in a SimWorld. Destroying it is a crash: its tasks never
/// run again, and another one can take its place.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string_view>

#include "paymeter/port/runtime.hpp"
#include "paymeter/sim/dice.hpp"
#include "paymeter/sim/sim_world.hpp"

namespace paymeter::sim {

class SimRuntime final : public port::Runtime {
 public:
  /// `name` and the world's seed give the random numbers. `world` outlives the runtime.
  SimRuntime(SimWorld& world, std::string_view name);
  ~SimRuntime() override;
  SimRuntime(const SimRuntime&) = delete;
  SimRuntime& operator=(const SimRuntime&) = delete;

  UtcMs now() const override { return world_.now() + clock_error(); }
  MonoMs mono() const override { return world_.mono(); }
  port::Async<> sleep(Millis span) override;
  std::unique_ptr<port::Wakeup> make_wakeup() override;
  /// An exception that escapes `task` is thrown by SimWorld::run_until.
  void spawn(std::string_view name, port::Async<> task) override;
  std::uint32_t random_u32() override { return static_cast<std::uint32_t>(dice_.next() >> 32); }
  bool stopping() const override { return stopping_; }

  /// This process's wall clock is wrong by what `error` says at each instant.
  void set_clock_error(std::function<Millis()> error) { clock_error_ = std::move(error); }
  Millis clock_error() const { return clock_error_ ? clock_error_() : Millis{}; }

  /// Makes stopping() true and ends every sleep and wait, as a tidy shutdown does.
  void stop();
  /// The whole process stands still, as on an overloaded host, and then goes on where it was.
  void pause(Millis span);
  /// Frees all waiting tasks without running them; nothing can be spawned any more. Call it before
  /// destroying the services that those tasks use; the destructor calls it too.
  void drop_tasks();
  /// Suspends the calling task for ever: the place where a process is killed.
  port::Async<> hang();
  std::size_t tasks_running() const;
  SimWorld& world() { return world_; }

 private:
  friend class SimWorld;
  struct Core;
  class Wait;
  class SimWakeup;
  static port::Async<> watched(Core& core, port::Async<> task);
  bool poll();

  SimWorld& world_;
  Dice dice_;
  std::shared_ptr<Core> core_;
  bool stopping_ = false;
  std::function<Millis()> clock_error_;
  MonoMs paused_until_{0};
};

}  // namespace paymeter::sim
