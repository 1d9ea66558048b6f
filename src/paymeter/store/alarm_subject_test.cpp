// Whose an alarm is: a meter's, a gateway's or a property's, in every store and after a migration.
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {
namespace {

using domain::Alarm;
using domain::AlarmKind;

class AlarmSubject : public ::testing::TestWithParam<StoreKind> {
 protected:
  AlarmSubject() : shop_(std::move(*GetParam().open(folder_))) {}
  port::Store& store() { return shop_.store(); }
  std::size_t active() { return shop_.must(store().active_alarms()).size(); }
  Alarm raise(Alarm alarm, const std::string& detail) {
    alarm.detail = detail;
    alarm.raised_at = kNow;
    return shop_.must(store().raise_alarm(std::move(alarm)));
  }
  /// The property's two, the second one added.
  std::pair<PropertyId, PropertyId> properties() {
    shop_.build(2);
    domain::SitePlan more;
    more.property = domain::Property{{}, "Second plaza", "Asia/Shanghai", true};
    shop_.must(store().apply_plan(more, port::SiteStore::Apply::commit, kNow));
    const auto site = shop_.must(store().load_site());
    return {site.properties.at(0).id, site.properties.at(1).id};
  }

  TempFolder folder_;
  Shop shop_;
};

Alarm breaker_of(PropertyId property) {
  Alarm alarm;
  alarm.kind = AlarmKind::cut_breaker;
  alarm.property = property;
  return alarm;
}

TEST_P(AlarmSubject, TwoPropertiesBreakersAreTwoAlarmsEachWithALifeOfItsOwn) {
  const auto [first, second] = properties();
  const Alarm one = raise(breaker_of(first), "one"), two = raise(breaker_of(second), "two");
  EXPECT_NE(one.id, two.id);
  EXPECT_EQ(two.property, second);
  EXPECT_EQ(two.detail, "two");
  EXPECT_EQ(raise(breaker_of(second), "again").id, two.id);
  EXPECT_EQ(active(), 2U);

  shop_.must(store().acknowledge_alarm(one.id, UserId{7}, kNow));
  EXPECT_FALSE(shop_.must(store().find_alarm(two.id)).acknowledged_at);
  shop_.must(store().clear_alarm({AlarmKind::cut_breaker, {}, {}, kNow + seconds(1), "", first}));
  EXPECT_EQ(shop_.must(store().find_alarm(one.id)).cleared_at, kNow + seconds(1));
  EXPECT_FALSE(shop_.must(store().find_alarm(two.id)).cleared_at);
  EXPECT_EQ(shop_.must(store().alarm_events(one.id)).size(), 3U);
  EXPECT_EQ(shop_.must(store().alarm_events(two.id)).size(), 1U);
  EXPECT_NE(raise(breaker_of(first), "later").id, one.id);
}

TEST_P(AlarmSubject, OfAMeterOrAGatewayThePropertyIsNoPart) {
  const auto [first, second] = properties();
  Alarm overload;
  overload.kind = AlarmKind::overload;
  overload.meter = shop_.meter(1);
  overload.property = first;
  const Alarm raised = raise(overload, "with its property");
  overload.property = {};
  EXPECT_EQ(raise(overload, "without").id, raised.id);
  overload.property = second;
  EXPECT_EQ(raise(overload, "with a wrong one").id, raised.id);
  shop_.must(store().clear_alarm({AlarmKind::overload, overload.meter, {}, kNow, "", second}));
  EXPECT_EQ(active(), 0U);
}

/// A kind that cannot be read back would keep the next start from knowing any alarm at all.
TEST_P(AlarmSubject, EveryKindIsReadBack) {
  const PropertyId property = properties().first;
  for (int i = 0; i <= static_cast<int>(domain::kLastAlarmKind); ++i) {
    Alarm alarm;
    alarm.kind = static_cast<AlarmKind>(i);
    alarm.property = property;
    raise(alarm, "as stored");
  }
  const auto stored = shop_.must(store().active_alarms());
  ASSERT_EQ(stored.size(), static_cast<std::size_t>(domain::kLastAlarmKind) + 1);
  for (std::size_t i = 0; i < stored.size(); ++i)
    EXPECT_EQ(stored[i].kind, static_cast<AlarmKind>(i));
}

TEST_P(AlarmSubject, NobodysAlarmIsNone) {
  properties();
  Alarm alarm = breaker_of({});
  alarm.raised_at = kNow;
  EXPECT_EQ(shop_.ask(store().raise_alarm(alarm)).error().code, Errc::meter_unknown);
  shop_.must(store().clear_alarm({AlarmKind::cut_breaker, {}, {}, kNow}));
}

INSTANTIATE_TEST_SUITE_P(Kinds, AlarmSubject, ::testing::ValuesIn(store_kinds()),
                         [](const auto& suite) { return std::string(suite.param.name); });

// ---------------------------------------------------------------- databases of before
class OldAlarms : public ::testing::TestWithParam<Dialect> {
 protected:
  /// An empty database of this dialect, with the schema of before migration 20.
  OldAlarms() {
    if (GetParam() == Dialect::sqlite) {
      db_ = connect_sqlite(quick_options(folder_.file(), ExecutionMode::inline_));
    } else {
      std::string name = folder_.name();
      for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::tolower(c));
      PostgresqlServer& server = shared_server();
      server.execute("create database " + name);
      folder_.at_end = [&server, name] { server.execute("drop database " + name + " (force)"); };
      db_ = std::make_unique<Db>(std::make_unique<PostgresqlConnection>(server.url(name)));
    }
    db_->execute("create table schema_version (version bigint not null primary key, name text)");
    for (const Migration& old : migrations()) {
      if (old.number >= 20) break;
      execute_script(*db_, migration_text(old.sql, GetParam()));
      db_->execute("insert into schema_version (version, name) values (:version, :name)",
                   old.number, old.name);
    }
  }

  TempFolder folder_;
  std::unique_ptr<Db> db_;
};

TEST_P(OldAlarms, StayAsTheyAreAndMakeRoomForTheOtherProperty) {
  db_->execute(
      "insert into property (name, time_zone, is_test_site) values ('A', 'Asia/Shanghai', 1), "
      "('B', 'Asia/Shanghai', 1)");
  const auto insert = [&](std::int64_t property, const char* kind, std::int64_t meter) {
    db_->execute(
        "insert into alarm (property_id, kind, meter_id, gateway_id, detail, raised_at, "
        "acknowledged_by) values (:property, :kind, :meter, 0, 'old', 1, 0)",
        property, std::string(kind), meter);
  };
  insert(1, "cut_breaker", 0);
  insert(1, "overload", 5);
  EXPECT_THROW(insert(2, "cut_breaker", 0), DbError) << "the gap that this migration closes";
  ASSERT_TRUE(migrate(*db_));
  EXPECT_EQ(db_->value<std::int64_t>("select count(*) from alarm where detail = 'old'"), 2);
  insert(2, "cut_breaker", 0);
  EXPECT_THROW(insert(2, "cut_breaker", 0), DbError);
  EXPECT_THROW(insert(1, "overload", 5), DbError);
}

INSTANTIATE_TEST_SUITE_P(Kinds, OldAlarms, ::testing::Values(Dialect::sqlite, Dialect::postgresql),
                         [](const auto& suite) {
                           return suite.param == Dialect::sqlite ? "sqlite" : "postgresql";
                         });

}  // namespace
}  // namespace paymeter::store::testing
