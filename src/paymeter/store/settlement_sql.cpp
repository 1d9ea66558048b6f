// Settlements: one per meter at a time, moved from state to state by conditional steps.
#include "paymeter/store/settlement_sql.hpp"

#include <algorithm>

#include "paymeter/base/assert.hpp"
#include "paymeter/base/mistake.hpp"
#include "paymeter/store/cut_sql.hpp"
#include "paymeter/store/filter.hpp"
#include "paymeter/store/settlement_columns.hpp"

namespace paymeter::store::sql {
namespace {

using domain::Settlement;
using domain::SettlementKind;
using domain::SettlementState;

std::vector<Settlement> settlements_of_key(Db& db, PropertyId property, const std::string& key) {
  return select<Settlement>(db,
                            "where settlement.property_id = :property "
                            "and settlement.idempotency_key = :key order by settlement.id",
                            property, key);
}

bool same_request(const std::vector<Settlement>& stored, const std::vector<Settlement>& asked) {
  return stored.size() == asked.size() && stored.front().kind == asked.front().kind &&
         std::ranges::all_of(asked, [&](const Settlement& one) {
           return std::ranges::any_of(
               stored, [&](const Settlement& other) { return other.meter == one.meter; });
         });
}

/// The meter's epoch, if it may be settled now.
Result<domain::Epoch> may_begin(Db& db, const Settlement& wanted) {
  const auto account = db.value<AccountId>(
      "select account_meter.account_id from account_meter "
      "join account on account.id = account_meter.account_id "
      "where account_meter.meter_id = :meter and account_meter.to_at is null "
      "and account_meter.opened_at is not null and account.state in ('open', 'closing')",
      wanted.meter);
  const auto money = meter_money(db, wanted.meter);
  if (!account || *account != wanted.account || !money || !money->epoch)
    return fail(Errc::account_not_open, "meter " + std::to_string(wanted.meter.value));
  const auto other = db.value<std::string>(
      "select number from settlement where meter_id = :meter "
      "and state not in ('done', 'cancelled')",
      wanted.meter);
  if (other) return fail(Errc::settlement_under_way, "settlement " + *other);
  if (money->quarantined)
    return fail(Errc::meter_quarantined, "meter " + std::to_string(wanted.meter.value));
  return *money->epoch;
}

/// Would no meter stay in the account once these have left it?
bool ends_account(Db& db, AccountId account, const std::vector<Settlement>& settlements) {
  bool ends = true;
  db.each<MeterId>(
      "select am.meter_id from account_meter am where am.account_id = :account "
      "and am.to_at is null and not exists (select 1 from settlement s "
      "where s.meter_id = am.meter_id and s.kind = 'closing' "
      "and s.state not in ('done', 'cancelled'))",
      [&](MeterId meter) {
        ends = ends && std::ranges::any_of(
                           settlements, [&](const Settlement& one) { return one.meter == meter; });
      },
      account);
  return ends;
}

/// An account that others stand below is not ended over their heads. One that still opens counts:
/// its meters are in use as well.
Result<> has_nobody_below(Db& db, const std::vector<Settlement>& settlements) {
  const AccountId account = settlements.front().account;
  std::vector<std::string> below;
  db.each<std::string>(
      "select number from account where parent_id = :account and state <> 'closed' order by id",
      [&](const std::string& number) { below.push_back(number); }, account);
  if (below.empty() || !ends_account(db, account, settlements)) return {};
  if (mistake_made(Mistake::close_over_heads)) return {};
  std::string numbers;
  for (const std::string& number : below) numbers += (numbers.empty() ? "" : ", ") + number;
  return fail(Errc::account_has_sub_accounts, numbers);
}

/// The account closes when none of its meters stays.
void mark_account_closing(Db& db, AccountId account) {
  db.execute(
      "update account set state = 'closing' where id = :account and state = 'open' "
      "and not exists (select 1 from account_meter am where am.account_id = account.id "
      "and am.to_at is null and not exists (select 1 from settlement s "
      "where s.meter_id = am.meter_id and s.kind = 'closing' "
      "and s.state not in ('done', 'cancelled')))",
      account);
  mark_again<domain::Account>(db, account);
}

Settlement with_facts(Settlement settlement, const SettlementStep& step) {
  settlement.state = step.to;
  if (step.epoch) settlement.epoch = step.epoch;
  if (step.final_at) settlement.final_at = step.final_at;
  if (step.final_wh) settlement.final_wh = step.final_wh;
  if (step.final_balance) settlement.final_balance = step.final_balance;
  if (step.vend) settlement.vend = step.vend;
  if (step.new_serial) settlement.new_serial = *step.new_serial;
  if (step.start_wh) settlement.start_wh = step.start_wh;
  settlement.trouble = step.trouble;
  if (domain::is_over(step.to)) settlement.finished_at = step.at;
  return settlement;
}

/// An own cut ends with the account or is paid at any moment: whoever re-closes it then must find
/// the settlement's hold already, or the supply would be on until the settlement's own trip.
void keep_cut_off(Db& db, const Settlement& settlement) {
  const auto lasting = supply_intents(db, settlement.meter);
  if (std::ranges::none_of(*lasting, [](const domain::SupplyIntent& intent) {
        return intent.kind == domain::SupplyIntentKind::arrears;
      }))
    return;
  domain::SupplyIntent hold;
  hold.meter = settlement.meter;
  hold.kind = domain::SupplyIntentKind::settlement;
  hold.subject = "settlement " + std::to_string(settlement.id.value);
  hold.reason = settlement.reason.empty() ? settlement.number : settlement.reason;
  hold.begun_by = settlement.operator_id;
  hold.begun_at = settlement.created_at;
  (void)begin_supply_intent(db, std::move(hold));
}

constexpr std::string_view kNamedJoins =
    "join account on account.id = settlement.account_id "
    "join meter on meter.id = settlement.meter_id";

}  // namespace

Result<SettlementStore::Begun> begin_settlements(Db& db, std::vector<Settlement> settlements) {
  PAYMETER_ASSERT(!settlements.empty());
  const auto property = property_of_meter(db, settlements.front().meter);
  if (!property) return fail(Errc::account_not_open, "no such meter");
  const std::string& key = settlements.front().idempotency_key;
  if (auto known = settlements_of_key(db, *property, key); !known.empty()) {
    if (!same_request(known, settlements))
      return fail(Errc::vend_exists_with_different_request, "settlement " + known.front().number);
    return SettlementStore::Begun{std::move(known), true};
  }
  if (settlements.front().kind == SettlementKind::closing)
    if (auto ok = has_nobody_below(db, settlements); !ok) return fail(ok.error());
  for (Settlement& settlement : settlements) {
    PAYMETER_ASSERT(settlement.account == settlements.front().account &&
                    settlement.kind == settlements.front().kind &&
                    settlement.idempotency_key == key);
    auto epoch = may_begin(db, settlement);
    if (!epoch) return fail(epoch.error());
    settlement.epoch = std::move(*epoch);
    settlement.property = *property;
    settlement.state = SettlementState::tripping;
    settlement.number = next_number(db, *property, "settlement");
    settlement.id = SettlementId{insert(db, settlement)};
    db.execute("update meter_money set settling = 1 where meter_id = :meter", settlement.meter);
    keep_cut_off(db, settlement);
  }
  if (settlements.front().kind == SettlementKind::closing)
    mark_account_closing(db, settlements.front().account);
  return SettlementStore::Begun{std::move(settlements), false};
}

Result<Settlement> step_settlement(Db& db, const SettlementStep& step) {
  auto stored = find_settlement(db, step.settlement);
  if (!stored) return stored;
  const bool allowed = step.from == step.to ? !domain::is_over(step.from)
                                            : may_follow(stored->kind, step.from, step.to);
  if (stored->state != step.from || !allowed)
    return fail(Errc::settlement_state_conflict, std::string(settlement_state_name(stored->state)));
  Settlement next = with_facts(std::move(*stored), step);
  update(db, next);
  const bool is_corrected = step.to == SettlementState::opening && step.new_serial;
  if (step.from == step.to && !is_corrected) return next;
  if (auto followed = follow_settlement(db, next, step); !followed) return fail(followed.error());
  return next;
}

Result<Settlement> find_settlement(Db& db, SettlementId id) {
  auto settlement = select_one<Settlement>(db, "where settlement.id = :id", id);
  if (!settlement) return fail(Errc::settlement_unknown, std::to_string(id.value));
  return std::move(*settlement);
}

Result<Listed<Settlement>> list_settlements(Db& db, const SettlementFilter& filter) {
  Filter where;
  where.add("settlement.kind = :kind", filter.kind);
  where.add("settlement.state = :state", filter.state);
  where.add("settlement.meter_id = :meter", filter.meter);
  where.add("settlement.account_id = :account", filter.account);
  where.add_text(
      {{"settlement.number"}, {"account.number"}, {"account.customer_name"}, {"meter.code"}},
      filter.text);
  return where.list<Settlement>(db, kNamedJoins, filter.page);
}

Rows<Settlement> unfinished_settlements(Db& db) {
  return select<Settlement>(
      db, "where settlement.state not in ('done', 'cancelled') order by settlement.id");
}

Rows<SettlementStore::Device> devices(Db& db, MeterId meter) {
  std::vector<SettlementStore::Device> out;
  for (StoredDevice& stored : select<StoredDevice>(
           db, "where device.meter_id = :meter order by device.to_at, device.id", meter))
    out.push_back(std::move(stored.device));
  return out;
}

}  // namespace paymeter::store::sql
