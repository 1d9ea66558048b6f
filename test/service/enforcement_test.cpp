// Automatic cuts on the bench: real store, driver, billing and bus owner; the wire and the clock
// are the test's. Every protected meter keeps its supply, and a cut ends with its reason.
#include <gmock/gmock.h>

#include <ostream>

#include "cut_station.hpp"
#include "paymeter/domain/cut_text.hpp"
#include "paymeter/store/cut_sql.hpp"
#include "paymeter/store/sqlite.hpp"

namespace paymeter::bench_station {
namespace {

using domain::CutVerdict;
using domain::EnforcementMode;
using domain::Money;
using domain::SupplyIntentKind;
using port::OwnCutState;

TEST_F(EnforcementTest, CutsWhenEverythingHoldsAndClosesAgainAfterThePayment) {
  auto station = in_arrears();
  station->enforce(EnforcementMode::on);
  station->until_local(23, 9);
  EXPECT_FALSE(station->relay_open(1)) << "Sunday, night, and the warning is too young";
  EXPECT_EQ(trips_on_the_wire(), 0);
  EXPECT_TRUE(station->until([&] { return station->relay_open(1); }, minutes(6 * 60)))
      << station->last_reasons(1);
  EXPECT_GE(world.now(), warned + minutes(24 * 60)) << "a day after the warning";
  station->run_for(seconds(20));
  EXPECT_EQ(station->lasting(1), std::vector{SupplyIntentKind::arrears});
  const auto cut = station->must(station->store->lasting_cuts()).at(0);
  EXPECT_EQ(cut.state, OwnCutState::shown);
  const auto record = station->must(station->store->last_cut_decision(cut.meter)).value();
  EXPECT_EQ(record.id, cut.decision);
  EXPECT_EQ(record.balance, Money{-8'000});
  const auto inputs = domain::parse_cut_inputs(record.inputs);
  ASSERT_TRUE(inputs);
  EXPECT_EQ(domain::decide_cut(*inputs).verdict, CutVerdict::cut);
  EXPECT_FALSE(station->relay_open(2)) << "nobody's account";

  pay(*station, 1, 7'999);
  station->run_for(minutes(3));
  EXPECT_TRUE(station->relay_open(1)) << "a fen short";
  ASSERT_TRUE(station->sell(1, 1, "last-fen"));
  EXPECT_TRUE(station->until([&] { return !station->relay_open(1); }, seconds(10)));
  EXPECT_TRUE(station->lasting(1).empty());
  EXPECT_TRUE(station->until([&] { return station->must(station->store->lasting_cuts()).empty(); },
                             minutes(3)));
}

struct Guarded {
  const char* why;
  void (*make)(CutStation&);
  const char* reason;
};
void PrintTo(const Guarded& row, std::ostream* out) { *out << row.why; }
constexpr Guarded kGuarded[] = {
    {"enforcement was never switched on", [](CutStation& s) { s.enforce(EnforcementMode::off); },
     ""},
    {"switched off for this meter",
     [](CutStation& s) { s.enforce(EnforcementMode::off, s.meter_id(1)); }, "enforcement_on fails"},
    {"保电 by an operator",
     [](CutStation& s) { s.command(1, domain::CommandKind::force_on, "force-on-1"); },
     "not_protected fails"},
    {"an order that nobody has paid yet",
     [](CutStation& s) {
       domain::Vend vend;
       vend.meter = s.meter_id(1);
       vend.idempotency_key = "order-0001";
       vend.method = domain::PaymentMethod::wechat;
       vend.captured = vend.to_meter = Money{100};
       vend.created_at = s.runtime.now();
       port::PaymentOrder order;
       order.method = domain::PaymentMethod::wechat;
       order.merchant = "m";
       order.currency = "CNY";
       order.expires_at = s.runtime.now() + minutes(2'880);
       s.must(s.store->create_order(vend, order));
     },
     "no_vend_under_way fails"},
    {"friendly hours from nine to five",
     [](CutStation& s) {
       domain::WalletTerms terms;
       terms.meter = s.meter_id(1);
       terms.friendly_from = 9 * 60;
       terms.friendly_to = 17 * 60;
       s.must(s.store->set_wallet_terms(terms));
     },
     "not_friendly fails"},
    {"emergency credit is on",
     [](CutStation& s) {
       domain::WalletTerms terms;
       terms.meter = s.meter_id(1);
       terms.emergency_credit = Money{8'000};
       terms.emergency_on = true;
       s.must(s.store->set_wallet_terms(terms));
     },
     ""},
    {"a rehearsal is asked for, and none was approved",
     [](CutStation& s) { s.enforce(EnforcementMode::rehearsed, s.meter_id(1)); },
     "rehearsed fails"},
};

class GuardedTest : public EnforcementTest, public ::testing::WithParamInterface<Guarded> {};
INSTANTIATE_TEST_SUITE_P(Guards, GuardedTest, ::testing::ValuesIn(kGuarded),
                         [](const auto& row) { return "Guard" + std::to_string(row.index); });

TEST_P(GuardedTest, KeepsTheSupplyOn) {
  const Guarded& row = GetParam();
  SCOPED_TRACE(row.why);
  auto station = in_arrears();
  station->enforce(EnforcementMode::on);
  row.make(*station);
  station->until_local(23, 11, 30);
  site.wire.clear();
  station->until_local(23, 17);
  EXPECT_FALSE(station->relay_open(1));
  EXPECT_EQ(trips_on_the_wire(), 0);
  EXPECT_TRUE(station->must(station->store->list_cuts({})).rows.empty());
  EXPECT_THAT(station->all_reasons(1), ::testing::HasSubstr(row.reason));
}

TEST_F(EnforcementTest, AManualTripSurvivesThePayment) {
  auto station = in_arrears();
  station->enforce(EnforcementMode::on);
  station->until_local(23, 9);
  ASSERT_TRUE(station->until([&] { return station->relay_open(1); }, minutes(6 * 60)));
  station->command(1, domain::CommandKind::trip, "manual-trip");
  station->run_for(minutes(1));
  pay(*station, 1, 50'000);
  EXPECT_TRUE(station->until([&] { return station->must(station->store->lasting_cuts()).empty(); },
                             minutes(3)));
  station->run_for(minutes(30));
  EXPECT_TRUE(station->relay_open(1)) << "its owner has not ended it";
  EXPECT_EQ(station->lasting(1), std::vector{SupplyIntentKind::manual_trip});
  station->command(1, domain::CommandKind::release, "manual-close");
  EXPECT_TRUE(station->until([&] { return !station->relay_open(1); }, minutes(1)));
}

TEST_F(EnforcementTest, APaymentWhileTheBusOwnerReadsIsSeen) {
  auto station = in_arrears();
  station->enforce(EnforcementMode::on);
  station->until_local(23, 11);
  // The first reading after the day is over: a trip's turn on the bus reads twice in a row.
  bool paid = false;
  site.after_request = [&](std::uint8_t unit, Bytes) {
    if (unit != 1 || paid || world.now() < warned + minutes(24 * 60)) return;
    paid = true;
    domain::Vend vend;
    vend.meter = station->meter_id(1);
    vend.idempotency_key = "in-between";
    vend.captured = vend.to_meter = Money{8'000};
    vend.created_at = world.now();
    station->runtime.spawn("payment", [](port::Store& store, domain::Vend sale) -> port::Async<> {
      (void)co_await store.create_paid_vend(std::move(sale));
    }(*station->store, vend));
  };
  station->until_local(23, 16, 30);
  EXPECT_TRUE(paid);
  EXPECT_FALSE(station->relay_open(1));
  EXPECT_EQ(trips_on_the_wire(), 0);
}

class CrashTest : public EnforcementTest, public ::testing::WithParamInterface<bool> {};
INSTANTIATE_TEST_SUITE_P(Payments, CrashTest, ::testing::Bool());

TEST_P(CrashTest, BetweenIntentAndFrameSendsNothingThatIsNotDecidedAgain) {
  const bool pays = GetParam();
  auto station = in_arrears();
  station->enforce(EnforcementMode::on);
  bool reached = false;
  site.fate = [&](std::uint8_t, Bytes pdu) {
    if (!is_relay(pdu)) return Fate::deliver;
    reached = true;
    return Fate::lose_request;
  };
  station->until_local(23, 9);
  ASSERT_TRUE(station->until([&] { return reached; }, minutes(6 * 60)));
  EXPECT_EQ(station->must(station->store->lasting_cuts()).size(), 1U);
  if (pays) pay(*station, 1, 8'000);
  station.reset();
  site.fate = {};
  site.wire.clear();
  station = std::make_unique<CutStation>(world, site, path_);
  station->start_all();
  station->run_for(minutes(10));
  EXPECT_EQ(station->relay_open(1), !pays) << station->last_reasons(1);
  const auto lasting = station->must(station->store->lasting_cuts());
  if (pays) {
    EXPECT_EQ(trips_on_the_wire(), 0);
    EXPECT_TRUE(lasting.empty());
  } else {
    ASSERT_EQ(lasting.size(), 1U);
    EXPECT_EQ(lasting[0].state, OwnCutState::shown);
  }
}

TEST_F(EnforcementTest, ALostReplyIsFoundByTheReadBack) {
  auto station = in_arrears();
  station->enforce(EnforcementMode::on);
  site.fate = [](std::uint8_t, Bytes pdu) {
    return is_relay(pdu) ? Fate::lose_reply : Fate::deliver;
  };
  station->until_local(23, 9);
  ASSERT_TRUE(station->until([&] { return station->relay_open(1); }, minutes(6 * 60)));
  station->run_for(seconds(30));
  EXPECT_EQ(station->must(station->store->lasting_cuts()).at(0).state, OwnCutState::shown);
  pay(*station, 1, 8'000);
  EXPECT_TRUE(station->until([&] { return !station->relay_open(1); }, seconds(30)));
}

TEST_F(EnforcementTest, AReCloseIsRetriedForEverAndSaysWhoCannotBeReached) {
  auto station = in_arrears();
  station->enforce(EnforcementMode::on);
  station->until_local(23, 9);
  ASSERT_TRUE(station->until([&] { return station->relay_open(1); }, minutes(6 * 60)));
  station->run_for(seconds(30));
  site.fate = [](std::uint8_t, Bytes) { return Fate::wire_down; };
  station->run_for(minutes(10));
  pay(*station, 1, 8'000);
  station->run_for(minutes(600));
  auto cuts = station->must(station->store->lasting_cuts());
  ASSERT_EQ(cuts.size(), 1U);
  EXPECT_EQ(cuts[0].state, OwnCutState::reclosing);
  EXPECT_TRUE(cuts[0].trouble);
  EXPECT_TRUE(station->lasting(1).empty()) << "the platform wants it closed";
  site.fate = {};
  EXPECT_TRUE(station->until([&] { return !station->relay_open(1); }, minutes(4)))
      << "at night: re-closing knows no hours";
}

TEST_F(EnforcementTest, TheBreakerStopsAfterFiveAndASecondPersonLetsItGoOn) {
  auto station = in_arrears(7);
  station->enforce(EnforcementMode::on);
  station->until_local(23, 15);
  int open = 0;
  for (int unit = 1; unit <= 7; ++unit) open += station->relay_open(unit);
  EXPECT_EQ(open, 5);
  EXPECT_TRUE(station->must(station->store->cut_breaker(station->property())).is_open);
  EXPECT_THAT(station->last_reasons(7), ::testing::HasSubstr("breaker_closed fails"));
  EXPECT_TRUE(
      station->alarms->is_active(domain::AlarmKind::cut_breaker, {}, {}, station->property()));
  const auto alarms = station->alarms->active();
  const auto breaker =
      std::ranges::find(alarms, domain::AlarmKind::cut_breaker, &domain::Alarm::kind);
  EXPECT_EQ(breaker->property, station->property());
  EXPECT_EQ(breaker->detail,
            station->live.site().properties.front().name + ": 5 cuts within ten minutes");
  port::User user;
  user.property = station->property();
  user.role = port::Role::administrator;
  for (const char* name : {"anna", "bo"}) {
    user.name = name;
    station->must(station->store->add_user(user));
  }
  const auto users = station->must(station->store->list_users());
  station->must(
      station->enforcement->ask_release(station->property(), users[0].id, "名单已逐户核对"));
  EXPECT_EQ(station->run(station->enforcement->release(station->property(), users[0].id, "放行 5"))
                .error()
                .code,
            Errc::breaker_same_person);
  station->must(station->enforcement->release(station->property(), users[1].id, ""));
  EXPECT_FALSE(
      station->alarms->is_active(domain::AlarmKind::cut_breaker, {}, {}, station->property()));
  EXPECT_TRUE(station->until([&] { return station->relay_open(6) && station->relay_open(7); },
                             minutes(10)));
}

TEST_F(EnforcementTest, TwoPropertiesBreakersAreTwoAlarms) {
  CutStation station(world, site, path_);
  station.start_all();
  domain::SitePlan more;
  more.property = domain::Property{{}, "Second plaza", "Asia/Shanghai", true};
  station.must(station.store->apply_plan(more, port::SiteStore::Apply::commit, world.now()));
  station.live.load(station.must(station.store->load_site()), {});
  const PropertyId first = station.live.site().properties.at(0).id;
  const PropertyId second = station.live.site().properties.at(1).id;
  store::SqliteOptions options;
  options.path = path_;
  const auto db = store::connect_sqlite(options);
  const auto set_breaker = [&](PropertyId property, bool is_open) {
    domain::CutBreaker breaker;
    breaker.property = property;
    breaker.is_open = is_open;
    breaker.opened_at = world.now();
    store::sql::store_breaker(*db, breaker);
  };
  const auto shown = [&] {
    std::vector<PropertyId> out;
    for (const domain::Alarm& alarm : station.alarms->active())
      if (alarm.kind == domain::AlarmKind::cut_breaker) out.push_back(alarm.property);
    std::ranges::sort(out);
    return out;
  };
  set_breaker(first, true);
  set_breaker(second, true);
  ASSERT_TRUE(station.until([&] { return shown().size() == 2; }, minutes(30)));
  EXPECT_EQ(shown(), (std::vector{first, second}));
  for (const domain::Alarm& alarm : station.alarms->active())
    if (alarm.property == first) station.must(station.alarms->acknowledge(alarm.id, kAnna));
  set_breaker(first, false);
  ASSERT_TRUE(station.until([&] { return shown().size() == 1; }, minutes(30)));
  EXPECT_EQ(shown(), std::vector{second}) << "whoever looks at the second one has it still";
  const auto active = station.alarms->active();
  const auto left = std::ranges::find(active, domain::AlarmKind::cut_breaker, &domain::Alarm::kind);
  EXPECT_FALSE(left->acknowledged_at);
  set_breaker(second, false);
  EXPECT_TRUE(station.until([&] { return shown().empty(); }, minutes(30)));
}

TEST_F(EnforcementTest, NobodyIsAskedToApproveNothing) {
  auto station = in_arrears(2);
  const auto made = [&] {
    return station->must(station->store->list_rehearsals(station->property(), {})).total;
  };
  station->run_for(minutes(70));
  EXPECT_EQ(made(), 0) << "nobody switched it on";
  auto rehearsal = station->must(station->enforcement->rehearse(station->property()));
  EXPECT_EQ(rehearsal.lines, 2) << "who asks sees who is in arrears, and why nobody is cut";
  port::CutStore::RehearsalAct act;
  act.rehearsal = rehearsal.id;
  act.revision = rehearsal.revision;
  act.by = kBo;
  EXPECT_EQ(station->run(station->enforcement->decide(act)).error().code, Errc::batch_empty);
  station->enforce(EnforcementMode::rehearsed);
  station->run_for(minutes(40));
  act.revision = station->must(station->store->find_rehearsal(rehearsal.id)).rehearsal.revision;
  EXPECT_GT(act.revision, rehearsal.revision) << "the list is another one now";
  EXPECT_EQ(station->must(station->enforcement->decide(act)).state,
            domain::RehearsalState::approved);
}

TEST_F(EnforcementTest, ARehearsedDayIsCutOneAfterTheOtherWithoutTheBreaker) {
  auto station = in_arrears(7);
  station->enforce(EnforcementMode::rehearsed);
  auto rehearsal = station->must(station->enforcement->rehearse(station->property()));
  auto sheet = station->must(station->store->find_rehearsal(rehearsal.id));
  ASSERT_EQ(sheet.lines.size(), 7U);
  EXPECT_EQ(sheet.lines[0].guards, "");
  EXPECT_EQ(sheet.lines[0].to_pay, Money{8'000});
  port::CutStore::RehearsalAct act;
  act.rehearsal = rehearsal.id;
  act.revision = rehearsal.revision;
  act.by = kBo;
  station->must(station->enforcement->decide(act));
  port::NoticeFilter announced;
  announced.level = domain::NoticeLevel::cut_announced;
  const auto told = station->must(station->store->list_notices(announced));
  ASSERT_EQ(told.total, 7) << "one each, said once";
  EXPECT_THAT(told.rows.front().text, ::testing::HasSubstr("2026-11-23"));
  EXPECT_THAT(told.rows.front().text, ::testing::HasSubstr("80.00"));
  station->run_for(minutes(40));
  EXPECT_EQ(station->must(station->store->list_notices(announced)).total, 7);
  pay(*station, 3, 8'000);
  std::vector<UtcMs> opened;
  station->until_local(23, 9);
  site.after_request = [&](std::uint8_t, Bytes pdu) {
    if (is_relay(pdu)) opened.push_back(world.now());
  };
  station->until_local(23, 16);
  ASSERT_EQ(opened.size(), 6U);
  for (std::size_t i = 1; i < opened.size(); ++i)
    EXPECT_GE(opened[i] - opened[i - 1], seconds(9)) << "somebody can still stop it";
  EXPECT_FALSE(station->relay_open(3)) << "paid since";
  EXPECT_FALSE(station->must(station->store->cut_breaker(station->property())).is_open);
}

TEST_F(EnforcementTest, AssuranceSeesEnergyThroughAnOpenRelayAndARelayThatNobodyMoved) {
  auto station = in_arrears();
  station->enforce(EnforcementMode::on);
  const MeterId meter = station->meter_id(1);
  const auto active = [&](domain::AlarmKind kind) {
    return station->alarms->is_active(kind, meter, {});
  };
  station->until_local(23, 9);
  ASSERT_TRUE(station->until([&] { return station->relay_open(1); }, minutes(6 * 60)));
  station->run_for(minutes(65));
  EXPECT_FALSE(active(domain::AlarmKind::relay_welded));
  EXPECT_FALSE(active(domain::AlarmKind::relay_mismatch));
  use(1, 60);
  station->run_for(minutes(35));
  EXPECT_TRUE(active(domain::AlarmKind::relay_welded));
  auto memory = site.meter(1).memory();
  memory.relay_mode = 0;
  site.meter(1).set_memory(memory);  // somebody with a handheld
  station->run_for(minutes(65));
  EXPECT_TRUE(active(domain::AlarmKind::relay_mismatch));
  EXPECT_FALSE(station->relay_open(1)) << "the platform does not fight for it";
}

}  // namespace
}  // namespace paymeter::bench_station
