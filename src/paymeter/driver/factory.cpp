// Chooses the driver that a model's data ask for.
#include "paymeter/driver/factory.hpp"

#include <algorithm>

#include "paymeter/base/assert.hpp"
#include "paymeter/codec/modbus_pdu.hpp"
#include "paymeter/driver/reference_nk_driver.hpp"

namespace paymeter::driver {
namespace {

const std::string& name_of(const std::shared_ptr<const PreparedModel>& prepared) {
  return prepared->model.name;
}

/// Reads of so many registers each.
port::ReadLoad load_of(const std::vector<std::uint16_t>& counts) {
  constexpr std::size_t kReadRequestSize = 5;
  port::ReadLoad load;
  for (std::uint16_t count : counts) {
    ++load.requests;
    load.request_bytes += kReadRequestSize;
    load.reply_bytes += codec::read_reply_size(count);
  }
  return load;
}

}  // namespace

ModelDriverFactory::ModelDriverFactory(std::vector<Model> models) {
  for (Model& model : models) {
    auto plan = plan_reads(model.registers, model.read);
    PAYMETER_ASSERT(plan.has_value());
    port::MeterAbilities abilities;
    abilities.prepaid_wallet = model.prepaid.has_value();
    abilities.relay = model.relay.has_value();
    abilities.measurements = !model.registers.empty();
    abilities.verified = model.verified();
    abilities.clock = abilities.time_tables = model.prepaid.has_value();
    if (model.prepaid)
      abilities.status_load = load_of({codec::reference_nk::kPrepaidBlock.count});
    else if (model.relay)
      abilities.status_load = load_of({codec::reference_nk::kRelayBlock.count});
    std::vector<std::uint16_t> counts;
    for (const PlannedRead& read : *plan) counts.push_back(read.count);
    abilities.full_load = load_of(counts);
    auto prepared = std::make_shared<const PreparedModel>(
        PreparedModel{std::move(model), std::move(*plan), abilities});
    std::erase_if(models_, [&](const auto& old) { return name_of(old) == name_of(prepared); });
    models_.push_back(std::move(prepared));
  }
  std::ranges::sort(models_, {}, name_of);
}

Result<std::unique_ptr<port::MeterDriver>> ModelDriverFactory::make(const domain::Meter& meter) {
  const auto found = std::ranges::find(models_, meter.model, name_of);
  if (found == models_.end()) return fail(Errc::model_unknown, meter.model);
  if ((*found)->model.prepaid) return std::make_unique<ReferenceNkDriver>(*found, meter);
  return std::make_unique<RegisterDriver>(*found, meter);
}

std::vector<port::MeterModelInfo> ModelDriverFactory::models() const {
  std::vector<port::MeterModelInfo> infos;
  infos.reserve(models_.size());
  for (const auto& prepared : models_)
    infos.push_back({prepared->model.name, prepared->model.title, prepared->model.protocol,
                     prepared->abilities});
  return infos;
}

}  // namespace paymeter::driver
