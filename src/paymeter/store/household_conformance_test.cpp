// Conformance: households by month, and whether a repeated request says so, on every kind of store.
#include "paymeter/domain/settlement.hpp"
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

using domain::Account;
using domain::tariff::DatedHousehold;
using domain::tariff::Household;

class HouseholdStoreTest : public StoreTest {
 protected:
  void open_first(int meters) {
    shop_.build(meters);
    account_ = shop_.open_account(shop_.meter(1));
  }
  DatedHousehold said(domain::rating::Month from, Household household,
                      const std::string& key) const {
    DatedHousehold out;
    out.account = account_.id;
    out.from = from;
    out.household = household;
    out.reason = "family moved in";
    out.by = {7};
    out.at = kNow;
    out.idempotency_key = key;
    return out;
  }
  static UtcMs coming() { return kNow + Millis{1}; }
  Errc refused(const DatedHousehold& household, UtcMs begins) {
    const auto answer = shop_.ask(store().set_household(household, begins));
    EXPECT_FALSE(answer);
    return answer ? Errc::store_failed : answer.error().code;
  }
  std::vector<std::string> listed() {
    std::vector<std::string> out;
    for (const DatedHousehold& one : shop_.must(store().households(account_.id)))
      out.push_back(domain::tariff::month_text(one.from) + " " +
                    std::to_string(one.household.households) + "x" +
                    std::to_string(one.household.people));
    return out;
  }

  Account account_;
};
INSTANTIATE_TEST_SUITE_P(Kinds, HouseholdStoreTest, ::testing::ValuesIn(store_kinds()),
                         [](const ::testing::TestParamInfo<StoreKind>& suite) {
                           return suite.param.name;
                         });

TEST_P(HouseholdStoreTest, AreAppendedAndListedByMonth) {
  open_first(1);
  EXPECT_TRUE(shop_.must(store().households(account_.id)).empty()) << "one household";
  const auto january =
      shop_.must(store().set_household(said({2027, 1}, {3, 9}, "house-001"), coming()));
  EXPECT_FALSE(january.existed);
  EXPECT_TRUE(january.household.id);
  EXPECT_EQ(january.household.property, account_.property);
  shop_.must(store().set_household(said({2026, 12}, {2, 0}, "house-002"), coming()));
  shop_.must(store().set_household(said({2027, 1}, {4, 9}, "house-003"), coming()));
  reopen();
  EXPECT_EQ(listed(), (std::vector<std::string>{"2026-12 2x0", "2027-01 3x9", "2027-01 4x9"}));
  const auto all = shop_.must(store().households(account_.id));
  EXPECT_EQ(all[1], january.household) << "who, when, why and all";
  EXPECT_EQ(household_in_force(all, {2027, 2})->household.households, 4);
  EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
}

TEST_P(HouseholdStoreTest, TheSameRequestAgainChangesNothing) {
  open_first(1);
  const DatedHousehold first = said({2026, 12}, {2, 5}, "house-001");
  const auto stored = shop_.must(store().set_household(first, coming()));
  shop_.must(store().set_household(said({2026, 12}, {3, 5}, "house-002"), coming()));
  const auto again = shop_.must(store().set_household(first, coming()));
  EXPECT_TRUE(again.existed);
  EXPECT_EQ(again.household, stored.household);
  EXPECT_TRUE(shop_.must(store().set_household(first, kNow)).existed)
      << "answered although the month has begun since";
  EXPECT_EQ(listed(), (std::vector<std::string>{"2026-12 2x5", "2026-12 3x5"}))
      << "and what was said since stays in force";
}

