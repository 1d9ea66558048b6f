// Loss trees follow what a workbook names, and nothing else.
#include "paymeter/service/main_meters.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace paymeter::service {
namespace {

using domain::watch::LossTree;
using domain::watch::LossTreeId;

class MainMeters : public ::testing::Test {
 protected:
  MainMeters() {
    site.properties.push_back({PropertyId{1}, "项目一"});
    site.buildings = {{BuildingId{1}, PropertyId{1}, "A座"}, {BuildingId{2}, PropertyId{1}, "B座"}};
    for (int i = 1; i <= 4; ++i) {
      domain::Meter meter;
      meter.id = MeterId{i};
      meter.property = PropertyId{1};
      meter.code = "M" + std::to_string(i);
      site.meters.push_back(meter);
    }
  }
  /// As the station does it: change by change, until nothing is left to change. How many.
  int follow(const std::vector<MainMeter>& named) {
    int made = 0;
    for (int round = 0; round < 10; ++round) {
      const auto changes = next_tree_changes(named, "项目一", site, trees);
      if (changes.empty()) return made;
      for (const TreeChange& change : changes) {
        std::erase_if(trees, [&](const LossTree& tree) { return tree.id == change.tree.id; });
        if (!change.ends) {
          trees.push_back(change.tree);
          trees.back().id = LossTreeId{++ids};
        }
        ++made;
      }
    }
    ADD_FAILURE() << "it never ends";
    return made;
  }
  /// `1: 1 2; 1/3: 4` by place.
  std::string shown() {
    std::ranges::sort(trees, {}, [](const LossTree& tree) {
      return std::pair(tree.building, tree.floor.value_or(-1000));
    });
    std::string out;
    for (const LossTree& tree : trees) {
      out += (out.empty() ? "" : "; ") + std::to_string(tree.building.value);
      if (tree.floor) out += "/" + std::to_string(*tree.floor);
      out += ":";
      for (const MeterId meter : tree.mains) out += " " + std::to_string(meter.value);
    }
    return out;
  }
  domain::Site site;
  std::vector<LossTree> trees;
  std::int64_t ids = 0;
};

TEST_F(MainMeters, BecomeTreesOnceAndTheSameFileChangesNothing) {
  const std::vector<MainMeter> named{{"M1", "A座", {}}, {"M2", "A座", 3}, {"M3", "A座", {}}};
  EXPECT_EQ(follow(named), 2);
  EXPECT_EQ(shown(), "1: 1 3; 1/3: 2");
  EXPECT_EQ(trees.at(0).name, "A座");
  EXPECT_EQ(trees.at(1).name, "A座 3层");
  EXPECT_EQ(follow(named), 0) << "imported again";
}

TEST_F(MainMeters, AFileThatNamesSomeDeletesNothing) {
  follow({{"M1", "A座", {}}, {"M2", "B座", {}}});
  trees.at(0).subs = {MeterId{3}, MeterId{4}};
  EXPECT_EQ(follow({}), 0);
  EXPECT_EQ(follow({{"M3", "A座", {}}}), 1);
  EXPECT_EQ(shown(), "1: 1 3; 2: 2");
  EXPECT_EQ(trees.at(0).subs, std::vector<MeterId>{MeterId{4}}) << "3 is no sub-meter any more";
}

TEST_F(MainMeters, AMeterThatMovesLeavesItsTreeFirst) {
  follow({{"M1", "A座", {}}, {"M2", "A座", {}}, {"M3", "B座", {}}});
  EXPECT_EQ(follow({{"M2", "B座", {}}, {"M3", "A座", {}}}), 4) << "out of both, then into both";
  EXPECT_EQ(shown(), "1: 1 3; 2: 2");
}

TEST_F(MainMeters, NamesThatTheSiteLacksArePassedOver) {
  EXPECT_EQ(follow({{"M9", "A座", {}}, {"M1", "C座", {}}}), 0);
  EXPECT_TRUE(next_tree_changes({{"M1", "A座", {}}}, "另一个", site, trees).empty());
}

}  // namespace
}  // namespace paymeter::service
