// Plain SQL, one query per sort of fact, for all meters at once.
#include "cut_view.hpp"

#include <set>

namespace paymeter::town {

void CutView::take_meters(Standings& out) {
  db_.each(
      "select m.id, m.is_protected, m.settings_alarm1_fen, m.settings_alarm2_fen, "
      "m.settings_overdraft_fen, coalesce(mm.settling, 0), coalesce(mm.quarantined, 0), "
      "coalesce(t.emergency_credit_fen * t.emergency_on, 0), coalesce(t.friendly_from, 0), "
      "coalesce(t.friendly_to, 0), coalesce(a.state = 'open', 0), exists (select 1 from "
      "supply_intent i where i.meter_id = m.id and i.kind = 'manual_trip' and i.ended_at is null), "
      "coalesce(a.id, 0), coalesce(a.shared_wallet, 0) "
      "from meter m left join meter_money mm on mm.meter_id = m.id "
      "left join wallet_terms t on t.meter_id = m.id "
      "left join account_meter am on am.meter_id = m.id and am.to_at is null "
      "and am.opened_at is not null left join account a on a.id = am.account_id",
      0, [&](sqlite3_stmt* row) {
        CutStanding& one = out[number_of<std::int64_t>(row, 0)];
        one.is_protected = number_of<bool>(row, 1);
        for (int level = 0; level < 2; ++level)
          if (const auto fen = number_of<std::int64_t>(row, 2 + level); fen > 0)
            one.level_fen[static_cast<std::size_t>(level)] = fen;
        one.level_fen[2] = -1;  // arrears begin below 0
        one.settling = number_of<bool>(row, 5);
        one.quarantined = number_of<bool>(row, 6);
        one.threshold_fen = -number_of<std::int64_t>(row, 4) - number_of<std::int64_t>(row, 7);
        one.friendly_from = number_of<std::int64_t>(row, 8);
        one.friendly_to = number_of<std::int64_t>(row, 9);
        one.account_open = number_of<bool>(row, 10);
        one.manual_trip_recorded = number_of<bool>(row, 11);
        one.account = number_of<std::int64_t>(row, 12);
        one.shared_wallet = number_of<bool>(row, 13);
      });
}

void CutView::take_money(Standings& out) {
  db_.each(
      "select am.meter_id, sum(v.to_meter_fen) from vend v cross join account_meter am "
      "on am.account_id = v.account_id cross join account a on a.id = am.account_id "
      "where (a.shared_wallet = 1 or v.meter_id = am.meter_id) and am.to_at is null "
      "and v.kind = 'sale' and v.state = 'delivered' group by am.meter_id",
      0, [&](sqlite3_stmt* row) {
        out[number_of<std::int64_t>(row, 0)].credited_fen = number_of<std::int64_t>(row, 1);
      });
  // A sale of any of the account's meters protects all of them.
  db_.each(
      "select am.meter_id, count(distinct v.id) from vend v join account_meter am on "
      "(am.account_id = v.account_id or am.meter_id = v.meter_id) and am.to_at is null "
      "where v.state in ('created', 'paid', 'sent', 'cancelling', 'quarantine') "
      "group by am.meter_id",
      0, [&](sqlite3_stmt* row) {
        out[number_of<std::int64_t>(row, 0)].orders_and_sales = number_of<std::int64_t>(row, 1);
      });
}

/// Off anywhere on the way from the property to the meter wins; else the nearest; none: off.
void CutView::take_enforcement(Standings& out) {
  std::string whole;
  std::map<std::int64_t, std::string> of_meter;
  db_.each("select meter_id, mode from enforcement where building_id = 0 order by id", 0,
           [&](sqlite3_stmt* row) {
             const auto meter = number_of<std::int64_t>(row, 0);
             (meter == 0 ? whole : of_meter[meter]) = text_of(row, 1);
           });
  bool breaker_open = false;
  db_.each("select max(is_open) from cut_breaker", 0,
           [&](sqlite3_stmt* row) { breaker_open = number_of<bool>(row, 0); });
  for (auto& [meter, one] : out) {
    const auto own = of_meter.find(meter);
    one.mode = own == of_meter.end() || whole == "off" ? whole : own->second;
    if (one.mode.empty()) one.mode = "off";
    one.breaker_open = breaker_open;
  }
}

void CutView::take_people(Standings& out) {
  db_.each(
      "select meter_id, kind, created_at from command where origin = 'operator' and state <> "
      "'failed' and kind in ('trip', 'force_on', 'release') order by id",
      0, [&](sqlite3_stmt* row) {
        CutStanding& one = out[number_of<std::int64_t>(row, 0)];
        one.operators_will = text_of(row, 1);
        one.will_at = number_of<std::int64_t>(row, 2);
      });
  db_.each(
      "select meter_id, level, max(delivered_at) from notice where state = 'delivered' "
      "group by meter_id, level",
      0, [&](sqlite3_stmt* row) {
        const std::string level = text_of(row, 1);
        const std::size_t index = level == "alarm1" ? 0 : level == "alarm2" ? 1 : 2;
        if (level == "alarm1" || level == "alarm2" || level == "arrears")
          out[number_of<std::int64_t>(row, 0)].told_at[index] = number_or_none(row, 2);
      });
  db_.each(
      "select l.meter_id, r.day, r.decided_at from cut_rehearsal_line l join cut_rehearsal r on "
      "r.id = l.rehearsal_id where r.state = 'approved' and l.guards = ''",
      0, [&](sqlite3_stmt* row) {
        out[number_of<std::int64_t>(row, 0)].rehearsed[number_of<std::int64_t>(row, 1)] =
            number_of<std::int64_t>(row, 2);
      });
  const char* settlements = "select meter_id, kind, state, id from settlement order by id";
  db_.each(settlements, 0, [&](sqlite3_stmt* row) {
    const std::string kind = text_of(row, 1), state = text_of(row, 2);
    CutStanding& one = out[number_of<std::int64_t>(row, 0)];
    // Closed, the meter stays off for nobody until it is opened again. While it is tripping it has
    // not held anything yet.
    const bool was_let_again = state == "done" && one.account != 0;
    one.settlement_holds = state == "done" ? kind == "closing" && !was_let_again
                                           : state != "cancelled" && state != "tripping";
    one.settlement = number_of<std::int64_t>(row, 3);
    one.settlement_state = state;
  });
}

void CutView::take_cuts(Standings& out) {
  db_.each(
      "select c.meter_id, c.id, c.state, c.is_rehearsed, c.shown_at, c.decided_at, d.verdict, "
      "d.balance_fen, d.previous_balance_fen, d.threshold_fen, d.reading_at "
      "from own_cut c join cut_decision d on d.id = c.decision_id order by c.id",
      0, [&](sqlite3_stmt* row) {
        CutStanding& one = out[number_of<std::int64_t>(row, 0)];
        ++one.cuts;
        one.cut.meter = number_of<std::int64_t>(row, 0);
        one.cut.id = number_of<std::int64_t>(row, 1);
        one.cut.state = text_of(row, 2);
        one.cut.is_rehearsed = number_of<bool>(row, 3);
        one.cut.was_shown = !is_null(row, 4);
        one.cut.decided_at = number_of<std::int64_t>(row, 5);
        one.cut.verdict = text_of(row, 6);
        one.cut.balance_fen = number_or_none(row, 7);
        one.cut.previous_fen = number_or_none(row, 8);
        one.cut.threshold_fen = number_or_none(row, 9);
        one.cut.reading_at = number_or_none(row, 10);
      });
}

std::map<std::int64_t, CutStanding> CutView::look() {
  Standings out;
  take_meters(out);
  take_money(out);
  take_enforcement(out);
  take_people(out);
  take_cuts(out);
  return out;
}

std::vector<PriceRow> CutView::prices() {
  std::vector<PriceRow> out;
  db_.each("select valid_from, number, note from tariff_version where state = 'approved'", 0,
           [&](sqlite3_stmt* row) {
             out.push_back({number_of<std::int64_t>(row, 0), number_of<std::int64_t>(row, 1),
                            std::stoll(text_of(row, 2))});
           });
  return out;
}

std::int64_t CutView::accounts_below_closed_ones() {
  std::int64_t out = 0;
  db_.each(
      "select count(*) from account b join account a on a.id = b.parent_id "
      "where a.state = 'closed' and b.state <> 'closed'",
      0, [&](sqlite3_stmt* row) { out = number_of<std::int64_t>(row, 0); });
  return out;
}

std::map<std::int64_t, std::string> CutView::codes() {
  std::map<std::int64_t, std::string> out;
  db_.each("select id, code from meter", 0,
           [&](sqlite3_stmt* row) { out[number_of<std::int64_t>(row, 0)] = text_of(row, 1); });
  return out;
}

}  // namespace paymeter::town
