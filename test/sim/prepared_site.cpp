// Opening all accounts once, over a sound line.
#include "prepared_site.hpp"

#include <unistd.h>

#include <filesystem>

#include "paymeter/sim/sim_link.hpp"

namespace paymeter::town {

domain::SitePlan town_plan(int meters, bool serial_bus) {
  domain::SitePlan plan;
  plan.property.emplace().name = "试验小区";
  plan.buildings.emplace_back().name = "1号楼";
  plan.gateways.emplace_back().name = "G1";
  plan.gateways.back().host = "127.0.0.1";
  for (const auto transport : {domain::BusTransport::modbus_tcp, domain::BusTransport::serial}) {
    if (transport == domain::BusTransport::serial && !serial_bus) continue;
    auto& row = plan.buses.emplace_back();
    row.gateway = "G1";
    row.bus.name = std::string(domain::bus_transport_name(transport));
    row.bus.transport = transport;
    row.bus.port = 1502;
    row.bus.device = "/dev/ttyS1";
    // Sales are what is played; polls are rare so that a seed is cheap.
    row.bus.poll_interval = minutes(10);
    row.bus.full_interval = minutes(240);
  }
  auto& tariff = plan.tariffs.emplace_back();
  tariff.name = "商业";
  tariff.prices.rate_price.fill(domain::Price{80'000'000});
  for (int i = 1; i <= meters; ++i) {
    auto& row = plan.meters.emplace_back();
    row.gateway = "G1";
    row.bus = plan.buses[static_cast<std::size_t>(i) % plan.buses.size()].bus.name;
    row.tariff = "商业";
    row.meter.code = std::to_string(1000 + i);
    row.meter.name = "铺位 " + row.meter.code;
    row.meter.model = "paymeter-reference-nk";
    row.meter.unit = static_cast<std::uint8_t>(i);
    row.meter.key.fill(static_cast<std::uint8_t>(i));
  }
  return plan;
}

std::string scratch_path(const std::string& name) {
  const std::filesystem::path memory = "/dev/shm";
  const auto folder =
      ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
  return (folder / ("paymeter-" + name + "-" + std::to_string(::getpid()))).string();
}

void remove_database(const std::string& path) {
  for (const char* tail : {"", "-wal", "-shm"}) std::filesystem::remove(path + tail);
}

PreparedSite::PreparedSite(domain::SitePlan plan, Accounts accounts, Preparation preparation)
    : plan_(std::move(plan)),
      path_(scratch_path("prepared" + std::to_string(plan_.buses.size()) + "x" +
                         std::to_string(plan_.meters.size()) +
                         (accounts == Accounts::open ? "open" : "") +
                         std::to_string(preparation.start.value / 3'600'000) + preparation.name)) {
  remove_database(path_);
  sim::SimWorld world(1, preparation.start);
  sim::SimRuntime site(world, "site");
  const auto plant = *sim::Plant::build(site, plan_, {});
  for (const auto& row : plan_.meters) {
    (void)plant->set_load(row.meter.code, sim::MeterLoad{});
    if (preparation.shown_wh > 0)
      plant->reference(row.meter.code)->start_energy(preparation.shown_wh);
  }
  {
    test_support::TestStation::Options options;
    options.store = test_support::inline_sqlite(path_);
    options.links = [&plant](sim::SimRuntime& runtime) {
      return std::make_unique<sim::SimLinkFactory>(runtime, *plant);
    };
    test_support::TestStation station(world, std::move(options));
    station.runtime.spawn("boot", station.boot(plan_));
    station.until([&] { return station.booted(); });
    for (const auto& row : plan_.meters) {
      if (accounts == Accounts::none) break;
      if (row.meter.code == "1002") continue;  // of the first meter's account
      service::OpeningRequest request;
      if (row.meter.code == "1001")
        request.further_meters = {station.live.find_by_code("1002")->meter.id};
      request.shared_wallet = row.meter.code == "1001" && preparation.shared_wallet;
      request.idempotency_key = "open-" + row.meter.code;
      request.meter = station.live.find_by_code(row.meter.code)->meter.id;
      request.customer_name = "张三便利店";
      if (!station.run(station.accounts->open(std::move(request))))
        throw std::runtime_error("prepared site: opening " + row.meter.code);
    }
    station.until([&] { return station.run(station.store->pending_commands())->empty(); });
    if (preparation.further) preparation.further(station, *plant);
  }
  for (const auto& row : plan_.meters)
    memories_.emplace(row.meter.code, plant->reference(row.meter.code)->memory());
  site.drop_tasks();
}

PreparedSite::~PreparedSite() { remove_database(path_); }

void PreparedSite::copy_database(const std::string& to) const {
  remove_database(to);
  std::filesystem::copy_file(path_, to);
}

void PreparedSite::furnish(sim::Plant& plant) const {
  for (const auto& [code, memory] : memories_) {
    (void)plant.set_load(code, sim::MeterLoad{});
    plant.reference(code)->set_memory(memory);
  }
}

}  // namespace paymeter::town
