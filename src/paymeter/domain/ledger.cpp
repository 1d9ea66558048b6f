// Postings of a sale, each balanced by construction and checked again before it is stored.
#include "paymeter/domain/ledger.hpp"

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {

constexpr std::array<std::string_view, 16> kAccountKinds{
    "channel",  "pending",      "delivered",  "fee",        "refund_due",  "quarantined",
    "transfer", "grant",        "adjustment", "suspense",   "written_off", "wallet",
    "revenue",  "property_fee", "rent",       "shared_area"};
constexpr std::array<std::string_view, 14> kPostingKinds{
    "capture",    "delivery",   "refund_due",     "quarantine",     "paid_out",
    "undone",     "resolution", "foreign_sale",   "consumption",    "write_off",
    "correction", "charge",     "service_charge", "service_payment"};
constexpr std::array<std::string_view, 3> kResolutions{"delivered", "undelivered", "moved"};

LedgerAccountKey account_of(const Vend& vend, LedgerAccountKind kind) {
  return {kind, vend.meter, {}, {}};
}

LedgerAccountKey channel_of(PaymentMethod method) {
  return {LedgerAccountKind::channel, {}, std::string(payment_method_name(method)), {}};
}

/// Where the vend's money comes from, or goes to when it leaves the meter.
LedgerAccountKey far_side_of(const Vend& vend) {
  switch (vend.kind) {
    case VendKind::sale:
      return channel_of(vend.method);
    case VendKind::refund:
    case VendKind::reversal:
      return account_of(vend, LedgerAccountKind::refund_due);
    case VendKind::grant:
      return {LedgerAccountKind::grant, {}, {}, {}};
    case VendKind::adjustment:
      return {LedgerAccountKind::adjustment, {}, {}, {}};
    case VendKind::transfer_out:
    case VendKind::transfer_in:
      break;
  }
  return {LedgerAccountKind::transfer, {}, {}, vend.account};
}

/// Keeps zero amounts out of the books: they would only be noise.
void add(Posting& posting, LedgerAccountKey account, Money amount) {
  if (amount != Money{}) posting.entries.push_back({std::move(account), amount});
}

Posting start(const Vend& vend, PostingKind kind, UtcMs at) {
  return Posting{vend.property, kind, vend.id, at, vend.operator_id, vend.slip_number, {}, {}};
}

/// The end of money that was captured and never applied, taken from `from`.
Posting give_back(const Vend& vend, PostingKind kind, LedgerAccountKind from, UtcMs at) {
  Posting posting = start(vend, kind, at);
  add(posting, account_of(vend, from), vend.to_meter);
  add(posting, account_of(vend, LedgerAccountKind::fee), vend.fees);
  const bool is_owed = state_when_undelivered(vend.kind) == VendState::refund_due;
  add(posting, is_owed ? account_of(vend, LedgerAccountKind::refund_due) : far_side_of(vend),
      -vend.captured);
  return posting;
}

Posting take_out(const Vend& vend, PostingKind kind, UtcMs at) {
  Posting posting = start(vend, kind, at);
  add(posting, holder_of(vend), -vend.to_meter);
  add(posting, account_of(vend, LedgerAccountKind::fee), -vend.fees);
  add(posting, far_side_of(vend), vend.captured);
  return posting;
}

Posting put_in(const Vend& vend, PostingKind kind, LedgerAccountKind from, UtcMs at) {
  Posting posting = start(vend, kind, at);
  add(posting, account_of(vend, from), vend.to_meter);
  add(posting, holder_of(vend), -vend.to_meter);
  return posting;
}

bool takes_out(const Vend& vend) { return vend.to_meter < Money{}; }

}  // namespace

