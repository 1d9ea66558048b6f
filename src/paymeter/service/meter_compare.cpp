// One live read of everything that downloads bring, field by field.
#include "paymeter/service/meter_compare.hpp"

#include <algorithm>
#include <array>

#include "paymeter/domain/spelling.hpp"

namespace paymeter::service {
namespace {

using domain::CommandKind;
using domain::CommandState;

constexpr std::array<std::string_view, 5> kStandings{"same", "differs", "awaited", "never_sent",
                                                     "not_held"};

/// What is asked of the meter: what its model has and the station may hold.
struct Wanted {
  bool wallet = false;  ///< settings and prices
  bool tables = false;
};

struct Contents {
  Result<domain::PrepaidState> state = fail(Errc::link_stopped);
  Result<domain::PriceTable> prices = fail(Errc::link_stopped);
  Result<domain::TimeTables> tables = fail(Errc::link_stopped);
};

port::Async<> read_contents(port::MeterDriver& driver, port::BusLink& link, port::Runtime& runtime,
                            Wanted wanted, std::shared_ptr<Contents> out) {
  out->state = co_await driver.read_prepaid(link, runtime.now());
  if (!out->state) co_return;
  if (wanted.wallet) out->prices = co_await driver.read_prices(link);
  if (wanted.wallet && !out->prices) co_return;
  if (wanted.tables) out->tables = co_await driver.read_time_tables(link);
}

/// The newest command of a kind, of any state or of one.
port::Async<Result<std::optional<domain::Command>>> newest(port::Store& store, MeterId meter,
                                                           CommandKind kind,
                                                           std::optional<CommandState> state) {
  port::CommandFilter filter;
  filter.meter = meter;
  filter.kind = kind;
  filter.state = state;
  filter.page = {1, 0};
  auto found = co_await store.list_commands(filter);
  if (!found) co_return fail(found.error());
  if (found->rows.empty()) co_return std::nullopt;
  co_return std::move(found->rows.front());
}

CompareStanding standing_of(const ComparedGroup& group, UtcMs read_at) {
  if (std::ranges::all_of(group.fields, &domain::ReadBackField::is_same))
    return CompareStanding::same;
  if (!group.download) return CompareStanding::never_sent;
  const bool is_under_way = group.download->state == CommandState::pending;
  const bool arrived_since = group.download->finished_at && *group.download->finished_at > read_at;
  return is_under_way || arrived_since ? CompareStanding::awaited : CompareStanding::differs;
}

ComparedGroup without_held(ComparedGroup group) {
  for (domain::ReadBackField& field : group.fields) field.held.reset();
  group.standing = CompareStanding::not_held;
  return group;
}

ComparedGroup settings_group(const LiveMeter& live, const domain::MeterMoney& money,
                             const domain::PrepaidState& read) {
  ComparedGroup group;
  group.kind = CommandKind::write_settings;
  group.fields = domain::read_back_fields(live.meter.settings, read.settings);
  group.fields.insert(group.fields.begin(),
                      domain::version_field(money.settings_version, read.settings_version));
  return group;
}

/// The version of a tariff that is downloaded to meters; 0 = as imported.
port::Async<Result<std::int64_t>> applied_number(port::Store& store, PropertyId property,
                                                 TariffId tariff) {
  const auto profiles = co_await store.list_tariffs(property);
  if (!profiles) co_return fail(profiles.error());
  const auto at = std::ranges::find(*profiles, tariff, &port::TariffProfile::id);
  co_return at == profiles->end() ? 0 : at->applied_number;
}

ComparedGroup prices_group(const domain::PriceTable& held, const domain::PriceTable& read,
                           std::uint32_t held_version, std::uint32_t read_version) {
  ComparedGroup group;
  group.kind = CommandKind::write_prices;
  group.fields = domain::read_back_fields(held, read);
  group.fields.insert(group.fields.begin(), domain::version_field(held_version, read_version));
  return group;
}

port::Async<Result<ComparedGroup>> compare_settings(CompareDeps deps, MeterId meter,
                                                    domain::PrepaidState read) {
  const auto money = co_await deps.store.meter_money(meter);
  if (!money) co_return fail(money.error());
  auto sent = co_await newest(deps.store, meter, CommandKind::write_settings, {});
  if (!sent) co_return fail(sent.error());
  const LiveMeter* live = deps.live.find(meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  ComparedGroup group = settings_group(*live, *money, read);
  group.download = std::move(*sent);
  group.standing = standing_of(group, read.at);
  co_return group;
}

port::Async<Result<ComparedGroup>> compare_prices(CompareDeps deps, MeterId meter,
                                                  domain::PrepaidState read,
                                                  domain::PriceTable prices) {
  const auto money = co_await deps.store.meter_money(meter);
  if (!money) co_return fail(money.error());
  auto sent = co_await newest(deps.store, meter, CommandKind::write_prices, {});
  if (!sent) co_return fail(sent.error());
  const LiveMeter* live = deps.live.find(meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  const domain::Tariff* tariff =
      live->meter.tariff ? deps.live.tariff(*live->meter.tariff) : nullptr;
  const domain::PriceTable held = tariff == nullptr ? prices : tariff->prices;
  ComparedGroup group = prices_group(held, prices, money->price_version, read.price_version);
  group.download = std::move(*sent);
  if (tariff == nullptr) co_return without_held(std::move(group));
  group.tariff = tariff->id;
  group.standing = standing_of(group, read.at);
  const auto number = co_await applied_number(deps.store, live->meter.property, tariff->id);
  if (!number) co_return fail(number.error());
  group.tariff_number = *number;
  co_return group;
}

port::Async<Result<ComparedGroup>> compare_tables(CompareDeps deps, MeterId meter, UtcMs read_at,
                                                  domain::TimeTables tables) {
  auto sent = co_await newest(deps.store, meter, CommandKind::write_time_tables, {});
  if (!sent) co_return fail(sent.error());
  std::optional<domain::Command> held = *sent;
  if (held && held->state != CommandState::pending && held->state != CommandState::done) {
    // What failed is held by nobody: the meter should have what it confirmed before.
    auto done =
        co_await newest(deps.store, meter, CommandKind::write_time_tables, CommandState::done);
    if (!done) co_return fail(done.error());
    held = std::move(*done);
  }
  ComparedGroup group;
  group.kind = CommandKind::write_time_tables;
  group.download = std::move(*sent);
  group.fields = domain::read_back_fields(held ? held->tables : tables, tables);
  if (!held) co_return without_held(std::move(group));
  group.standing = standing_of(group, read_at);
  co_return group;
}

Result<Wanted> wanted_of(const CompareDeps& deps, const LiveMeter& live) {
  const auto driver = deps.drivers.make(live.meter);
  if (!driver) return fail(driver.error());
  const port::MeterAbilities& abilities = (*driver)->abilities();
  const bool is_meter_wallet = live.meter.prepaid && live.meter.wallet == domain::Wallet::meter;
  const Wanted wanted{abilities.prepaid_wallet && is_meter_wallet, abilities.time_tables};
  if (!wanted.wallet && !wanted.tables) return fail(Errc::meter_unsupported);
  return wanted;
}

}  // namespace

std::string_view compare_standing_name(CompareStanding standing) {
  return domain::spell(kStandings, standing);
}

bool MeterComparison::is_same() const {
  return std::ranges::all_of(groups, [](const ComparedGroup& group) {
    return group.standing == CompareStanding::same || group.standing == CompareStanding::not_held;
  });
}

port::Async<Result<MeterComparison>> compare_meter(CompareDeps deps, MeterId meter) {
  const LiveMeter* live = deps.live.find(meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  const auto wanted = wanted_of(deps, *live);
  if (!wanted) co_return fail(wanted.error());
  auto read = std::make_shared<Contents>();
  port::Runtime& runtime = deps.runtime;
  const Wanted asked = *wanted;
  auto ran = co_await deps.collector.run(
      meter, BusPriority::command,
      [read, asked, &runtime](port::MeterDriver& driver, port::BusLink& link) {
        return read_contents(driver, link, runtime, asked, read);
      });
  if (!ran) co_return fail(ran.error());
  if (!read->state) co_return fail(read->state.error());
  if (asked.wallet && !read->prices) co_return fail(read->prices.error());
  if (asked.tables && !read->tables) co_return fail(read->tables.error());
  co_await deps.collector.observed(meter, *read->state);

  MeterComparison out{read->state->at, read->state->epoch, {}};
  if (asked.wallet) {
    auto settings = co_await compare_settings(deps, meter, *read->state);
    if (!settings) co_return fail(settings.error());
    out.groups.push_back(std::move(*settings));
    auto prices = co_await compare_prices(deps, meter, *read->state, *read->prices);
    if (!prices) co_return fail(prices.error());
    out.groups.push_back(std::move(*prices));
  }
  if (asked.tables) {
    auto tables = co_await compare_tables(deps, meter, read->state->at, *read->tables);
    if (!tables) co_return fail(tables.error());
    out.groups.push_back(std::move(*tables));
  }
  co_return out;
}

}  // namespace paymeter::service
