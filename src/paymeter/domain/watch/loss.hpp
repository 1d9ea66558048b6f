/// Loss of a building or floor: what the main meters counted less what the sub-meters did. What is
/// not known is said; nothing is guessed in its place.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/domain/rating/reading_series.hpp"
#include "paymeter/domain/site.hpp"
#include "paymeter/domain/watch/alarm_rule.hpp"

namespace paymeter::domain::watch {

using LossTreeId = Id<struct LossTreeTag>;

/// Which meters stand over which. Without sub-meters of its own a tree has all electricity meters
/// in rooms of the building (and floor), less the mains of every tree.
struct LossTree {
  LossTreeId id{};
  PropertyId property{};
  BuildingId building{};
  std::optional<int> floor;  ///< empty = the whole building
  std::string name;
  std::vector<MeterId> mains, subs;
  friend bool operator==(const LossTree&, const LossTree&) = default;
};
/// Errors: loss_tree_invalid (the detail says what is wrong): no main, a meter twice or unknown or
/// of another property or not electricity, a floor without rooms, a main that is the main of
/// another tree, another tree of the same place.
Result<> check_tree(const LossTree& tree, const Site& site, std::span<const LossTree> others);
/// The tree's sub-meters as the site is now, ascending. `all`: every tree of the property.
std::vector<MeterId> subs_of(const LossTree& tree, const Site& site, std::span<const LossTree> all);

enum class UseGap : std::uint8_t {
  none,        ///< the use is known
  no_reading,  ///< no readings close enough on both sides of an end
  fell,        ///< the register fell within the span
  replaced,    ///< another device took its place within the span
};
std::string_view use_gap_name(UseGap gap);

/// The register at `at`, between the readings on both sides (ascending, at most `apart_max` apart)
/// or exactly on one. Empty: not known.
std::optional<std::int64_t> register_at(std::span<const rating::RegisterReading> readings, UtcMs at,
                                        Millis apart_max);

struct MeterUse {
  MeterId meter{};
  std::int64_t wh = 0;
  UseGap gap = UseGap::none;
  friend bool operator==(const MeterUse&, const MeterUse&) = default;
};
MeterUse use_between(MeterId meter, std::optional<std::int64_t> opening,
                     std::optional<std::int64_t> closing);

struct LossReport {
  UtcMs from{}, to{};
  std::vector<MeterUse> mains, subs;
  std::int64_t main_wh = 0;  ///< of those that are known
  std::int64_t sub_wh = 0;
  int mains_missing = 0, subs_missing = 0;
  std::optional<std::int64_t> loss_wh;          ///< empty: a main or sub is not known
  std::optional<std::int64_t> loss_per_mille;   ///< of the main; empty also when the main is 0
  std::optional<std::int64_t> loss_wh_at_most;  ///< mains known: missing subs only lower the loss
  friend bool operator==(const LossReport&, const LossReport&) = default;
};
LossReport weigh_loss(UtcMs from, UtcMs to, std::vector<MeterUse> mains,
                      std::vector<MeterUse> subs);

/// Both signs count: sub-meters that show more than the main are wrong, too. With sub-meters
/// missing only what is certain raises: the known ones alone show more than the main.
Zone loss_zone(const LossReport& report, const AlarmRule& rule);

}  // namespace paymeter::domain::watch