std::string_view ledger_account_kind_name(LedgerAccountKind kind) {
  return spell(kAccountKinds, kind);
}
std::optional<LedgerAccountKind> ledger_account_kind_from_name(std::string_view name) {
  return unspell<LedgerAccountKind>(kAccountKinds, name);
}
bool is_service(LedgerAccountKind kind) {
  return kind == LedgerAccountKind::property_fee || kind == LedgerAccountKind::rent ||
         kind == LedgerAccountKind::shared_area;
}
std::string_view posting_kind_name(PostingKind kind) { return spell(kPostingKinds, kind); }
std::string_view resolution_name(Resolution resolution) { return spell(kResolutions, resolution); }
std::optional<Resolution> resolution_from_name(std::string_view name) {
  return unspell<Resolution>(kResolutions, name);
}

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

LedgerAccountKey holder_of(const Vend& vend) {
  if (vend.wallet == Wallet::meter) return account_of(vend, LedgerAccountKind::delivered);
  if (vend.shared_wallet) return {LedgerAccountKind::wallet, {}, {}, vend.account};
  return account_of(vend, LedgerAccountKind::wallet);
}

std::optional<Posting> capture_posting(const Vend& vend, UtcMs at) {
  if (takes_out(vend)) return std::nullopt;
  Posting posting = start(vend, PostingKind::capture, at);
  add(posting, far_side_of(vend), vend.captured);
  add(posting, account_of(vend, LedgerAccountKind::pending), -vend.to_meter);
  add(posting, account_of(vend, LedgerAccountKind::fee), -vend.fees);
  return posting;
}

Posting delivery_posting(const Vend& vend, UtcMs at) {
  return takes_out(vend) ? take_out(vend, PostingKind::delivery, at)
                         : put_in(vend, PostingKind::delivery, LedgerAccountKind::pending, at);
}

std::optional<Posting> undelivered_posting(const Vend& vend, UtcMs at) {
  if (takes_out(vend)) return std::nullopt;
  const bool is_owed = state_when_undelivered(vend.kind) == VendState::refund_due;
  return give_back(vend, is_owed ? PostingKind::refund_due : PostingKind::undone,
                   LedgerAccountKind::pending, at);
}

std::optional<Posting> quarantine_posting(const Vend& vend, UtcMs at) {
  if (takes_out(vend)) return std::nullopt;
  Posting posting = start(vend, PostingKind::quarantine, at);
  add(posting, account_of(vend, LedgerAccountKind::pending), vend.to_meter);
  add(posting, account_of(vend, LedgerAccountKind::quarantined), -vend.to_meter);
  return posting;
}

Posting paid_out_posting(const Vend& vend, UtcMs at) {
  Posting posting = start(vend, PostingKind::paid_out, at);
  const Money owed = vend.captured < Money{} ? -vend.captured : vend.captured;
  add(posting, account_of(vend, LedgerAccountKind::refund_due), owed);
  add(posting, channel_of(vend.paid_out_by.value_or(vend.method)), -owed);
  return posting;
}

VendState state_when_resolved(VendKind kind, Resolution resolution) {
  if (resolution == Resolution::delivered) return state_when_delivered(kind);
  if (resolution == Resolution::undelivered) return state_when_undelivered(kind);
  return VendState::moved;
}

std::optional<Posting> resolution_posting(const Vend& vend, Resolution resolution, UtcMs at) {
  if (takes_out(vend)) {
    if (resolution != Resolution::delivered) return std::nullopt;
    return take_out(vend, PostingKind::resolution, at);
  }
  if (resolution == Resolution::delivered)
    return put_in(vend, PostingKind::resolution, LedgerAccountKind::quarantined, at);
  if (resolution == Resolution::undelivered)
    return give_back(vend, PostingKind::resolution, LedgerAccountKind::quarantined, at);
  Posting posting = start(vend, PostingKind::resolution, at);
  add(posting, account_of(vend, LedgerAccountKind::quarantined), vend.to_meter);
  add(posting, {LedgerAccountKind::transfer, {}, {}, vend.account}, -vend.to_meter);
  return posting;
}

}  // namespace paymeter::domain
