// Reading the site's set-up.
#include "paymeter/store/sql.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store::sql {

Result<domain::Site> load_site(Db& db) {
  domain::Site site;
  site.properties = select<domain::Property>(db, "order by property.id");
  site.buildings = select<domain::Building>(db, "order by building.id");
  site.rooms = select<domain::Room>(db, "order by room.id");
  site.gateways = select<domain::Gateway>(db, "order by gateway.id");
  site.buses = select<domain::Bus>(db, "order by bus.id");
  site.tariffs = select<domain::Tariff>(db, "order by tariff.id");
  site.meters = select<domain::Meter>(db, "order by meter.id");
  for (domain::Tariff& tariff : site.tariffs) tariff.prices = load_prices(db, tariff.id);
  return site;
}

domain::PriceTable load_prices(Db& db, TariffId tariff) {
  domain::PriceTable prices;
  db.each<std::size_t, domain::Price>(
      "select rate, price_e8 from tariff_price where tariff_id = :tariff order by rate",
      [&](std::size_t rate, domain::Price price) { prices.rate_price.at(rate - 1) = price; },
      tariff);
  db.each<domain::Energy, domain::Price>(
      "select from_wh, surcharge_e8 from tariff_step where tariff_id = :tariff order by position",
      [&](domain::Energy from, domain::Price surcharge) {
        prices.steps.push_back({from, surcharge});
      },
      tariff);
  return prices;
}

void store_prices(Db& db, const domain::Tariff& tariff) {
  db.execute("delete from tariff_price where tariff_id = :tariff", tariff.id);
  db.execute("delete from tariff_step where tariff_id = :tariff", tariff.id);
  for (std::size_t i = 0; i < tariff.prices.rate_price.size(); ++i)
    db.execute(
        "insert into tariff_price (tariff_id, property_id, rate, price_e8) "
        "values (:tariff, :property, :rate, :price)",
        tariff.id, tariff.property, i + 1, tariff.prices.rate_price[i]);
  for (std::size_t i = 0; i < tariff.prices.steps.size(); ++i)
    db.execute(
        "insert into tariff_step (tariff_id, property_id, position, from_wh, surcharge_e8) "
        "values (:tariff, :property, :position, :from_wh, :surcharge)",
        tariff.id, tariff.property, i + 1, tariff.prices.steps[i].from,
        tariff.prices.steps[i].surcharge);
}

std::optional<PropertyId> property_of_meter(Db& db, MeterId meter) {
  return db.value<PropertyId>("select property_id from meter where id = :meter", meter);
}

}  // namespace paymeter::store::sql
