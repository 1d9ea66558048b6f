// Conformance: what the station owes a meter survives people's switches that never arrive.
#include <gmock/gmock.h>

#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

using domain::Command;
using domain::CommandKind;
using domain::CommandOrigin;
using domain::CommandState;

class SupplyStoreTest : public StoreTest {
 protected:
  struct Order {
    CommandKind kind;
    CommandOrigin origin = CommandOrigin::by_operator;
    CommandState end = CommandState::pending;  ///< pending: the next takes its place
  };
  Command order(MeterId meter, const Order& order) {
    Command intent;
    intent.meter = meter;
    intent.kind = order.kind;
    intent.origin = order.origin;
    intent.reason = "检修";
    intent.operator_id = UserId{3};
    intent.created_at = now_ = now_ + minutes(1);
    intent.deadline_at = now_ + minutes(10);
    auto stored = shop_.must(store().add_command(intent, "")).plain();
    if (order.end != CommandState::pending)
      shop_.must(
          store().finish_command(stored.id, order.end, std::nullopt, now_ = now_ + minutes(1)));
    return stored;
  }
  void hold(MeterId meter, domain::SupplyIntentKind kind) {
    domain::SupplyIntent intent;
    intent.meter = meter;
    intent.kind = kind;
    intent.begun_at = now_;
    shop_.must(store().begin_supply_intent(intent));
  }
  std::vector<Command> pending(MeterId meter) {
    port::CommandFilter filter;
    filter.meter = meter;
    filter.state = CommandState::pending;
    return shop_.must(store().list_commands(filter)).rows;
  }
  UtcMs now_ = kNow;
};
INSTANTIATE_TEST_SUITE_P(Kinds, SupplyStoreTest, ::testing::ValuesIn(store_kinds()),
                         [](const auto& suite) { return suite.param.name; });

TEST_P(SupplyStoreTest, ASwitchThatNeverArrivedDoesNotTakeThePlaceOfWhatWasOwed) {
  constexpr auto kOn = CommandKind::force_on, kTrip = CommandKind::trip,
                 kRelease = CommandKind::release;
  constexpr auto kPerson = CommandOrigin::by_operator, kClosing = CommandOrigin::settlement,
                 kOpening = CommandOrigin::opening, kPlan = CommandOrigin::limiting;
  constexpr auto kDone = CommandState::done, kFailed = CommandState::failed,
                 kReplaced = CommandState::pending;
  struct Row {
    const char* why;
    std::vector<Order> orders;
    std::vector<CommandKind> owed;  ///< pending in the end, by the origin of the first order
  };
  const Row rows[] = {
      {"called off, and the person's 保电 never arrived",
       {{kRelease, kClosing}, {kOn, kPerson, kFailed}},
       {kRelease}},
      {"an opening's, behind two switches of which none arrived",
       {{kRelease, kOpening}, {kTrip, kPerson, kReplaced}, {kRelease, kPerson, kFailed}},
       {kRelease}},
      {"a trip that never arrived leaves nobody who would close it",
       {{kRelease, kClosing}, {kTrip, kPerson, kFailed}},
       {kRelease}},
      {"protected before, so what is owed is 保电",
       {{kOn, kPerson, kDone}, {kRelease, kClosing}, {kRelease, kPerson, kFailed}},
       {kOn}},
      {"the person's arrived", {{kRelease, kClosing}, {kOn, kPerson, kDone}}, {}},
      {"one of theirs arrived before the last failed",
       {{kRelease, kClosing}, {kOn, kPerson, kDone}, {kRelease, kPerson, kFailed}},
       {}},
      {"it had arrived itself", {{kRelease, kClosing, kDone}, {kOn, kPerson, kFailed}}, {}},
      {"a plan gives back what it took by itself",
       {{kRelease, kPlan}, {kOn, kPerson, kFailed}},
       {}},
      {"a plan has taken the meter since",
       {{kRelease, kClosing}, {kTrip, kPlan, kDone}, {kOn, kPerson, kFailed}},
       {}},
      {"nothing was owed", {{kRelease, kPerson}, {kOn, kPerson, kFailed}}, {}},
  };
  shop_.must(store().apply_plan(small_plan(static_cast<int>(std::size(rows))),
                                port::SiteStore::Apply::commit, kNow));
  int number = 0;
  for (const Row& row : rows) {
    const MeterId meter = shop_.meter(++number);
    shop_.open_account(meter);
    for (const Command& opening : pending(meter))
      shop_.must(store().finish_command(opening.id, kDone, std::nullopt, now_));
    const Command first = order(meter, row.orders.front());
    for (std::size_t i = 1; i < row.orders.size(); ++i) order(meter, row.orders[i]);
    std::vector<CommandKind> owed;
    for (const Command& one : pending(meter)) {
      owed.push_back(one.kind);
      EXPECT_NE(one.origin, kPerson) << row.why;
      EXPECT_EQ(one.reason, first.reason) << row.why;
      EXPECT_EQ(one.created_at, now_) << row.why;
    }
    EXPECT_EQ(owed, row.owed) << row.why;
  }
}

