// SqlStore's chain, verification and service charges: dispatch only.
#include "paymeter/store/sql.hpp"
#include "paymeter/store/sql_store_perform.hpp"

namespace paymeter::store {

template <class T>
using Answer = SqlStore::Answer<T>;

Answer<std::vector<PropertyId>> SqlStore::chain_properties() {
  return read([](Db& db) { return sql::chain_properties(db); });
}

Answer<port::UnsealedTail> SqlStore::unsealed_tail(PropertyId property, int limit) {
  return read([property, limit](Db& db) { return sql::unsealed_tail(db, property, limit); });
}

Answer<port::ChainHorizon> SqlStore::chain_horizon(PropertyId property) {
  // A write, so that it takes its turn among the writers: see sql::chain_horizon.
  return write([property](Db& db) { return sql::chain_horizon(db, property); });
}

Answer<std::optional<domain::Seal>> SqlStore::draft_seal(PropertyId property,
                                                         port::ChainHorizon horizon, UtcMs at) {
  return read(
      [property, horizon, at](Db& db) { return sql::draft_seal(db, property, horizon, at); });
}

Answer<port::ChainHead> SqlStore::add_seal(domain::Seal seal) {
  return write([seal = std::move(seal)](Db& db) { return sql::add_seal(db, seal); });
}

Answer<port::ChainHead> SqlStore::chain_head(PropertyId property) {
  return read([property](Db& db) { return sql::chain_head(db, property); });
}

Answer<std::optional<port::ChainHead>> SqlStore::find_head(std::string hash) {
  return read([hash = std::move(hash)](Db& db) { return sql::find_head(db, hash); });
}

Answer<port::ChainWalk> SqlStore::walk_chain(port::ChainWalk step) {
  return read([step = std::move(step)](Db& db) { return sql::walk_chain(db, step); });
}

std::string SqlStore::book_check_name(int part) { return sql::book_check_name(part); }

Answer<port::ChainStore::BookCheck> SqlStore::check_books_part(int part) {
  return read([part](Db& db) { return sql::check_books_part(db, part); });
}

Answer<port::ServiceChargeStore::Recorded> SqlStore::add_service_record(
    domain::ServiceRecord record) {
  return write(
      [record = std::move(record)](Db& db) { return sql::add_service_record(db, record); });
}

Answer<port::Listed<domain::ServiceRecord>> SqlStore::list_service_records(
    port::ServiceFilter filter) {
  return read([filter](Db& db) { return sql::list_service_records(db, filter); });
}

Answer<std::vector<port::ServiceBalance>> SqlStore::service_balances(AccountId account) {
  return read([account](Db& db) { return sql::service_balances(db, account); });
}

Answer<std::vector<port::DaySum>> SqlStore::day_sums(PropertyId property, UtcMs from, UtcMs to) {
  return read([property, from, to](Db& db) { return sql::day_sums(db, property, from, to); });
}

}  // namespace paymeter::store
