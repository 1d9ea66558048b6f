// Loss: what is known, what is not, and where the alarm lies.
#include "paymeter/domain/watch/loss.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain::watch {
namespace {

constexpr MeterId kMain{1}, kFloorMain{2}, kShop{3}, kCafe{4}, kWater{5}, kUpstairs{6};

Site site() {
  Site out;
  out.properties = {{PropertyId{1}, "P", "Asia/Shanghai", false}};
  out.buildings = {{BuildingId{1}, PropertyId{1}, "A"}, {BuildingId{2}, PropertyId{2}, "B"}};
  for (int i = 1; i <= 3; ++i) {
    Room room;
    room.id = {i};
    room.property = {1};
    room.building = {1};
    room.floor = i < 3 ? 1 : 2;
    out.rooms.push_back(room);
  }
  const auto add = [&](MeterId id, std::optional<RoomId> room, Utility utility) {
    Meter meter;
    meter.id = id;
    meter.property = {1};
    meter.room = room;
    meter.utility = utility;
    out.meters.push_back(meter);
  };
  add(kMain, {}, Utility::electricity);
  add(kFloorMain, RoomId{2}, Utility::electricity);
  add(kShop, RoomId{1}, Utility::electricity);
  add(kCafe, RoomId{2}, Utility::electricity);
  add(kWater, RoomId{1}, Utility::water);
  add(kUpstairs, RoomId{3}, Utility::electricity);
  return out;
}

LossTree tree(std::int64_t id, std::optional<int> floor, std::vector<MeterId> mains,
              std::vector<MeterId> subs = {}) {
  return {LossTreeId{id},   PropertyId{1},  BuildingId{1}, floor, "T",
          std::move(mains), std::move(subs)};
}

TEST(Loss, SubMetersComeFromTheRooms) {
  const std::vector<LossTree> all{tree(1, {}, {kMain}), tree(2, 1, {kFloorMain})};
  EXPECT_EQ(subs_of(all[0], site(), all), (std::vector{kShop, kCafe, kUpstairs}))
      << "a floor's main would count its meters twice";
  EXPECT_EQ(subs_of(all[1], site(), all), (std::vector{kShop, kCafe}));
  EXPECT_EQ(subs_of(tree(3, {}, {kMain}, {kUpstairs}), site(), all), std::vector{kUpstairs});
}

TEST(Loss, WhichTreesMakeNoSense) {
  const std::vector<LossTree> others{tree(7, {}, {kMain})};
  LossTree elsewhere = tree(0, 1, {kFloorMain});
  elsewhere.building = {2};
  struct Row {
    const char* reason;
    LossTree tree;
    bool is_good;
  };
  const Row rows[] = {
      {"good", tree(0, 1, {kFloorMain}), true},
      {"itself again", tree(7, {}, {kMain}), true},
      {"no main", tree(0, 1, {}), false},
      {"the same place", tree(0, {}, {kFloorMain}), false},
      {"main of another", tree(0, 1, {kMain}), false},
      {"no rooms", tree(0, 9, {kFloorMain}), false},
      {"water", tree(0, 1, {kWater}), false},
      {"unknown", tree(0, 1, {MeterId{99}}), false},
      {"main and sub at once", tree(0, 1, {kFloorMain}, {kFloorMain}), false},
      {"another property's building", elsewhere, false},
  };
  for (const Row& row : rows) {
    const auto checked = check_tree(row.tree, site(), others);
    EXPECT_EQ(checked.has_value(), row.is_good)
        << row.reason << (checked ? "" : ": " + checked.error().detail);
  }
}

TEST(Loss, TheRegisterAtAnInstant) {
  const std::vector<rating::RegisterReading> readings{
      {{1'000}, 100}, {{2'000}, 200}, {{9'000}, 300}, {{10'000}, 250}};
  const Millis apart{5'000};
  EXPECT_EQ(register_at(readings, {1'000}, apart), 100) << "exactly";
  EXPECT_EQ(register_at(readings, {1'500}, apart), 150) << "between";
  EXPECT_EQ(register_at(readings, {999}, apart), std::nullopt) << "before the first";
  EXPECT_EQ(register_at(readings, {10'001}, apart), std::nullopt) << "after the last";
  EXPECT_EQ(register_at(readings, {3'000}, apart), std::nullopt) << "too far apart";
  EXPECT_EQ(register_at(readings, {9'500}, apart), std::nullopt) << "it fell in between";
  EXPECT_EQ(register_at({}, {1}, apart), std::nullopt);
}

TEST(Loss, UnknownIsSaid) {
  EXPECT_EQ(use_between(kShop, 5, 9), (MeterUse{kShop, 4, UseGap::none}));
  EXPECT_EQ(use_between(kShop, {}, 9).gap, UseGap::no_reading);
  EXPECT_EQ(use_between(kShop, 9, 5).gap, UseGap::fell);
  const LossReport missing =
      weigh_loss({0}, {1}, {{kMain, 10'000, UseGap::none}},
                 {{kShop, 4'000, UseGap::none}, {kCafe, 0, UseGap::no_reading}});
  EXPECT_EQ(missing.loss_wh, std::nullopt);
  EXPECT_EQ(missing.loss_wh_at_most, 6'000);
  EXPECT_EQ(missing.subs_missing, 1);
  const LossReport blind = weigh_loss({0}, {1}, {{kMain, 0, UseGap::fell}}, {{kShop, 4'000, {}}});
  EXPECT_EQ(blind.loss_wh_at_most, std::nullopt);
  EXPECT_EQ(blind.mains_missing, 1);
}

TEST(Loss, WhereTheAlarmLies) {
  const AlarmRule rule = default_rule(AlarmKind::loss);  // 80 ‰, 50 ‰, 1 kWh
  struct Row {
    const char* reason;
    std::int64_t main_wh, sub_wh;
    UseGap sub_gap;
    Zone zone;
  };
  const Row rows[] = {
      {"at the level", 100'000, 92'000, UseGap::none, Zone::raise},
      {"just below", 100'000, 92'001, UseGap::none, Zone::between},
      {"just above the clear level", 100'000, 94'900, UseGap::none, Zone::between},
      {"at the clear level", 100'000, 95'000, UseGap::none, Zone::clear},
      {"half, but a trifle", 2'000, 1'000, UseGap::none, Zone::clear},
      {"half, and one more than a trifle", 2'000, 999, UseGap::none, Zone::raise},
      {"subs above the main", 100'000, 110'000, UseGap::none, Zone::raise},
      {"the main stands still", 0, 5'000, UseGap::none, Zone::raise},
      {"nothing at all", 0, 0, UseGap::none, Zone::clear},
      {"a missing sub may explain it", 100'000, 50'000, UseGap::no_reading, Zone::between},
      {"little left, but the missing one may show anything", 100'000, 99'000, UseGap::no_reading,
       Zone::between},
      {"the known subs alone show more", 100'000, 150'000, UseGap::no_reading, Zone::raise},
  };
  for (const Row& row : rows) {
    std::vector<MeterUse> subs{{kShop, row.sub_wh, UseGap::none}};
    if (row.sub_gap != UseGap::none) subs.push_back({kCafe, 0, row.sub_gap});
    const auto report = weigh_loss({0}, {1}, {{kMain, row.main_wh, UseGap::none}}, subs);
    EXPECT_EQ(loss_zone(report, rule), row.zone) << row.reason;
  }
  const auto blind = weigh_loss({0}, {1}, {{kMain, 0, UseGap::no_reading}}, {{kShop, 5, {}}});
  EXPECT_EQ(loss_zone(blind, rule), Zone::between) << "without the main nothing is known";
}

}  // namespace
}  // namespace paymeter::domain::watch