TEST_P(HouseholdStoreTest, AreRefusedWithAReason) {
  open_first(2);
  shop_.must(store().set_household(said({2026, 12}, {2, 5}, "house-001"), coming()));
  DatedHousehold unknown = said({2026, 12}, {2, 5}, "house-002");
  unknown.account = {999};
  struct Row {
    const char* reason;
    DatedHousehold household;
    UtcMs begins;
    Errc expect;
  };
  const Account other = shop_.open_account(shop_.meter(2));
  DatedHousehold others = said({2026, 12}, {2, 5}, "house-001");
  others.account = other.id;
  for (const Row& row :
       {Row{"no such account", unknown, coming(), Errc::account_unknown},
        Row{"the key said something else", said({2026, 12}, {3, 5}, "house-001"), coming(),
            Errc::vend_exists_with_different_request},
        Row{"for another month", said({2027, 1}, {2, 5}, "house-001"), coming(),
            Errc::vend_exists_with_different_request},
        Row{"of another account", others, coming(), Errc::vend_exists_with_different_request},
        Row{"the month begins now", said({2026, 11}, {3, 5}, "house-003"), kNow,
            Errc::household_month_begun},
        Row{"the month has begun", said({2026, 10}, {3, 5}, "house-004"), kNow - minutes(1),
            Errc::household_month_begun}})
    EXPECT_EQ(refused(row.household, row.begins), row.expect) << row.reason;
  EXPECT_EQ(listed(), (std::vector<std::string>{"2026-12 2x5"})) << "a refusal leaves no row";
}

TEST_P(HouseholdStoreTest, AClosedAccountHasNoMonthsToCome) {
  shop_.build(1);
  Account wanted;
  wanted.customer_name = "gone";
  wanted.idempotency_key = "open-none";
  wanted.created_at = kNow;
  wanted.meters = {shop_.meter(1)};
  account_ = shop_.must(store().open_account(wanted, {})).account;
  shop_.must(store().set_household(said({2026, 12}, {2, 0}, "house-001"), coming()));
  shop_.must(store().abandon_open(account_.id, kNow));
  EXPECT_EQ(refused(said({2026, 12}, {2, 0}, "house-002"), coming()), Errc::account_not_open);
}

TEST_P(HouseholdStoreTest, ComeWithAnOpening) {
  shop_.build(2);
  Account wanted;
  wanted.customer_name = "two families";
  wanted.idempotency_key = "open-two";
  wanted.created_at = kNow;
  wanted.operator_id = {7};
  wanted.meters = {shop_.meter(1)};
  DatedHousehold household;
  household.from = {2026, 11};
  household.household = {2, 7};
  household.reason = "opening";
  wanted.opening_household = household;
  const auto opened = shop_.must(store().open_account(wanted, {}));
  EXPECT_FALSE(opened.existed);
  account_ = opened.account;
  EXPECT_EQ(listed(), (std::vector<std::string>{"2026-11 2x7"}));
  const auto stored = shop_.must(store().households(account_.id));
  EXPECT_EQ(stored[0].by, UserId{7});
  EXPECT_EQ(stored[0].at, kNow);
  // A repetition may come in the next month: it is still the same opening.
  wanted.opening_household->from = {2026, 12};
  const auto again = shop_.must(store().open_account(wanted, {}));
  EXPECT_TRUE(again.existed) << "within the same millisecond, too";
  EXPECT_EQ(again.account.id, account_.id);
  EXPECT_EQ(listed(), (std::vector<std::string>{"2026-11 2x7"}));
  wanted.opening_household->household.people = 8;
  EXPECT_EQ(shop_.ask(store().open_account(wanted, {})).error().code,
            Errc::vend_exists_with_different_request);
  wanted.opening_household.reset();
  EXPECT_EQ(shop_.ask(store().open_account(wanted, {})).error().code,
            Errc::vend_exists_with_different_request);
}

TEST_P(HouseholdStoreTest, ACommandSaysWhetherItsKeyWasUsed) {
  shop_.build(1);
  domain::Command trip;
  trip.meter = shop_.meter(1);
  trip.kind = domain::CommandKind::trip;
  trip.reason = "work on the line";
  trip.created_at = kNow;
  trip.deadline_at = kNow + minutes(10);
  EXPECT_FALSE(shop_.must(store().add_command(trip, "trip-0001")).existed);
  EXPECT_TRUE(shop_.must(store().add_command(trip, "trip-0001")).existed) << "same millisecond";
  EXPECT_FALSE(shop_.must(store().add_command(trip, "trip-0002")).existed);
  domain::Command settings = trip;
  settings.kind = domain::CommandKind::write_settings;
  EXPECT_FALSE(shop_.must(store().configure_meter(settings, "conf-0001")).existed);
  EXPECT_TRUE(shop_.must(store().configure_meter(settings, "conf-0001")).existed);
}

