// What a settlement's steps mean for meter, account, books and device, in the same transaction.
#include "paymeter/base/assert.hpp"
#include "paymeter/store/cut_sql.hpp"
#include "paymeter/store/settlement_columns.hpp"
#include "paymeter/store/settlement_sql.hpp"

namespace paymeter::store::sql {
namespace {

using domain::Settlement;
using domain::SettlementKind;
using domain::SettlementState;
using domain::Vend;
using domain::VendKind;
using domain::VendState;

std::string document_of(const Settlement& settlement) {
  return "settlement " + std::to_string(settlement.id.value);
}

/// Nobody may end a settlement while a frame of a sale may still change the meter.
Result<> check_idle(Db& db, MeterId meter) {
  const auto busy = db.value<std::string>(
      "select slip_number from vend where meter_id = :meter and state in ('sent', 'cancelling')",
      meter);
  if (busy) return fail(Errc::vend_meter_busy, "vend " + *busy);
  return {};
}

/// What was delivered and not taken out has been used: it is earned.
Result<> recognise_revenue(Db& db, const Settlement& settlement, const SettlementStep& step) {
  const domain::LedgerAccountKey delivered{
      domain::LedgerAccountKind::delivered, settlement.meter, {}, {}};
  const domain::Money left = -ledger_balance(db, settlement.property, delivered);
  if (left == domain::Money{}) return {};
  const auto utility =
      db.value<domain::Utility>("select utility from meter where id = :meter", settlement.meter);
  domain::Posting posting;
  posting.property = settlement.property;
  posting.kind = domain::PostingKind::consumption;
  posting.at = step.at;
  posting.operator_id = step.by ? step.by : settlement.operator_id;
  posting.memo = settlement.number;
  posting.document = document_of(settlement);
  posting.entries = {
      {delivered, left},
      {{domain::LedgerAccountKind::revenue, {}, std::string(domain::utility_name(*utility)), {}},
       -left}};
  return post(db, posting);
}

/// The device is gone or cleared: what the platform knew of its purchases is history, and what
/// waits to be sent to it is pointless.
void forget_device(Db& db, const Settlement& settlement, UtcMs at) {
  db.execute(
      "update meter_money set epoch_serial = null, epoch_clear_count = null, purchase_count = 0 "
      "where meter_id = :meter",
      settlement.meter);
  db.execute(
      "update command set state = 'superseded', result = 'command_superseded', finished_at = :at "
      "where meter_id = :meter and state = 'pending'",
      at, settlement.meter);
}

void set_free(Db& db, MeterId meter) {
  db.execute("update meter_money set settling = 0 where meter_id = :meter", meter);
}

/// Ends a PAID vend: owed back, or as if it had never been.
Result<> undo(Db& db, const Vend& vend, const SettlementStep& step, std::optional<Errc> reason) {
  VendStep end;
  end.vend = vend.id;
  end.from = VendState::paid;
  end.to = domain::state_when_undelivered(vend.kind);
  end.at = step.at;
  end.by = step.by;
  end.reason = reason;
  end.posting = domain::undelivered_posting(vend, step.at);
  if (auto undone = step_vend(db, end); !undone) return fail(undone.error());
  return {};
}

/// The vends of the meter that are PAID, each undone.
template <class Wanted>
Result<> undo_paid(Db& db, const Settlement& settlement, const SettlementStep& step,
                   std::optional<Errc> reason, Wanted wanted) {
  for (const Vend& vend :
       select<Vend>(db, "where vend.meter_id = :meter and vend.state = 'paid' order by vend.id",
                    settlement.meter)) {
    if (!wanted(vend)) continue;
    if (auto undone = undo(db, vend, step, reason); !undone) return undone;
  }
  return {};
}

bool is_taking_out(const Vend& vend) {
  return vend.settles && (vend.kind == VendKind::refund || vend.kind == VendKind::transfer_out);
}

/// What waits for another meter's first half, or for a payment, must not come to the next tenant: a
/// first half that was never sent ends with its second; for all else the closing waits.
Result<> end_awaited(Db& db, const Settlement& settlement, const SettlementStep& step) {
  for (const Vend& vend :
       select<Vend>(db, "where vend.meter_id = :meter and vend.state = 'created' order by vend.id",
                    settlement.meter)) {
    const auto out =
        vend.related ? find_vend(db, *vend.related) : Result<Vend>(fail(Errc::vend_unknown));
    if (!out || out->state != VendState::paid)
      return fail(Errc::vend_meter_busy, "vend " + (out ? out->slip_number : vend.slip_number));
    if (auto undone = undo(db, *out, step, Errc::account_not_open); !undone) return undone;
  }
  return {};
}

/// The meter leaves its account, which ends with its last meter.
Result<> end_closing(Db& db, const Settlement& settlement, const SettlementStep& step) {
  // Nothing can reach the meter of nobody: what was paid and never sent is owed back.
  auto undone =
      undo_paid(db, settlement, step, Errc::account_not_open, [](const Vend&) { return true; });
  if (!undone) return undone;
  if (auto awaited = end_awaited(db, settlement, step); !awaited) return awaited;
  if (auto empty = check_wallet_empty(db, settlement); !empty) return empty;
  if (auto earned = recognise_revenue(db, settlement, step); !earned) return earned;
  forget_device(db, settlement, step.at);
  set_free(db, settlement.meter);
  // A platform wallet is billed exactly to its final reading, whatever is read later.
  const UtcMs left_at =
      is_platform(db, settlement.meter) ? settlement.final_at.value_or(step.at) : step.at;
  db.execute(
      "update account_meter set to_at = :at where account_id = :account and meter_id = :meter "
      "and to_at is null",
      left_at, settlement.account, settlement.meter);
  db.execute(
      "update account set state = 'closed', closed_at = :at where id = :account "
      "and not exists (select 1 from account_meter am where am.account_id = account.id "
      "and am.to_at is null)",
      step.at, settlement.account);
  mark_again<domain::Account>(db, settlement.account);
  return {};
}

Result<> begin_replacing(Db& db, const Settlement& settlement, const SettlementStep& step) {
  if (auto earned = recognise_revenue(db, settlement, step); !earned) return earned;
  const auto device = db.one<std::string, std::uint32_t>(
      "select serial, ct_ratio from meter where id = :meter", settlement.meter);
  PAYMETER_ASSERT(device.has_value() && settlement.epoch.has_value());
  const auto before = db.value<UtcMs>(
      "select to_at from device where meter_id = :meter order by to_at desc, id desc limit 1",
      settlement.meter);
  StoredDevice old;
  old.property = settlement.property;
  old.device.meter = settlement.meter;
  old.device.serial = settlement.epoch->serial;
  old.device.ct_ratio = std::get<1>(*device);
  old.device.from_at = before;
  old.device.to_at =
      is_platform(db, settlement.meter) ? settlement.final_at.value_or(step.at) : step.at;
  old.device.final_wh = settlement.final_wh;
  old.device.settlement = settlement.id;
  insert(db, old);
  db.execute("update meter set serial = '' where id = :meter", settlement.meter);
  mark_again<domain::Meter>(db, settlement.meter);
  forget_device(db, settlement, step.at);
  return {};
}

void store_commands(Db& db, const Settlement& settlement, const SettlementStep& step,
                    std::uint32_t customer_number) {
  for (domain::Command command : step.commands) {
    command.meter = settlement.meter;
    command.property = settlement.property;
    if (command.kind == domain::CommandKind::open_account)
      command.customer_number = customer_number;
    store_command(db, std::move(command), std::nullopt, "");
  }
}

/// The device that was replaced knows where the next one began; `from`: platform wallets only.
void begin_device(Db& db, const Settlement& settlement, std::optional<UtcMs> from) {
  auto old =
      select_one<StoredDevice>(db, "where device.settlement_id = :settlement", settlement.id);
  if (!old) return;
  old->device.next_start_wh = settlement.start_wh;
  if (from) old->next_from_at = from;
  update(db, *old);
}

Result<> begin_opening(Db& db, const Settlement& settlement, const SettlementStep& step) {
  const bool on_platform = is_platform(db, settlement.meter);
  PAYMETER_ASSERT(!settlement.new_serial.empty());
  const auto money = meter_money(db, settlement.meter);
  if (!money) return fail(money.error());
  if (money->epoch && !on_platform)
    return fail(Errc::settlement_state_conflict, "the new device is open");
  forget_device(db, settlement, step.at);  // what an earlier description of it asked for
  db.execute("update meter set serial = :serial where id = :meter", settlement.new_serial,
             settlement.meter);
  if (step.new_ct_ratio)
    db.execute("update meter set ct_ratio = :ratio where id = :meter", *step.new_ct_ratio,
               settlement.meter);
  if (step.new_key)
    db.execute("update meter set key_hex = :key where id = :meter", *step.new_key,
               settlement.meter);
  mark_again<domain::Meter>(db, settlement.meter);
  begin_device(db, settlement, on_platform ? std::optional(step.at) : std::nullopt);
  // A platform wallet needs no meter's word: its device is known as soon as it has been read.
  if (on_platform)
    db.execute(
        "update meter_money set epoch_serial = :serial, epoch_clear_count = 0 "
        "where meter_id = :meter",
        settlement.new_serial, settlement.meter);
  const auto account = find_account(db, settlement.account);
  if (!account) return fail(account.error());
  store_commands(db, settlement, step, account->customer_number);
  return {};
}

/// The meter is free again. What was to be taken out and has not been sent stays in it.
Result<> call_off(Db& db, const Settlement& settlement, const SettlementStep& step) {
  auto undone = undo_paid(db, settlement, step, Errc::vend_cancelled, is_taking_out);
  if (!undone) return undone;
  set_free(db, settlement.meter);
  store_commands(db, settlement, step, 0);
  end_settlement_intent(db, settlement.meter, step.at, document_of(settlement));
  db.execute("update account set state = 'open' where id = :account and state = 'closing'",
             settlement.account);
  mark_again<domain::Account>(db, settlement.account);
  return {};
}

/// SENT and CANCELLING: what became of them nobody can read any more, so people decide.
Result<> quarantine_sent(Db& db, MeterId meter, UtcMs at, UserId by) {
  for (const Vend& vend : select<Vend>(
           db, "where vend.meter_id = :meter and vend.state in ('sent', 'cancelling')", meter)) {
    VendStep step;
    step.vend = vend.id;
    step.from = vend.state;
    step.to = VendState::quarantine;
    step.at = at;
    step.by = by;
    step.reason = Errc::vend_written_off;
    step.clear_in_flight = true;
    step.posting = domain::quarantine_posting(vend, at);
    if (auto moved = step_vend(db, step); !moved) return fail(moved.error());
  }
  return {};
}

Vend agreed_vend(const Settlement& settlement, const WithoutMeter& agreed, VendKind kind) {
  Vend vend;
  vend.property = settlement.property;
  vend.meter = settlement.meter;
  vend.account = settlement.account;
  vend.idempotency_key = "settle:" + std::to_string(settlement.id.value) + ":agreed";
  vend.kind = kind;
  vend.captured = vend.to_meter = -agreed.balance;
  vend.settles = true;
  vend.operator_id = agreed.by;
  vend.created_at = agreed.at;
  return vend;
}

/// A vend that takes the agreed balance out of the books of a meter that cannot give it.
Result<VendId> take_out_agreed(Db& db, const Settlement& settlement, const WithoutMeter& agreed) {
  VendStep arrive;
  if (settlement.kind == SettlementKind::closing) {
    auto made = create_paid_vend(db, agreed_vend(settlement, agreed, VendKind::refund));
    if (!made) return fail(made.error());
    arrive.vend = made->vend.id;
    arrive.to = VendState::refund_due;
    arrive.posting = domain::delivery_posting(made->vend, agreed.at);
  } else {
    Vend in = agreed_vend(settlement, agreed, VendKind::transfer_in);
    auto made = create_transfer(db, agreed_vend(settlement, agreed, VendKind::transfer_out), in);
    if (!made) return fail(made.error());
    arrive.vend = made->out.id;
    arrive.to = VendState::delivered;
    arrive.posting = domain::delivery_posting(made->out, agreed.at);
  }
  arrive.from = VendState::paid;
  arrive.at = agreed.at;
  arrive.by = agreed.by;
  if (auto arrived = step_vend(db, arrive); !arrived) return fail(arrived.error());
  return arrive.vend;
}

}  // namespace

Result<> follow_settlement(Db& db, const Settlement& next, const SettlementStep& step) {
  const bool leaves_device = domain::is_over(step.to) || step.to == SettlementState::replacing;
  if (leaves_device)
    if (auto idle = check_idle(db, next.meter); !idle) return idle;
  switch (step.to) {
    case SettlementState::replacing:
      return begin_replacing(db, next, step);
    case SettlementState::opening:
      return begin_opening(db, next, step);
    case SettlementState::cancelled:
      return call_off(db, next, step);
    case SettlementState::done:
      if (next.kind == SettlementKind::closing) return end_closing(db, next, step);
      set_free(db, next.meter);
      end_settlement_intent(db, next.meter, step.at, document_of(next));
      return {};
    default:
      return {};
  }
}

Result<std::vector<Vend>> settle_without_meter(Db& db, const WithoutMeter& agreed) {
  auto settlement = find_settlement(db, agreed.settlement);
  if (!settlement) return fail(settlement.error());
  if (is_platform(db, settlement->meter)) return settle_on_platform(db, *settlement, agreed);
  const bool is_closing = settlement->kind == SettlementKind::closing;
  SettlementStep step;
  step.settlement = agreed.settlement;
  step.from = settlement->state;
  step.to = is_closing ? SettlementState::done : SettlementState::replacing;
  step.at = agreed.at;
  step.by = agreed.by;
  if (!may_follow(settlement->kind, step.from, step.to))
    return fail(Errc::settlement_state_conflict,
                std::string(settlement_state_name(settlement->state)));
  const auto newest = db.value<VendId>("select coalesce(max(id), 0) from vend");
  std::vector<VendId> touched;
  db.each<VendId>(
      "select id from vend where meter_id = :meter and state in ('paid', 'sent', 'cancelling')",
      [&](VendId id) { touched.push_back(id); }, settlement->meter);

  if (auto moved = quarantine_sent(db, settlement->meter, agreed.at, agreed.by); !moved)
    return fail(moved.error());
  auto undone = undo_paid(db, *settlement, step, Errc::vend_cancelled, is_taking_out);
  if (!undone) return fail(undone.error());
  if (agreed.balance > domain::Money{}) {
    auto taken = take_out_agreed(db, *settlement, agreed);
    if (!taken) return fail(taken.error());
    step.vend = *taken;
  }
  step.final_balance = agreed.balance;
  if (auto stepped = step_settlement(db, step); !stepped) return fail(stepped.error());
  db.execute("update settlement set without_meter = 1 where id = :id", agreed.settlement);
  mark_again<Settlement>(db, agreed.settlement);

  std::vector<Vend> out;
  for (VendId id : touched) out.push_back(*find_vend(db, id));
  for (Vend& made : select<Vend>(db, "where vend.id > :newest order by vend.id", *newest))
    out.push_back(std::move(made));
  return out;
}

}  // namespace paymeter::store::sql
