// SqlStore's tariff versions: dispatch only.
#include "paymeter/store/sql.hpp"
#include "paymeter/store/sql_store_perform.hpp"

namespace paymeter::store {

template <class T>
using Answer = SqlStore::Answer<T>;
using domain::tariff::TariffVersion;

Answer<port::TariffProfile> SqlStore::add_tariff(port::TariffProfile profile) {
  return write([profile = std::move(profile)](Db& db) { return sql::add_tariff(db, profile); });
}

Answer<std::vector<port::TariffProfile>> SqlStore::list_tariffs(PropertyId property) {
  return read([property](Db& db) { return sql::list_tariffs(db, property); });
}

Answer<TariffVersion> SqlStore::write_version(port::VersionText text) {
  return write([text = std::move(text)](Db& db) { return sql::write_version(db, text); });
}

Answer<TariffVersion> SqlStore::act_on_version(port::VersionActRequest request) {
  return write([request = std::move(request)](Db& db) { return sql::act_on_version(db, request); });
}

Answer<std::vector<TariffVersion>> SqlStore::list_versions(TariffId tariff) {
  return read([tariff](Db& db) { return sql::list_versions(db, tariff); });
}

Answer<std::vector<port::VersionActLine>> SqlStore::version_history(TariffId tariff,
                                                                    std::int64_t number) {
  return read([tariff, number](Db& db) { return sql::version_history(db, tariff, number); });
}

Answer<port::TariffStore::MeterVersions> SqlStore::versions_of_meter(MeterId meter) {
  return read([meter](Db& db) { return sql::versions_of_meter(db, meter); });
}

Answer<void> SqlStore::apply_prices(TariffId tariff, std::int64_t number,
                                    domain::PriceTable prices) {
  return write([tariff, number, prices = std::move(prices)](Db& db) {
    return sql::apply_prices(db, tariff, number, prices);
  });
}

}  // namespace paymeter::store
