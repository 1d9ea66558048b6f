// The sale's rules, one function each; a Violation names the rule in the words of docs/vending.md.
#include "invariants.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "vend_places.hpp"

namespace paymeter::town {

using domain::VendState;

void broken(std::string invariant, std::string detail) {
  throw Violation{std::move(invariant), std::move(detail)};
}

Invariants::Invariants(const std::string& database, MeterTruth& truth, const sim::SimWorld& world)
    : view_(database), truth_(truth), world_(world) {
  for (const auto& [id, code] : view_.codes()) {
    codes_.emplace(id, code);
    ids_.emplace(code, id);
  }
  for (const MoneyRow& money : view_.meters()) money_[money.meter] = money;
}

// ------------------------------------------------------------------ after a commit
std::vector<std::string> Invariants::after_commit() {
  ++steps_;
  news_.clear();
  const auto entries = view_.new_entries();
  look_again(unfinished_);
  // What has ended moves on mostly with a posting.
  if (!entries.empty() || steps_ % 16 == 0) look_again(ended_);
  const VendId last = vends_.empty() ? VendId{} : vends_.rbegin()->first;
  for (const VendRow& fresh : view_.vends_after(last)) changed(nullptr, fresh);
  take_money();
  take_entries(entries);
  take_settlements();
  for (const VendId id : std::exchange(second_halves_, {})) check_transfer(vends_.at(id));
  check_in_flight();
  check_counts();
  return std::move(news_);
}

void Invariants::look_again(std::set<VendId> vends) {
  for (const VendId id : vends) {
    const auto now = view_.vend(id);
    if (!now) broken("a_sale_stays", fmt::format("vend {} has gone", id.value));
    const VendRow before = vends_.at(id);
    if (*now != before) changed(&before, *now);
  }
}

void Invariants::changed(const VendRow* before, const VendRow& after) {
  if (before != nullptr && before->state != after.state &&
      !is_arrow(after.kind, before->state, after.state))
    broken("only_the_protocols_steps",
           words(after) + " was " + std::string(vend_state_name(before->state)));
  const auto book = [this](const VendRow& vend, int sign) {
    for (const auto& [place, amount] : places_of(vend)) expected_[place] += sign * amount;
  };
  if (before != nullptr) book(*before, -1);
  book(after, +1);
  vends_[after.id] = after;
  news_.push_back("meter " + codes_.at(after.meter) + " " + words(after));
  const bool was_there = before != nullptr && before->state == VendState::quarantine;
  vends_quarantined_ += after.state == VendState::quarantine && !was_there;
  by_tag_[after.tag] = after.id;
  by_tag_[domain::burn_tag(after.tag)] = after.id;
  const bool ended = domain::is_final(after.state);
  if (ended)
    unfinished_.erase(after.id);
  else
    unfinished_.insert(after.id);
  if (may_move_on(after))
    ended_.insert(after.id);
  else
    ended_.erase(after.id);
  if (in_flight(after.state))
    in_flight_[after.meter].insert(after.id);
  else
    in_flight_[after.meter].erase(after.id);
  check_number(after);
  check_vend(after);
  check_reversal(after);
  if (after.kind == domain::VendKind::transfer_in) second_halves_.push_back(after.id);
  if (further_) further_(after);
}

/// Invariant 5: a number is consumed at most once; only proven non-delivery frees it.
void Invariants::check_number(const VendRow& vend) {
  if (vend.n == 0 || !vend.epoch) return;
  const auto number = fmt::format("{} {} {} {}", vend.meter.value, vend.epoch->serial,
                                  vend.epoch->clear_count, vend.n);
  const auto [at, fresh] = numbers_.try_emplace(number, vend.id);
  if (fresh || at->second == vend.id) return;
  const VendRow& holder = vends_.at(at->second);
  const bool freed = failed(holder) && truth_.under(holder.tag).empty() &&
                     truth_.under(domain::burn_tag(holder.tag)).empty();
  if (freed)
    at->second = vend.id;
  else
    broken("a_number_is_consumed_once",
           words(vend) + fmt::format(", vend {} had it", at->second.value));
}

/// Invariants 2 and 3, from the sale's side.
void Invariants::check_vend(const VendRow& vend) const {
  const std::string& code = codes_.at(vend.meter);
  const auto& credits = truth_.under(vend.tag);
  if (arrived(vend) && !is_agreed(vend) && credits.size() != 1)
    broken("delivered_means_exactly_once",
           words(vend) + fmt::format(", credited {} times", credits.size()));
  if (failed(vend) && !credits.empty()) broken("owed_back_means_never_credited", words(vend));
  if (vend.state == VendState::quarantine && truth_.knows(code) && !truth_.now(code).tampered)
    broken("quarantine_has_a_cause", words(vend));
}

void Invariants::take_money() {
  for (const MoneyRow& money : view_.meters()) {
    const MoneyRow before = std::exchange(money_[money.meter], money);
    if (before.quarantined != money.quarantined || before.epoch != money.epoch)
      meter_changed(before, money);
    const std::string& code = codes_.at(money.meter);
    if (money.quarantined && truth_.knows(code) && !truth_.now(code).tampered)
      broken("quarantine_has_a_cause", "meter " + code);
  }
}

/// Invariant 5: one in flight, and the meter's row says which.
void Invariants::check_in_flight() const {
  for (const auto& [meter, vends] : in_flight_) {
    const auto& noted = money_.at(meter).in_flight;
    if (vends.size() > 1)
      broken("one_sale_in_flight", fmt::format("meter {} has {}", codes_.at(meter), vends.size()));
    if (noted != (vends.empty() ? std::nullopt : std::optional(*vends.begin())))
      broken("one_sale_in_flight", "meter " + codes_.at(meter) + " does not say which");
  }
}

/// Invariant 3. With nothing in flight the counts are equal, whatever still travels on the wire.
void Invariants::check_counts() const {
  for (const auto& [meter, money] : money_) {
    const std::string& code = codes_.at(meter);
    if (!money.epoch || money.quarantined || money.in_flight || !truth_.knows(code)) continue;
    const MeterNow& now = truth_.now(code);
    if (now.tampered) continue;
    const bool is_equal = now.epoch == *money.epoch && now.count == money.count;
    if (!is_equal && !may_be_cleared(money, now))
      broken("counts_are_equal_at_rest",
             fmt::format("meter {} says {}, the platform {}", code, now.count, money.count));
  }
}

/// Invariants 1 and 7, for what the new entries touched.
void Invariants::take_entries(const std::vector<EntryRow>& entries) {
  if (entries.empty()) return;
  ledger_ = view_.ledger();
  std::map<std::int64_t, Place> places;
  for (const LedgerRow& row : ledger_) places.emplace(row.account, row.place);
  std::map<std::int64_t, std::int64_t> postings;
  for (const EntryRow& entry : entries) {
    postings[entry.posting] += entry.amount_fen;
    sums_[entry.account] += entry.amount_fen;
    // What no sale explains (use, corrections) is taken as it is booked.
    if (!entry.about_a_vend) expected_[places.at(entry.account)] -= entry.amount_fen;
  }
  for (const auto& [posting, sum] : postings)
    if (sum != 0) broken("debits_equal_credits", fmt::format("posting {}: {} fen", posting, sum));
  check_books();
}

void Invariants::check_books() const {
  Books booked;
  for (const LedgerRow& row : ledger_) {
    const auto sum = sums_.find(row.account);
    if (row.balance_fen != (sum == sums_.end() ? 0 : sum->second))
      broken("a_balance_is_the_sum_of_its_entries",
             fmt::format("{} of meter {}: {}", row.place.kind, row.place.meter.value,
                         row.balance_fen));
    if (row.place.kind == "transfer" && row.balance_fen > 0)
      broken("a_transfer_arrives_after_it_left", fmt::format("{} fen", row.balance_fen));
    booked[row.place] -= row.balance_fen;
  }
  const auto compare = [](const Books& one, const Books& other) {
    for (const auto& [place, amount] : one) {
      const auto at = other.find(place);
      if (amount != (at == other.end() ? 0 : at->second))
        broken("captured_money_is_somewhere",
               fmt::format("{} of meter {}: {} and {} fen", place.kind, place.meter.value, amount,
                           at == other.end() ? 0 : at->second));
    }
  };
  compare(expected_, booked);
  compare(booked, expected_);
}

// ------------------------------------------------------------------ at a meter
void Invariants::after_command(const std::string& code, const sim::ReferenceMeter& meter) {
  ++steps_;
  const auto seen = truth_.look(code, meter);
  if (seen.accepted) check_acceptance(*seen.accepted);
  if (seen.cleared) check_clearing(*seen.cleared);
  check_counts();
}

void Invariants::after_tampering(const std::string& code, const sim::ReferenceMeter& meter) {
  truth_.tamper(code, meter, world_.mono());
}

/// Invariant 2, from the meter's side: what it takes was stored before, for it, in this epoch.
void Invariants::check_acceptance(const Acceptance& accepted) const {
  const auto what = fmt::format("meter {} took n {}, {} fen, tag {:08x}", accepted.code, accepted.n,
                                accepted.amount_fen, accepted.tag);
  const auto found = by_tag_.find(accepted.tag);
  if (found == by_tag_.end()) broken("a_meter_takes_only_stored_sales", what);
  const VendRow& vend = vends_.at(found->second);
  const std::string both = what + "; " + words(vend);
  if (accepted.tag == vend.tag && truth_.under(vend.tag).size() > 1)
    broken("credited_at_most_once", both);
  if (codes_.at(vend.meter) != accepted.code || !vend.epoch || *vend.epoch != accepted.epoch)
    broken("credited_in_its_own_epoch", both);
  if (vend.n != accepted.n) broken("stored_before_the_first_byte", both);
  if (!in_flight(vend.state)) {
    if (accepted.tag == vend.tag && failed(vend)) broken("owed_back_means_never_credited", both);
    broken("stored_before_the_first_byte", both);
  }
  const std::int64_t amount = accepted.tag == vend.tag ? vend.to_meter_fen : 0;
  if (accepted.amount_fen != amount) broken("credited_what_was_paid", both);
}

// ------------------------------------------------------------------ at the end
void Invariants::at_rest() {
  (void)after_commit();
  look_again(ended_);
  // Final sales are not looked at after each step: they must not have moved since.
  for (const auto& [id, vend] : vends_)
    if (view_.vend(id) != vend) broken("a_final_sale_stays", words(vend));
  for (const auto& [id, vend] : vends_) {
    if (!domain::is_final(vend.state)) broken("nothing_is_stranded", words(vend));
    check_vend(vend);
  }
  for (const auto& [meter, money] : money_) check_meter_at_rest(meter, money);
  for (const auto& [id, settlement] : settling_)
    broken("nothing_is_stranded", fmt::format("settlement {} {}", id.value,
                                              domain::settlement_state_name(settlement.state)));
  for (const LedgerRow& row : ledger_)
    if (row.place.kind == "transfer" && row.balance_fen != 0)
      broken("nothing_is_on_its_way", fmt::format("{} fen", -row.balance_fen));
}

void Invariants::check_meter_at_rest(MeterId meter, const MoneyRow& money) const {
  if (money.in_flight) broken("nothing_is_stranded", "meter " + codes_.at(meter));
  const std::string& code = codes_.at(meter);
  if (!money.epoch || !truth_.knows(code) || truth_.now(code).tampered) return;
  const MeterNow& now = truth_.now(code);
  if (now.epoch != *money.epoch || now.count != money.count)
    broken("counts_are_equal_at_rest", "meter " + code);
  if (const std::int64_t more = sold_elsewhere(meter); more != 0)
    broken("the_meter_holds_what_was_delivered",
           fmt::format("meter {} holds {} fen, {} more than delivered", code, now.sold_fen, more));
}

}  // namespace paymeter::town
