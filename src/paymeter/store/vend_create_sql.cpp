// Storing vends: one per key, with the posting that captures its money; transfers as two halves.
#include "paymeter/base/assert.hpp"
#include "paymeter/base/mistake.hpp"
#include "paymeter/store/its_meter.hpp"
#include "paymeter/store/sale_batch.hpp"
#include "paymeter/store/sql.hpp"
#include "paymeter/store/table_columns.hpp"
#include "paymeter/store/wallet_columns.hpp"

namespace paymeter::store::sql {
namespace {

using domain::Vend;
using domain::VendKind;
using domain::VendState;

/// Users' keys hold no colon, so the second half's key can never be taken by one of theirs.
std::string key_of_second_half(const std::string& key) { return "in:" + key; }

std::optional<Vend> vend_of_key(Db& db, PropertyId property, const std::string& key) {
  return select_one<Vend>(db, "where vend.property_id = :property and vend.idempotency_key = :key",
                          property, key);
}

Result<> same_request(const Vend& stored, const Vend& asked) {
  // A transfer's halves know each other only once stored; a moved vend knows where it went.
  const bool is_reversal = asked.kind == VendKind::reversal;
  if (stored.meter != asked.meter || stored.captured != asked.captured ||
      stored.method != asked.method || stored.kind != asked.kind ||
      (is_reversal && stored.related != asked.related))
    return fail(Errc::vend_exists_with_different_request, "vend " + stored.slip_number);
  return {};
}

struct MeterAccount {
  AccountId id{};
  bool shared_wallet = false;
};

/// The account that the vend belongs to: open on the meter, or closing when the vend settles it.
std::optional<MeterAccount> account_for(Db& db, const Vend& vend) {
  const auto row = db.one<AccountId, bool, domain::AccountState>(
      "select account.id, account.shared_wallet, account.state from account_meter "
      "join account on account.id = account_meter.account_id "
      "where account_meter.meter_id = :meter and account_meter.to_at is null "
      "and account_meter.opened_at is not null and account.state in ('open', 'closing')",
      vend.meter);
  if (!row) return std::nullopt;
  const auto& [id, shared, state] = *row;
  if (state == domain::AccountState::closing && !vend.settles) return std::nullopt;
  if (vend.account && vend.account != id) return std::nullopt;
  return MeterAccount{id, shared};
}

/// A reversal takes back exactly one delivered sale of the same meter and tenant, once.
Result<> check_reversal(Db& db, const Vend& vend, AccountId account) {
  const auto sale = select_one<Vend>(db, "where vend.id = :id", *vend.related);
  if (!sale || sale->kind != VendKind::sale || sale->state != VendState::delivered ||
      sale->meter != vend.meter || sale->account != account || vend.captured != -sale->captured ||
      vend.fees != -sale->fees)
    return fail(Errc::vend_not_reversible);
  if (mistake_made(Mistake::reverse_twice)) return {};
  const auto other = db.value<std::string>(
      "select slip_number from vend where related_vend_id = :sale and kind = 'reversal' "
      "and state <> 'closed'",
      *vend.related);
  if (other) return fail(Errc::vend_already_reversed, "vend " + *other);
  return {};
}

/// Two people may collect one debt at once, each by the read that showed it: the second would pay
/// it again. A wallet in kWh or m³ owes what it used beyond its lots with no money below 0.
Result<> check_still_owed(Db& db, const Vend& vend) {
  if (!vend.settles || (vend.kind != VendKind::sale && vend.kind != VendKind::adjustment))
    return {};
  const auto other = db.value<std::string>(
      "select slip_number from vend where meter_id = :meter and settles = 1 "
      "and state in ('paid', 'sent', 'cancelling')",
      vend.meter);
  if (other) return fail(Errc::vend_meter_busy, "vend " + *other);
  if (vend.wallet != domain::Wallet::platform || vend.kind != VendKind::sale) return {};
  const domain::Money held = -ledger_balance(db, vend.property, domain::holder_of(vend));
  const bool in_money =
      db.value<domain::WalletUnit>("select unit from wallet_terms where meter_id = :meter",
                                   vend.meter) != domain::WalletUnit::quantity;
  if (held < domain::Money{} || (held == domain::Money{} && !in_money)) return {};
  return fail(Errc::settlement_state_conflict, "balance " + domain::format_money(held));
}

/// Account, wallet and permission of a new vend; everything but id and slip number.
Result<Vend> admitted(Db& db, Vend vend) {
  const auto account = account_for(db, vend);
  if (!account) return fail(Errc::account_not_open);
  const auto money = meter_money(db, vend.meter);
  if (!money) return fail(money.error());
  if (money->quarantined) return fail(Errc::meter_quarantined);
  if (money->settling && !vend.settles && vend.kind != VendKind::transfer_in)
    return fail(Errc::meter_settling);
  if (vend.kind == VendKind::reversal)
    if (auto ok = check_reversal(db, vend, account->id); !ok) return fail(ok.error());
  vend.account = account->id;
  vend.wallet = *db.value<domain::Wallet>("select wallet from meter where id = :meter", vend.meter);
  vend.shared_wallet = vend.wallet == domain::Wallet::platform && account->shared_wallet;
  if (auto owed = check_still_owed(db, vend); !owed) return fail(owed.error());
  return vend;
}

Result<> check_wallet_holds(Db& db, const Vend& vend) {
  if (vend.wallet != domain::Wallet::platform || vend.to_meter >= domain::Money{}) return {};
  const domain::Money held = -ledger_balance(db, vend.property, domain::holder_of(vend));
  if (held + vend.to_meter < domain::Money{})
    return fail(Errc::wallet_balance_low, "balance " + domain::format_money(held));
  return {};
}

Result<> capture(Db& db, const Vend& vend, UtcMs at) {
  const auto posting = domain::capture_posting(vend, at);
  return posting ? post(db, *posting) : Result<>{};
}

Vend stored(Db& db, Vend vend) {
  PAYMETER_ASSERT(domain::is_well_formed(vend));
  vend.slip_number = next_number(db, vend.property, "slip");
  vend.id = VendId{insert(db, vend)};
  return vend;
}

/// `state`: PAID with the capture, or CREATED.
Result<VendStore::Created> create_vend(Db& db, Vend vend, VendState state) {
  PAYMETER_ASSERT(vend.kind != VendKind::transfer_out && vend.kind != VendKind::transfer_in);
  const auto property = property_of_meter(db, vend.meter);
  if (!property) return fail(Errc::account_not_open, "no such meter");
  vend.property = *property;
  // The key comes first, so that a repetition gets its vend even when nothing may be sold any more.
  if (auto known = vend_of_key(db, vend.property, vend.idempotency_key)) {
    if (auto same = same_request(*known, vend); !same) return fail(same.error());
    return VendStore::Created{std::move(*known), true};
  }
  if (db.disk_low()) return fail(Errc::store_full);
  auto ready = admitted(db, std::move(vend));
  if (!ready) return fail(ready.error());
  if (auto ok = check_wallet_holds(db, *ready); !ok) return fail(ok.error());
  ready->state = state;
  Vend made = stored(db, std::move(*ready));
  if (state == VendState::created) return VendStore::Created{std::move(made), false};
  if (auto ok = capture(db, made, made.created_at); !ok) return fail(ok.error());
  if (auto ok = deliver_on_platform(db, made, made.created_at); !ok) return fail(ok.error());
  return VendStore::Created{std::move(made), false};
}

}  // namespace

Result<> deliver_on_platform(Db& db, Vend& vend, UtcMs at) {
  if (vend.wallet != domain::Wallet::platform || vend.state != VendState::paid) return {};
  const auto holder = domain::holder_of(vend);
  vend.balance_before = -ledger_balance(db, vend.property, holder);
  if (auto posted = post(db, domain::delivery_posting(vend, at)); !posted) return posted;
  vend.balance_after = -ledger_balance(db, vend.property, holder);
  vend.state = domain::state_when_delivered(vend.kind);
  vend.finished_at = at;
  update(db, vend);
  return follow_transfer(db, vend, at);
}

bool has_its_meter(Db& db, const Vend& vend) {
  return db.value<AccountId>(
             "select account_id from account_meter where meter_id = :meter and to_at is null",
             vend.meter) == vend.account;
}

Result<> deliver_or_owe(Db& db, Vend& vend, UtcMs at) {
  if (has_its_meter(db, vend)) return deliver_on_platform(db, vend, at);
  VendStep owed;
  owed.vend = vend.id;
  owed.from = VendState::paid;
  owed.to = domain::state_when_undelivered(vend.kind);
  owed.at = at;
  owed.reason = Errc::account_not_open;
  owed.posting = domain::undelivered_posting(vend, at);
  auto stepped = step_vend(db, owed);
  if (!stepped) return fail(stepped.error());
  vend = std::move(*stepped);
  return {};
}

Result<VendStore::Created> create_paid_vend(Db& db, Vend vend) {
  const Vend* const asked = &vend;
  if (auto sold = sell_together(db, {&asked, 1}).front()) return *std::move(sold);
  return create_paid_vend_alone(db, std::move(vend));
}

Result<VendStore::Created> create_paid_vend_alone(Db& db, Vend vend) {
  return create_vend(db, std::move(vend), VendState::paid);
}

Result<VendStore::Created> create_ordered_vend(Db& db, Vend vend) {
  PAYMETER_ASSERT(vend.kind == VendKind::sale);
  return create_vend(db, std::move(vend), VendState::created);
}

Result<VendStore::Transfer> create_transfer(Db& db, Vend out, Vend in) {
  PAYMETER_ASSERT(out.kind == VendKind::transfer_out && in.kind == VendKind::transfer_in);
  const auto property = property_of_meter(db, out.meter);
  if (!property) return fail(Errc::account_not_open, "no such meter");
  out.property = in.property = *property;
  in.idempotency_key = key_of_second_half(out.idempotency_key);
  in.to_meter = in.captured = -out.to_meter;
  if (auto known = vend_of_key(db, out.property, out.idempotency_key)) {
    if (auto same = same_request(*known, out); !same) return fail(same.error());
    auto half = vend_of_key(db, out.property, in.idempotency_key);
    PAYMETER_ASSERT(half.has_value());
    if (auto same = same_request(*half, in); !same) return fail(same.error());
    return VendStore::Transfer{std::move(*known), std::move(*half), true};
  }
  if (db.disk_low()) return fail(Errc::store_full);
  auto ready_out = admitted(db, std::move(out));
  if (!ready_out) return fail(ready_out.error());
  in.settles = false;  // waits until the meter it goes to is settled
  auto ready_in = admitted(db, std::move(in));
  if (!ready_in) return fail(ready_in.error());
  if (ready_out->account != ready_in->account) return fail(Errc::transfer_other_account);
  if (auto ok = check_wallet_holds(db, *ready_out); !ok) return fail(ok.error());

  ready_in->state = VendState::created;
  ready_out->state = VendState::paid;
  Vend first = stored(db, std::move(*ready_out));
  ready_in->related = first.id;
  Vend second = stored(db, std::move(*ready_in));
  first.related = second.id;
  update(db, first);
  const UtcMs at = first.created_at;
  if (mistake_made(Mistake::transfer_early)) {
    second.state = VendState::paid;
    update(db, second);
    if (auto ok = capture(db, second, at); !ok) return fail(ok.error());
  }
  if (auto ok = deliver_on_platform(db, first, at); !ok) return fail(ok.error());
  return VendStore::Transfer{std::move(first), *find_vend(db, second.id), false};
}

Result<Vend> move_vend(Db& db, const Vend& vend, MeterId target, UserId by, UtcMs at) {
  Vend in;
  in.property = vend.property;
  in.meter = target;
  in.idempotency_key = "moved:" + std::to_string(vend.id.value);
  in.kind = VendKind::transfer_in;
  in.captured = in.to_meter = vend.to_meter;
  in.tag = vend.tag;  // another number or another meter: it cannot be taken for the first one
  in.operator_id = by;
  in.note = vend.slip_number;
  in.created_at = at;
  // A quarantined target is no obstacle: the vend waits until the meter is released.
  const auto account = account_for(db, in);
  if (!account) return fail(Errc::account_not_open);
  if (account->id != vend.account) return fail(Errc::transfer_other_account);
  in.account = account->id;
  in.wallet = *db.value<domain::Wallet>("select wallet from meter where id = :meter", target);
  in.shared_wallet = in.wallet == domain::Wallet::platform && account->shared_wallet;
  in.related = vend.id;
  in.state = VendState::paid;
  Vend made = stored(db, std::move(in));
  if (auto ok = capture(db, made, at); !ok) return fail(ok.error());
  if (auto ok = deliver_on_platform(db, made, at); !ok) return fail(ok.error());
  return made;
}

Result<> follow_transfer(Db& db, const Vend& out, UtcMs at) {
  if (out.kind != VendKind::transfer_out) return {};
  if (out.state != VendState::delivered && out.state != VendState::closed) return {};
  PAYMETER_ASSERT(out.related.has_value());
  auto in = find_vend(db, *out.related);
  if (!in) return fail(in.error());
  if (in->state != VendState::created) return {};  // followed before
  if (out.state == VendState::closed) {
    in->state = VendState::closed;
    in->reason = out.reason;
    in->finished_at = at;
    update(db, *in);
    return {};
  }
  in->state = VendState::paid;
  update(db, *in);
  if (auto ok = capture(db, *in, at); !ok) return ok;
  return deliver_or_owe(db, *in, at);
}

}  // namespace paymeter::store::sql
