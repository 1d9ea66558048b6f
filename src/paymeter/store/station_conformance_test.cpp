// Conformance: readings, alarms, users, sessions and audit, on every kind of store.
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

PAYMETER_STORE_SUITE(StationStoreTest);

namespace {

domain::Reading full_reading(MeterId meter, UtcMs at) {
  domain::Reading r;
  r.meter = meter;
  r.at = at;
  r.energy_wh = 123'456'789'012;
  r.rate_energy_wh = {1, 2, std::nullopt, 4, 5};
  r.power_w = -7;
  r.voltage_mv = {230'000, 231'000, 229'000};
  r.line_current_ma = {1, 2, 3};
  r.power_factor_e3 = -999;
  r.frequency_mhz = 50'010;
  r.balance = domain::Money{-5};
  r.credit_remaining_wh = 77;
  r.purchase_count = 65'535;
  r.relay_open = true;
  return r;
}

}  // namespace

TEST_P(StationStoreTest, ReadingsComeBackAsTheyWere) {
  shop_.build(2);
  const MeterId m1 = shop_.meter(1), m2 = shop_.meter(2);
  domain::Reading empty;
  empty.meter = m2;
  empty.at = kNow;
  shop_.must(store().append({full_reading(m1, kNow), empty}));
  reopen();
  const auto rows = shop_.must(store().series(m1, kNow, kNow + seconds(1), 10));
  ASSERT_EQ(rows.size(), 1U);
  const domain::Reading want = full_reading(m1, kNow);
  EXPECT_EQ(rows[0].energy_wh, want.energy_wh);
  EXPECT_EQ(rows[0].rate_energy_wh, want.rate_energy_wh);
  EXPECT_EQ(rows[0].power_w, want.power_w);
  EXPECT_EQ(rows[0].voltage_mv, want.voltage_mv);
  EXPECT_EQ(rows[0].line_current_ma, want.line_current_ma);
  EXPECT_EQ(rows[0].power_factor_e3, want.power_factor_e3);
  EXPECT_EQ(rows[0].frequency_mhz, want.frequency_mhz);
  EXPECT_EQ(rows[0].balance, want.balance);
  EXPECT_EQ(rows[0].credit_remaining_wh, want.credit_remaining_wh);
  EXPECT_EQ(rows[0].purchase_count, want.purchase_count);
  EXPECT_EQ(rows[0].relay_open, want.relay_open);
  const auto blank = shop_.must(store().series(m2, kNow, kNow + seconds(1), 10));
  ASSERT_EQ(blank.size(), 1U);
  EXPECT_FALSE(blank[0].energy_wh || blank[0].balance || blank[0].relay_open);
}

TEST_P(StationStoreTest, RepeatedReadingIsIgnored) {
  shop_.build(1);
  const MeterId m1 = shop_.meter(1);
  auto first = full_reading(m1, kNow);
  shop_.must(store().append({first}));
  first.energy_wh = 1;
  shop_.must(store().append({first, first}));
  const auto rows = shop_.must(store().series(m1, kNow, kNow + seconds(1), 10));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].energy_wh, 123'456'789'012);
}

TEST_P(StationStoreTest, SeriesIsAscendingHalfOpenAndLimited) {
  shop_.build(2);
  const MeterId m1 = shop_.meter(1), m2 = shop_.meter(2);
  std::vector<domain::Reading> sweep;
  for (int i : {5, 3, 1, 4, 2, 0}) {
    sweep.push_back(full_reading(m1, kNow + seconds(i)));
    sweep.push_back(full_reading(m2, kNow + seconds(i)));
  }
  shop_.must(store().append(sweep));
  const auto rows = shop_.must(store().series(m1, kNow + seconds(1), kNow + seconds(5), 3));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].at, kNow + seconds(1));
  EXPECT_EQ(rows[2].at, kNow + seconds(3));
  EXPECT_EQ(rows[2].meter, m1);
  shop_.must(store().append({full_reading(m1, kNow + seconds(-60))}));  // late upload
  const auto latest = shop_.must(store().latest());
  ASSERT_EQ(latest.size(), 2U);
  EXPECT_EQ(latest[0].at, kNow + seconds(5));
}

TEST_P(StationStoreTest, ReadingOfAnUnknownMeterRefusesTheSweep) {
  shop_.build(1);
  const MeterId m1 = shop_.meter(1);
  EXPECT_FALSE(
      shop_.ask(store().append({full_reading(m1, kNow), full_reading(MeterId{99}, kNow)})));
  EXPECT_TRUE(shop_.must(store().latest()).empty());
}

