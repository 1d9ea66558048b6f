/// Double-entry postings: what each step of a sale writes into the books.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/money.hpp"
#include "paymeter/domain/vend.hpp"

namespace paymeter::domain {

/// Kinds of ledger accounts. Debit positive: channels rise by money coming in, the rest by credits.
enum class LedgerAccountKind : std::uint8_t {
  channel,      ///< money received, per payment method (asset)
  pending,      ///< captured, not yet in the meter, per meter
  delivered,    ///< arrived in the meter, per meter
  fee,          ///< service fees, per meter
  refund_due,   ///< owed back, per meter
  quarantined,  ///< unclear until two people decide, per meter
};
std::string_view ledger_account_kind_name(LedgerAccountKind kind);
std::optional<LedgerAccountKind> ledger_account_kind_from_name(std::string_view name);

/// Names one ledger account within a property: the channel's name, or the meter it is about.
struct LedgerAccountKey {
  LedgerAccountKind kind = LedgerAccountKind::channel;
  MeterId meter{};      ///< 0 for channels
  std::string channel;  ///< empty except for channels
  friend auto operator<=>(const LedgerAccountKey&, const LedgerAccountKey&) = default;
};

struct LedgerEntry {
  LedgerAccountKey account;
  Money amount{};  ///< debit positive, credit negative
};

enum class PostingKind : std::uint8_t { capture, delivery, refund_due, quarantine, paid_out };
std::string_view posting_kind_name(PostingKind kind);

/// Unique per (vend, kind): posting twice is impossible by the store's key.
struct Posting {
  PropertyId property{};
  PostingKind kind = PostingKind::capture;
  VendId vend{};
  UtcMs at{};
  UserId operator_id{};
  std::string memo;
  std::vector<LedgerEntry> entries;
};

/// Errors: ledger_unbalanced (debits ≠ credits, or no entries), ledger_overflow.
Result<> check_balanced(const Posting& posting);

/// Captured money becomes pending and fee: Dr channel captured / Cr pending to_meter, Cr fee fees.
Posting capture_posting(const Vend& vend, UtcMs at);
/// Dr pending / Cr delivered.
Posting delivery_posting(const Vend& vend, UtcMs at);
/// Dr pending and fee / Cr refund_due: proven undelivered, all of the captured money is owed back.
Posting refund_due_posting(const Vend& vend, UtcMs at);
/// Dr pending / Cr quarantined.
Posting quarantine_posting(const Vend& vend, UtcMs at);
/// Dr refund_due / Cr channel: given back.
Posting paid_out_posting(const Vend& vend, UtcMs at);

}  // namespace paymeter::domain
