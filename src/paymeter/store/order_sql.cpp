// Orders at payment providers: one per sale, each step in the sale's own transaction.
#include "paymeter/base/assert.hpp"
#include "paymeter/base/mistake.hpp"
#include "paymeter/store/its_meter.hpp"
#include "paymeter/store/order_columns.hpp"
#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {
namespace {

using domain::Vend;
using domain::VendState;

/// After a statement that changed the order without its mark.
void mark_order(Db& db, const std::string& order_number) {
  const auto id = db.value<std::int64_t>(
      "select id from payment_order where order_number = :number", order_number);
  if (id) mark_again<StoredOrder>(db, *id);
}

Result<OrderedVend> found(Db& db, std::optional<StoredOrder> row) {
  if (!row) return fail(Errc::payment_order_unknown);
  auto vend = find_vend(db, row->order.vend);
  if (!vend) return fail(vend.error());
  return OrderedVend{std::move(*vend), std::move(row->order)};
}

Result<> step(Db& db, OrderedVend& ordered, VendStep step) {
  step.vend = ordered.vend.id;
  step.from = ordered.vend.state;
  auto stepped = step_vend(db, step);
  if (!stepped) return fail(stepped.error());
  ordered.vend = std::move(*stepped);
  return {};
}

/// CREATED → PAID; where the platform holds the wallet, delivered at once; where the meter has left
/// the account, owed back.
Result<> pay(Db& db, OrderedVend& ordered, UtcMs at) {
  VendStep paid;
  paid.to = VendState::paid;
  paid.at = at;
  paid.posting = domain::capture_posting(ordered.vend, at);
  if (auto ok = step(db, ordered, std::move(paid)); !ok) return ok;
  return deliver_or_owe(db, ordered.vend, at);
}

/// CLOSED → REFUND_DUE: nobody waits for this sale any more, so it is not revived.
Result<> owe_back(Db& db, OrderedVend& ordered, UtcMs at) {
  if (auto ok = post(db, *domain::capture_posting(ordered.vend, at)); !ok) return ok;
  VendStep owed;
  owed.to = VendState::refund_due;
  owed.at = at;
  owed.reason = Errc::payment_came_late;
  owed.posting = domain::undelivered_posting(ordered.vend, at);
  return step(db, ordered, std::move(owed));
}

/// Mistakes only: what has been delivered is sold once more.
void sell_again(Db& db, OrderedVend& ordered) {
  ordered.vend.state = VendState::paid;
  ordered.vend.n = 0;
  ordered.vend.epoch.reset();
  update(db, ordered.vend);
}

}  // namespace

Result<OrderedVend> create_order(Db& db, Vend vend, PaymentOrder order) {
  vend.method = order.method;
  auto created = create_ordered_vend(db, std::move(vend));
  if (!created) return fail(created.error());
  const Vend& made = created->vend;
  if (created->existed)
    return found(db, select_one<StoredOrder>(db, "where payment_order.vend_id = :vend", made.id));
  order.vend = made.id;
  order.property = made.property;
  order.amount = made.captured;
  order.created_at = made.created_at;
  // The tag keeps other people from guessing it.
  order.order_number = "P" + std::to_string(made.property.value) + "V" +
                       std::to_string(made.id.value) + "T" + std::to_string(made.tag);
  insert(db, StoredOrder{0, next_number(db, made.property, "payment_order"), order});
  return OrderedVend{made, std::move(order)};
}

