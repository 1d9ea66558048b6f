// Drafts and acts, versions in force, prices for download.
#include "paymeter/service/tariffs.hpp"

#include <algorithm>

#include "paymeter/domain/tariff/meter_prices.hpp"

namespace paymeter::service {

namespace rating = domain::rating;
namespace tariff = domain::tariff;
using tariff::TariffVersion;

port::Async<Result<WrittenVersion>> Tariffs::write(TariffDraft draft) {
  const auto product = deps_.format.read_product(draft.product);
  if (!product) co_return fail(product.error());
  auto warnings = tariff::check_product(*product);
  if (!warnings) co_return fail(warnings.error());
  const auto offset =
      deps_.format.fixed_utc_offset(product->time_zone, draft.valid_from, draft.valid_from);
  if (!offset) co_return fail(offset.error());
  const auto day = rating::day_number_at(draft.valid_from, *offset);
  if (rating::midnight(day, *offset) != draft.valid_from)
    co_return fail(Errc::tariff_value_invalid,
                   "valid_from: must be a midnight in " + product->time_zone);
  port::VersionText text;
  text.tariff = draft.tariff;
  text.number = draft.number;
  text.valid_from = draft.valid_from;
  text.content = deps_.format.write_product(*product);
  text.digest = deps_.format.digest(text.content);
  text.note = std::move(draft.note);
  text.by = draft.by;
  text.at = deps_.runtime.now();
  auto version = co_await deps_.store.write_version(std::move(text));
  if (!version) co_return fail(version.error());
  co_return WrittenVersion{std::move(*version), std::move(*warnings)};
}

port::Async<Result<TariffVersion>> Tariffs::act(port::VersionActRequest request) {
  request.at = deps_.runtime.now();
  co_return co_await deps_.store.act_on_version(std::move(request));
}

port::Async<Result<TariffVersion>> Tariffs::find(TariffId id, std::int64_t number) {
  auto versions = co_await deps_.store.list_versions(id);
  if (!versions) co_return fail(versions.error());
  const auto found = std::ranges::find(*versions, number, &TariffVersion::number);
  if (found == versions->end())
    co_return fail(Errc::tariff_version_unknown, std::to_string(number));
  co_return std::move(*found);
}

port::Async<Result<TariffVersion>> Tariffs::in_force(MeterId meter, UtcMs at) {
  const auto versions = co_await deps_.store.versions_of_meter(meter);
  if (!versions) co_return fail(versions.error());
  const TariffVersion* found = tariff::in_force(versions->own, at);
  if (found == nullptr) found = tariff::in_force(versions->set_up, at);
  if (found == nullptr) co_return fail(Errc::tariff_not_in_force);
  co_return *found;
}

port::Async<Result<bool>> Tariffs::apply_version_in_force(port::TariffProfile profile) {
  const UtcMs now = deps_.runtime.now();
  const auto versions = co_await deps_.store.list_versions(profile.id);
  if (!versions) co_return fail(versions.error());
  const TariffVersion* version = tariff::in_force(*versions, now);
  if (version == nullptr || version->number == profile.applied_number) co_return false;
  tariff::Warnings warnings;
  const auto schedule = compile_version(deps_.format, *version, {}, now, now, warnings);
  if (!schedule) co_return false;
  const auto date = rating::local_day(rating::day_number_at(now, schedule->utc_offset())).date;
  const auto prices = tariff::meter_prices(*schedule, {date.year, date.month});
  if (!prices) co_return false;
  const auto applied = co_await deps_.store.apply_prices(profile.id, version->number, *prices);
  if (!applied) co_return fail(applied.error());
  co_return true;
}

port::Async<Result<std::vector<TariffId>>> Tariffs::apply_due(PropertyId property) {
  const auto profiles = co_await deps_.store.list_tariffs(property);
  if (!profiles) co_return fail(profiles.error());
  std::vector<TariffId> changed;
  for (const port::TariffProfile& profile : *profiles) {
    const auto applied = co_await apply_version_in_force(profile);
    if (!applied) co_return fail(applied.error());
    if (*applied) changed.push_back(profile.id);
  }
  if (!changed.empty())
    if (auto ok = co_await deps_.site.reload(); !ok) co_return fail(ok.error());
  co_return changed;
}

port::Async<> Tariffs::keep_applied() {
  while (!deps_.runtime.stopping()) {
    std::vector<PropertyId> properties;  // a reload within replaces the table's
    for (const domain::Property& property : deps_.live.site().properties)
      properties.push_back(property.id);
    for (const PropertyId property : properties) (void)co_await apply_due(property);
    co_await deps_.runtime.sleep(minutes(1));
  }
}

port::Async<Result<domain::Money>> Tariffs::service_fee(MeterId meter, domain::Money captured) {
  constexpr std::int64_t kWhole = 10'000;  // a fraction in 10⁻⁴
  const auto version = co_await in_force(meter, deps_.runtime.now());
  if (!version && version.error().code == Errc::tariff_not_in_force) co_return domain::Money{};
  if (!version) co_return fail(version.error());
  auto known = service_e4_.find(version->id.value);
  if (known == service_e4_.end()) {
    const auto product = deps_.format.read_product(version->content);
    if (!product) co_return fail(product.error());
    known = service_e4_.emplace(version->id.value, product->service_e4).first;
  }
  co_return domain::Money{(captured.fen * known->second + kWhole / 2) / kWhole};
}

}  // namespace paymeter::service
