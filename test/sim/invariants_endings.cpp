// Rules of what may follow a sale: refunds, reversals, transfers, quarantines that end, closings.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "invariants.hpp"
#include "vend_places.hpp"

namespace paymeter::town {

using domain::SettlementKind;
using domain::SettlementState;
using domain::VendKind;
using domain::VendState;

namespace {

/// A meter that was tampered with between the people's last look and their decision is found out by
/// the next sale.
constexpr Millis kJustNow = minutes(20);

std::string words(const SettlementRow& settlement) {
  return fmt::format("settlement {} ({}) {}", settlement.id.value,
                     domain::settlement_kind_name(settlement.kind),
                     domain::settlement_state_name(settlement.state));
}

}  // namespace

std::vector<VendId> Invariants::owed() const {
  std::vector<VendId> found;
  for (const VendId id : ended_) {
    const VendState state = vends_.at(id).state;
    if (state == VendState::refund_due || state == VendState::refund_failed) found.push_back(id);
  }
  return found;
}

std::vector<VendId> Invariants::quarantined_vends() const {
  std::vector<VendId> found;
  for (const VendId id : ended_)
    if (vends_.at(id).state == VendState::quarantine) found.push_back(id);
  return found;
}

std::int64_t Invariants::booked(const Place& place) const {
  const auto at = std::ranges::find(ledger_, place, &LedgerRow::place);
  return at == ledger_.end() ? 0 : -at->balance_fen;
}

// ------------------------------------------------------------------ vends
/// The second half exists as money only when the first has arrived.
void Invariants::check_transfer(const VendRow& in) const {
  if (in.state == VendState::created || in.state == VendState::closed) return;
  const auto first = vends_.find(in.related);
  if (first == vends_.end()) broken("a_transfer_has_two_halves", words(in));
  const VendRow& out = first->second;
  const bool has_left =
      out.state == VendState::moved || (out.kind == VendKind::transfer_out && arrived(out));
  if (!has_left) broken("a_transfer_arrives_after_it_left", words(in) + "; " + words(out));
  if (std::abs(out.to_meter_fen) != in.to_meter_fen)
    broken("a_transfer_carries_what_left", words(in) + "; " + words(out));
}

/// A sale is taken back whole, its fee included, and once.
void Invariants::check_reversal(const VendRow& vend) {
  if (vend.kind != VendKind::reversal) return;
  if (vend.state == VendState::closed) {
    reversals_.erase(vend.related);
    return;
  }
  const VendRow& sale = vends_.at(vend.related);
  const auto [at, fresh] = reversals_.try_emplace(vend.related, vend.id);
  if (!fresh && at->second != vend.id) broken("a_sale_is_reversed_once", words(vend));
  if (vend.captured_fen != -sale.captured_fen || vend.meter != sale.meter ||
      sale.state != VendState::delivered)
    broken("a_reversal_takes_the_sale_back", words(vend) + "; " + words(sale));
}

// ------------------------------------------------------------------ meters
std::int64_t Invariants::delivered_to(MeterId meter, const domain::Epoch& epoch) const {
  std::int64_t fen = 0;
  for (const auto& [id, vend] : vends_)
    if (vend.meter == meter && arrived(vend) && vend.epoch == epoch) fen += vend.to_meter_fen;
  return fen;
}

std::int64_t Invariants::sold_elsewhere(MeterId meter) const {
  const MeterNow& now = truth_.now(codes_.at(meter));
  const auto base = base_.find(meter);
  const bool known = base != base_.end() && base->second.first == now.epoch;
  return now.sold_fen - delivered_to(meter, now.epoch) - (known ? base->second.second : 0);
}

/// Opened, released or forgotten.
void Invariants::meter_changed(const MoneyRow& before, const MoneyRow& after) {
  const std::string& code = codes_.at(after.meter);
  if (!truth_.knows(code)) return;
  const MeterNow& now = truth_.now(code);
  const bool agrees = after.epoch == now.epoch && after.count == now.count;
  const bool is_released = before.quarantined && !after.quarantined;
  if (is_released && !agrees && world_.mono() - now.tampered_at > kJustNow)
    broken("released_means_agreed",
           fmt::format("meter {} says {}, the platform {}", code, now.count, after.count));
  if (agrees && !after.quarantined) agree(after);
}

void Invariants::agree(const MoneyRow& money) {
  const std::string& code = codes_.at(money.meter);
  const MeterNow& now = truth_.now(code);
  base_[money.meter] = {now.epoch, now.sold_fen - delivered_to(money.meter, now.epoch)};
  truth_.trust(code);
}

// ------------------------------------------------------------------ settlements
const SettlementRow* Invariants::settlement_of(MeterId meter) const {
  for (const auto& [id, settlement] : settling_)
    if (settlement.meter == meter) return &settlement;
  return nullptr;
}

void Invariants::take_settlements() {
  const SettlementId first =
      settling_.empty() ? SettlementId{last_settlement_.value + 1} : settling_.begin()->first;
  for (const SettlementRow& row : view_.settlements_from(first)) {
    const auto known = settling_.find(row.id);
    if (known == settling_.end() && row.id.value <= last_settlement_.value) continue;
    if (known != settling_.end() && known->second.state == row.state) {
      known->second = row;
      continue;
    }
    const SettlementRow before = known == settling_.end() ? SettlementRow{} : known->second;
    settlement_changed(known == settling_.end() ? nullptr : &before, row);
    last_settlement_ = std::max(last_settlement_, row.id);
    if (domain::is_over(row.state))
      settling_.erase(row.id);
    else
      settling_[row.id] = row;
  }
}

void Invariants::settlement_changed(const SettlementRow* before, const SettlementRow& after) {
  news_.push_back("meter " + codes_.at(after.meter) + " " + words(after));
  if (before == nullptr && settlement_of(after.meter) != nullptr)
    broken("one_settlement_at_a_time", words(after));
  if (before != nullptr && !domain::may_follow(after.kind, before->state, after.state))
    broken("only_the_protocols_steps",
           words(after) + " was " + std::string(settlement_state_name(before->state)));
  if (after.state != SettlementState::done) return;
  if (after.kind == SettlementKind::change_over) {
    ++changed_over_;
    return;
  }
  ++closed_;
  check_closed(after);
}

/// A closed account holds nothing, in the books and in the meter, and waits for nothing.
void Invariants::check_closed(const SettlementRow& settlement) const {
  for (const char* kind : {"delivered", "pending"})
    if (const auto left = booked({kind, settlement.meter, {}, {}}); left != 0)
      broken("a_closed_account_is_at_zero",
             words(settlement) + fmt::format(": {} {} fen", kind, left));
  if (money_.at(settlement.meter).epoch)
    broken("a_closed_account_is_at_zero", words(settlement) + ": the epoch is known");
  const MeterNow& now = truth_.now(codes_.at(settlement.meter));
  if (settlement.without_meter || now.tampered) return;
  if (now.balance_fen != 0 || now.open || now.epoch == settlement.epoch)
    broken("a_closed_account_is_at_zero",
           words(settlement) + fmt::format(": the meter holds {} fen", now.balance_fen));
}

/// Between the clear and its record the meter is one epoch ahead.
bool Invariants::may_be_cleared(const MoneyRow& money, const MeterNow& now) const {
  const SettlementRow* settlement = settlement_of(money.meter);
  if (settlement == nullptr || settlement->state != SettlementState::clearing) return false;
  const domain::Epoch next{money.epoch->serial,
                           static_cast<std::uint16_t>(money.epoch->clear_count + 1)};
  return settlement->epoch == money.epoch && now.epoch == next && now.count == 0;
}

/// Only a settlement clears, when its state is stored, in its own epoch, at 0.
void Invariants::check_clearing(const Clearing& cleared) const {
  const std::string what =
      fmt::format("meter {} cleared with {} fen", cleared.code, cleared.left_fen);
  const SettlementRow* settlement = settlement_of(ids_.at(cleared.code));
  if (settlement == nullptr || settlement->state != SettlementState::clearing ||
      settlement->epoch != cleared.before)
    broken("only_a_settlement_clears", what);
  if (cleared.left_fen != 0) broken("cleared_at_zero", what + ", " + words(*settlement));
}

void Invariants::after_replacement(const std::string& code, const sim::ReferenceMeter& meter) {
  const MeterId id = ids_.at(code);
  truth_.adopt(code, meter);
  base_.erase(id);
  // A distrust that the old device caused ends when two people say so.
  if (money_.at(id).quarantined) truth_.tamper(code, meter, world_.mono());
}

}  // namespace paymeter::town
