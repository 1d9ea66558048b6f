// Conformance: accounts after their opening, on every kind of store.
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

using domain::Account;
using domain::AccountState;
using domain::Command;
using domain::CommandKind;

class TenancyStoreTest : public StoreTest {
 protected:
  void open_first(int meters) {
    shop_.build(meters);
    m1_ = shop_.meter(1);
    account_ = shop_.open_account(m1_);
  }
  static port::TenancyStore::MetersAdded addition(AccountId account, std::vector<MeterId> meters,
                                                  const std::string& key) {
    port::TenancyStore::MetersAdded added;
    added.account = account;
    added.meters = meters;
    added.idempotency_key = key;
    added.at = kNow + minutes(1);
    for (MeterId meter : meters) {
      Command open;
      open.meter = meter;
      open.kind = CommandKind::open_account;
      open.created_at = kNow;
      added.commands.push_back(open);
    }
    return added;
  }
  static port::TenancyStore::HolderChange handover(AccountId account, MeterId meter,
                                                   const std::string& key) {
    port::TenancyStore::HolderChange change;
    change.account = account;
    change.customer_name = "李四";
    change.phone = "021-555";
    change.reason = "shop sold";
    change.idempotency_key = key;
    change.by = {7};
    change.at = kNow + minutes(2);
    change.meters = {{meter, 12'345, domain::Money{678}, kNow}};
    return change;
  }

  MeterId m1_{};
  Account account_;
};
INSTANTIATE_TEST_SUITE_P(Kinds, TenancyStoreTest, ::testing::ValuesIn(store_kinds()),
                         [](const ::testing::TestParamInfo<StoreKind>& suite) {
                           return suite.param.name;
                         });

TEST_P(TenancyStoreTest, MetersJoinAndConfirmOneByOne) {
  open_first(3);
  const MeterId m2 = shop_.meter(2), m3 = shop_.meter(3);
  const auto grown = shop_.must(store().add_meters(addition(account_.id, {m2, m3}, "add-0001")));
  EXPECT_EQ(grown.account.meters, (std::vector{m1_, m2, m3}));
  ASSERT_EQ(grown.commands.size(), 2U);
  EXPECT_EQ(grown.commands[1].customer_number, account_.customer_number);
  EXPECT_EQ(shop_.ask(store().create_paid_vend(Shop::sale(m2, "sale-0002", 100))).error().code,
            Errc::account_not_open)
      << "not before the meter has confirmed";
  shop_.must(store().confirm_open(account_.id, m2, Shop::epoch(m2), kNow));
  shop_.deliver(shop_.send(shop_.sell(m2, "sale-0002", 100)));
  // The third meter refuses for good: it leaves, the account stays.
  const auto left = shop_.must(store().leave_unopened(account_.id, m3, kNow + minutes(3)));
  EXPECT_EQ(left.meters, (std::vector{m1_, m2}));
  EXPECT_EQ(left.state, AccountState::open);
  EXPECT_EQ(shop_.must(store().leave_unopened(account_.id, m2, kNow)).meters,
            (std::vector{m1_, m2}))
      << "a meter that confirmed stays";
  const auto again = shop_.must(store().add_meters(addition(account_.id, {m2, m3}, "add-0001")));
  EXPECT_TRUE(again.existed);
  EXPECT_EQ(again.account.meters, (std::vector{m1_, m2})) << "a repetition adds nothing";
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(TenancyStoreTest, MetersJoinOnlyWhereTheyMay) {
  open_first(3);
  const MeterId m2 = shop_.meter(2), m3 = shop_.meter(3);
  const Account other = shop_.open_account(m2);
  shop_.must(store().add_meters(addition(account_.id, {m3}, "add-0001")));
  Account closed;
  closed.customer_name = "never opened";
  closed.idempotency_key = "open-none";
  closed.created_at = kNow;
  struct Row {
    const char* reason;
    port::TenancyStore::MetersAdded added;
    Errc expect;
  };
  for (const Row& row :
       {Row{"no such account", addition({99}, {m2}, "add-0002"), Errc::account_unknown},
        Row{"in another account", addition(account_.id, {m2}, "add-0003"),
            Errc::account_already_open},
        Row{"in this account", addition(account_.id, {m1_}, "add-0004"),
            Errc::account_already_open},
        Row{"no such meter", addition(account_.id, {{99}}, "add-0005"), Errc::meter_unknown},
        Row{"the key was another account's", addition(other.id, {m3}, "add-0001"),
            Errc::vend_exists_with_different_request},
        Row{"the key was for another meter", addition(account_.id, {m2}, "add-0001"),
            Errc::vend_exists_with_different_request}})
    EXPECT_EQ(shop_.ask(store().add_meters(row.added)).error().code, row.expect) << row.reason;
  EXPECT_EQ(shop_.must(store().find_account(account_.id)).meters, (std::vector{m1_, m3}));
}

/// No command keeps the key of a platform meter, and no bill of it begins before it joined.
TEST_P(TenancyStoreTest, APlatformMeterJoinsByItsKeyAndFromThatTime) {
  auto plan = small_plan(4);
  for (auto& row : plan.meters) row.meter.wallet = domain::Wallet::platform;
  shop_.must(store().apply_plan(plan, port::SiteStore::Apply::commit, kNow));
  account_ = shop_.open_account(shop_.meter(1));
  const Account other = shop_.open_account(shop_.meter(4));
  const MeterId m2 = shop_.meter(2), m3 = shop_.meter(3);
  auto added = addition(account_.id, {m2, m3}, "add-0001");
  added.commands.clear();
  EXPECT_FALSE(shop_.must(store().add_meters(added)).existed);
  EXPECT_TRUE(shop_.must(store().add_meters(added)).existed);
  added.meters = {m3, m2, m2};
  EXPECT_TRUE(shop_.must(store().add_meters(added)).existed) << "the same meters";
  for (const auto& meters : {std::vector{m2}, {m3, shop_.meter(4)}, {}}) {
    added.meters = meters;
    EXPECT_EQ(shop_.ask(store().add_meters(added)).error().code,
              Errc::vend_exists_with_different_request)
        << meters.size() << " meters";
  }
  added.meters = {m2, m3};
  added.account = other.id;
  EXPECT_EQ(shop_.ask(store().add_meters(added)).error().code,
            Errc::vend_exists_with_different_request)
      << "another account";
  shop_.must(store().confirm_open(account_.id, m2, Shop::epoch(m2), account_.created_at));
  const auto input = shop_.must(store().billing_input(m2));
  ASSERT_EQ(input.meters.size(), 1U);
  EXPECT_EQ(input.meters[0].from, kNow + minutes(1)) << "not since the account was opened";
}

TEST_P(TenancyStoreTest, AnAccountWhoseLastOpeningFailedIsClosed) {
  shop_.build(2);
  Account wanted;
  wanted.customer_name = "two shops";
  wanted.idempotency_key = "open-two";
  wanted.created_at = kNow;
  wanted.meters = {shop_.meter(1), shop_.meter(2)};
  const Account opened = shop_.must(store().open_account(wanted, {})).account;
  EXPECT_EQ(shop_.must(store().leave_unopened(opened.id, shop_.meter(1), kNow)).state,
            AccountState::opening);
  const Account closed = shop_.must(store().leave_unopened(opened.id, shop_.meter(2), kNow));
  EXPECT_EQ(closed.state, AccountState::closed);
  EXPECT_EQ(closed.closed_at, kNow);
  EXPECT_EQ(shop_.must(store().open_account(wanted, {})).account.id, opened.id)
      << "the key still names the account";
  EXPECT_EQ(
      shop_.ask(store().add_meters(addition(closed.id, {shop_.meter(1)}, "add-0001"))).error().code,
      Errc::account_not_open);
}

TEST_P(TenancyStoreTest, HoldersFollowOneAnotherAndTheMeterStays) {
  open_first(1);
  shop_.deliver(shop_.send(shop_.sell(m1_, "sale-0001", 500)));
  const auto money = shop_.must(store().meter_money(m1_));
  const Account now = shop_.must(store().change_holder(handover(account_.id, m1_, "hand-0001")));
  EXPECT_EQ(now.customer_name, "李四");
  EXPECT_EQ(now.customer_number, account_.customer_number);
  EXPECT_EQ(shop_.must(store().meter_money(m1_)).purchase_count, money.purchase_count);
  shop_.must(store().correct_account({account_.id, "李四四", "021-555", ""}));
  shop_.must(store().change_holder(handover(account_.id, m1_, "hand-0001")));  // again: nothing
  shop_.must(store().correct_account({account_.id, "李四", "021-555", ""}));
  struct Other {
    const char* reason;
    void (*change)(port::TenancyStore::HolderChange&);
  };
  for (const Other& other :
       {Other{"to somebody else", [](auto& change) { change.customer_name = "赵六"; }},
        Other{"with another number", [](auto& change) { change.phone = "021-777"; }},
        Other{"for another reason", [](auto& change) { change.reason = "inherited"; }}}) {
    auto change = handover(account_.id, m1_, "hand-0001");
    other.change(change);
    const auto refused = shop_.ask(store().change_holder(change));
    ASSERT_FALSE(refused) << other.reason;
    EXPECT_EQ(refused.error().code, Errc::vend_exists_with_different_request) << other.reason;
  }
  reopen();
  auto holders = shop_.must(store().holders(account_.id));
  ASSERT_EQ(holders.size(), 1U);
  EXPECT_EQ(holders[0].customer_name, account_.customer_name);
  EXPECT_EQ(holders[0].reason, "shop sold");
  EXPECT_EQ(holders[0].to_at, kNow + minutes(2));
  ASSERT_EQ(holders[0].meters.size(), 1U);
  EXPECT_EQ(holders[0].meters[0].energy_wh, 12'345);
  EXPECT_EQ(holders[0].meters[0].balance, domain::Money{678});
  auto third = handover(account_.id, m1_, "hand-0002");
  third.customer_name = "王五";
  third.meters[0].energy_wh.reset();
  shop_.must(store().change_holder(third));
  holders = shop_.must(store().holders(account_.id));
  ASSERT_EQ(holders.size(), 2U);
  EXPECT_EQ(holders[1].customer_name, "李四");
  EXPECT_FALSE(holders[1].meters[0].energy_wh);
  EXPECT_EQ(shop_.ask(store().change_holder(handover({99}, m1_, "hand-0003"))).error().code,
            Errc::account_unknown);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(TenancyStoreTest, CorrectionsOverwriteWhatWasTyped) {
  open_first(1);
  const Account now =
      shop_.must(store().correct_account({account_.id, "张三", "13900000000", "renamed"}));
  EXPECT_EQ(now.note, "renamed");
  const Account stored = shop_.must(store().find_account(account_.id));
  EXPECT_EQ(stored.customer_name, "张三");
  EXPECT_EQ(stored.phone, "13900000000");
  EXPECT_EQ(stored.state, AccountState::open);
  EXPECT_TRUE(shop_.must(store().holders(account_.id)).empty()) << "the holder is the same";
  EXPECT_EQ(shop_.ask(store().correct_account({{99}, "x", "", ""})).error().code,
            Errc::account_unknown);
}

TEST_P(TenancyStoreTest, AccountsStandAboveOneAnotherWithoutCircles) {
  shop_.build(6);
  std::vector<AccountId> ids;
  for (int i = 1; i <= 5; ++i) ids.push_back(shop_.open_account(shop_.meter(i)).id);
  Account dead;
  dead.customer_name = "closed";
  dead.idempotency_key = "open-dead";
  dead.created_at = kNow;
  dead.meters = {shop_.meter(6)};
  dead = shop_.must(store().open_account(dead, {})).account;
  shop_.must(store().abandon_open(dead.id, kNow));
  struct Row {
    const char* reason;
    AccountId account, parent;
    std::optional<Errc> expect;
  };
  for (const Row& row :
       {Row{"itself", ids[0], ids[0], Errc::account_parent_invalid},
        Row{"no such account above", ids[0], {99}, Errc::account_parent_invalid},
        Row{"no such account", {99}, ids[0], Errc::account_unknown},
        Row{"closed", ids[0], dead.id, Errc::account_parent_invalid},
        Row{"a closed one below", dead.id, ids[0], Errc::account_not_open},
        Row{"two levels", ids[1], ids[0], std::nullopt},
        Row{"three levels", ids[2], ids[1], std::nullopt},
        Row{"a circle of two", ids[0], ids[1], Errc::account_parent_invalid},
        Row{"a circle of three", ids[0], ids[2], Errc::account_parent_invalid},
        Row{"four levels", ids[3], ids[2], std::nullopt},
        Row{"five levels", ids[4], ids[3], Errc::account_parent_invalid},
        Row{"five levels from above", ids[0], ids[4], Errc::account_parent_invalid},
        Row{"beside it", ids[4], ids[2], std::nullopt}}) {
    const auto done = shop_.ask(store().set_parent(row.account, row.parent));
    EXPECT_EQ(done ? std::nullopt : std::optional(done.error().code), row.expect) << row.reason;
  }
  port::AccountFilter below;
  below.parent = ids[2];
  EXPECT_EQ(shop_.must(store().list_accounts(below)).total, 2);
  EXPECT_FALSE(shop_.must(store().set_parent(ids[3], std::nullopt)).parent);
  EXPECT_EQ(shop_.must(store().list_accounts(below)).total, 1);
}

}  // namespace paymeter::store::testing
