// Alarm rules as set, loss trees in force and before, weighed periods.
#include "paymeter/store/watch_sql.hpp"

#include <algorithm>

#include "paymeter/store/id_list.hpp"
#include "paymeter/store/tables.hpp"

namespace paymeter::store::sql {

using domain::AlarmKind;
using domain::watch::LossTree;
using domain::watch::LossTreeId;

Rows<SetAlarmRule> alarm_rules(Db& db) {
  std::vector<SetAlarmRule> out;
  db.each<PropertyId, AlarmKind, bool, std::int64_t, std::int64_t, std::int64_t, Millis, Millis,
          UserId, UtcMs>(
      "select property_id, kind, is_on, raise_at, clear_at, floor_value, raise_after_ms, "
      "clear_after_ms, changed_by, changed_at from alarm_rule order by property_id, kind",
      [&](PropertyId property, AlarmKind kind, bool is_on, std::int64_t raise_at,
          std::int64_t clear_at, std::int64_t floor, Millis raise_after, Millis clear_after,
          UserId by, UtcMs at) {
        out.push_back({property,
                       {kind, is_on, raise_at, clear_at, floor, {raise_after, clear_after}},
                       by,
                       at});
      });
  return out;
}

Result<> set_alarm_rule(Db& db, const SetAlarmRule& set) {
  const auto& rule = set.rule;
  db.execute("delete from alarm_rule where property_id = :property and kind = :kind", set.property,
             rule.kind);
  db.execute(
      "insert into alarm_rule (property_id, kind, is_on, raise_at, clear_at, floor_value, "
      "raise_after_ms, clear_after_ms, changed_by, changed_at) values (:property, :kind, :on, "
      ":raise, :clear, :floor, :raise_after, :clear_after, :by, :at)",
      set.property, rule.kind, rule.is_on, rule.raise_at, rule.clear_at, rule.floor,
      rule.holds.raise_after, rule.holds.clear_after, set.changed_by, set.changed_at);
  return {};
}

Rows<LossTree> loss_trees(Db& db) {
  std::vector<LossTree> out;
  db.each<LossTreeId, PropertyId, BuildingId, std::optional<int>, std::string, std::string,
          std::string>(
      "select id, property_id, building_id, floor, name, mains, subs from loss_tree "
      "where ended_at is null order by id",
      [&](LossTreeId id, PropertyId property, BuildingId building, std::optional<int> floor,
          const std::string& name, const std::string& mains, const std::string& subs) {
        out.push_back(
            {id, property, building, floor, name, ids_from_text(mains), ids_from_text(subs)});
      });
  return out;
}

Result<LossTree> put_loss_tree(Db& db, LossTree tree, UserId by, UtcMs at) {
  if (tree.id)
    if (auto ended = end_loss_tree(db, tree.id, by, at); !ended) return fail(ended.error());
  const auto taken = db.value<LossTreeId>(
      "select id from loss_tree where building_id = :building and coalesce(floor, -1000000) = "
      ":floor and ended_at is null",
      tree.building, tree.floor.value_or(-1'000'000));
  if (taken) return fail(Errc::loss_tree_invalid, "building_id: has a tree already");
  const auto id = db.value<LossTreeId>(
      "insert into loss_tree (property_id, building_id, floor, name, mains, subs, changed_by, "
      "changed_at) values (:property, :building, :floor, :name, :mains, :subs, :by, :at) "
      "returning id",
      tree.property, tree.building, tree.floor, tree.name, ids_to_text(tree.mains),
      ids_to_text(tree.subs), by, at);
  tree.id = id.value();
  return tree;
}

Result<> end_loss_tree(Db& db, LossTreeId id, UserId by, UtcMs at) {
  const auto ended = db.execute(
      "update loss_tree set ended_by = :by, ended_at = :at where id = :id and ended_at is null", by,
      at, id);
  if (ended == 0) return fail(Errc::loss_tree_unknown, std::to_string(id.value));
  return {};
}

Result<> add_loss_period(Db& db, const LossPeriod& period) {
  db.execute(
      "insert into loss_period (property_id, tree_id, from_at, to_at, main_wh, sub_wh, loss_wh, "
      "mains_missing, subs_missing, missing) values ((select property_id from loss_tree where id = "
      ":of), :tree, :from, :to, :main, :sub, :loss, :mains, :subs, :missing) "
      "on conflict do nothing",
      period.tree, period.tree, period.from, period.to, period.main_wh, period.sub_wh,
      period.loss_wh, period.mains_missing, period.subs_missing, period.missing);
  return {};
}

Rows<LossPeriod> loss_periods(Db& db, LossTreeId tree, int limit) {
  std::vector<LossPeriod> out;
  db.each<UtcMs, UtcMs, std::int64_t, std::int64_t, std::optional<std::int64_t>, int, int,
          std::string>(
      "select from_at, to_at, main_wh, sub_wh, loss_wh, mains_missing, subs_missing, missing "
      "from loss_period where tree_id = :tree order by from_at desc, to_at desc limit :limit",
      [&](UtcMs from, UtcMs to, std::int64_t main_wh, std::int64_t sub_wh,
          std::optional<std::int64_t> loss_wh, int mains, int subs, const std::string& missing) {
        out.push_back({tree, from, to, main_wh, sub_wh, loss_wh, mains, subs, missing});
      },
      tree, std::clamp(limit, 1, 1000));
  return out;
}

}  // namespace paymeter::store::sql
