/// A small site plan for tests of the simulator.
#pragma once

#include <string>

#include "paymeter/domain/site.hpp"

namespace paymeter::sim {

/// One gateway `G1`, one bus `B1` of the given transport, meters `M1` … with units 1 …, reference
/// model, key 00 01 … 0F, each in its own room.
inline domain::SitePlan small_plan(domain::BusTransport transport, int meters) {
  domain::SitePlan plan;
  plan.property.emplace().name = "试验小区";
  plan.buildings.emplace_back().name = "1号楼";
  auto& gateway = plan.gateways.emplace_back();
  gateway.name = "G1";
  gateway.host = "127.0.0.1";
  auto& bus = plan.buses.emplace_back();
  bus.gateway = "G1";
  bus.bus.name = "B1";
  bus.bus.transport = transport;
  for (int i = 1; i <= meters; ++i) {
    domain::SitePlan::MeterRow row;
    row.building = "1号楼";
    row.room = std::to_string(100 + i);
    row.gateway = "G1";
    row.bus = "B1";
    row.meter.code = "M" + std::to_string(i);
    row.meter.model = "paymeter-reference-nk";
    row.meter.unit = static_cast<std::uint8_t>(i);
    for (std::size_t k = 0; k < row.meter.key.size(); ++k)
      row.meter.key[k] = static_cast<std::uint8_t>(k);
    auto& room = plan.rooms.emplace_back();
    room.building = "1号楼";
    room.room.number = row.room;
    plan.meters.push_back(row);
  }
  return plan;
}

}  // namespace paymeter::sim
