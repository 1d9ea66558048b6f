// Service charges touch their own accounts, revenue and channels: never a utility's balance.
#include "paymeter/domain/service_charge.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain {
namespace {

constexpr Money kLimit{1'000'000};

ServiceRecord record(ServiceRecordKind kind, LedgerAccountKind service, std::int64_t fen) {
  ServiceRecord out;
  out.property = PropertyId{1};
  out.account = AccountId{7};
  out.kind = kind;
  out.service = service;
  out.amount = {fen};
  if (kind == ServiceRecordKind::payment) out.method = PaymentMethod::wechat;
  out.number = "000001";
  out.idempotency_key = "service-1";
  return out;
}

TEST(ServiceCharge, TouchesNoUtilityBalance) {
  for (const auto kind : {ServiceRecordKind::charge, ServiceRecordKind::payment})
    for (const auto service : {LedgerAccountKind::property_fee, LedgerAccountKind::rent,
                               LedgerAccountKind::shared_area}) {
      const Posting posting = service_posting(record(kind, service, 12'345));
      EXPECT_TRUE(check_balanced(posting));
      ASSERT_EQ(posting.entries.size(), 2U);
      for (const LedgerEntry& entry : posting.entries) {
        const auto touched = entry.account.kind;
        EXPECT_TRUE(touched == service || touched == LedgerAccountKind::channel ||
                    touched == LedgerAccountKind::revenue)
            << ledger_account_kind_name(touched);
        EXPECT_EQ(entry.account.meter, MeterId{}) << "no meter, no supply";
      }
      EXPECT_EQ(posting.vend, VendId{});
    }
}

TEST(ServiceCharge, ChargesDebitAndPaymentsCredit) {
  const auto owed = [](const Posting& posting) {
    Money sum{};
    for (const LedgerEntry& entry : posting.entries)
      if (is_service(entry.account.kind)) sum = sum + entry.amount;
    return sum;
  };
  EXPECT_EQ(owed(service_posting(record(ServiceRecordKind::charge, LedgerAccountKind::rent, 500))),
            Money{500});
  EXPECT_EQ(owed(service_posting(record(ServiceRecordKind::payment, LedgerAccountKind::rent, 500))),
            Money{-500});
}

TEST(ServiceCharge, WhatIsRefused) {
  struct Row {
    const char* reason;
    void (*change)(ServiceRecord&);
    Errc error;
  };
  const Row rows[] = {
      {"a short key", [](ServiceRecord& r) { r.idempotency_key = "k"; }, Errc::vend_key_invalid},
      {"a utility's wallet", [](ServiceRecord& r) { r.service = LedgerAccountKind::wallet; },
       Errc::request_invalid},
      {"delivered money", [](ServiceRecord& r) { r.service = LedgerAccountKind::delivered; },
       Errc::request_invalid},
      {"a charge by a channel", [](ServiceRecord& r) { r.method = PaymentMethod::cash; },
       Errc::request_invalid},
      {"a payment by no channel", [](ServiceRecord& r) { r.kind = ServiceRecordKind::payment; },
       Errc::request_invalid},
      {"nothing", [](ServiceRecord& r) { r.amount = {}; }, Errc::request_invalid},
      {"more than the limit", [](ServiceRecord& r) { r.amount = kLimit + Money{1}; },
       Errc::vend_amount_too_large},
      {"undone without a reason", [](ServiceRecord& r) { r.amount = {-1}; }, Errc::request_invalid},
  };
  const auto good = record(ServiceRecordKind::charge, LedgerAccountKind::rent, 500);
  EXPECT_TRUE(check_service_record(good, kLimit));
  for (const Row& row : rows) {
    ServiceRecord bad = good;
    row.change(bad);
    const auto checked = check_service_record(bad, kLimit);
    ASSERT_FALSE(checked) << row.reason;
    EXPECT_EQ(checked.error().code, row.error) << row.reason;
  }
}

}  // namespace
}  // namespace paymeter::domain
