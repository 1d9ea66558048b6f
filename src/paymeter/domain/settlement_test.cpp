// What a fresh read asks for next while a meter is settled, and which way the states go.
#include "paymeter/domain/settlement.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace paymeter::domain {
namespace {

constexpr std::int64_t kOne = 100;

PrepaidState open_and_forced(std::int64_t balance) {
  PrepaidState read;
  read.epoch = {"PM1", 4};
  read.account_open = true;
  read.relay_open = read.forced = true;
  read.balance = {balance};
  return read;
}

struct Row {
  const char* reason;
  std::int64_t balance;
  std::function<void(SettlementFacts&, PrepaidState&)> bend;
  SettlementMove expect;
};

}  // namespace

TEST(Settlement, AFreshReadSaysWhatIsNext) {
  using enum SettlementMove;
  const Row rows[] = {
      {"money in it", kOne, {}, take_out},
      {"money is owed", -kOne, {}, need_money},
      {"empty", 0, {}, clear},
      {"empty, and the clear was sent: it got lost, so again", 0,
       [](auto& facts, auto&) { facts.clear_sent = true; }, clear},
      {"a sale is under way: its money is not in the balance yet", 0,
       [](auto& facts, auto&) { facts.vend_under_way = true; }, wait},
      {"supply on: the balance does not stand still", kOne,
       [](auto&, auto& read) { read.relay_open = false; }, wait},
      {"open by arrears only: a sale would close it", kOne,
       [](auto&, auto& read) { read.forced = false; }, wait},
      {"the clear's reply was lost", 0,
       [](auto& facts, auto& read) {
         facts.clear_sent = true;
         read.epoch.clear_count = 5;
         read.account_open = false;
       },
       cleared},
      {"the clear count wraps", 0,
       [](auto& facts, auto& read) {
         facts.clear_sent = true;
         facts.epoch.clear_count = 65535;
         read.epoch.clear_count = 0;
         read.account_open = false;
       },
       cleared},
      {"cleared, but nobody of us sent a clear", 0,
       [](auto&, auto& read) {
         read.epoch.clear_count = 5;
         read.account_open = false;
       },
       wrong_meter},
      {"cleared by force with money in it", 0,
       [](auto& facts, auto& read) {
         facts.clear_sent = true;
         read.epoch.clear_count = 5;
         read.account_open = false;
         read.cleared_balance = {kOne};
       },
       wrong_meter},
      {"cleared twice", 0,
       [](auto& facts, auto& read) {
         facts.clear_sent = true;
         read.epoch.clear_count = 6;
         read.account_open = false;
       },
       wrong_meter},
      {"cleared, and opened for somebody since", 0,
       [](auto& facts, auto& read) {
         facts.clear_sent = true;
         read.epoch.clear_count = 5;
       },
       wrong_meter},
      {"money of somebody's in a device that has no account: it would refuse the refund", kOne,
       [](auto&, auto& read) { read.account_open = false; }, wrong_meter},
      {"empty, but it has no account: it would refuse the clear", 0,
       [](auto&, auto& read) { read.account_open = false; }, wrong_meter},
      {"another device answers", 0, [](auto&, auto& read) { read.epoch.serial = "PM2"; },
       wrong_meter},
      {"another device goes before a sale under way", 0,
       [](auto& facts, auto& read) {
         facts.vend_under_way = true;
         read.epoch.serial = "PM2";
       },
       wrong_meter},
  };
  for (const Row& row : rows) {
    SettlementFacts facts{{"PM1", 4}, false, false};
    PrepaidState read = open_and_forced(row.balance);
    if (row.bend) row.bend(facts, read);
    EXPECT_EQ(next_move(facts, read), row.expect) << row.reason;
  }
}

TEST(Settlement, StatesGoOneWay) {
  using enum SettlementState;
  struct Step {
    const char* reason;
    SettlementState from, to;
    bool closing, change_over;
  };
  const Step steps[] = {
      {"the supply is off", tripping, returning, true, true},
      {"called off at once", tripping, cancelled, true, true},
      {"not without a final reading", tripping, clearing, false, false},
      {"the balance is below 0", returning, debt, true, true},
      {"paid", debt, returning, true, true},
      {"empty", returning, clearing, true, true},
      {"called off while money is owed", debt, cancelled, true, true},
      {"a clear may be on its way: too late to call off", clearing, cancelled, false, false},
      {"money appeared before the clear", clearing, returning, true, true},
      {"cleared", clearing, done, true, false},
      {"cleared, the device goes", clearing, replacing, false, true},
      {"the device is dead", tripping, done, true, false},
      {"the device is dead and replaced", returning, replacing, false, true},
      {"the new device is there", replacing, opening, false, true},
      {"the new device is open", opening, done, false, true},
      {"not without opening it", replacing, done, false, false},
      {"a new device is not called off", replacing, cancelled, false, false},
      {"over", done, tripping, false, false},
      {"over", cancelled, tripping, false, false},
  };
  for (const Step& step : steps) {
    EXPECT_EQ(may_follow(SettlementKind::closing, step.from, step.to), step.closing)
        << step.reason << ": closing";
    EXPECT_EQ(may_follow(SettlementKind::change_over, step.from, step.to), step.change_over)
        << step.reason << ": change-over";
  }
}

TEST(Settlement, NamesGoBothWays) {
  for (int i = 0; i <= static_cast<int>(SettlementState::cancelled); ++i) {
    const auto state = static_cast<SettlementState>(i);
    EXPECT_EQ(settlement_state_from_name(settlement_state_name(state)), state);
  }
  EXPECT_FALSE(settlement_state_from_name("closed"));
  EXPECT_EQ(settlement_kind_from_name("change_over"), SettlementKind::change_over);
}

}  // namespace paymeter::domain
