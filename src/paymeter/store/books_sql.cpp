// The invariants of the books (docs/vending.md), each as a query that finds its breaches.
#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {
namespace {

using Problems = std::vector<std::string>;

std::string number(std::int64_t value) { return std::to_string(value); }

/// Invariant 7: debits equal credits in every posting.
void unbalanced_postings(Db& db, Problems& out) {
  db.each<std::int64_t, std::int64_t>(
      "select p.id, cast(coalesce(sum(e.amount_fen), 0) as bigint) from posting p "
      "left join ledger_entry e on e.posting_id = p.id "
      "group by p.id having coalesce(sum(e.amount_fen), 0) <> 0 or count(e.id) = 0 order by p.id",
      [&](std::int64_t posting, std::int64_t difference) {
        out.push_back("posting " + number(posting) + " is unbalanced by " + number(difference) +
                      " fen or empty");
      });
}

/// Invariant 7: every account's balance is the sum of its entries.
void wrong_balances(Db& db, Problems& out) {
  db.each<std::int64_t, std::int64_t, std::int64_t>(
      "select a.id, a.balance_fen, cast(coalesce(sum(e.amount_fen), 0) as bigint) "
      "from ledger_account a left join ledger_entry e on e.ledger_account_id = a.id "
      "group by a.id, a.balance_fen having a.balance_fen <> coalesce(sum(e.amount_fen), 0) "
      "order by a.id",
      [&](std::int64_t account, std::int64_t balance, std::int64_t sum) {
        out.push_back("ledger account " + number(account) + " says " + number(balance) +
                      " fen but its entries add up to " + number(sum));
      });
  db.each<std::int64_t>(
      "select cast(sum(balance_fen) as bigint) from ledger_account having sum(balance_fen) <> 0",
      [&](std::int64_t sum) {
        out.push_back("the trial balance is off by " + number(sum) + " fen");
      });
}

/// Invariant 1: for each meter the books say what the sales' states say, so captured money is
/// delivered, kept as fee, pending, quarantined, due back or given back, and nothing else.
void books_against_sales(Db& db, Problems& out) {
  struct Kind {
    const char* account;
    const char* amount;  ///< what a sale contributes, credit positive
  };
  constexpr Kind kKinds[] = {
      {"pending", "case when state in ('paid', 'sent', 'cancelling') then to_meter_fen else 0 end"},
      {"delivered", "case when state = 'delivered' then to_meter_fen else 0 end"},
      {"quarantined", "case when state = 'quarantine' then to_meter_fen else 0 end"},
      {"refund_due",
       "case when state in ('refund_due', 'refund_failed') then captured_fen else 0 end"},
      {"fee",
       "case when state in ('paid', 'sent', 'cancelling', 'delivered', 'quarantine') "
       "then fees_fen else 0 end"},
  };
  for (const Kind& kind : kKinds)
    db.each<std::int64_t, std::int64_t, std::int64_t>(
        std::string("select m.id, cast(coalesce(v.expected, 0) as bigint), "
                    "cast(coalesce(l.booked, 0) as bigint) from meter m "
                    "left join (select meter_id, sum(") +
            kind.amount +
            ") as expected from vend group by meter_id) v on v.meter_id = m.id "
            "left join (select meter_id, -sum(balance_fen) as booked from ledger_account "
            "where kind = '" +
            kind.account +
            "' group by meter_id) l on l.meter_id = m.id "
            "where coalesce(v.expected, 0) <> coalesce(l.booked, 0) order by m.id",
        [&](std::int64_t meter, std::int64_t expected, std::int64_t booked) {
          out.push_back("meter " + number(meter) + ": sales say " + number(expected) + " fen " +
                        kind.account + ", the books say " + number(booked));
        });
}

/// Invariant 1 over all: money received and not given back is somewhere.
void captured_overall(Db& db, Problems& out) {
  db.each<std::int64_t, std::string, std::int64_t, std::int64_t>(
      "select p.id, v.method, cast(v.held as bigint), cast(coalesce(a.balance_fen, 0) as bigint) "
      "from property p join (select property_id, method, "
      "sum(case when state in ('created', 'closed', 'refunded') then 0 else captured_fen end) "
      "as held from vend group by property_id, method) v on v.property_id = p.id "
      "left join ledger_account a on a.property_id = p.id and a.kind = 'channel' "
      "and a.channel = v.method where v.held <> coalesce(a.balance_fen, 0) order by p.id, v.method",
      [&](std::int64_t property, const std::string& method, std::int64_t held,
          std::int64_t booked) {
        out.push_back("property " + number(property) + ": sales by " + method + " hold " +
                      number(held) + " fen, the books say " + number(booked));
      });
}

/// Each state is reached by its postings and no others.
void states_against_postings(Db& db, Problems& out) {
  struct Rule {
    const char* posting;
    const char* states;  ///< exactly the vends in these states have it
  };
  constexpr Rule kRules[] = {
      {"capture",
       "'paid', 'sent', 'cancelling', 'delivered', 'refund_due', 'refunded', 'refund_failed', "
       "'quarantine'"},
      {"delivery", "'delivered'"},
      {"refund_due", "'refund_due', 'refunded', 'refund_failed'"},
      {"paid_out", "'refunded'"},
      {"quarantine", "'quarantine'"},
  };
  for (const Rule& rule : kRules)
    db.each<std::int64_t, std::string, std::int64_t>(
        std::string("select v.id, v.state, cast(count(p.id) as bigint) from vend v "
                    "left join posting p on p.vend_id = v.id and p.kind = '") +
            rule.posting + "' group by v.id, v.state having (count(p.id) = 1) <> (v.state in (" +
            rule.states + ")) order by v.id",
        [&](std::int64_t vend, const std::string& state, std::int64_t count) {
          out.push_back("vend " + number(vend) + " is " + state + " with " + number(count) + " " +
                        rule.posting + " postings");
        });
}

/// Invariant 5 and 3: one in flight per meter, and the meter's row agrees with the sales.
void meters_against_sales(Db& db, Problems& out) {
  db.each<std::int64_t, std::int64_t>(
      "select meter_id, cast(count(*) as bigint) from vend where state in ('sent', 'cancelling') "
      "group by meter_id having count(*) > 1 order by meter_id",
      [&](std::int64_t meter, std::int64_t count) {
        out.push_back("meter " + number(meter) + " has " + number(count) + " sales in flight");
      });
  db.each<std::int64_t, std::int64_t>(
      "select m.meter_id, m.in_flight_vend_id from meter_money m "
      "left join vend v on v.id = m.in_flight_vend_id and v.meter_id = m.meter_id "
      "and v.state in ('sent', 'cancelling') "
      "where m.in_flight_vend_id is not null and v.id is null order by m.meter_id",
      [&](std::int64_t meter, std::int64_t vend) {
        out.push_back("meter " + number(meter) + " has vend " + number(vend) +
                      " in flight, which is not being sent");
      });
  db.each<std::int64_t, std::int64_t>(
      "select v.id, v.meter_id from vend v join meter_money m on m.meter_id = v.meter_id "
      "where v.state in ('sent', 'cancelling') and coalesce(m.in_flight_vend_id, 0) <> v.id "
      "order by v.id",
      [&](std::int64_t vend, std::int64_t meter) {
        out.push_back("vend " + number(vend) + " is being sent, but meter " + number(meter) +
                      " does not have it in flight");
      });
  db.each<std::int64_t, std::int64_t, std::int64_t>(
      "select v.id, v.n, m.purchase_count from vend v "
      "join meter_money m on m.meter_id = v.meter_id and m.epoch_serial = v.epoch_serial "
      "and m.epoch_clear_count = v.epoch_clear_count "
      "where v.state = 'delivered' and v.n > m.purchase_count order by v.id",
      [&](std::int64_t vend, std::int64_t n, std::int64_t count) {
        out.push_back("vend " + number(vend) + " was delivered as number " + number(n) +
                      ", but the meter's count is " + number(count));
      });
}

}  // namespace

Rows<std::string> check_books(Db& db) {
  Problems out;
  unbalanced_postings(db, out);
  wrong_balances(db, out);
  books_against_sales(db, out);
  captured_overall(db, out);
  states_against_postings(db, out);
  meters_against_sales(db, out);
  return out;
}

}  // namespace paymeter::store::sql
