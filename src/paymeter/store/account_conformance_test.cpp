// Conformance: accounts and commands, on every kind of store.
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

using domain::AccountState;
using domain::Command;
using domain::CommandKind;
using domain::CommandState;

PAYMETER_STORE_SUITE(AccountStoreTest);

namespace {

domain::Account tenant(MeterId meter, const std::string& key) {
  domain::Account account;
  account.customer_name = "Zhang's Noodles";
  account.phone = "13800000000";
  account.idempotency_key = key;
  account.meters = {meter};
  account.created_at = kNow;
  return account;
}

Command intent(MeterId meter, CommandKind kind) {
  Command command;
  command.meter = meter;
  command.kind = kind;
  command.created_at = kNow;
  command.deadline_at = kNow + minutes(10);
  return command;
}

std::vector<Command> opening_commands(MeterId meter) {
  auto prices = intent(meter, CommandKind::write_prices);
  prices.prices = small_plan(1).tariffs[0].prices;
  auto settings = intent(meter, CommandKind::write_settings);
  settings.settings = {{2000}, {500}, 8000, {100}};
  return {intent(meter, CommandKind::open_account), settings, prices};
}

}  // namespace

TEST_P(AccountStoreTest, OpeningFillsNumbersAndVersions) {
  shop_.build(2);
  const MeterId m1 = shop_.meter(1);
  const auto opened =
      shop_.must(store().open_account(tenant(m1, "key-0001"), opening_commands(m1)));
  EXPECT_EQ(opened.account.number, "000001");
  EXPECT_EQ(opened.account.state, AccountState::opening);
  EXPECT_EQ(opened.account.customer_number, opened.account.id.value);
  ASSERT_EQ(opened.commands.size(), 3U);
  EXPECT_EQ(opened.commands[0].customer_number, opened.account.customer_number);
  EXPECT_EQ(opened.commands[1].version, 1U);
  EXPECT_EQ(opened.commands[2].version, 1U);
  reopen();
  const auto pending = shop_.must(store().pending_commands());
  ASSERT_EQ(pending.size(), 3U);
  EXPECT_EQ(pending[1].settings, opening_commands(m1)[1].settings);
  EXPECT_EQ(pending[2].prices, opening_commands(m1)[2].prices);
  EXPECT_EQ(shop_.must(store().meter_money(m1)).settings_version, 1U);
}

TEST_P(AccountStoreTest, RepeatedKeyReturnsTheFirst) {
  shop_.build(2);
  const MeterId m1 = shop_.meter(1), m2 = shop_.meter(2);
  const auto first = shop_.must(store().open_account(tenant(m1, "key-0001"), opening_commands(m1)));
  const auto again = shop_.must(store().open_account(tenant(m1, "key-0001"), opening_commands(m1)));
  EXPECT_EQ(again.account.id, first.account.id);
  ASSERT_EQ(again.commands.size(), 3U);
  EXPECT_EQ(again.commands[2].id, first.commands[2].id);
  const auto other = shop_.ask(store().open_account(tenant(m2, "key-0001"), {}));
  EXPECT_EQ(other.error().code, Errc::vend_exists_with_different_request);
}

TEST_P(AccountStoreTest, OneLiveAccountPerMeter) {
  shop_.build(1);
  const MeterId m1 = shop_.meter(1);
  const auto unknown = shop_.ask(store().open_account(tenant(MeterId{99}, "key-0000"), {}));
  EXPECT_EQ(unknown.error().code, Errc::meter_unknown);
  const auto first = shop_.must(store().open_account(tenant(m1, "key-0001"), {})).account;
  EXPECT_EQ(shop_.ask(store().open_account(tenant(m1, "key-0002"), {})).error().code,
            Errc::account_already_open);
  EXPECT_EQ(shop_.must(store().abandon_open(first.id, kNow)).state, AccountState::closed);
  EXPECT_EQ(shop_.ask(store().account_of_meter(m1)).error().code, Errc::account_not_open);
  const auto second = shop_.must(store().open_account(tenant(m1, "key-0002"), {})).account;
  EXPECT_EQ(second.number, "000002");
  EXPECT_EQ(shop_.must(store().account_of_meter(m1)).id, second.id);
  EXPECT_EQ(shop_.must(store().live_accounts()).size(), 1U);
}

TEST_P(AccountStoreTest, ConfirmingTwiceChangesNothing) {
  shop_.build(1);
  const MeterId m1 = shop_.meter(1);
  const auto id = shop_.must(store().open_account(tenant(m1, "key-0001"), {})).account.id;
  const auto open = shop_.must(store().confirm_open(id, m1, {"SN", 3}, kNow));
  EXPECT_EQ(open.state, AccountState::open);
  EXPECT_EQ(open.opened_at, kNow);
  const auto vend = shop_.sell(m1, "sale-0001", 100);
  auto step = Shop::reserve_step(vend, 1);
  step.epoch = domain::Epoch{"SN", 3};
  shop_.deliver(shop_.must(store().step_vend(step)));
  shop_.must(store().confirm_open(id, m1, {"SN", 4}, kNow + seconds(1)));
  const auto money = shop_.must(store().meter_money(m1));
  EXPECT_EQ(money.epoch, (domain::Epoch{"SN", 3}));
  EXPECT_EQ(money.purchase_count, 1);
  EXPECT_EQ(shop_.ask(store().abandon_open(id, kNow)).error().code, Errc::account_already_open);
}