TEST_P(SupplyStoreTest, NothingIsGivenBackThatSomebodyStillHoldsOff) {
  shop_.must(store().apply_plan(small_plan(1), port::SiteStore::Apply::commit, kNow));
  const MeterId meter = shop_.meter(1);
  order(meter, {CommandKind::release, CommandOrigin::settlement});
  hold(meter, domain::SupplyIntentKind::lock_out);
  order(meter, {CommandKind::trip, CommandOrigin::by_operator, CommandState::failed});
  EXPECT_TRUE(pending(meter).empty());
}

TEST_P(SupplyStoreTest, ASwitchThatNeverArrivedHasEndedNobodysHold) {
  using Kind = domain::SupplyIntentKind;
  constexpr auto kOn = CommandKind::force_on, kTrip = CommandKind::trip,
                 kRelease = CommandKind::release;
  constexpr auto kPerson = CommandOrigin::by_operator;
  constexpr auto kDone = CommandState::done, kFailed = CommandState::failed,
                 kReplaced = CommandState::pending;
  struct Row {
    const char* why;
    std::vector<Kind> held;  ///< before the orders
    std::vector<Order> orders;
    std::vector<Kind> lasting;
  };
  const Row rows[] = {
      {"a mis-click over a dead line does not end a manual trip",
       {},
       {{kTrip, kPerson, kDone}, {kRelease, kPerson, kFailed}},
       {Kind::manual_trip}},
      {"nor does 保电 that never arrived",
       {},
       {{kTrip, kPerson, kDone}, {kOn, kPerson, kFailed}},
       {Kind::manual_trip}},
      {"nor a release that another trip replaced, which failed too",
       {},
       {{kTrip, kPerson, kDone}, {kRelease, kPerson, kReplaced}, {kTrip, kPerson, kFailed}},
       {Kind::manual_trip}},
      {"nor work's lock-out", {Kind::lock_out}, {{kRelease, kPerson, kFailed}}, {Kind::lock_out}},
      {"a plan looks after its own", {Kind::limiting}, {{kRelease, kPerson, kFailed}}, {}},
      {"one that arrived has ended it",
       {Kind::lock_out},
       {{kRelease, kPerson, kDone}, {kOn, kPerson, kFailed}},
       {}},
      {"保电 in doubt goes before a trip: unknown means stay on",
       {},
       {{kTrip, kPerson, kDone}, {kOn, kPerson, kReplaced}, {kRelease, kPerson, kFailed}},
       {Kind::force_on}},
      {"a trip that never arrived holds nothing afterwards",
       {},
       {{kTrip, kPerson, kReplaced}, {kRelease, kPerson, kFailed}},
       {}},
  };
  shop_.must(store().apply_plan(small_plan(static_cast<int>(std::size(rows))),
                                port::SiteStore::Apply::commit, kNow));
  int number = 0;
  for (const Row& row : rows) {
    const MeterId meter = shop_.meter(++number);
    for (const Kind kind : row.held) hold(meter, kind);
    for (const Order& one : row.orders) order(meter, one);
    std::vector<Kind> lasting;
    for (const auto& intent : shop_.must(store().supply_intents(meter)))
      lasting.push_back(intent.kind);
    EXPECT_EQ(lasting, row.lasting) << row.why;
  }
}

}  // namespace paymeter::store::testing
