// Settled months keep their price: what would count them again is refused, and says what to do.
#include "billing_desk.hpp"
#include "paymeter/service/tenancy.hpp"

namespace paymeter::service {
namespace {

using namespace billing_desk;

class BillingGuardTest : public DeskTest {
 protected:
  static constexpr std::int64_t kDaily = 10'000;  // Wh
  using Bills = std::map<std::string, std::string>;

  /// One reading at three o'clock of each day.
  static void read_days(Desk& desk, int meter, int month, int first, int last, std::int64_t& value,
                        std::int64_t step = kDaily) {
    for (int day = first; day <= last; ++day) {
      value += step;
      desk.read(meter, {{local(month, day, 3), value}});
    }
  }
  /// `account month` and the total.
  static Bills bills(Desk& desk, MeterId meter) {
    Bills out;
    for (int month = 7; month <= 12; ++month)
      if (const auto found = desk.run(desk.billing->bills(meter, {2026, month})); found)
        for (const auto& one : *found)
          out[std::to_string(one.billing.account.value) + " " + std::to_string(month)] =
              format_money(one.bill.total);
    return out;
  }
  static std::string ledger(Desk& desk, MeterId meter) {
    return format_money(desk.must(desk.store->billing_input(meter)).wallet);
  }
  template <class T>
  static std::string refusal(const Result<T>& answer) {
    return answer ? "done"
                  : std::string(error_name(answer.error().code)) + " " + answer.error().detail;
  }

