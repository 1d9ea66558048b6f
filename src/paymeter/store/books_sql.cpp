// The invariants of the books (docs/vending.md), each as a query that finds its breaches.
#include "paymeter/store/sql.hpp"
#include "paymeter/store/wallet_sql.hpp"

namespace paymeter::store::sql {
namespace {

using Problems = std::vector<std::string>;

constexpr std::int64_t kVendsPerPage = 10'000;

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

/// What sales say about one kind of ledger account, and which postings to it are not about sales.
struct Agreement {
  const char* kind;
  const char* group;   ///< column of the ledger account and of `vend` that both sides are summed by
  const char* amount;  ///< what a vend contributes, credit positive
  const char* foreign = "''";  ///< posting kinds left out
};

/// A refund or reversal that the meter has given: owed, paid out, or refused by the channel.
#define TAKEN_OUT "(to_meter_fen < 0 and state in ('refund_due', 'refunded', 'refund_failed'))"

/// Invariant 1: for each meter the books say what the sales' states say, so captured money is
/// delivered, kept as fee, pending, quarantined, due back or given back, and nothing else.
constexpr Agreement kAgreements[] = {
    {"pending", "meter_id",
     "case when to_meter_fen > 0 and state in ('paid', 'sent', 'cancelling') "
     "then to_meter_fen else 0 end"},
    {"delivered", "meter_id",
     "case when wallet = 'meter' and (state = 'delivered' or " TAKEN_OUT
     ") then to_meter_fen else 0 end",
     "'foreign_sale', 'consumption', 'write_off'"},
    {"wallet", "property_id",
     "case when wallet = 'platform' and (state = 'delivered' or " TAKEN_OUT
     ") then to_meter_fen else 0 end",
     "'charge', 'write_off'"},
    {"quarantined", "meter_id",
     "case when to_meter_fen > 0 and state = 'quarantine' then to_meter_fen else 0 end"},
    {"refund_due", "meter_id",
     "case when state in ('refund_due', 'refund_failed') then abs(captured_fen) else 0 end",
     "'write_off'"},
    {"fee", "meter_id",
     "case when state in ('paid', 'sent', 'cancelling', 'delivered', 'quarantine', 'moved') "
     "and to_meter_fen > 0 or " TAKEN_OUT " then fees_fen else 0 end"},
    {"transfer", "account_id",
     "case when kind = 'transfer_out' and state = 'delivered' then -to_meter_fen "
     "when state = 'moved' and kind <> 'transfer_in' then to_meter_fen "
     "when state = 'moved' then 0 "
     "when kind = 'transfer_in' and state not in ('created', 'closed') then -to_meter_fen "
     "else 0 end"},
    {"grant", "property_id",
     "case when kind = 'grant' and state <> 'closed' then -to_meter_fen else 0 end"},
    {"adjustment", "property_id",
     "case when kind = 'adjustment' and (state = 'delivered' "
     "or to_meter_fen > 0 and state not in ('closed', 'refund_due')) "
     "then -to_meter_fen else 0 end"},
};

void books_against_sales(Db& db, Problems& out) {
  for (const Agreement& agreement : kAgreements) {
    const std::string kind = agreement.kind, group = agreement.group;
    db.each<std::int64_t, std::int64_t, std::int64_t>(
        "select e.id, cast(sum(e.expected) as bigint), cast(sum(e.booked) as bigint) from ("
        "select " +
            group + " as id, " + agreement.amount +
            " as expected, 0 as booked from vend "
            "union all select a." +
            group +
            ", 0, -l.amount_fen from ledger_entry l "
            "join ledger_account a on a.id = l.ledger_account_id "
            "join posting p on p.id = l.posting_id "
            "where a.kind = '" +
            kind + "' and p.kind not in (" + agreement.foreign +
            ")) e "
            "group by e.id having sum(e.expected) <> sum(e.booked) order by e.id",
        [&](std::int64_t id, std::int64_t expected, std::int64_t booked) {
          out.push_back(group.substr(0, group.size() - 3) + " " + number(id) + ": sales say " +
                        number(expected) + " fen " + kind + ", the books say " + number(booked));
        });
  }
}

/// Invariant 1 over all: money received by a channel and not given back by it is on the channel.
void captured_overall(Db& db, Problems& out) {
  db.each<std::int64_t, std::string, std::int64_t, std::int64_t>(
      "select e.id, e.method, cast(sum(e.held) as bigint), cast(sum(e.booked) as bigint) from ("
      "select property_id as id, method, captured_fen as held, 0 as booked from vend "
      "where kind = 'sale' and state not in ('created', 'closed') "
      "union all select property_id, coalesce(paid_out_by, method), -abs(captured_fen), 0 "
      "from vend where state = 'refunded' "
      "union all select a.property_id, a.label, 0, l.amount_fen from ledger_entry l "
      "join ledger_account a on a.id = l.ledger_account_id join posting p on p.id = l.posting_id "
      "where a.kind = 'channel' and p.kind <> 'service_payment') e "
      "group by e.id, e.method having sum(e.held) <> sum(e.booked) order by e.id, e.method",
      [&](std::int64_t property, const std::string& method, std::int64_t held,
          std::int64_t booked) {
        out.push_back("property " + number(property) + ": sales by " + method + " hold " +
                      number(held) + " fen, the books say " + number(booked));
      });
  // Invariant 6: what was captured from somebody is delivered, owed or given back, not forgotten.
  db.each<std::int64_t>(
      "select v.id from vend v where v.state = 'closed' and v.kind in ('sale', 'transfer_in') "
      "and exists (select 1 from posting p where p.vend_id = v.id and p.kind = 'capture') "
      "order by v.id",
      [&](std::int64_t vend) {
        out.push_back("vend " + number(vend) + " was captured and is closed");
      });
}

/// How many postings of each kind a vend has.
struct Postings {
  std::int64_t capture = 0, delivery = 0, refund_due = 0, undone = 0, quarantine = 0,
               resolution = 0, paid_out = 0;
};

/// Each state is reached by its postings and no others. Returns what is wrong, or "".
std::string wrong_postings(domain::VendState state, bool puts_in, const Postings& has) {
  using enum domain::VendState;
  const bool is_owed = state == refund_due || state == refunded || state == refund_failed;
  const bool arrived = state == delivered || (is_owed && !puts_in);
  const std::int64_t given_up = has.undone + (puts_in ? has.resolution : 0);
  const std::int64_t captures = state == closed ? given_up : puts_in && state != created;
  if (state == moved && has.resolution != 1) return number(has.resolution) + " resolution";
  if (has.capture != captures) return number(has.capture) + " capture";
  const std::int64_t decided = has.resolution;
  if (arrived && has.delivery + decided != 1) return number(has.delivery + decided) + " delivery";
  if (!arrived && has.delivery != 0) return number(has.delivery) + " delivery";
  const bool is_due = is_owed && puts_in;
  if (is_due && has.refund_due + decided != 1)
    return number(has.refund_due + decided) + " refund_due";
  if (!is_due && has.refund_due != 0) return number(has.refund_due) + " refund_due";
  if (has.paid_out != (state == refunded)) return number(has.paid_out) + " paid_out";
  const std::int64_t quarantines = state == quarantine ? puts_in : (puts_in ? decided : 0);
  if (has.quarantine != quarantines) return number(has.quarantine) + " quarantine";
  if (state == quarantine && decided != 0) return number(decided) + " resolution";
  return "";
}

/// Of the vends above `after`, at most kVendsPerPage. Returns the last one, or nothing at the end.
std::optional<std::int64_t> states_against_postings(Db& db, std::int64_t after, Problems& out) {
  std::optional<std::int64_t> last;
  const auto count = [](const char* kind) {
    return std::string("cast(count(case when p.kind = '") + kind + "' then 1 end) as bigint)";
  };
  db.each<std::int64_t, std::string, std::int64_t, std::int64_t, std::int64_t, std::int64_t,
          std::int64_t, std::int64_t, std::int64_t, std::int64_t>(
      "select v.id, v.state, v.to_meter_fen, " + count("capture") + ", " + count("delivery") +
          ", " + count("refund_due") + ", " + count("undone") + ", " + count("quarantine") + ", " +
          count("resolution") + ", " + count("paid_out") +
          " from (select id, state, to_meter_fen from vend where id > :after order by id "
          "limit :limit) v left join posting p on p.vend_id = v.id "
          "group by v.id, v.state, v.to_meter_fen order by v.id",
      [&](std::int64_t vend, const std::string& spelled, std::int64_t to_meter,
          std::int64_t capture, std::int64_t delivery, std::int64_t refund_due, std::int64_t undone,
          std::int64_t quarantine, std::int64_t resolution, std::int64_t paid_out) {
        last = vend;
        const auto state = domain::vend_state_from_name(spelled);
        if (!state) return out.push_back("vend " + number(vend) + " has an unknown state");
        const std::string wrong = wrong_postings(
            *state, to_meter > 0,
            {capture, delivery, refund_due, undone, quarantine, resolution, paid_out});
        if (!wrong.empty())
          out.push_back("vend " + number(vend) + " is " + spelled + " with " + wrong + " postings");
      },
      after, kVendsPerPage);
  return last;
}

/// In pages: the list of all vends need not fit into memory.
void states_against_postings(Db& db, Problems& out) {
  for (std::optional<std::int64_t> last = 0; last;) last = states_against_postings(db, *last, out);
}

/// A transfer's second half follows its first.
void halves_of_transfers(Db& db, Problems& out) {
  db.each<std::int64_t, std::string, std::string>(
      "select o.id, o.state, i.state from vend o join vend i on i.id = o.related_vend_id "
      "where o.kind = 'transfer_out' and ((o.state = 'delivered') <> "
      "(i.state not in ('created', 'closed')) or o.state = 'closed' and i.state <> 'closed') "
      "order by o.id",
      [&](std::int64_t vend, const std::string& first, const std::string& second) {
        out.push_back("transfer " + number(vend) + " is " + first + " but its second half is " +
                      second);
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
      "select v.id, v.meter_id from vend v join meter_money m on m.meter_id = v.meter_id "
      "and m.epoch_serial = v.epoch_serial and m.epoch_clear_count = v.epoch_clear_count "
      "where v.state = 'quarantine' and m.quarantined = 0 order by v.id",
      [&](std::int64_t vend, std::int64_t meter) {
        out.push_back("vend " + number(vend) + " is quarantined, but meter " + number(meter) +
                      " is not");
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

constexpr void (*kInvariants[])(Db&, Problems&) = {
    unbalanced_postings,     wrong_balances,      books_against_sales,  captured_overall,
    states_against_postings, halves_of_transfers, meters_against_sales, charges_against_postings};

}  // namespace

std::size_t book_invariant_count() { return std::size(kInvariants); }

std::vector<std::string> check_book_invariant(Db& db, std::size_t index) {
  Problems out;
  kInvariants[index](db, out);
  return out;
}

Rows<std::string> check_books(Db& db) {
  Problems out;
  for (const auto check : kInvariants) check(db, out);
  return out;
}

}  // namespace paymeter::store::sql
