/// Loss trees out of a site workbook: which meters it names as main meters of buildings and floors,
/// and what has to change so that the trees have them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/watch/loss.hpp"

namespace paymeter::service {

/// One filled cell of the column 总表范围: names as the workbook and the store have them.
struct MainMeter {
  std::string meter;         ///< its code
  std::string building;      ///< name
  std::optional<int> floor;  ///< empty = the whole building
};

/// A tree that is put (id 0: new; else in the place of that one) or ends.
struct TreeChange {
  domain::watch::LossTree tree;
  bool ends = false;
};

/// The next changes; empty: the trees are as named. Ask again after they were made: meters leave
/// the trees of other places first, for a meter is the main of one tree only. A place keeps the
/// mains that the workbook does not name elsewhere, so that a file that names some deletes nothing;
/// a tree without any main ends. `property_name` empty: the first. Names that the site lacks are
/// passed over.
std::vector<TreeChange> next_tree_changes(const std::vector<MainMeter>& named,
                                          const std::string& property_name,
                                          const domain::Site& site,
                                          const std::vector<domain::watch::LossTree>& trees);

}  // namespace paymeter::service
