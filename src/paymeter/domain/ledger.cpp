// Postings of a sale, each balanced by construction and checked again before it is stored.
#include "paymeter/domain/ledger.hpp"

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {

constexpr std::array<std::string_view, 6> kAccountKinds{"channel", "pending",    "delivered",
                                                        "fee",     "refund_due", "quarantined"};
constexpr std::array<std::string_view, 5> kPostingKinds{"capture", "delivery", "refund_due",
                                                        "quarantine", "paid_out"};

LedgerAccountKey channel_of(const Vend& vend) {
  return {LedgerAccountKind::channel, {}, std::string(payment_method_name(vend.method))};
}

LedgerAccountKey account_of(const Vend& vend, LedgerAccountKind kind) {
  return {kind, vend.meter, {}};
}

/// Keeps zero amounts out of the books: they would only be noise.
void add(Posting& posting, LedgerAccountKey account, Money amount) {
  if (amount != Money{}) posting.entries.push_back({std::move(account), amount});
}

Posting start(const Vend& vend, PostingKind kind, UtcMs at) {
  return Posting{vend.property, kind, vend.id, at, vend.operator_id, vend.slip_number, {}};
}

}  // namespace

std::string_view ledger_account_kind_name(LedgerAccountKind kind) {
  return spell(kAccountKinds, kind);
}
std::optional<LedgerAccountKind> ledger_account_kind_from_name(std::string_view name) {
  return unspell<LedgerAccountKind>(kAccountKinds, name);
}
std::string_view posting_kind_name(PostingKind kind) { return spell(kPostingKinds, kind); }

Result<> check_balanced(const Posting& posting) {
  if (posting.entries.empty()) return fail(Errc::ledger_unbalanced, "no entries");
  Money sum{};
  for (const LedgerEntry& entry : posting.entries) {
    auto next = checked_add(sum, entry.amount);
    if (!next) return fail(next.error());
    sum = *next;
  }
  if (sum != Money{}) return fail(Errc::ledger_unbalanced, format_money(sum));
  return {};
}

Posting capture_posting(const Vend& vend, UtcMs at) {
  Posting posting = start(vend, PostingKind::capture, at);
  add(posting, channel_of(vend), vend.captured);
  add(posting, account_of(vend, LedgerAccountKind::pending), -vend.to_meter);
  add(posting, account_of(vend, LedgerAccountKind::fee), -vend.fees);
  return posting;
}

Posting delivery_posting(const Vend& vend, UtcMs at) {
  Posting posting = start(vend, PostingKind::delivery, at);
  add(posting, account_of(vend, LedgerAccountKind::pending), vend.to_meter);
  add(posting, account_of(vend, LedgerAccountKind::delivered), -vend.to_meter);
  return posting;
}

Posting refund_due_posting(const Vend& vend, UtcMs at) {
  Posting posting = start(vend, PostingKind::refund_due, at);
  add(posting, account_of(vend, LedgerAccountKind::pending), vend.to_meter);
  add(posting, account_of(vend, LedgerAccountKind::fee), vend.fees);
  add(posting, account_of(vend, LedgerAccountKind::refund_due), -vend.captured);
  return posting;
}

Posting quarantine_posting(const Vend& vend, UtcMs at) {
  Posting posting = start(vend, PostingKind::quarantine, at);
  add(posting, account_of(vend, LedgerAccountKind::pending), vend.to_meter);
  add(posting, account_of(vend, LedgerAccountKind::quarantined), -vend.to_meter);
  return posting;
}

Posting paid_out_posting(const Vend& vend, UtcMs at) {
  Posting posting = start(vend, PostingKind::paid_out, at);
  add(posting, account_of(vend, LedgerAccountKind::refund_due), vend.captured);
  add(posting, channel_of(vend), -vend.captured);
  return posting;
}

}  // namespace paymeter::domain
