// Closing with a balance below 0: what is owed is collected to the fen, or given up by agreement.
#include "paymeter/domain/idempotency.hpp"
#include "paymeter/service/settlement_carrier.hpp"

namespace paymeter::service {

using domain::Settlement;
using domain::SettlementState;

/// The meter's own balance, by a read that starts now.
port::Async<Result<domain::Money>> Settlements::owed_in_meter(Settlement settlement) {
  auto vends = co_await deps_.store.unfinished_vends();
  if (!vends) co_return fail(vends.error());
  for (const domain::Vend& vend : *vends)
    if (vend.meter == settlement.meter && vend.settles) co_return fail(Errc::vend_meter_busy);
  auto read = co_await deps_.collector.read_state(settlement.meter, BusPriority::vend);
  if (!read) co_return fail(read.error());
  if (read->epoch != settlement.epoch) co_return fail(Errc::settlement_wrong_meter);
  co_return -read->balance;
}

port::Async<Result<domain::Money>> Settlements::owed(SettlementId id) {
  auto settlement = co_await deps_.store.find_settlement(id);
  if (!settlement) co_return fail(settlement.error());
  if (settlement->state != SettlementState::debt) co_return fail(Errc::settlement_state_conflict);
  if (!is_on_platform(settlement->meter)) co_return co_await owed_in_meter(*settlement);
  if (!wallet_ender_) co_return fail(Errc::vend_wallet_unsupported);
  auto settled = co_await wallet_ender_(settlement->meter, "settlement", settlement->operator_id);
  if (!settled) co_return fail(settled.error());
  if (settled->standing.held) co_return fail(settled->standing.held->reason);
  co_return settled->due;
}

port::Async<Result<port::Stored<domain::Vend>>> Settlements::collect(CollectionRequest request) {
  if (auto key = domain::check_idempotency_key(request.idempotency_key); !key)
    co_return fail(key.error());
  auto settlement = co_await deps_.store.find_settlement(request.settlement);
  if (!settlement) co_return fail(settlement.error());
  const bool is_sale = request.kind == domain::VendKind::sale;
  if (!is_sale && request.kind != domain::VendKind::adjustment)
    co_return fail(Errc::request_invalid, "kind: must be sale or adjustment");
  if (!is_sale && request.reason.empty()) co_return fail(Errc::vend_reason_missing);
  auto known = co_await deps_.store.find_vend_by_key(settlement->property, request.idempotency_key);
  if (!known) co_return fail(known.error());
  if (*known) {
    if ((*known)->meter != settlement->meter || (*known)->kind != request.kind)
      co_return fail(Errc::vend_exists_with_different_request);
    co_return port::Stored<domain::Vend>{std::move(**known), true};
  }
  if (!is_sale && is_on_platform(settlement->meter))
    co_return fail(Errc::request_invalid, "kind: two people write it off (settle_without_meter)");
  auto due = co_await owed(settlement->id);
  if (!due) co_return fail(due.error());
  if (*due <= domain::Money{}) co_return fail(Errc::settlement_state_conflict);

  domain::Vend vend;
  vend.property = settlement->property;
  vend.meter = settlement->meter;
  vend.account = settlement->account;
  vend.idempotency_key = request.idempotency_key;
  vend.kind = request.kind;
  vend.method = request.method;
  vend.captured = vend.to_meter = *due;
  vend.tag = deps_.runtime.random_u32();
  vend.settles = true;
  vend.operator_id = request.operator_id;
  vend.note = request.reason.empty() ? trip_reason(*settlement) : request.reason;
  vend.created_at = deps_.runtime.now();
  auto created = co_await deps_.store.create_paid_vend(vend);
  if (!created) co_return fail(created.error());
  if (!created->existed) deps_.vending.take_up(created->vend);
  co_return port::Stored<domain::Vend>{std::move(created->vend), created->existed};
}

}  // namespace paymeter::service
