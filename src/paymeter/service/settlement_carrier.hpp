/// Carries one settlement: looks at the meter, decides by domain::next_move, stores, acts, again.
/// Every state is stored before what it allows is sent. Source: docs/vending.md.
#pragma once

#include <memory>
#include <optional>

#include "paymeter/service/settlements.hpp"

namespace paymeter::service {

struct SettlementCarrier {
  SettlementCarrier(Settlements& owner, const domain::Settlement& settlement);

  /// Returns when the settlement is over or the station stops.
  static port::Async<> run(std::shared_ptr<SettlementCarrier> self);

  SettlementId id;
  MeterId meter;
  std::unique_ptr<port::Wakeup> wake;  ///< ends the pause between looks
  bool look_now = false;               ///< start again with the first pause

 private:
  /// What one look came to: `moved` = look again at once; `trouble` = why it does not go on.
  struct Outcome {
    bool moved = false;
    std::optional<Errc> trouble;
  };
  using Look = Result<Outcome>;

  port::Async<Look> look(domain::Settlement settlement);
  port::Async<Look> look_at_meter(domain::Settlement settlement);
  port::Async<Look> follow(domain::Settlement settlement, domain::SettlementMove move,
                           domain::PrepaidState read);
  port::Async<Look> look_at_opening(domain::Settlement settlement);
  // settlement_wallet.cpp: platform wallets
  port::Async<Look> look_at_wallet(domain::Settlement settlement);
  port::Async<Look> read_last_register(domain::Settlement settlement);
  port::Async<Look> end_wallet(domain::Settlement settlement);
  port::Async<Look> give_back(domain::Settlement settlement, SettledWallet wallet);
  port::Async<Look> take_final_reading(domain::Settlement settlement);
  port::Async<Look> take_out(domain::Settlement settlement, domain::Money balance);
  port::Async<Look> clear(domain::Settlement settlement);
  port::Async<Look> finish_device(domain::Settlement settlement);
  port::Async<Look> wrong_meter(domain::Settlement settlement, domain::SettlementFacts facts);
  port::Async<Look> go(port::SettlementStep step);
  port::Async<Result<bool>> vend_under_way(domain::Settlement settlement);
  port::Async<Result<>> trip(domain::Settlement settlement);
  port::Async<Result<>> hold_off(domain::Settlement settlement);
  port::Async<> note(domain::Settlement settlement, std::optional<Errc> trouble);
  port::SettlementStep step_of(const domain::Settlement& settlement,
                               domain::SettlementState to) const;

  Settlements& owner_;
  Settlements::Deps& deps_;
  int tries_ = 0;  ///< looks in a row that met trouble
};

/// The reason that marks a trip as the settlement's own.
std::string trip_reason(const domain::Settlement& settlement);

/// The supply as it was meant to be before the settlement tripped it: protected meters stay on, a
/// lock-out by an operator stays off, everything else is released to prepaid mode.
port::Async<Result<domain::Command>> intended_supply(port::Store& store, const domain::Meter& meter,
                                                     domain::Settlement settlement, UtcMs now);

/// open_account, settings and prices for a new device, and the supply that is meant to be.
port::Async<Result<std::vector<domain::Command>>> device_commands(Settlements::Deps& deps,
                                                                  domain::Settlement settlement);

}  // namespace paymeter::service
