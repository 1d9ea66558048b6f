// Who lacks the prices in force, and the batches that bring them.
#include "paymeter/service/tariff_rollout.hpp"

#include <map>
#include <utility>

namespace paymeter::service {

port::Async<Result<int>> TariffRollout::roll_out(PropertyId property) {
  const auto wanted = co_await deps_.store.prices_wanted(property);
  if (!wanted) co_return fail(wanted.error());
  std::map<std::pair<TariffId, std::int64_t>, std::vector<MeterId>> by_version;
  for (const port::PricesWanted& row : *wanted)
    by_version[{row.tariff, row.number}].push_back(row.meter);
  int made = 0;
  for (const auto& [version, meters] : by_version) {
    BatchRequest request;
    request.property = property;
    request.order.kind = domain::CommandKind::write_prices;
    request.order.selection.meters = meters;
    request.order.reason = "电价版本 " + std::to_string(version.second) + " 生效";
    request.selection_text = "{\"tariff_id\":" + std::to_string(version.first.value) + "}";
    request.origin = domain::CommandOrigin::tariff_change;
    request.tariff = version.first;
    request.tariff_number = version.second;
    request.idempotency_key = "tariff:" + std::to_string(version.first.value) + ":" +
                              std::to_string(version.second) + ":" +
                              std::to_string(deps_.runtime.now().value);
    const auto created = co_await deps_.batches.create(std::move(request));
    if (created && !created->existed) ++made;
    // All of them are lost just now: there is nothing to store yet.
    if (!created && created.error().code != Errc::batch_empty) co_return fail(created.error());
  }
  co_return made;
}

port::Async<> TariffRollout::keep_rolled_out() {
  while (!deps_.runtime.stopping()) {
    std::vector<PropertyId> properties;
    for (const domain::Property& property : deps_.live.site().properties)
      properties.push_back(property.id);
    for (const PropertyId property : properties) (void)co_await roll_out(property);
    co_await wake_->wait_until(deps_.runtime.mono() + minutes(1));
  }
}

}  // namespace paymeter::service
