// One settlement of a platform wallet: the register is read for the last time, the wallet billed
// exactly to it, and its money given back. The ledger is the wallet, so that nothing is cleared.
#include <algorithm>

#include "paymeter/service/settlement_carrier.hpp"

namespace paymeter::service {
namespace {

using domain::Money;
using domain::SettlementKind;
using domain::SettlementState;

/// Money that is shared goes with the account's last meter.
bool keeps_money(const domain::Account& account) {
  return account.shared_wallet && account.meters.size() > 1;
}

}  // namespace

port::Async<SettlementCarrier::Look> SettlementCarrier::look_at_wallet(
    domain::Settlement settlement) {
  if (settlement.state == SettlementState::tripping)
    co_return co_await read_last_register(settlement);
  // The wallet stays with the account, whatever device measures for it.
  if (settlement.kind == SettlementKind::change_over)
    co_return co_await go(step_of(settlement, SettlementState::replacing));
  auto busy = co_await vend_under_way(settlement);
  if (!busy) co_return fail(busy.error());
  if (*busy) co_return Outcome{};
  co_return co_await end_wallet(settlement);
}

/// With a relay the register stands still first; without one this reading is the border.
port::Async<SettlementCarrier::Look> SettlementCarrier::read_last_register(
    domain::Settlement settlement) {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  auto driver = deps_.drivers.make(live->meter);
  if (!driver) co_return fail(driver.error());
  const port::MeterAbilities can = (*driver)->abilities();
  if (!can.measurements) co_return Outcome{false, Errc::meter_unsupported};
  if (can.relay) {
    auto read = co_await deps_.collector.read_state(meter, BusPriority::command);
    if (!read) co_return fail(read.error());
    const std::string& serial = read->epoch.serial;
    if (!serial.empty() && settlement.epoch && !settlement.epoch->serial.empty() &&
        serial != settlement.epoch->serial)
      co_return Outcome{false, Errc::settlement_wrong_meter};
    const bool is_off = read->relay_open && read->forced;
    auto held = co_await (is_off ? hold_off(settlement) : trip(settlement));
    if (!held) co_return fail(held.error());
    if (!is_off) co_return Outcome{};
  }
  if (auto read = co_await deps_.collector.read_now(meter); !read) co_return fail(read.error());
  live = deps_.live.find(meter);
  if (live == nullptr || !live->measured || !live->measured->energy_wh)
    co_return Outcome{false, Errc::reading_missing};
  auto step = step_of(settlement, SettlementState::returning);
  step.final_at = live->measured->at;
  step.final_wh = live->measured->energy_wh;
  co_return co_await go(step);
}

port::Async<SettlementCarrier::Look> SettlementCarrier::end_wallet(domain::Settlement settlement) {
  if (!owner_.wallet_ender_) co_return Outcome{false, Errc::vend_wallet_unsupported};
  auto wallet = co_await owner_.wallet_ender_(meter, "settlement", settlement.operator_id);
  if (!wallet) co_return fail(wallet.error());
  auto account = co_await deps_.store.find_account(settlement.account);
  if (!account) co_return fail(account.error());
  const auto& held = wallet->standing.held;
  if (keeps_money(*account)) {
    // Another meter's silence does not keep this one; its own nonsense does.
    if (held && held->reason != Errc::reading_missing) co_return Outcome{false, held->reason};
    co_return co_await finish_device(settlement);
  }
  if (held) co_return Outcome{false, held->reason};
  co_return co_await give_back(settlement, *wallet);
}

port::Async<SettlementCarrier::Look> SettlementCarrier::give_back(domain::Settlement settlement,
                                                                  SettledWallet wallet) {
  const Money balance = wallet.standing.ledger;
  if (!settlement.final_balance) {
    auto step = step_of(settlement, settlement.state);
    step.final_balance = wallet.due > Money{} ? -wallet.due : balance;
    co_return co_await go(step);
  }
  if (wallet.due > Money{}) {
    if (settlement.state == SettlementState::debt) co_return Outcome{false, Errc::settlement_debt};
    co_return co_await go(step_of(settlement, SettlementState::debt));
  }
  if (settlement.state == SettlementState::debt)
    co_return co_await go(step_of(settlement, SettlementState::returning));
  if (balance == Money{}) co_return co_await finish_device(settlement);
  auto taken = co_await take_out(settlement, balance);
  if (!taken) co_return fail(taken.error());
  co_return Outcome{true, {}};
}

}  // namespace paymeter::service
