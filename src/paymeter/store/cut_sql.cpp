// Automatic cuts: the facts of one instant, and a cut that begins only if they still hold.
#include "paymeter/store/cut_sql.hpp"

#include "paymeter/base/assert.hpp"
#include "paymeter/base/mistake.hpp"
#include "paymeter/store/cut_columns.hpp"
#include "paymeter/store/filter.hpp"
#include "paymeter/store/wallet_columns.hpp"
#include "paymeter/store/wallet_sql.hpp"

namespace paymeter::store::sql {
namespace {

using domain::Enforcement;
using domain::SupplyIntentKind;

/// The meter's row, its building, and what stands in the way.
Result<BuildingId> take_meter(Db& db, MeterId meter, CutFacts& out) {
  const auto row = db.one<PropertyId, domain::Wallet, bool, bool, std::optional<BuildingId>>(
      "select meter.property_id, meter.wallet, meter.prepaid, meter.is_protected, "
      "room.building_id from meter left join room on room.id = meter.room_id "
      "where meter.id = :meter",
      meter);
  if (!row) return fail(Errc::meter_unknown, std::to_string(meter.value));
  const auto& [property, wallet, prepaid, is_protected, building] = *row;
  out.property = property;
  out.wallet = wallet;
  out.prepaid = prepaid;
  out.is_protected = is_protected;
  const auto settings = db.one<domain::Money, domain::Money, std::int64_t, domain::Money>(
      "select settings_alarm1_fen, settings_alarm2_fen, settings_overload_w, "
      "settings_overdraft_fen from meter where id = :meter",
      meter);
  std::tie(out.settings.alarm1, out.settings.alarm2, out.settings.overload_w,
           out.settings.overdraft) = *settings;
  const auto money = db.one<bool, bool>(
      "select quarantined, settling from meter_money where meter_id = :meter", meter);
  if (money) std::tie(out.quarantined, out.settling) = *money;
  return building.value_or(BuildingId{});
}

AccountId account_asked(AccountId account) {
  return mistake_made(Mistake::cut_others_sale) ? AccountId{} : account;
}

/// The account, its wallet's balance, and whatever of its sales is not at its end.
void take_account(Db& db, MeterId meter, CutFacts& out) {
  const auto account = db.one<AccountId, bool>(
      "select account.id, account.shared_wallet from account_meter "
      "join account on account.id = account_meter.account_id "
      "where account_meter.meter_id = :meter and account_meter.to_at is null "
      "and account_meter.opened_at is not null and account.state = 'open'",
      meter);
  domain::LedgerAccountKey wallet{domain::LedgerAccountKind::wallet, meter, {}, {}};
  if (account) {
    out.account = std::get<0>(*account);
    if (std::get<1>(*account)) wallet = {wallet.kind, {}, {}, out.account};
  }
  out.ledger = -ledger_balance(db, out.property, wallet);
  out.vends_under_way = db.value<int>(
                              "select count(*) from vend "
                              "where (meter_id = :meter or account_id = :account) and state in "
                              "('created', 'paid', 'sent', 'cancelling', 'quarantine')",
                              meter, account_asked(out.account))
                            .value_or(1);
}

/// What other meters of the property say: breaker, rehearsal, how many were cut of late.
void take_property(Db& db, MeterId meter, domain::rating::DayNumber day, UtcMs now, CutFacts& out) {
  out.breaker_open = stored_breaker(db, out.property).is_open;
  out.is_rehearsed =
      db.value<int>(
            "select count(*) from cut_rehearsal_line l "
            "join cut_rehearsal r on r.id = l.rehearsal_id "
            "where r.property_id = :property and r.day = :day and r.state = 'approved' "
            "and l.meter_id = :meter and l.guards = ''",
            out.property, day, meter)
          .value_or(0) > 0;
  out.meters = db.value<std::int64_t>("select count(*) from meter where property_id = :property",
                                      out.property)
                   .value_or(0);
  db.each<UtcMs>(
      "select decided_at from own_cut where property_id = :property and is_rehearsed = 0 "
      "and decided_at >= :from order by decided_at",
      [&](UtcMs at) { out.unrehearsed.push_back(at); }, out.property, now - domain::kBreakerWindow);
  out.last_rehearsed = db.value<UtcMs>(
      "select decided_at from own_cut where property_id = :property and is_rehearsed = 1 "
      "order by decided_at desc limit 1",
      out.property);
}

OwnCut insert_cut(Db& db, const CutRecord& record, const CutFacts& facts) {
  OwnCut cut;
  cut.property = facts.property;
  cut.meter = record.meter;
  cut.account = facts.account;
  cut.decision = record.id;
  cut.is_rehearsed = facts.is_rehearsed;
  cut.decided_at = record.at;
  cut.tries = 1;  // what follows the commit
  cut.tried_at = record.at;
  cut.id = CutId{insert(db, cut)};
  domain::SupplyIntent intent;
  intent.meter = record.meter;
  intent.kind = SupplyIntentKind::arrears;
  intent.subject = "cut " + std::to_string(cut.id.value);
  intent.reason = "decision " + std::to_string(record.id.value);
  intent.begun_at = record.at;
  (void)begin_supply_intent(db, intent);
  return cut;
}

/// A station's clock is doubted, this one's or another's on the same books: warnings may carry its
/// stamps, and who decides may not know.
bool is_a_clock_doubted(Db& db) {
  if (mistake_made(Mistake::cut_clock_stepped) || mistake_made(Mistake::cut_store_clock))
    return false;
  return db
      .value<bool>(
          "select case when exists (select 1 from alarm where kind = 'clock' and meter_id = 0 "
          "and gateway_id = 0 and cleared_at is null) then 1 else 0 end")
      .value_or(true);
}

}  // namespace

Result<Enforcement> set_enforcement(Db& db, Enforcement setting) {
  const bool is_known =
      setting.meter
          ? property_of_meter(db, setting.meter) == setting.property
          : !setting.building ||
                db.value<PropertyId>("select property_id from building where id = :building",
                                     setting.building) == setting.property;
  if (!is_known) return fail(Errc::meter_unknown, "not of this property");
  // The same click again is no news.
  const auto settings = enforcement(db, setting.property);
  if (!settings) return fail(settings.error());
  for (const Enforcement& known : *settings)
    if (known.building == setting.building && known.meter == setting.meter &&
        known.mode == setting.mode && known.reason == setting.reason &&
        known.changed_by == setting.changed_by)
      return known;
  setting.id = domain::EnforcementId{insert(db, setting)};
  return setting;
}

Rows<Enforcement> enforcement(Db& db, PropertyId property) {
  return select<Enforcement>(
      db,
      "where enforcement.property_id = :property and not exists (select 1 from enforcement later "
      "where later.property_id = enforcement.property_id "
      "and later.building_id = enforcement.building_id and later.meter_id = enforcement.meter_id "
      "and later.id > enforcement.id) order by enforcement.id",
      property);
}

Result<Listed<Enforcement>> enforcement_history(Db& db, PropertyId property, Page page) {
  Filter where;
  where.add("enforcement.property_id = :property", std::optional(property));
  return where.list<Enforcement>(db, "", page);
}

Result<CutFacts> cut_facts(Db& db, MeterId meter, domain::rating::DayNumber day, UtcMs now) {
  CutFacts out;
  const auto building = take_meter(db, meter, out);
  if (!building) return fail(building.error());
  const auto settings = enforcement(db, out.property);
  out.enforcement = domain::enforcement_of(*settings, *building, meter);
  out.lasting = *supply_intents(db, meter);
  out.own_cut =
      select_one<OwnCut>(db, "where own_cut.meter_id = :meter and own_cut.state <> 'ended'", meter);
  take_account(db, meter, out);
  const auto terms = wallet_terms(db, meter);
  if (!terms) return fail(terms.error());
  out.terms = *terms;
  out.episodes = *level_episodes(db, meter);
  take_property(db, meter, day, now, out);
  return out;
}

Result<CutRecord> add_cut_decision(Db& db, CutRecord record) {
  const auto property = property_of_meter(db, record.meter);
  if (!property) return fail(Errc::meter_unknown, std::to_string(record.meter.value));
  record.property = *property;
  record.id = CutDecisionId{insert(db, record)};
  return record;
}

Result<CutStore::CutBegun> begin_cut(Db& db, const CutStore::CutBegin& begin) {
  PAYMETER_ASSERT(begin.record.verdict == domain::CutVerdict::cut);
  if (is_a_clock_doubted(db)) return fail(Errc::cut_facts_changed, "a station's clock");
  const auto now = cut_facts(db, begin.record.meter, begin.day, begin.record.at);
  if (!now) return fail(now.error());
  if (!same_for_cut(*now, begin.seen) && !mistake_made(Mistake::cut_no_recheck))
    return fail(Errc::cut_facts_changed);
  if (now->breaker_open && !mistake_made(Mistake::cut_breaker)) return fail(Errc::cut_breaker_open);
  const bool too_many = !now->is_rehearsed && !mistake_made(Mistake::cut_breaker) &&
                        domain::breaker_trips(now->unrehearsed, begin.record.at, now->meters);
  if (too_many) {
    domain::CutBreaker breaker;
    breaker.property = now->property;
    breaker.is_open = true;
    breaker.opened_at = begin.record.at;
    breaker.cuts = static_cast<int>(now->unrehearsed.size());
    store_breaker(db, breaker);
    return CutStore::CutBegun{};
  }
  if (now->own_cut) return fail(Errc::cut_facts_changed);
  // Two owners of buses, or two stations, may have seen the same free turn.
  if (now->is_rehearsed && !domain::is_paced(now->last_rehearsed, begin.record.at) &&
      !mistake_made(Mistake::cut_unpaced))
    return fail(Errc::cut_facts_changed);
  CutRecord record = begin.record;
  record.account = now->account;
  const auto stored = add_cut_decision(db, std::move(record));
  if (!stored) return fail(stored.error());
  return CutStore::CutBegun{insert_cut(db, *stored, *now)};
}

Result<OwnCut> step_cut(Db& db, const OwnCutStep& step) {
  auto cut = select_one<OwnCut>(db, "where own_cut.id = :id", step.cut);
  if (!cut) return fail(Errc::cut_unknown, std::to_string(step.cut.value));
  if (cut->state != step.from || cut->state == OwnCutState::ended || step.to < step.from)
    return fail(Errc::cut_state_conflict, std::string(own_cut_state_name(cut->state)));
  const bool cuts_again = step.decision && step.decision->verdict == domain::CutVerdict::cut;
  if (cuts_again && is_a_clock_doubted(db))
    return fail(Errc::cut_facts_changed, "a station's clock");
  cut->state = step.to;
  cut->trouble = step.trouble;
  if (step.is_try) {
    ++cut->tries;
    cut->tried_at = step.at;
  }
  if (step.to == OwnCutState::shown && !cut->shown_at) cut->shown_at = step.at;
  if (step.to >= OwnCutState::reclosing && !cut->reclose_from) cut->reclose_from = step.at;
  if (step.to == OwnCutState::ended) cut->ended_at = step.at;
  if (!step.reason.empty()) cut->end_reason = step.reason;
  if (step.to >= OwnCutState::reclosing)
    (void)end_supply_intent(
        db, {cut->meter, SupplyIntentKind::arrears, UserId{}, step.at, cut->end_reason});
  if (step.decision) {
    CutRecord record = *step.decision;
    record.meter = cut->meter;
    record.account = cut->account;
    if (auto stored = add_cut_decision(db, std::move(record)); !stored) return fail(stored.error());
  }
  update(db, *cut);
  return std::move(*cut);
}

Rows<OwnCut> lasting_cuts(Db& db) {
  return select<OwnCut>(db, "where own_cut.state <> 'ended' order by own_cut.id");
}

Result<Listed<OwnCut>> list_cuts(Db& db, const OwnCutFilter& filter) {
  Filter where;
  where.add("own_cut.property_id = :property", filter.property);
  where.add("own_cut.meter_id = :meter", filter.meter);
  if (filter.lasting_only) where.add("own_cut.state <> 'ended'");
  return where.list<OwnCut>(db, "", filter.page);
}

Result<Listed<CutRecord>> list_cut_decisions(Db& db, const CutFilter& filter) {
  Filter where;
  where.add("cut_decision.property_id = :property", filter.property);
  where.add("cut_decision.meter_id = :meter", filter.meter);
  where.add("cut_decision.verdict = :verdict", filter.verdict);
  where.add("cut_decision.at >= :from", filter.from);
  where.add("cut_decision.at < :to", filter.to);
  return where.list<CutRecord>(db, "", filter.page);
}

Result<std::optional<CutRecord>> last_cut_decision(Db& db, MeterId meter) {
  return select_one<CutRecord>(
      db, "where cut_decision.meter_id = :meter order by cut_decision.id desc limit 1", meter);
}

}  // namespace paymeter::store::sql
