// Sales: stored once per key, moved from state to state by conditional updates.
#include <algorithm>

#include "paymeter/base/assert.hpp"
#include "paymeter/base/mistake.hpp"
#include "paymeter/store/filter.hpp"
#include "paymeter/store/its_meter.hpp"
#include "paymeter/store/sql.hpp"
#include "paymeter/store/vend_act_columns.hpp"

namespace paymeter::store::sql {
namespace {

using domain::Vend;
using domain::VendState;

std::optional<Vend> vend_of_key(Db& db, PropertyId property, const std::string& key) {
  return select_one<Vend>(db, "where vend.property_id = :property and vend.idempotency_key = :key",
                          property, key);
}

bool in_flight_state(VendState state) {
  return state == VendState::sent || state == VendState::cancelling;
}

/// Takes the meter for this vend, or says why not.
Result<> reserve(Db& db, const Vend& vend, const VendStep& step) {
  const auto money = meter_money(db, vend.meter);
  if (!money) return fail(money.error());
  // The next tenant's meter is no business of the last one's money.
  if (!has_its_meter(db, vend)) return fail(Errc::account_not_open);
  if (money->quarantined) return fail(Errc::meter_quarantined);
  // A settlement may have begun since the caller looked.
  if (money->settling && !vend.settles) return fail(Errc::meter_settling);
  if (money->in_flight && !mistake_made(Mistake::no_lock))
    return fail(Errc::vend_meter_busy, "vend " + std::to_string(money->in_flight->value));
  // Another station may have sold, or opened anew, between the caller's look and now: look again.
  if (money->epoch != step.epoch) return fail(Errc::vend_meter_busy, "the epoch has changed");
  if (*step.reserve_n != money->purchase_count + 1)
    return fail(Errc::vend_meter_busy, "count is " + std::to_string(money->purchase_count));
  db.execute("update meter_money set in_flight_vend_id = :vend where meter_id = :meter", vend.id,
             vend.meter);
  return {};
}

/// People may have agreed about the meter since the caller looked: what it saw then is no cause
/// now.
Result<> check_known(Db& db, const VendStep& step) {
  if (!step.known) return {};
  const auto money = meter_money(db, step.known->meter);
  if (!money) return fail(money.error());
  const bool is_same = money->epoch == step.known->epoch &&
                       money->purchase_count == step.known->purchase_count &&
                       money->quarantined == step.known->quarantined;
  if (!is_same) return fail(Errc::vend_meter_busy, "the meter's record has changed");
  return {};
}

void change_meter(Db& db, const Vend& vend, const VendStep& step) {
  if (step.new_count)
    db.execute("update meter_money set purchase_count = :count where meter_id = :meter",
               *step.new_count, vend.meter);
  // A vend that leaves SENT and CANCELLING never stays in flight, whatever the caller asked.
  if (step.clear_in_flight || (in_flight_state(step.from) && !in_flight_state(step.to)))
    db.execute(
        "update meter_money set in_flight_vend_id = null "
        "where meter_id = :meter and in_flight_vend_id = :vend",
        vend.meter, vend.id);
  if (step.quarantine_meter)
    db.execute("update meter_money set quarantined = 1 where meter_id = :meter", vend.meter);
}

/// The vend as it is after the step.
Vend stepped(Vend vend, const VendStep& step) {
  vend.state = step.to;
  if (step.reserve_n) {
    vend.n = *step.reserve_n;
    vend.epoch = step.epoch;
  }
  if (step.reason) vend.reason = step.reason;
  if (step.balance_before) vend.balance_before = step.balance_before;
  if (step.balance_after) vend.balance_after = step.balance_after;
  if (step.paid_out_by) vend.paid_out_by = step.paid_out_by;
  if (!step.paid_out_reference.empty()) vend.paid_out_reference = step.paid_out_reference;
  if (!step.note.empty()) vend.note += (vend.note.empty() ? "" : "; ") + step.note;
  if (step.to == VendState::sent && !vend.sent_at) vend.sent_at = step.at;
  if (domain::is_final(step.to) && !vend.finished_at) vend.finished_at = step.at;
  return vend;
}

bool store_stepped(Db& db, const Vend& vend, VendState from) {
  const std::optional<std::string> serial =
      vend.epoch ? std::optional(vend.epoch->serial) : std::nullopt;
  const std::optional<std::uint16_t> clear_count =
      vend.epoch ? std::optional(vend.epoch->clear_count) : std::nullopt;
  return db.execute(
             "update vend set state = :state, n = :n, epoch_serial = :serial, "
             "epoch_clear_count = :clear_count, reason = :reason, sent_at = :sent, "
             "finished_at = :finished, balance_before_fen = :before, balance_after_fen = :after, "
             "note = :note, paid_out_by = :paid_out_by, paid_out_reference = :reference, "
             "mark = :mark where id = :id and state = :from",
             vend.state, vend.n, serial, clear_count, vend.reason, vend.sent_at, vend.finished_at,
             vend.balance_before, vend.balance_after, vend.note, vend.paid_out_by,
             vend.paid_out_reference, mark_of_row(vend), vend.id, from) == 1;
}

/// Once the provider has been asked to give a payment back, only its answer ends the debt: whoever
/// paid it out beside that would pay twice. The refund number is stored before the first call.
Result<> check_channel(Db& db, const Vend& vend, const VendStep& step) {
  if (step.from != VendState::refund_due || mistake_made(Mistake::cash_and_channel)) return {};
  const auto number = db.value<std::string>(
      "select refund_number from payment_order where vend_id = :vend "
      "and refund_number is not null",
      vend.id);
  if (!number) return {};
  const bool is_its_answer = step.to == VendState::refunded
                                 ? step.paid_out_reference == *number
                                 : step.reason == Errc::payment_refund_refused;
  if (!step.by && is_its_answer) return {};
  return fail(Errc::payment_refund_under_way, "refund " + *number);
}

/// Keeps who did it, when a person did.
void record_act(Db& db, const Vend& vend, const VendStep& step) {
  if (!step.by) return;
  insert(db, VendAct{0, vend.property, vend.id, step.at, step.by, step.from, step.to, step.reason,
                     step.note});
}

/// The same person's same click once more. A second person has not paid it out: the money is gone.
bool is_paid_out_by(Db& db, const Vend& vend, const VendStep& step) {
  if (step.from != VendState::refund_due || step.to != VendState::refunded || !step.by)
    return false;
  if (vend.state != step.to || vend.paid_out_by != step.paid_out_by ||
      vend.paid_out_reference != step.paid_out_reference)
    return false;
  return db.value<UserId>(
             "select user_id from vend_act where vend_id = :vend and to_state = 'refunded' "
             "order by id desc limit 1",
             vend.id) == step.by;
}

void assert_sound(const Vend& vend, const VendStep& step) {
  PAYMETER_ASSERT(!step.reserve_n || (step.epoch && *step.reserve_n > 0 &&
                                      step.from == VendState::paid && step.to == VendState::sent));
  // Invariant 3: what the meter holds and what the platform counts move together.
  PAYMETER_ASSERT(step.to != VendState::delivered || vend.n == 0 || step.new_count == vend.n ||
                  step.from == VendState::quarantine);
  // Money leaves the books only with a name for the way it went.
  PAYMETER_ASSERT(step.to != VendState::refunded || (vend.paid_out_by && step.posting));
  PAYMETER_ASSERT(!step.new_count || *step.new_count == vend.n);
  PAYMETER_ASSERT(!step.posting || step.posting->vend == vend.id);
}

constexpr std::string_view kNamedJoins =
    "join account on account.id = vend.account_id join meter on meter.id = vend.meter_id";

Filter conditions(const VendFilter& filter) {
  Filter where;
  where.add("vend.meter_id = :meter", filter.meter);
  // By meter, for that has an index; by account, for a meter has had others.
  where.add("vend.meter_id in (select meter_id from account_meter where account_id = :holder)",
            filter.account);
  where.add("vend.account_id = :account", filter.account);
  where.add("vend.state = :state", filter.state);
  where.add("vend.created_at >= :since", filter.from);
  where.add("vend.created_at < :until", filter.to);
  where.add_text(
      {{"vend.slip_number"}, {"account.number"}, {"account.customer_name"}, {"meter.code"}},
      filter.text);
  return where;
}

}  // namespace

Result<Vend> step_vend(Db& db, const VendStep& step) {
  auto vend = find_vend(db, step.vend);
  if (!vend) return vend;
  if (is_paid_out_by(db, *vend, step)) return vend;
  if (vend->state != step.from)
    return fail(Errc::vend_state_conflict, std::string(vend_state_name(vend->state)));
  if (auto free = check_channel(db, *vend, step); !free) return fail(free.error());
  if (auto same = check_known(db, step); !same) return fail(same.error());
  Vend next = stepped(*vend, step);
  assert_sound(next, step);
  if (step.reserve_n)
    if (auto reserved = reserve(db, *vend, step); !reserved) return fail(reserved.error());
  if (!store_stepped(db, next, step.from)) return fail(Errc::vend_state_conflict);
  change_meter(db, next, step);
  record_act(db, next, step);
  if (step.posting) {
    domain::Posting posting = *step.posting;
    if (step.by) posting.operator_id = step.by;  // whoever did this, not whoever made the sale
    if (auto posted = post(db, posting); !posted) return fail(posted.error());
  }
  if (auto followed = follow_transfer(db, next, step.at); !followed) return fail(followed.error());
  return next;
}

Result<Vend> correct_method(Db& db, const VendStore::MethodCorrection& correction) {
  auto vend = find_vend(db, correction.vend);
  if (!vend) return vend;
  if (vend->kind != domain::VendKind::sale) return fail(Errc::vend_kind_wrong);
  if (vend->method == correction.method) return vend;
  const auto gone = {VendState::created, VendState::closed, VendState::refunded};
  if (std::ranges::find(gone, vend->state) != gone.end())
    return fail(Errc::vend_state_conflict, std::string(vend_state_name(vend->state)));

  const auto number = next_number(db, vend->property, "correction");
  domain::Posting posting{vend->property,
                          domain::PostingKind::correction,
                          vend->id,
                          correction.at,
                          correction.by,
                          correction.reason,
                          {},
                          "correction " + number};
  const auto channel = [](domain::PaymentMethod method) {
    return domain::LedgerAccountKey{
        domain::LedgerAccountKind::channel, {}, std::string(payment_method_name(method)), {}};
  };
  posting.entries = {{channel(correction.method), vend->captured},
                     {channel(vend->method), -vend->captured}};
  if (auto posted = post(db, posting); !posted) return fail(posted.error());
  VendStep act;
  act.from = act.to = vend->state;
  act.at = correction.at;
  act.by = correction.by;
  act.note = std::string(payment_method_name(vend->method)) + " -> " +
             std::string(payment_method_name(correction.method)) + ": " + correction.reason;
  record_act(db, *vend, act);
  vend->method = correction.method;
  update(db, *vend);
  return vend;
}

Result<Vend> count_attempt(Db& db, VendId id, VendState expected, UtcMs at) {
  auto vend = find_vend(db, id);
  if (!vend) return vend;
  if (vend->state != expected) return fail(Errc::vend_state_conflict);
  // SENT is stored once with its first instant; attempts keep only their number.
  ++vend->attempts;
  if (!vend->sent_at) vend->sent_at = at;
  const auto sent = db.execute(
      "update vend set attempts = :attempts, sent_at = :sent, mark = :mark "
      "where id = :id and state = :state",
      vend->attempts, vend->sent_at, mark_of_row(*vend), id, expected);
  if (sent != 1) return fail(Errc::vend_state_conflict);
  return vend;
}

Result<Vend> find_vend(Db& db, VendId id) {
  auto vend = select_one<Vend>(db, "where vend.id = :id", id);
  if (!vend) return fail(Errc::vend_unknown, std::to_string(id.value));
  return std::move(*vend);
}

Result<std::optional<Vend>> find_vend_by_key(Db& db, PropertyId property, const std::string& key) {
  return vend_of_key(db, property, key);
}

Result<Listed<Vend>> list_vends(Db& db, const VendFilter& filter) {
  return conditions(filter).list<Vend>(db, kNamedJoins, filter.page);
}

Result<VendTotals> vend_totals(Db& db, const VendFilter& filter) {
  const auto sums = conditions(filter).sums(
      db, "vend", kNamedJoins,
      {"vend.captured_fen",
       "case when vend.state = 'delivered' then vend.to_meter_fen else 0 end"});
  for (const std::int64_t sum : sums)
    if (sum > domain::kMoneyMax.fen || sum < -domain::kMoneyMax.fen)
      return fail(Errc::ledger_overflow);
  return VendTotals{{sums[0]}, {sums[1]}};
}

Rows<Vend> unfinished_vends(Db& db) {
  return select<Vend>(db, "where vend.state in ('paid', 'sent', 'cancelling') order by vend.id");
}

Result<bool> quarantine_meter(Db& db, const domain::MeterMoney& known) {
  PAYMETER_ASSERT(known.epoch.has_value());
  return db.execute(
             "update meter_money set quarantined = 1 where meter_id = :meter "
             "and epoch_serial = :serial and epoch_clear_count = :clear_count "
             "and purchase_count = :count and in_flight_vend_id is null and quarantined = 0 "
             "and settling = 0",
             known.meter, known.epoch->serial, known.epoch->clear_count, known.purchase_count) == 1;
}

Result<domain::MeterMoney> meter_money(Db& db, MeterId meter) {
  auto money = select_one<domain::MeterMoney>(db, "where meter_money.meter_id = :meter", meter);
  if (!money) return fail(Errc::meter_unknown, std::to_string(meter.value));
  return std::move(*money);
}

}  // namespace paymeter::store::sql