Result<OrderedVend> order_captured(Db& db, const std::string& order_number,
                                   const std::string& transaction, UtcMs at) {
  auto ordered = find_order(db, order_number);
  if (!ordered) return ordered;
  PaymentOrder& order = ordered->order;
  const bool is_new = order.transaction.empty();
  if (!is_new && order.transaction != transaction) return fail(Errc::payment_transaction_used);
  const auto other = db.value<std::string>(
      "select order_number from payment_order where method = :method and transaction_id = :id "
      "and order_number <> :number",
      order.method, transaction, order_number);
  if (other) return fail(Errc::payment_transaction_used, "order " + *other);
  const VendState state = ordered->vend.state;
  if (state == VendState::closed && mistake_made(Mistake::late_drop)) return ordered;
  if (state == VendState::delivered && mistake_made(Mistake::notify_twice))
    sell_again(db, *ordered);
  if (!is_new) return ordered;

  order.transaction = transaction;
  order.captured_at = at;
  db.execute(
      "update payment_order set transaction_id = :id, captured_at = :at "
      "where order_number = :number",
      transaction, at, order_number);
  mark_order(db, order_number);
  PAYMETER_ASSERT(state == VendState::created || state == VendState::closed);
  auto moved = state == VendState::created ? pay(db, *ordered, at) : owe_back(db, *ordered, at);
  if (!moved) return fail(moved.error());
  return ordered;
}

Result<OrderedVend> order_closed(Db& db, const std::string& order_number, UtcMs at) {
  auto ordered = find_order(db, order_number);
  if (!ordered || ordered->vend.state != VendState::created) return ordered;
  VendStep closed;
  closed.to = VendState::closed;
  closed.at = at;
  closed.reason = Errc::payment_not_made;
  if (auto ok = step(db, *ordered, std::move(closed)); !ok) return fail(ok.error());
  ordered->order.closed_at = at;
  db.execute("update payment_order set closed_at = :at where order_number = :number", at,
             order_number);
  mark_order(db, order_number);
  return ordered;
}

Result<OrderedVend> begin_refund(Db& db, const std::string& order_number) {
  auto ordered = find_order(db, order_number);
  if (!ordered) return ordered;
  if (ordered->vend.state != VendState::refund_due) return fail(Errc::vend_state_conflict);
  std::string& number = ordered->order.refund_number;
  if (!number.empty() && !mistake_made(Mistake::refund_new_number)) return ordered;
  number = number.empty() ? "R" + order_number : number + "+";
  db.execute("update payment_order set refund_number = :refund where order_number = :number",
             ordered->order.refund_number, order_number);
  mark_order(db, order_number);
  return ordered;
}

Result<OrderedVend> end_refund(Db& db, const std::string& order_number, OrderStore::RefundEnd end,
                               UtcMs at) {
  auto ordered = find_order(db, order_number);
  if (!ordered) return ordered;
  if (ordered->vend.state != VendState::refund_due) return fail(Errc::vend_state_conflict);
  VendStep ended;
  ended.at = at;
  if (end == OrderStore::RefundEnd::refused) {
    ended.to = VendState::refund_failed;
    ended.reason = Errc::payment_refund_refused;
  } else {
    ended.to = VendState::refunded;
    ended.paid_out_by = ordered->order.method;
    ended.paid_out_reference = ordered->order.refund_number;
    Vend paid_out = ordered->vend;
    paid_out.paid_out_by = ended.paid_out_by;
    ended.posting = domain::paid_out_posting(paid_out, at);
  }
  if (auto ok = step(db, *ordered, std::move(ended)); !ok) return fail(ok.error());
  return ordered;
}

Result<OrderedVend> find_order(Db& db, const std::string& order_number) {
  return found(
      db, select_one<StoredOrder>(db, "where payment_order.order_number = :number", order_number));
}

Result<std::vector<OrderedVend>> unfinished_orders(Db& db) {
  std::vector<OrderedVend> out;
  for (StoredOrder& row : select<StoredOrder>(
           db,
           "where payment_order.vend_id in (select id from vend where state in ('created', "
           "'refund_due')) order by payment_order.vend_id")) {
    auto vend = find_vend(db, row.order.vend);
    if (!vend) return fail(vend.error());
    out.push_back({std::move(*vend), std::move(row.order)});
  }
  return out;
}

}  // namespace paymeter::store::sql
