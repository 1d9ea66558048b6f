// SqlStore's notices and platform wallets: dispatch only.
#include "paymeter/store/sql_store_perform.hpp"
#include "paymeter/store/wallet_sql.hpp"

namespace paymeter::store {

template <class T>
using Answer = SqlStore::Answer<T>;
using domain::Notice;
using domain::WalletTerms;

Answer<std::vector<Notice>> SqlStore::report_levels(port::LevelReport report) {
  return write([report = std::move(report)](Db& db) { return sql::report_levels(db, report); });
}

Answer<port::Stored<Notice>> SqlStore::add_notice(Notice notice, std::string key) {
  return write([notice = std::move(notice), key = std::move(key)](Db& db) {
    return sql::add_notice(db, notice, key);
  });
}

Answer<Notice> SqlStore::step_notice(port::NoticeStep step) {
  return write([step = std::move(step)](Db& db) { return sql::step_notice(db, step); });
}

Answer<Notice> SqlStore::find_notice(NoticeId id) {
  return read([id](Db& db) { return sql::find_notice(db, id); });
}

Answer<port::Listed<Notice>> SqlStore::list_notices(port::NoticeFilter filter) {
  return read([filter = std::move(filter)](Db& db) { return sql::list_notices(db, filter); });
}

Answer<std::vector<Notice>> SqlStore::queued_notices(int limit) {
  return read([limit](Db& db) { return sql::queued_notices(db, limit); });
}

Answer<std::vector<port::LevelEpisode>> SqlStore::level_episodes(MeterId meter) {
  return read([meter](Db& db) { return sql::level_episodes(db, meter); });
}

Answer<std::vector<MeterId>> SqlStore::meters_with_levels() {
  return read([](Db& db) { return sql::meters_with_levels(db); });
}

Answer<port::BillingInput> SqlStore::billing_input(MeterId meter) {
  return read([meter](Db& db) { return sql::billing_input(db, meter); });
}

Answer<port::Billing> SqlStore::store_billing_run(port::BillingRunStep step) {
  return write([step = std::move(step)](Db& db) { return sql::store_billing_run(db, step); });
}

Answer<port::Listed<port::ChargeLine>> SqlStore::list_charges(port::ChargeFilter filter) {
  return read([filter = std::move(filter)](Db& db) { return sql::list_charges(db, filter); });
}

Answer<std::vector<port::BillingStore::MonthBillRow>> SqlStore::bills_of_month(
    MeterId meter, port::MonthNumber month) {
  return read([meter, month](Db& db) { return sql::bills_of_month(db, meter, month); });
}

Answer<WalletTerms> SqlStore::wallet_terms(MeterId meter) {
  return read([meter](Db& db) { return sql::wallet_terms(db, meter); });
}

Answer<WalletTerms> SqlStore::set_wallet_terms(WalletTerms terms) {
  return write([terms = std::move(terms)](Db& db) { return sql::set_wallet_terms(db, terms); });
}

Answer<port::BillingStore::ShadowBooks> SqlStore::shadow_books(MeterId meter) {
  return read([meter](Db& db) { return sql::shadow_books(db, meter); });
}

Answer<void> SqlStore::set_shadow_point(domain::ShadowPoint point) {
  return write([point = std::move(point)](Db& db) { return sql::set_shadow_point(db, point); });
}

}  // namespace paymeter::store