  static domain::Account open_as(Desk& desk, int meter, UtcMs at, const std::string& key) {
    domain::Account account;
    account.customer_name = key;
    account.phone = "13800000000";
    account.idempotency_key = key;
    account.meters = {desk.meter(meter)};
    account.created_at = at;
    account = desk.must(desk.store->open_account(account, {})).account;
    const domain::Epoch epoch{"SN" + std::to_string(meter), 0};
    desk.must(desk.store->confirm_open(account.id, desk.meter(meter), epoch, at));
    desk.load();
    return account;
  }
  /// Closes the account of one meter at its final register and gives back what is left.
  static void close(Desk& desk, const domain::Account& account, UtcMs at, std::int64_t final_wh) {
    domain::Settlement wanted;
    wanted.account = account.id;
    wanted.meter = account.meters.front();
    wanted.idempotency_key = "close-" + std::to_string(account.id.value) + "-account";
    wanted.reason = "moved out";
    wanted.created_at = at;
    const auto begun = desk.must(desk.store->begin_settlements({wanted})).settlements.front();
    port::SettlementStep step;
    step.settlement = begun.id;
    step.from = domain::SettlementState::tripping;
    step.to = domain::SettlementState::returning;
    step.at = at;
    step.final_at = at;
    step.final_wh = final_wh;
    desk.must(desk.store->step_settlement(step));
    const auto standing = desk.must(desk.billing->settle(wanted.meter, "settlement", kAnna));
    domain::Vend back;
    back.meter = wanted.meter;
    back.kind = domain::VendKind::refund;
    back.settles = true;
    back.idempotency_key = wanted.idempotency_key + "-refund";
    back.captured = back.to_meter = -standing.ledger;
    back.created_at = at;
    desk.must(desk.store->create_paid_vend(back));
    step = {};
    step.settlement = begun.id;
    step.from = domain::SettlementState::returning;
    step.to = domain::SettlementState::done;
    step.at = at;
    desk.must(desk.store->step_settlement(step));
    desk.load();
  }
  /// M1 at 0.60 a kWh, opened on 1 September with 1,000.00, billed to 22 November.
  static std::int64_t bill_autumn(Desk& desk) {
    desk.build(1);
    desk.approve(flat_product(60'000'000), local(6, 1));
    desk.open({1}, local(9, 1));
    std::int64_t value = 1'000;
    desk.read(1, {{local(9, 1, 3), value}});
    desk.vend(1, domain::VendKind::sale, 100'000, local(9, 1, 3));
    for (const auto& [month, first, last] : {std::tuple{9, 2, 30}, {10, 1, 31}, {11, 1, 22}}) {
      read_days(desk, 1, month, first, last, value);
      desk.must(desk.billing->bill(desk.meter(1)));
    }
    return value;
  }
  /// Approves a version of `tariff`, or says why not.
  static std::string approve_of(Desk& desk, TariffId tariff, std::int64_t price_e8, UtcMs from,
                                UtcMs now) {
    using domain::tariff::VersionAct;
    port::VersionText text;
    text.tariff = tariff;
    text.valid_from = from;
    text.content = desk.format.write_product(flat_product(price_e8));
    text.digest = desk.format.digest(text.content);
    text.by = kAnna;
    text.at = now;
    const auto version = desk.must(desk.store->write_version(text));
    desk.must(
        desk.store->act_on_version({tariff, version.number, VersionAct::submit, kAnna, now, ""}));
    return refusal(desk.run(
        desk.store->act_on_version({tariff, version.number, VersionAct::approve, kBo, now, ""})));
  }
};

TEST_F(BillingGuardTest, AMeterThatJoinsAnAccountIsBilledFromThen) {
  Desk desk(world, path_);
  desk.build(2);
  desk.approve(flat_product(60'000'000), local(6, 1));
  const auto first = open_as(desk, 1, local(8, 2), "open-first");
  const auto second = open_as(desk, 2, local(8, 2), "open-second");
  const MeterId joining = desk.meter(2);
  std::int64_t value = 1'000;
  desk.read(2, {{local(8, 2, 3), value}});
  desk.vend(2, domain::VendKind::sale, 100'000, local(8, 2, 3));
  for (const auto& [month, last] : {std::pair{8, 31}, {9, 30}, {10, 31}, {11, 10}}) {
    read_days(desk, 2, month, month == 8 ? 3 : 1, last, value);
    desk.must(desk.billing->bill(joining));
  }
  close(desk, second, local(11, 10, 4), value);
  EXPECT_EQ(ledger(desk, joining), "0.00");
  const Bills before = bills(desk, joining);
  ASSERT_EQ(before.size(), 4U);
  const MeterAddition addition{"add-000001", first.id, {joining}, kAnna};
  desk.must(desk.tenancy->add_meters(addition));
  EXPECT_EQ(refusal(desk.run(desk.tenancy->add_meters(addition))), "done")
      << "the same key: nothing more";
  ASSERT_FALSE(desk.until([] { return false; }, minutes(600)));  // ten in the morning
  read_days(desk, 2, 12, 20, 20, value, 1'000);
  desk.read(2, {{local(12, 20, 5), value + 1'000}});
  desk.must(desk.billing->settle(joining, "test", kAnna));
  EXPECT_EQ(ledger(desk, joining), "-0.60") << "of the kWh since its first reading here";
  Bills expected = before;
  expected[std::to_string(first.id.value) + " 12"] = "0.60";
  EXPECT_EQ(bills(desk, joining), expected);
  EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
}

TEST_F(BillingGuardTest, AWalletInUseKeepsItsUnit) {
  Desk desk(world, path_);
  const std::int64_t value = bill_autumn(desk);
  const MeterId meter = desk.meter(1);
  const std::string before = ledger(desk, meter);
  auto terms = desk.must(desk.store->wallet_terms(meter));
  terms.unit = domain::WalletUnit::quantity;
  EXPECT_THAT(refusal(desk.run(desk.store->set_wallet_terms(terms))),
              ::testing::AllOf(::testing::StartsWith("wallet_terms_invalid unit: account 000001"),
                               ::testing::HasSubstr("close the account")));
  desk.must(desk.billing->bill(meter));
  EXPECT_EQ(ledger(desk, meter), before);
  terms.unit = domain::WalletUnit::money;
  terms.emergency_credit = {5'000};
  desk.must(desk.store->set_wallet_terms(terms));  // everything else may change
  close(desk, desk.must(desk.store->account_of_meter(meter)), local(11, 22, 4), value);
  terms.unit = domain::WalletUnit::quantity;
  desk.must(desk.store->set_wallet_terms(terms));  // for the next tenant
  EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
}

TEST_F(BillingGuardTest, AnImportDoesNotChangeWhatABilledMeterIsPricedBy) {
  Desk desk(world, path_);
  std::int64_t value = bill_autumn(desk);
  const MeterId meter = desk.meter(1);
  const Bills before = bills(desk, meter);
  const auto import = [&](auto change) {
    auto plan = plan_of(1);
    plan.tariffs.push_back({});
    plan.tariffs.back().name = "other";
    change(plan.meters[0]);
    return refusal(
        desk.run(desk.store->apply_plan(plan, port::SiteStore::Apply::commit, local(11, 23))));
  };
  EXPECT_EQ(import([](auto& row) { row.meter.name = "corner shop"; }), "done");
  EXPECT_EQ(import([](auto& row) { row.tariff = "other"; }),
            "import_change_forbidden meter M1: tariff; give the meter a tariff of its own from a "
            "coming day instead");
  EXPECT_EQ(import([](auto& row) { row.meter.ct_ratio = 40; }),
            "import_change_forbidden meter M1: ct_ratio; change the device over instead");
  EXPECT_EQ(import([](auto& row) { row.meter.utility = domain::Utility::water; }),
            "import_change_forbidden meter M1: utility; close the account first");
  read_days(desk, 1, 11, 23, 24, value);
  desk.must(desk.billing->settle(meter, "test", kAnna));
  Bills expected = before;
  expected["1 11"] = "138.75";  // 231.25 kWh
  EXPECT_EQ(bills(desk, meter), expected);
}

TEST_F(BillingGuardTest, AnOwnTariffBeginsWhereNothingIsBilled) {
  Desk desk(world, path_);
  std::int64_t value = bill_autumn(desk);
  const MeterId meter = desk.meter(1);
  const Bills before = bills(desk, meter);
  port::TariffProfile own;
  own.property = desk.live.find(meter)->meter.property;
  own.name = "M1 alone";
  own.own_meter = meter;
  own = desk.must(desk.store->add_tariff(own));
  EXPECT_EQ(approve_of(desk, own.id, 100'000'000, local(10, 1), local(11, 23)),
            "tariff_version_retroactive use from then on has been billed");
  EXPECT_EQ(approve_of(desk, own.id, 100'000'000, local(11, 24), local(11, 23)), "done");
  read_days(desk, 1, 11, 23, 25, value);
  desk.must(desk.billing->settle(meter, "test", kAnna));
  Bills expected = before;
  expected["1 11"] = "149.25";  // 230 kWh at 0.60, 11.25 at 1.00
  EXPECT_EQ(bills(desk, meter), expected);
  EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
}

TEST_F(BillingGuardTest, TimeBeforeTheFirstVersionIsBilledAtItsPriceForGood) {
  Desk desk(world, path_);
  desk.build(1);
  const TariffId tariff = desk.live.site().tariffs.front().id;
  desk.open({1}, local(10, 20));
  std::int64_t value = 1'000;
  desk.read(1, {{local(10, 20, 3), value}});
  EXPECT_EQ(approve_of(desk, tariff, 55'000'000, local(10, 25), local(10, 31)), "done")
      << "nobody was billed yet: the past may be filled in";
  read_days(desk, 1, 10, 21, 31, value);
  read_days(desk, 1, 11, 1, 10, value);
  desk.must(desk.billing->bill(desk.meter(1)));
  const Bills before = bills(desk, desk.meter(1));
  EXPECT_EQ(approve_of(desk, tariff, 100'000'000, local(10, 1), local(11, 11)),
            "tariff_version_retroactive use from then on has been billed");
  desk.must(desk.billing->bill(desk.meter(1)));
  EXPECT_EQ(bills(desk, desk.meter(1)), before);
}

TEST_F(BillingGuardTest, APackageDoesNotReachBack) {
  Desk desk(world, path_);
  std::int64_t value = bill_autumn(desk);
  const MeterId meter = desk.meter(1);
  const Bills before = bills(desk, meter);
  auto terms = desk.must(desk.store->wallet_terms(meter));
  terms.package_name = "100 kWh";
  terms.package_fee = {5'000};
  terms.package_included = 100'000;
  EXPECT_THAT(refusal(desk.run(desk.store->set_wallet_terms(terms))),
              ::testing::StartsWith("wallet_terms_invalid package: account 000001"));
  desk.must(desk.billing->bill(meter));
  EXPECT_EQ(bills(desk, meter), before);
  const auto account = desk.must(desk.store->account_of_meter(meter));
  close(desk, account, local(11, 22, 4), value);
  const Bills closed = bills(desk, meter);
  desk.must(desk.store->set_wallet_terms(terms));  // for the next tenant, not for this one
  EXPECT_EQ(refusal(desk.run(desk.billing->settle(meter, "test", kAnna))), "account_not_open ");
  EXPECT_EQ(ledger(desk, meter), "0.00");
  EXPECT_EQ(bills(desk, meter), closed);
  const auto next = open_as(desk, 1, local(11, 25), "open-next");
  desk.read(1, {{local(11, 25, 3), value}, {local(11, 26, 3), value + 1'000}});
  desk.must(desk.billing->settle(meter, "test", kAnna));
  EXPECT_EQ(bills(desk, meter).at(std::to_string(next.id.value) + " 11"), "50.00");
  EXPECT_THAT(desk.problems(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace paymeter::service
