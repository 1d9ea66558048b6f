// The shadow's starting points.
#include "paymeter/store/wallet_columns.hpp"
#include "paymeter/store/wallet_sql.hpp"

namespace paymeter::store::sql {

Result<BillingStore::ShadowBooks> shadow_books(Db& db, MeterId meter) {
  const auto money = meter_money(db, meter);
  if (!money) return fail(money.error());
  const auto property = property_of_meter(db, meter);
  BillingStore::ShadowBooks out;
  out.point = select_one<domain::ShadowPoint>(db, "where wallet_shadow.meter_id = :meter", meter);
  out.delivered =
      -ledger_balance(db, *property, {domain::LedgerAccountKind::delivered, meter, {}, {}});
  out.is_moving = money->in_flight || money->quarantined || money->settling;
  return out;
}

Result<> set_shadow_point(Db& db, domain::ShadowPoint point) {
  const auto property = property_of_meter(db, point.meter);
  if (!property) return fail(Errc::meter_unknown, std::to_string(point.meter.value));
  point.property = *property;
  const auto& text = TableText<domain::ShadowPoint>::get();
  db.execute("delete from wallet_shadow where meter_id = :meter", point.meter);
  std::string values;
  for (std::size_t i = 0; i < text.texts.size(); ++i)
    values += (i == 0 ? ":v" : ", :v") + std::to_string(i);
  std::string columns = text.columns;  // `wallet_shadow.meter_id, …`: an insert wants them bare
  const std::string prefix = "wallet_shadow.";
  for (auto at = columns.find(prefix); at != std::string::npos; at = columns.find(prefix))
    columns.erase(at, prefix.size());
  db.execute_cells("insert into wallet_shadow (" + columns + ") values (" + values + ")",
                   cells_of(point));
  return {};
}

}  // namespace paymeter::store::sql
