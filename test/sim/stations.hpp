/// The stations of the town: one or two processes on one database, made of the real services, that
/// crash at store calls, stand still, and come back.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "counts.hpp"
#include "mixture.hpp"
#include "paymeter/service/payments.hpp"
#include "paymeter/sim/payment_provider.hpp"
#include "paymeter/sim/plant.hpp"
#include "prepared_site.hpp"
#include "support/cut_services.hpp"

namespace paymeter::town {

/// The power cord of a station is pulled: thrown out of SimWorld::run_until.
struct Crash {
  int slot;
};

/// The place of one station, whether it runs or is down.
struct Slot {
  Slot() = default;
  ~Slot() { clear(); }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  /// The process is gone, its tasks first.
  void clear();
  int number = 0;
  std::unique_ptr<sim::ProviderChannel> channel;
  std::unique_ptr<service::Payments> payments;
  std::unique_ptr<test_support::TestStation> station;
  std::unique_ptr<test_support::CutServices> cuts;  ///< null where nothing is cut
  int lives = 0;
  std::string last_wait;  ///< why somebody was last asked to come again
  MeterId meter(const std::string& code) const;
};

class Stations {
 public:
  struct Deps {
    const Mixture& mixture;
    const PreparedSite& site;
    sim::SimWorld& world;
    sim::Plant& plant;
    sim::PaymentProvider& provider;
    std::string database;
    std::optional<service::Enforcement::Settings> cuts;  ///< none: nothing is cut
  };
  explicit Stations(Deps deps);
  ~Stations();

  void set_on_commit(std::function<void(int slot)> hook) { on_commit_ = std::move(hook); }
  /// Is this the moment that the mixture's crash point means? Asked for all but `anywhere`.
  void set_may_crash(std::function<bool(store::CommitPoint)> ask) { may_crash_ = std::move(ask); }
  void set_on_loss(std::function<void(int slot)> hook) { on_loss_ = std::move(hook); }

  /// How long the task that makes a store call stands still there, besides the mixture's pauses.
  void set_stall(std::function<Millis(int slot, store::CallPoint)> stall) {
    stall_ = std::move(stall);
  }
  /// The next crash comes at this store call or commit, counted from now.
  void crash_after(std::int64_t points) {
    crash_in_ = points;
    crashes_left_ = 1;
  }
  /// How far a station's wall clock is ahead in its present life.
  void set_clock_error(std::function<Millis(int slot, int life)> error) {
    clock_error_ = std::move(error);
  }
  Millis clock_error(int slot) const;
  /// Starts all of them; crashes and pauses begin.
  void start();
  /// After a Crash: the process is gone and starts again some time later.
  void kill(int slot);
  /// Nothing goes wrong with the processes any more.
  void calm() { crash_in_ = pause_in_ = 0; }
  /// Null = none is up.
  Slot* any();
  void count(Counts& counts) const;

 private:
  void start(int slot);
  static port::Async<> boot(Stations& self, int slot);
  static port::Async<> around(Stations& self, int slot, store::CallPoint point);
  void committed(int slot, store::CommitPoint point);
  void strike(int slot);
  std::int64_t points() const;
  std::int64_t span_of_crashes() const;

  Deps deps_;
  sim::Dice dice_;
  std::vector<Slot> slots_;
  std::function<void(int)> on_commit_, on_loss_;
  std::function<bool(store::CommitPoint)> may_crash_;
  std::function<Millis(int, store::CallPoint)> stall_;
  std::function<Millis(int, int)> clock_error_;
  std::int64_t crash_in_ = 0, pause_in_ = 0;  ///< call points; 0 = never again
  int crashes_left_ = 0, pauses_left_ = 0;
  std::int64_t crashes_ = 0, pauses_ = 0;
};

}  // namespace paymeter::town
