// Which prices went to which meter: the newest download, the newest that the meter confirmed, and
// who still needs the version in force.
#include "paymeter/store/sql.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store::sql {
namespace {

using domain::CommandState;

/// The newest download that was done.
void add_held(Db& db, TariffDownload& download) {
  const auto held = db.one<std::int64_t, std::uint32_t>(
      "select tariff_number, version from command where meter_id = :meter "
      "and kind = 'write_prices' and state = 'done' order by id desc limit 1",
      download.meter);
  if (!held) return;
  download.held_number = std::get<0>(*held);
  download.held_version = std::get<1>(*held);
}

}  // namespace

void fill_prices(Db& db, domain::Command& command) {
  const auto tariff = db.value<std::optional<TariffId>>(
      "select tariff_id from meter where id = :meter", command.meter);
  if (!tariff || !*tariff) return;
  command.tariff = *tariff;
  command.prices = load_prices(db, **tariff);
  command.tariff_number =
      db.value<std::int64_t>("select applied_number from tariff_profile where tariff_id = :tariff",
                             **tariff)
          .value_or(0);
}

Rows<TariffDownload> tariff_downloads(Db& db, TariffId tariff) {
  std::vector<TariffDownload> out;
  db.each<MeterId, std::optional<CommandId>, std::optional<TariffId>, std::optional<std::int64_t>,
          std::optional<std::uint32_t>, std::optional<CommandState>, std::optional<Errc>,
          std::optional<std::string>, std::optional<UtcMs>>(
      "select meter.id, command.id, command.tariff_id, command.tariff_number, command.version, "
      "command.state, command.result, command.differences, "
      "coalesce(command.finished_at, command.created_at) from meter left join command "
      "on command.id = (select max(newest.id) from command newest "
      "where newest.meter_id = meter.id and newest.kind = 'write_prices') "
      "where meter.tariff_id = :tariff order by meter.id",
      [&](MeterId meter, const std::optional<CommandId>& command,
          const std::optional<TariffId>& carried, const std::optional<std::int64_t>& number,
          const std::optional<std::uint32_t>& version, const std::optional<CommandState>& state,
          const std::optional<Errc>& result, const std::optional<std::string>& differences,
          const std::optional<UtcMs>& at) {
        TariffDownload row;
        row.meter = meter;
        row.command = command;
        row.tariff = carried;
        row.number = number.value_or(0);
        row.version = version.value_or(0);
        row.state = state;
        row.result = result;
        row.differences = differences.value_or("");
        row.at = at;
        out.push_back(std::move(row));
      },
      tariff);
  for (TariffDownload& row : out) add_held(db, row);
  return out;
}

Rows<PricesWanted> prices_wanted(Db& db, PropertyId property) {
  std::vector<PricesWanted> out;
  db.each<TariffId, std::int64_t, MeterId>(
      "select tariff_profile.tariff_id, tariff_profile.applied_number, meter.id "
      "from tariff_profile join meter on meter.tariff_id = tariff_profile.tariff_id "
      "join account_meter on account_meter.meter_id = meter.id "
      "join account on account.id = account_meter.account_id "
      "left join meter_money on meter_money.meter_id = meter.id "
      "where tariff_profile.property_id = :property and tariff_profile.applied_number > 0 "
      "and meter.prepaid = 1 and meter.wallet = 'meter' and account.state = 'open' "
      "and account_meter.to_at is null and coalesce(meter_money.settling, 0) = 0 "
      "and not exists (select 1 from command where command.id = "
      "(select max(newest.id) from command newest where newest.meter_id = meter.id "
      "and newest.kind = 'write_prices') and command.tariff_id = tariff_profile.tariff_id "
      "and command.tariff_number = tariff_profile.applied_number) "
      "and not exists (select 1 from command_batch_row join command_batch "
      "on command_batch.id = command_batch_row.batch_id "
      "where command_batch_row.meter_id = meter.id and command_batch_row.state = 'waiting' "
      "and command_batch.tariff_id = tariff_profile.tariff_id "
      "and command_batch.tariff_number = tariff_profile.applied_number) "
      "order by tariff_profile.tariff_id, meter.id",
      [&](TariffId tariff, std::int64_t number, MeterId meter) {
        out.push_back({tariff, number, meter});
      },
      property);
  return out;
}

}  // namespace paymeter::store::sql