TEST_P(StationStoreTest, AlarmIsRaisedOnceAndClearedOnce) {
  shop_.build(1);
  const MeterId m1 = shop_.meter(1);
  const GatewayId g1 = shop_.must(store().load_site()).gateways[0].id;
  domain::Alarm alarm;
  alarm.kind = domain::AlarmKind::overload;
  alarm.meter = m1;
  alarm.detail = "first";
  alarm.raised_at = kNow;
  const auto raised = shop_.must(store().raise_alarm(alarm));
  EXPECT_TRUE(raised.property);
  alarm.detail = "second";
  EXPECT_EQ(shop_.must(store().raise_alarm(alarm)).detail, "first");
  domain::Alarm lost;
  lost.kind = domain::AlarmKind::gateway_lost;
  lost.gateway = g1;
  shop_.must(store().raise_alarm(lost));
  EXPECT_EQ(shop_.must(store().active_alarms()).size(), 2U);

  const auto seen = shop_.must(store().acknowledge_alarm(raised.id, UserId{7}, kNow));
  EXPECT_EQ(seen.acknowledged_by, UserId{7});
  EXPECT_EQ(shop_.must(store().acknowledge_alarm(raised.id, UserId{8}, kNow)).acknowledged_by,
            UserId{7});
  shop_.must(store().clear_alarm({alarm.kind, m1, {}, kNow + seconds(1)}));
  shop_.must(store().clear_alarm({alarm.kind, m1, {}, kNow + seconds(2)}));
  const auto again = shop_.must(store().raise_alarm(alarm));
  EXPECT_NE(again.id, raised.id);
  port::AlarmFilter filter;
  filter.meter = m1;
  const auto all = shop_.must(store().list_alarms(filter));
  EXPECT_EQ(all.total, 2);
  EXPECT_EQ(all.rows[1].cleared_at, kNow + seconds(1));
  filter.unacknowledged_only = true;
  EXPECT_EQ(shop_.must(store().list_alarms(filter)).total, 1);
  EXPECT_EQ(shop_.ask(store().acknowledge_alarm(AlarmId{99}, UserId{7}, kNow)).error().code,
            Errc::alarm_unknown);
}

TEST_P(StationStoreTest, UsersAndTheirSessions) {
  port::User user;
  user.name = "admin";
  user.role = port::Role::administrator;
  user.password_hash = "$argon2id$one";
  user.must_change_password = true;
  user.created_at = kNow;
  EXPECT_EQ(shop_.must(store().count_users()), 0);
  user = shop_.must(store().add_user(user));
  EXPECT_EQ(shop_.ask(store().add_user(user)).error().code, Errc::user_name_taken);
  EXPECT_EQ(shop_.ask(store().find_user_by_name("Admin2")).error().code, Errc::login_failed);
  EXPECT_EQ(shop_.must(store().find_user_by_name("admin")).role, port::Role::administrator);

  const UtcMs later = kNow + minutes(720);
  shop_.must(store().add_session({"digest-1", user.id, kNow, later}));
  shop_.must(store().add_session({"digest-2", user.id, kNow, later}));
  EXPECT_EQ(shop_.must(store().find_session("digest-1", kNow)).user, user.id);
  EXPECT_EQ(shop_.ask(store().find_session("digest-1", later)).error().code, Errc::session_missing);
  shop_.must(store().set_password(user.id, "$argon2id$two", "digest-2"));
  EXPECT_EQ(shop_.ask(store().find_session("digest-1", kNow)).error().code, Errc::session_missing);
  EXPECT_TRUE(shop_.ask(store().find_session("digest-2", kNow)));
  const auto changed = shop_.must(store().find_user(user.id));
  EXPECT_FALSE(changed.must_change_password);
  EXPECT_EQ(changed.password_hash, "$argon2id$two");
  shop_.must(store().end_session("digest-2"));
  EXPECT_FALSE(shop_.ask(store().find_session("digest-2", kNow)));
  EXPECT_EQ(shop_.must(store().list_users()).size(), 1U);
}

TEST_P(StationStoreTest, UsersChangeAndOneStaysInCharge) {
  const auto add = [&](const std::string& name, port::Role role) {
    port::User user;
    user.name = name;
    user.password_hash = "hash of " + name;
    user.role = role;
    return shop_.must(store().add_user(user)).id;
  };
  const UserId chief = add("chief", port::Role::administrator);
  const UserId desk = add("desk", port::Role::cashier);
  shop_.must(store().add_session({"digest", desk, kNow, {kNow.value + 1'000}}));
  using Change = port::UserStore::UserChange;
  struct Row {
    const char* reason;
    Change change;
    std::optional<Errc> error;
  };
  const Row rows[] = {
      {"nobody", {UserId{99}, {}, true, {}}, Errc::user_unknown},
      {"the only one in charge stays", {chief, {}, true, {}}, Errc::user_last_administrator},
      {"nor may it step down", {chief, port::Role::viewer, {}, {}}, Errc::user_last_administrator},
      {"promoted", {desk, port::Role::administrator, {}, {}}, {}},
      {"now the first may go", {chief, {}, true, {}}, {}},
      {"and the second may not", {desk, {}, true, {}}, Errc::user_last_administrator},
      {"back again, with a new password", {chief, {}, false, "new hash"}, {}},
  };
  for (const Row& row : rows) {
    const auto changed = shop_.ask(store().change_user(row.change));
    EXPECT_EQ(changed ? std::nullopt : std::optional(changed.error().code), row.error)
        << row.reason;
  }
  const auto user = shop_.must(store().find_user(chief));
  EXPECT_EQ(user.password_hash, "new hash");
  EXPECT_TRUE(user.must_change_password);
  EXPECT_FALSE(user.disabled);
  EXPECT_EQ(shop_.ask(store().find_session("digest", kNow)).error().code, Errc::session_missing)
      << "a change ends the sessions";
}

TEST_P(StationStoreTest, AuditIsKeptAndFound) {
  for (const char* action : {"login", "vend_created", "vend_created"}) {
    port::AuditLine line;
    line.at = kNow;
    line.user_name = "王会计";
    line.action = action;
    line.subject = "vend 000017";
    shop_.must(store().append_audit(line));
  }
  EXPECT_EQ(shop_.must(store().list_audit("", {})).total, 3);
  const auto found = shop_.must(store().list_audit("vend_cr", {1, 0}));
  EXPECT_EQ(found.total, 2);
  ASSERT_EQ(found.rows.size(), 1U);
  EXPECT_EQ(found.rows[0].id, 3);
  EXPECT_EQ(found.rows[0].user_name, "王会计");
}

}  // namespace paymeter::store::testing
