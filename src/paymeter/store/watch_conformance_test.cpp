// Alarms with a history, rules per property, loss trees: the same on every store.
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

PAYMETER_STORE_SUITE(WatchStoreTest);

namespace {

using domain::AlarmAct;
using domain::AlarmEvent;
using domain::AlarmKind;

domain::Alarm alarm(MeterId meter, AlarmKind kind, UtcMs at) {
  domain::Alarm out;
  out.kind = kind;
  out.meter = meter;
  out.detail = "why";
  out.raised_at = at;
  return out;
}

}  // namespace

TEST_P(WatchStoreTest, AnAlarmsLifeIsKept) {
  shop_.build(1);
  const MeterId meter = shop_.meter(1);
  const auto raised = shop_.must(store().raise_alarm(alarm(meter, AlarmKind::falling, kNow)));
  shop_.must(store().raise_alarm(alarm(meter, AlarmKind::falling, kNow)));
  const auto seen =
      shop_.must(store().acknowledge_alarm(raised.id, UserId{7}, kNow + seconds(1), "电工已到场"));
  EXPECT_EQ(seen.note, "电工已到场");
  shop_.must(store().acknowledge_alarm(raised.id, UserId{8}, kNow + seconds(2), "too late"));
  shop_.must(store().clear_alarm({AlarmKind::falling, meter, {}, kNow + seconds(3), "came back"}));
  shop_.must(store().clear_alarm({AlarmKind::falling, meter, {}, kNow + seconds(4), "again"}));
  EXPECT_EQ(shop_.must(store().alarm_events(raised.id)),
            (std::vector<AlarmEvent>{
                {raised.id, AlarmAct::raised, kNow, {}, "why"},
                {raised.id, AlarmAct::acknowledged, kNow + seconds(1), UserId{7}, "电工已到场"},
                {raised.id, AlarmAct::cleared, kNow + seconds(3), {}, "came back"}}));
  EXPECT_EQ(shop_.ask(store().alarm_events(AlarmId{99})).error().code, Errc::alarm_unknown);
  EXPECT_EQ(shop_.must(store().find_alarm(raised.id)).acknowledged_by, UserId{7});
}

TEST_P(WatchStoreTest, AlarmsAreFoundAndCounted) {
  shop_.build(2);
  const auto site = shop_.must(store().load_site());
  const PropertyId property = site.properties[0].id;
  shop_.must(store().raise_alarm(alarm(shop_.meter(1), AlarmKind::falling, kNow)));
  shop_.must(store().clear_alarm({AlarmKind::falling, shop_.meter(1), {}, kNow + seconds(1)}));
  shop_.must(store().raise_alarm(alarm(shop_.meter(2), AlarmKind::falling, kNow + seconds(5))));
  shop_.must(store().raise_alarm(alarm(shop_.meter(2), AlarmKind::cover, kNow + seconds(5))));
  const auto count = [&](port::AlarmFilter filter) {
    return shop_.must(store().list_alarms(filter)).total;
  };
  port::AlarmFilter filter;
  filter.severity = domain::Severity::warning;
  EXPECT_EQ(count(filter), 1) << "the cover";
  filter.severity = domain::Severity::info;
  EXPECT_EQ(count(filter), 0);
  filter = {};
  filter.from = kNow + seconds(5);
  EXPECT_EQ(count(filter), 2);
  filter = {};
  filter.to = kNow + seconds(5);
  EXPECT_EQ(count(filter), 1) << "half-open";
  filter = {};
  filter.building = BuildingId{99};
  EXPECT_EQ(count(filter), 0);
  const auto sums = [&](UtcMs from, UtcMs to) {
    std::int64_t raised = 0, active = 0, open = 0;
    for (const auto& row : shop_.must(store().alarm_counts(property, from, to))) {
      raised += row.raised;
      active += row.active;
      open += row.unacknowledged;
    }
    return std::array{raised, active, open};
  };
  EXPECT_EQ(sums(kNow, kNow + seconds(9)), (std::array<std::int64_t, 3>{3, 2, 3}));
  EXPECT_EQ(sums(kNow + seconds(2), kNow + seconds(9)), (std::array<std::int64_t, 3>{2, 2, 2}))
      << "cleared before the span began";
  EXPECT_EQ(sums(kNow + seconds(7), kNow + seconds(9)), (std::array<std::int64_t, 3>{2, 2, 2}))
      << "still active then";
}

TEST_P(WatchStoreTest, TheLastRuleCounts) {
  shop_.build(1);
  const PropertyId property = shop_.must(store().load_site()).properties[0].id;
  port::SetAlarmRule set{property, domain::watch::default_rule(AlarmKind::loss), UserId{7}, kNow};
  shop_.must(store().set_alarm_rule(set));
  set.rule.raise_at = 200;
  set.rule.is_on = false;
  set.rule.holds = {seconds(3), seconds(4)};
  shop_.must(store().set_alarm_rule(set));
  const auto rules = shop_.must(store().alarm_rules());
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(rules[0].rule, set.rule);
  EXPECT_EQ(rules[0].changed_by, UserId{7});
}

TEST_P(WatchStoreTest, ATreeEndsAndItsPeriodsStay) {
  shop_.build(3);
  const auto site = shop_.must(store().load_site());
  domain::watch::LossTree tree;
  tree.property = site.properties[0].id;
  tree.building = site.buildings[0].id;
  tree.name = "A座总表";
  tree.mains = {shop_.meter(1)};
  tree.subs = {shop_.meter(2), shop_.meter(3)};
  const auto first = shop_.must(store().put_loss_tree(tree, UserId{7}, kNow));
  EXPECT_EQ(shop_.ask(store().put_loss_tree(tree, UserId{7}, kNow)).error().code,
            Errc::loss_tree_invalid);
  EXPECT_EQ(shop_.must(store().loss_trees()), std::vector{first});
  const port::LossPeriod period{first.id, kNow, kNow + seconds(9), 100, 90, 10, 0, 0, ""};
  port::LossPeriod later{first.id, kNow + seconds(9), kNow + seconds(18), 100, 50, {}, 0,
                         1,        "2 no_reading"};
  shop_.must(store().add_loss_period(period));
  shop_.must(store().add_loss_period(period));
  shop_.must(store().add_loss_period(later));
  EXPECT_EQ(shop_.must(store().loss_periods(first.id, 10)), (std::vector{later, period}));

  domain::watch::LossTree changed = first;
  changed.floor = -1;
  const auto second = shop_.must(store().put_loss_tree(changed, UserId{7}, kNow));
  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(second.floor, -1);
  EXPECT_EQ(shop_.must(store().loss_trees()), std::vector{second});
  EXPECT_EQ(shop_.must(store().loss_periods(first.id, 1)), std::vector{later});
  EXPECT_EQ(shop_.ask(store().put_loss_tree(first, UserId{7}, kNow)).error().code,
            Errc::loss_tree_unknown)
      << "it has ended";
  shop_.must(store().end_loss_tree(second.id, UserId{7}, kNow));
  EXPECT_TRUE(shop_.must(store().loss_trees()).empty());
}

}  // namespace paymeter::store::testing
