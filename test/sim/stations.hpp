/// The stations of the town: one or two processes on one database, made of the real services, that
/// crash at store calls, stand still, and come back.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "counts.hpp"
#include "mixture.hpp"
#include "paymeter/service/payments.hpp"
#include "paymeter/sim/payment_provider.hpp"
#include "paymeter/sim/plant.hpp"
#include "prepared_site.hpp"
#include "support/test_station.hpp"

namespace paymeter::town {

/// The power cord of a station is pulled: thrown out of SimWorld::run_until.
struct Crash {
  int slot;
};

/// The place of one station, whether it runs or is down.
struct Slot {
  int number = 0;
  std::unique_ptr<sim::ProviderChannel> channel;
  std::unique_ptr<service::Payments> payments;
  std::unique_ptr<test_support::TestStation> station;  ///< last: its tasks use the others
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
  };
  explicit Stations(Deps deps);
  ~Stations();

  void set_on_commit(std::function<void(int slot)> hook) { on_commit_ = std::move(hook); }
  /// Is this the moment that the mixture's crash point means? Asked for all but `anywhere`.
  void set_may_crash(std::function<bool(store::CommitPoint)> ask) { may_crash_ = std::move(ask); }
  void set_on_loss(std::function<void(int slot)> hook) { on_loss_ = std::move(hook); }

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
  std::int64_t crash_in_ = 0, pause_in_ = 0;  ///< call points; 0 = never again
  int crashes_left_ = 0, pauses_left_ = 0;
  std::int64_t crashes_ = 0, pauses_ = 0;
};

}  // namespace paymeter::town
