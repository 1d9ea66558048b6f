// Opening the gates of a plant, and its memory on disk.
#include "paymeter/sim/virtual_site.hpp"

#include <algorithm>
#include <filesystem>

#include "paymeter/sim/state_file.hpp"

namespace paymeter::sim {

using domain::BusTransport;

namespace {

/// A file name for a bus: what separates directories is replaced.
std::string link_name(const Plant::BusPlace& place) {
  std::string name = place.gateway + "-" + place.plan.name;
  std::ranges::replace(name, '/', '_');
  std::ranges::replace(name, ' ', '_');
  return name;
}

}  // namespace

Result<std::unique_ptr<VirtualSite>> VirtualSite::open(boost::asio::io_context& context,
                                                       port::Runtime& runtime,
                                                       const domain::SitePlan& plan,
                                                       VirtualSiteOptions options) {
  auto plant = Plant::build(runtime, plan, options.plant);
  if (!plant) return fail(plant.error());
  std::unique_ptr<VirtualSite> site(new VirtualSite(std::move(options)));
  site->plant_ = std::move(*plant);
  if (auto loaded = site->load(); !loaded) return fail(loaded.error());
  if (auto listening = site->listen(context); !listening) return fail(listening.error());
  return site;
}

VirtualSite::~VirtualSite() {
  for (const auto& gate : gates_) gate->close();
}

Result<> VirtualSite::load() {
  if (options_.state_file.empty()) return {};
  const auto lines = read_state_file(options_.state_file);
  if (!lines) return fail(lines.error());
  return plant_->load_state(*lines);
}

Result<> VirtualSite::save() {
  if (options_.state_file.empty()) return {};
  return write_state_file(options_.state_file, plant_->save_state());
}

Result<> VirtualSite::listen(boost::asio::io_context& context) {
  for (std::size_t i = 0; i < plant_->buses().size(); ++i) {
    Plant::BusPlace& place = *plant_->buses()[i];
    const bool serial = place.plan.transport == BusTransport::serial;
    std::uint16_t port = options_.base_port.value_or(place.plan.port);
    if (options_.base_port.value_or(0) != 0) port = static_cast<std::uint16_t>(port + i);
    const auto link = [&] {
      const std::filesystem::path directory = options_.pty_dir;
      return directory.empty() ? std::string() : (directory / link_name(place)).string();
    };
    auto gate = serial ? open_pty_gate(context, place, link())
                       : open_tcp_gate(context, place,
                                       {.host = options_.host,
                                        .port = port,
                                        .connections_max = options_.connections_max});
    if (!gate) return fail(gate.error());
    endpoints_.push_back({.gateway = place.gateway,
                          .bus = place.plan.name,
                          .transport = place.plan.transport,
                          .host = serial ? std::string() : options_.host,
                          .port = (*gate)->port(),
                          .device = (*gate)->device()});
    gates_.push_back(std::move(*gate));
  }
  return {};
}

void VirtualSite::set_gateway_down(std::string_view gateway, bool down) {
  plant_->set_gateway_down(gateway, down);
  if (!down) return;
  for (std::size_t i = 0; i < endpoints_.size(); ++i)
    if (endpoints_[i].gateway == gateway) gates_[i]->drop_connections();
}

domain::SitePlan redirected(domain::SitePlan plan, const std::vector<Endpoint>& endpoints) {
  for (const Endpoint& endpoint : endpoints) {
    for (auto& gateway : plan.gateways)
      if (gateway.name == endpoint.gateway && !endpoint.host.empty()) gateway.host = endpoint.host;
    for (auto& row : plan.buses)
      if (row.gateway == endpoint.gateway && row.bus.name == endpoint.bus) {
        row.bus.port = endpoint.port;
        row.bus.device = endpoint.device;
      }
  }
  return plan;
}

}  // namespace paymeter::sim