TEST_P(AccountStoreTest, ListsFindByAnythingPeopleKnow) {
  shop_.build(3);
  shop_.must(store().open_account(tenant(shop_.meter(1), "key-0001"), {}));
  auto li = tenant(shop_.meter(2), "key-0002");
  li.customer_name = "李记 100%_";
  li.phone = "021-555";
  shop_.must(store().open_account(li, {}));
  struct Row {
    const char* reason;
    const char* text;
    std::int64_t total;
  };
  for (const Row& row :
       {Row{"everything", "", 2}, Row{"letters' case aside", "zHANG", 1}, Row{"phone", "021", 1},
        Row{"meter code", "m2", 1}, Row{"number", "000001", 1}, Row{"Chinese", "李记", 1},
        Row{"percent is a character", "0%_", 1}, Row{"underline too", "Zh_ng", 0},
        Row{"quote", "'s N", 1}, Row{"nothing", "xyz", 0}}) {
    port::AccountFilter filter;
    filter.text = row.text;
    EXPECT_EQ(shop_.must(store().list_accounts(filter)).total, row.total) << row.reason;
  }
  port::AccountFilter page;
  page.page = {1, 1};
  const auto listed = shop_.must(store().list_accounts(page));
  EXPECT_EQ(listed.total, 2);
  ASSERT_EQ(listed.rows.size(), 1U);
  EXPECT_EQ(listed.rows[0].number, "000001");  // newest first, second page
  EXPECT_EQ(listed.rows[0].meters, std::vector{shop_.meter(1)});
}

TEST_P(AccountStoreTest, NewerCommandSupersedesItsOwnSort) {
  shop_.build(2);
  const MeterId m1 = shop_.meter(1), m2 = shop_.meter(2);
  const auto trip = shop_.must(store().add_command(intent(m1, CommandKind::trip), ""));
  const auto other = shop_.must(store().add_command(intent(m2, CommandKind::trip), ""));
  const auto settings =
      shop_.must(store().add_command(intent(m1, CommandKind::write_settings), ""));
  shop_.must(store().add_command(intent(m1, CommandKind::release), ""));
  const auto newer = shop_.must(store().add_command(intent(m1, CommandKind::write_settings), ""));
  EXPECT_EQ(newer.version, 2U);
  const auto old_trip = shop_.must(store().find_command(trip.id));
  EXPECT_EQ(old_trip.state, CommandState::superseded);
  EXPECT_EQ(old_trip.result, Errc::command_superseded);
  EXPECT_EQ(shop_.must(store().find_command(settings.id)).state, CommandState::superseded);
  EXPECT_EQ(shop_.must(store().find_command(other.id)).state, CommandState::pending);
  EXPECT_EQ(shop_.must(store().pending_commands()).size(), 3U);
}

TEST_P(AccountStoreTest, VersionsExceedTheLastGivenAndTheMetersOwn) {
  shop_.build(1);
  const MeterId m1 = shop_.meter(1);
  struct Row {
    const char* reason;
    CommandKind kind;
    std::uint32_t seen, version;
  };
  for (const Row& row :
       {Row{"from 1", CommandKind::write_prices, 0, 1},
        Row{"the meter is ahead: it was in use before", CommandKind::write_prices, 40, 41},
        Row{"the meter has not taken the last one", CommandKind::write_prices, 40, 42},
        Row{"settings count for themselves", CommandKind::write_settings, 0, 1},
        Row{"other commands have none", CommandKind::trip, 9, 0}}) {
    Command command = intent(m1, row.kind);
    command.version = row.seen;
    EXPECT_EQ(shop_.must(store().add_command(command, "")).version, row.version) << row.reason;
  }
}

TEST_P(AccountStoreTest, ACommandKnowsWhoWantedIt) {
  shop_.build(1);
  for (auto origin : {domain::CommandOrigin::by_operator, domain::CommandOrigin::arrears,
                      domain::CommandOrigin::tariff_change}) {
    Command command = intent(shop_.meter(1), CommandKind::trip);
    command.origin = origin;
    const auto stored = shop_.must(store().add_command(command, ""));
    EXPECT_EQ(shop_.must(store().find_command(stored.id)).origin, origin);
  }
}

TEST_P(AccountStoreTest, CommandEndsOnce) {
  shop_.build(1);
  const MeterId m1 = shop_.meter(1);
  const auto first = shop_.must(store().add_command(intent(m1, CommandKind::trip), "switch-1"));
  EXPECT_EQ(shop_.must(store().add_command(intent(m1, CommandKind::trip), "switch-1")).id,
            first.id);
  shop_.must(store().note_try(first.id, Errc::link_timeout));
  const auto tried = shop_.must(store().find_command(first.id));
  EXPECT_EQ(tried.tries, 1);
  EXPECT_EQ(tried.result, Errc::link_timeout);
  const auto done =
      shop_.must(store().finish_command(first.id, CommandState::done, std::nullopt, kNow));
  EXPECT_EQ(done.state, CommandState::done);
  EXPECT_FALSE(done.result);
  EXPECT_EQ(
      shop_.ask(store().finish_command(first.id, CommandState::failed, Errc::link_timeout, kNow))
          .error()
          .code,
      Errc::command_state_conflict);
  EXPECT_EQ(shop_.ask(store().find_command(CommandId{99})).error().code, Errc::command_unknown);
  EXPECT_EQ(shop_.ask(store().add_command(intent(MeterId{99}, CommandKind::trip), "")).error().code,
            Errc::meter_unknown);
  port::CommandFilter filter;
  filter.state = CommandState::done;
  EXPECT_EQ(shop_.must(store().list_commands(filter)).total, 1);
}

}  // namespace paymeter::store::testing
