// SqlStore's payment orders: dispatch only.
#include "paymeter/store/sql.hpp"
#include "paymeter/store/sql_store_perform.hpp"

namespace paymeter::store {

using Ordered = SqlStore::Answer<port::OrderedVend>;

Ordered SqlStore::create_order(domain::Vend vend, port::PaymentOrder order) {
  return write([vend = std::move(vend), order = std::move(order)](Db& db) {
    return sql::create_order(db, vend, order);
  });
}

Ordered SqlStore::order_captured(std::string order_number, std::string transaction, UtcMs at) {
  return write([number = std::move(order_number), transaction = std::move(transaction),
                at](Db& db) { return sql::order_captured(db, number, transaction, at); });
}

Ordered SqlStore::order_closed(std::string order_number, UtcMs at) {
  return write(
      [number = std::move(order_number), at](Db& db) { return sql::order_closed(db, number, at); });
}

Ordered SqlStore::begin_refund(std::string order_number) {
  return write(
      [number = std::move(order_number)](Db& db) { return sql::begin_refund(db, number); });
}

Ordered SqlStore::end_refund(std::string order_number, RefundEnd end, UtcMs at) {
  return write([number = std::move(order_number), end, at](Db& db) {
    return sql::end_refund(db, number, end, at);
  });
}

Ordered SqlStore::find_order(std::string order_number) {
  return read([number = std::move(order_number)](Db& db) { return sql::find_order(db, number); });
}

SqlStore::Answer<std::vector<port::OrderedVend>> SqlStore::unfinished_orders() {
  return read([](Db& db) { return sql::unfinished_orders(db); });
}

}  // namespace paymeter::store
