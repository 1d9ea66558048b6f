// Loss trees: who belongs to one, register values at an instant, and the difference.
#include "paymeter/domain/watch/loss.hpp"

#include <algorithm>
#include <set>

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain::watch {
namespace {

constexpr std::array<std::string_view, 4> kGaps{"none", "no_reading", "fell", "replaced"};

const Meter* find_meter(const Site& site, MeterId id) {
  const auto at = std::find_if(site.meters.begin(), site.meters.end(),
                               [&](const Meter& meter) { return meter.id == id; });
  return at == site.meters.end() ? nullptr : &*at;
}

/// Loss in ‰ of the mains, toward zero. Requires: main_wh > 0.
std::int64_t per_mille(std::int64_t loss_wh, std::int64_t main_wh) {
  return static_cast<std::int64_t>(rating::Int128{loss_wh} * 1'000 / main_wh);
}

std::int64_t size_of(std::int64_t value) { return value < 0 ? -value : value; }

/// Where a loss of this size lies, sign aside.
Zone zone_of(std::int64_t loss_wh, std::int64_t main_wh, const AlarmRule& rule) {
  const std::int64_t loss = size_of(loss_wh);
  if (loss <= rule.floor) return Zone::clear;
  if (main_wh <= 0) return Zone::raise;  // something flowed, and the main meter saw nothing
  return zone_above(per_mille(loss, main_wh), rule.raise_at, rule.clear_at);
}

bool same_place(const LossTree& a, const LossTree& b) {
  return a.building == b.building && a.floor == b.floor;
}

}  // namespace

std::string_view use_gap_name(UseGap gap) { return spell(kGaps, gap); }

Result<> check_tree(const LossTree& tree, const Site& site, std::span<const LossTree> others) {
  const auto bad = [](std::string what) { return fail(Errc::loss_tree_invalid, std::move(what)); };
  const auto building = std::find_if(site.buildings.begin(), site.buildings.end(),
                                     [&](const Building& row) { return row.id == tree.building; });
  if (building == site.buildings.end() || building->property != tree.property)
    return bad("building_id: unknown");
  if (tree.floor && std::none_of(site.rooms.begin(), site.rooms.end(), [&](const Room& room) {
        return room.building == tree.building && room.floor == *tree.floor;
      }))
    return bad("floor: no rooms there");
  if (tree.mains.empty()) return bad("main_meter_ids: empty");
  std::set<MeterId> seen;
  for (const auto* list : {&tree.mains, &tree.subs})
    for (MeterId id : *list) {
      const Meter* meter = find_meter(site, id);
      const std::string name = "meter " + std::to_string(id.value);
      if (meter == nullptr || meter->property != tree.property) return bad(name + ": unknown");
      if (meter->utility != Utility::electricity) return bad(name + ": no electricity meter");
      if (!seen.insert(id).second) return bad(name + ": twice");
    }
  for (const LossTree& other : others) {
    if (other.id == tree.id) continue;
    if (same_place(other, tree)) return bad("building_id: has a tree already");
    for (MeterId id : tree.mains)
      if (std::find(other.mains.begin(), other.mains.end(), id) != other.mains.end())
        return bad("meter " + std::to_string(id.value) + ": main meter of another tree");
  }
  return {};
}

std::vector<MeterId> subs_of(const LossTree& tree, const Site& site,
                             std::span<const LossTree> all) {
  std::vector<MeterId> out = tree.subs;
  if (out.empty()) {
    std::set<MeterId> mains(tree.mains.begin(), tree.mains.end());
    for (const LossTree& other : all) mains.insert(other.mains.begin(), other.mains.end());
    std::set<RoomId> rooms;
    for (const Room& room : site.rooms)
      if (room.building == tree.building && (!tree.floor || room.floor == *tree.floor))
        rooms.insert(room.id);
    for (const Meter& meter : site.meters)
      if (meter.utility == Utility::electricity && meter.room && rooms.contains(*meter.room) &&
          !mains.contains(meter.id))
        out.push_back(meter.id);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<std::int64_t> register_at(std::span<const rating::RegisterReading> readings, UtcMs at,
                                        Millis apart_max) {
  const auto after = std::lower_bound(
      readings.begin(), readings.end(), at,
      [](const rating::RegisterReading& row, UtcMs when) { return row.at < when; });
  if (after != readings.end() && after->at == at) return after->value;
  if (after == readings.begin() || after == readings.end()) return std::nullopt;
  const rating::RegisterReading& before = *(after - 1);
  if (after->at - before.at > apart_max || !rating::check_follows(before, *after))
    return std::nullopt;
  return rating::reading_at(before, *after, at);
}

MeterUse use_between(MeterId meter, std::optional<std::int64_t> opening,
                     std::optional<std::int64_t> closing) {
  if (!opening || !closing) return {meter, 0, UseGap::no_reading};
  if (*closing < *opening) return {meter, 0, UseGap::fell};
  return {meter, *closing - *opening, UseGap::none};
}

LossReport weigh_loss(UtcMs from, UtcMs to, std::vector<MeterUse> mains,
                      std::vector<MeterUse> subs) {
  LossReport out;
  out.from = from;
  out.to = to;
  for (const MeterUse& use : mains) {
    out.main_wh += use.wh;
    if (use.gap != UseGap::none) ++out.mains_missing;
  }
  for (const MeterUse& use : subs) {
    out.sub_wh += use.wh;
    if (use.gap != UseGap::none) ++out.subs_missing;
  }
  if (out.mains_missing == 0) {
    out.loss_wh_at_most = out.main_wh - out.sub_wh;
    if (out.subs_missing == 0) out.loss_wh = out.loss_wh_at_most;
  }
  if (out.loss_wh && out.main_wh > 0) out.loss_per_mille = per_mille(*out.loss_wh, out.main_wh);
  out.mains = std::move(mains);
  out.subs = std::move(subs);
  return out;
}

Zone loss_zone(const LossReport& report, const AlarmRule& rule) {
  if (report.loss_wh) return zone_of(*report.loss_wh, report.main_wh, rule);
  if (!report.loss_wh_at_most) return Zone::between;
  const Zone zone = zone_of(*report.loss_wh_at_most, report.main_wh, rule);
  // More subs can only lower it: a negative one is certain to be at least so bad, and a positive
  // one may be anything down to far below zero, so that small is not certain either.
  return *report.loss_wh_at_most < 0 && zone == Zone::raise ? Zone::raise : Zone::between;
}

}  // namespace paymeter::domain::watch
