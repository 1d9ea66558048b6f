// Looking before a vend is stored: its key, its meter, what the meter holds.
#include "paymeter/service/vend_desk.hpp"

namespace paymeter::service {

port::Async<Result<std::optional<domain::Vend>>> VendDesk::known(VendOrder order) {
  const LiveMeter* live = deps_.live.find(order.meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  co_return co_await deps_.store.find_vend_by_key(live->meter.property, order.idempotency_key);
}

domain::Vend VendDesk::draft(const VendOrder& order, domain::VendKind kind, domain::Money amount) {
  domain::Vend vend;
  vend.meter = order.meter;
  vend.idempotency_key = order.idempotency_key;
  vend.kind = kind;
  vend.captured = vend.to_meter = amount;
  vend.tag = deps_.runtime.random_u32();
  vend.state = domain::VendState::paid;
  vend.operator_id = order.operator_id;
  vend.note = order.note;
  vend.created_at = deps_.runtime.now();
  if (const LiveMeter* live = deps_.live.find(order.meter)) vend.property = live->meter.property;
  return vend;
}

port::Async<Result<domain::Money>> VendDesk::fresh_balance(MeterId meter) {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  if (live->meter.wallet == domain::Wallet::platform)
    co_return co_await deps_.vending.settled_wallet(meter, Vending::WalletLook::fresh);
  auto read = co_await deps_.collector.read_state(meter, BusPriority::vend);
  if (!read) co_return fail(read.error());
  co_return read->balance;
}

port::Async<Result<>> VendDesk::check_holds(MeterId meter, domain::Money amount) {
  const LiveMeter* live = deps_.live.find(meter);
  const bool on_platform = live != nullptr && live->meter.wallet == domain::Wallet::platform;
  auto balance = on_platform
                     ? co_await deps_.vending.settled_wallet(meter, Vending::WalletLook::stored)
                     : co_await fresh_balance(meter);
  if (!balance) co_return fail(balance.error());
  if (*balance < amount)
    co_return fail(Errc::vend_refund_exceeds_balance, "balance " + domain::format_money(*balance));
  co_return Result<>{};
}

bool VendDesk::same_account(MeterId a, MeterId b) const {
  const LiveMeter* one = deps_.live.find(a);
  const LiveMeter* other = deps_.live.find(b);
  return one != nullptr && other != nullptr && one->account && other->account &&
         one->account->id == other->account->id;
}

port::Async<Result<StoredVend>> VendDesk::place(domain::Vend vend) {
  auto created = co_await deps_.store.create_paid_vend(std::move(vend));
  if (!created) co_return fail(created.error());
  if (!created->existed) deps_.vending.take_up(created->vend);
  co_return StoredVend{std::move(created->vend), created->existed};
}

port::Async<Result<domain::Vend>> VendDesk::step(port::VendStep step) {
  auto stepped = co_await deps_.store.step_vend(std::move(step));
  if (stepped) deps_.vending.take_up(*stepped);
  co_return stepped;
}

Result<> check_reason(const std::string& reason) {
  if (reason.find_first_not_of(" \t\n\r") == std::string::npos)
    return fail(Errc::vend_reason_missing);
  return {};
}

Result<StoredVend> same_or_conflict(const domain::Vend& stored, const domain::Vend& asked) {
  const bool is_reversal = asked.kind == domain::VendKind::reversal;
  if (stored.kind != asked.kind || stored.meter != asked.meter ||
      stored.captured != asked.captured || stored.method != asked.method ||
      (is_reversal && stored.related != asked.related))
    return fail(Errc::vend_exists_with_different_request, "vend " + stored.slip_number);
  return StoredVend{stored, true};
}

}  // namespace paymeter::service
