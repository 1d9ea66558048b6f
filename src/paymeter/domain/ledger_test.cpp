// Every ending of a sale leaves the money in one place.
#include "paymeter/domain/ledger.hpp"

#include <gtest/gtest.h>

#include <map>

namespace paymeter::domain {
namespace {

Vend sale() {
  Vend vend;
  vend.id = {7};
  vend.property = {1};
  vend.meter = {3};
  vend.captured = {10000};
  vend.fees = {200};
  vend.to_meter = {9800};
  return vend;
}

/// Balance per ledger account kind after some postings.
std::map<LedgerAccountKind, std::int64_t> balances(const std::vector<Posting>& postings) {
  std::map<LedgerAccountKind, std::int64_t> out;
  for (const auto& posting : postings) {
    EXPECT_TRUE(check_balanced(posting));
    for (const auto& entry : posting.entries) out[entry.account.kind] += entry.amount.fen;
  }
  std::erase_if(out, [](const auto& item) { return item.second == 0; });
  return out;
}

}  // namespace

TEST(Ledger, EveryEndingLeavesTheMoneyInOnePlace) {
  using K = LedgerAccountKind;
  const Vend vend = sale();
  const UtcMs at{1};
  const Posting captured = *capture_posting(vend, at);
  struct Row {
    const char* reason;
    std::vector<Posting> postings;
    std::map<K, std::int64_t> expect;
  };
  for (const Row& row :
       {Row{"captured", {captured}, {{K::channel, 10000}, {K::pending, -9800}, {K::fee, -200}}},
        Row{"delivered: the fee is earned",
            {captured, delivery_posting(vend, at)},
            {{K::channel, 10000}, {K::delivered, -9800}, {K::fee, -200}}},
        Row{"not delivered: the fee is owed back too",
            {captured, *undelivered_posting(vend, at)},
            {{K::channel, 10000}, {K::refund_due, -10000}}},
        Row{"paid out", {captured, *undelivered_posting(vend, at), paid_out_posting(vend, at)}, {}},
        Row{"unclear",
            {captured, *quarantine_posting(vend, at)},
            {{K::channel, 10000}, {K::quarantined, -9800}, {K::fee, -200}}}})
    EXPECT_EQ(balances(row.postings), row.expect) << row.reason;
}

TEST(Ledger, AnUnbalancedPostingIsRefused) {
  Posting posting = *capture_posting(sale(), {1});
  posting.entries.back().amount.fen += 1;
  EXPECT_EQ(check_balanced(posting).error().code, Errc::ledger_unbalanced);
  posting.entries.clear();
  EXPECT_EQ(check_balanced(posting).error().code, Errc::ledger_unbalanced);
}

TEST(Ledger, HugeAmountsDoNotWrap) {
  Posting posting;
  posting.entries = {{{}, {INT64_MAX}}, {{}, {1}}, {{}, {INT64_MIN}}};
  EXPECT_EQ(check_balanced(posting).error().code, Errc::ledger_overflow);
}

}  // namespace paymeter::domain
