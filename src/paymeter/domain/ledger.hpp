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
  channel,       ///< money received, per payment method (asset)
  pending,       ///< captured, not yet in the meter, per meter
  delivered,     ///< arrived in the meter and not yet earned, per meter
  fee,           ///< service fees, per meter
  refund_due,    ///< owed back, per meter
  quarantined,   ///< unclear until two people decide, per meter
  transfer,      ///< on its way between two meters, per account
  grant,         ///< given away (expense)
  adjustment,    ///< operators' corrections of balances, with a reason each
  suspense,      ///< found in a meter, sold by somebody else
  written_off,   ///< given up by two people
  wallet,        ///< platform wallet, per meter, or per account when its meters share it
  revenue,       ///< earned, per utility or service
  property_fee,  ///< 物业费 owed (debit) or prepaid, per account; never touches supply
  rent,          ///< 租金, likewise
  shared_area,   ///< 公摊, likewise
};
std::string_view ledger_account_kind_name(LedgerAccountKind kind);
std::optional<LedgerAccountKind> ledger_account_kind_from_name(std::string_view name);
/// property_fee, rent, shared_area: they can neither spend a utility balance nor cause a cut.
bool is_service(LedgerAccountKind kind);

/// Names one ledger account within a property: by meter, by account, or by a label.
struct LedgerAccountKey {
  LedgerAccountKind kind = LedgerAccountKind::channel;
  MeterId meter{};      ///< 0 = not per meter
  std::string label;    ///< channel: the payment method · revenue: what for; empty otherwise
  AccountId account{};  ///< 0 = not per account
  friend auto operator<=>(const LedgerAccountKey&, const LedgerAccountKey&) = default;
};

struct LedgerEntry {
  LedgerAccountKey account;
  Money amount{};  ///< debit positive, credit negative
};

enum class PostingKind : std::uint8_t {
  capture,
  delivery,
  refund_due,
  quarantine,
  paid_out,
  undone,           ///< a grant, adjustment or transfer that the meter never applied
  resolution,       ///< out of quarantine, by two people
  foreign_sale,     ///< a sale that somebody else put into the meter, by two people
  consumption,      ///< delivered money that has been used up becomes revenue
  write_off,        ///< two people gave it up
  correction,       ///< booked on the wrong channel
  charge,           ///< use charged to a platform wallet
  service_charge,   ///< property fee, rent, shared area: owed
  service_payment,  ///< … and paid
};
std::string_view posting_kind_name(PostingKind kind);

/// Unique per (property, kind, document): posting twice is impossible by the store's key.
struct Posting {
  PropertyId property{};
  PostingKind kind = PostingKind::capture;
  VendId vend{};  ///< 0 = not about a vend
  UtcMs at{};
  UserId operator_id{};
  std::string memo;
  std::vector<LedgerEntry> entries;
  std::string document{};  ///< what it is about; empty = `vend <id>`
};

/// Errors: ledger_unbalanced (debits ≠ credits, or no entries), ledger_overflow.
Result<> check_balanced(const Posting& posting);

/// Where the vend's money lies once it has arrived: `delivered` of its meter, or the platform
/// wallet of meter or account.
LedgerAccountKey holder_of(const Vend& vend);

/// The money becomes pending (and fee): Dr channel, grant, adjustment or transfer / Cr pending,
/// fee. Empty for vends that take money out: nothing moves before the meter has given it.
std::optional<Posting> capture_posting(const Vend& vend, UtcMs at);
/// Into the meter: Dr pending / Cr holder. Out of it: Dr holder (and fee) / Cr refund_due,
/// adjustment or transfer.
Posting delivery_posting(const Vend& vend, UtcMs at);
/// Proven undelivered. What was captured is owed back (sale, transfer_in: Dr pending and fee / Cr
/// refund_due) or goes back to where it came from. Empty for vends that take money out.
std::optional<Posting> undelivered_posting(const Vend& vend, UtcMs at);
/// Dr pending / Cr quarantined. Empty for vends that take money out.
std::optional<Posting> quarantine_posting(const Vend& vend, UtcMs at);
/// Dr refund_due / Cr the channel it was paid out by (`paid_out_by`, else `method`).
Posting paid_out_posting(const Vend& vend, UtcMs at);

/// What two people may decide about a vend in quarantine.
enum class Resolution : std::uint8_t {
  delivered,    ///< it did arrive
  undelivered,  ///< it did not: owed back, or as if it had never been
  moved,        ///< carried to another meter (vends into a meter only)
};
std::string_view resolution_name(Resolution resolution);
std::optional<Resolution> resolution_from_name(std::string_view name);
VendState state_when_resolved(VendKind kind, Resolution resolution);
/// Dr quarantined / Cr holder, refund_due, its source, or transfer of the account. Empty when
/// nothing moves (an undelivered refund).
std::optional<Posting> resolution_posting(const Vend& vend, Resolution resolution, UtcMs at);

}  // namespace paymeter::domain
