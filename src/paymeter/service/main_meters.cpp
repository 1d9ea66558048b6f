// Main meters of buildings and floors, as a workbook names them, become loss trees.
#include "paymeter/service/main_meters.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace paymeter::service {
namespace {

using domain::watch::LossTree;
using Place = std::pair<BuildingId, std::optional<int>>;

/// Where the workbook wants which meters, by id.
using Wanted = std::map<Place, std::vector<MeterId>>;

PropertyId property_of(const domain::Site& site, const std::string& name) {
  for (const domain::Property& property : site.properties)
    if (name.empty() || property.name == name) return property.id;
  return {};
}

Wanted wanted_of(const std::vector<MainMeter>& named, PropertyId property,
                 const domain::Site& site) {
  Wanted out;
  for (const MainMeter& main : named) {
    const auto building = std::ranges::find_if(site.buildings, [&](const domain::Building& row) {
      return row.property == property && row.name == main.building;
    });
    const auto meter = std::ranges::find_if(site.meters, [&](const domain::Meter& row) {
      return row.property == property && row.code == main.meter;
    });
    if (building != site.buildings.end() && meter != site.meters.end())
      out[{building->id, main.floor}].push_back(meter->id);
  }
  return out;
}

bool has(const std::vector<MeterId>& meters, MeterId meter) {
  return std::ranges::find(meters, meter) != meters.end();
}

bool is_elsewhere(const Wanted& wanted, const Place& here, MeterId meter) {
  return std::ranges::any_of(
      wanted, [&](const auto& at) { return at.first != here && has(at.second, meter); });
}

std::string name_of(const domain::Site& site, const Place& place) {
  std::string name;
  for (const domain::Building& building : site.buildings)
    if (building.id == place.first) name = building.name;
  return place.second ? name + " " + std::to_string(*place.second) + "层" : name;
}

std::vector<TreeChange> departures(const Wanted& wanted, const std::vector<LossTree>& trees) {
  std::vector<TreeChange> out;
  for (const LossTree& tree : trees) {
    TreeChange change{tree, false};
    std::erase_if(change.tree.mains, [&](MeterId meter) {
      return is_elsewhere(wanted, {tree.building, tree.floor}, meter);
    });
    if (change.tree.mains == tree.mains) continue;
    change.ends = change.tree.mains.empty();
    out.push_back(std::move(change));
  }
  return out;
}

}  // namespace

std::vector<TreeChange> next_tree_changes(const std::vector<MainMeter>& named,
                                          const std::string& property_name,
                                          const domain::Site& site,
                                          const std::vector<LossTree>& trees) {
  const PropertyId property = property_of(site, property_name);
  const Wanted wanted = wanted_of(named, property, site);
  std::vector<LossTree> own;
  for (const LossTree& tree : trees)
    if (tree.property == property) own.push_back(tree);
  if (auto out = departures(wanted, own); !out.empty()) return out;
  std::vector<TreeChange> out;
  for (const auto& [place, meters] : wanted) {
    TreeChange change;
    const auto at = std::ranges::find_if(
        own, [&](const LossTree& tree) { return Place{tree.building, tree.floor} == place; });
    if (at != own.end()) {
      change.tree = *at;
    } else {
      change.tree.property = property;
      change.tree.building = place.first;
      change.tree.floor = place.second;
      change.tree.name = name_of(site, place);
    }
    for (const MeterId meter : meters)
      if (!has(change.tree.mains, meter)) change.tree.mains.push_back(meter);
    // A main meter is no sub-meter of its own.
    std::erase_if(change.tree.subs, [&](MeterId meter) { return has(meters, meter); });
    if (at == own.end() || change.tree != *at) out.push_back(std::move(change));
  }
  return out;
}

}  // namespace paymeter::service
