/// Everything that decides about a cut, gathered from store, billing, live table and collector.
/// Whatever cannot be learnt stays unknown, which keeps the supply on.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "paymeter/domain/cut.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/billing.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/live_table.hpp"
#include "paymeter/service/station_clock.hpp"

namespace paymeter::service {

/// A look at one meter: what was known, and the facts of the store that the decision rests on.
struct CutLook {
  domain::CutInputs inputs;
  domain::CutDecision decision;
  port::CutFacts facts;
  domain::rating::DayNumber day = 0;  ///< local
};

/// What the bus owner has read just now.
struct FreshRead {
  domain::PrepaidState state;
  domain::Measurements measured;
};

class CutLooker {
 public:
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    Billing& billing;
    LiveTable& live;
    Collector& collector;
    StationClock& clock;
  };
  /// Asks the payment channels about the open orders of meter and account. True: every one was
  /// answered, or there is none. Empty function: no channel, so nothing can be asked.
  using AskOrders = std::function<port::Async<Result<bool>>(MeterId, AccountId)>;
  CutLooker(Deps deps, domain::CutRules rules, AskOrders ask_orders);

  /// From what is stored, as if the last reading were fresh: is it worth asking the meter?
  /// Errors: meter_unknown, store errors.
  port::Async<Result<CutLook>> foresee(MeterId meter);
  /// The same at another moment: who would be cut then, if nothing changed?
  port::Async<Result<CutLook>> foresee_at(MeterId meter, UtcMs at);

  /// What has to be asked before the bus is taken: the previous reading's balance, the orders.
  struct Before {
    std::optional<domain::CutReading> previous;
    std::optional<bool> orders_asked;
  };
  port::Async<Before> before(MeterId meter);
  /// With what the bus owner read. The reading is made durable and billed first.
  /// `own_cut_counts` false: an intended cut of ours is sent again, by a decision of its own.
  enum class OwnCutMode : std::uint8_t { counts, sent_again };
  port::Async<Result<CutLook>> decide(MeterId meter, Before before, FreshRead fresh,
                                      OwnCutMode mode);

  /// Does an own cut have to end? Needs no bus.
  port::Async<Result<CutLook>> look_at_own_cut(MeterId meter);

  /// The local date; empty: the zone is not known.
  std::optional<domain::rating::DayNumber> local_day(PropertyId property, UtcMs at) const;
  std::optional<Millis> utc_offset(PropertyId property) const;
  const domain::CutRules& rules() const { return rules_; }
  /// Is the station's clock believed at this very moment?
  bool clock_holds() const;

 private:
  port::Async<Result<CutLook>> gather(MeterId meter, UtcMs at);
  void take_moment(CutLook& look, UtcMs at) const;
  static void take_facts(CutLook& look);
  static void take_notices(CutLook& look);
  std::optional<bool> bus_is_well(const LiveMeter& live) const;
  port::Async<std::optional<domain::CutReading>> billed(MeterId meter);

  Deps deps_;
  domain::CutRules rules_;
  AskOrders ask_orders_;
};

}  // namespace paymeter::service