class SubAccountStoreTest : public StoreTest {
 protected:
  domain::Settlement closing(const Account& account, int meter, const std::string& key) {
    domain::Settlement out;
    out.account = account.id;
    out.meter = shop_.meter(meter);
    out.kind = domain::SettlementKind::closing;
    out.idempotency_key = key;
    out.reason = "moves out";
    out.created_at = kNow;
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(Kinds, SubAccountStoreTest, ::testing::ValuesIn(store_kinds()),
                         [](const ::testing::TestParamInfo<StoreKind>& suite) {
                           return suite.param.name;
                         });

TEST_P(SubAccountStoreTest, AnAccountDoesNotEndAboveOthers) {
  shop_.build(3);
  const Account above = shop_.open_account(shop_.meter(1)),
                below = shop_.open_account(shop_.meter(2)),
                other = shop_.open_account(shop_.meter(3));
  shop_.must(store().set_parent(below.id, above.id));
  const auto refused = shop_.ask(store().begin_settlements({closing(above, 1, "close-001")}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::account_has_sub_accounts);
  EXPECT_EQ(refused.error().detail, below.number) << "which ones";
  EXPECT_EQ(shop_.must(store().find_account(above.id)).state, domain::AccountState::open);
  EXPECT_FALSE(shop_.must(store().meter_money(shop_.meter(1))).settling) << "nothing was begun";
  // A change-over leaves the account as it is.
  domain::Settlement change = closing(above, 1, "change-01");
  change.kind = domain::SettlementKind::change_over;
  const auto begun = shop_.must(store().begin_settlements({change}));
  port::SettlementStep cancel;
  cancel.settlement = begun.settlements.front().id;
  cancel.from = begun.settlements.front().state;
  cancel.to = domain::SettlementState::cancelled;
  cancel.at = kNow;
  shop_.must(store().step_settlement(cancel));
  // What the words of the error ask for.
  shop_.must(store().set_parent(below.id, other.id));
  EXPECT_EQ(shop_.must(store().begin_settlements({closing(above, 1, "close-001")})).existed, false);
  EXPECT_EQ(shop_.must(store().find_account(above.id)).state, domain::AccountState::closing);
  // Nobody moves below an account that is ending, or it would end above them after all.
  EXPECT_EQ(shop_.ask(store().set_parent(below.id, above.id)).error().code,
            Errc::account_parent_invalid);
}

TEST_P(SubAccountStoreTest, OneMeterMayLeaveWhileOthersStay) {
  shop_.build(3);
  Account above = shop_.open_account(shop_.meter(1));
  port::TenancyStore::MetersAdded added;
  added.account = above.id;
  added.meters = {shop_.meter(2)};
  added.idempotency_key = "add-0001";
  added.at = kNow;
  shop_.must(store().add_meters(added));
  shop_.must(store().confirm_open(above.id, shop_.meter(2), Shop::epoch(shop_.meter(2)), kNow));
  const Account below = shop_.open_account(shop_.meter(3));
  shop_.must(store().set_parent(below.id, above.id));
  EXPECT_EQ(shop_
                .ask(store().begin_settlements(
                    {closing(above, 1, "close-001"), closing(above, 2, "close-001")}))
                .error()
                .code,
            Errc::account_has_sub_accounts)
      << "both at once";
  shop_.must(store().begin_settlements({closing(above, 1, "close-002")}));
  EXPECT_EQ(shop_.ask(store().begin_settlements({closing(above, 2, "close-003")})).error().code,
            Errc::account_has_sub_accounts)
      << "nor the one after the other";
  EXPECT_EQ(shop_.must(store().find_account(above.id)).state, domain::AccountState::open);
}

}  // namespace paymeter::store::testing
