// Closing and change-over: requests from people, and the carriers that bring each to its end.
#include "paymeter/service/settlements.hpp"

#include <algorithm>

#include "paymeter/domain/idempotency.hpp"
#include "paymeter/service/settlement_carrier.hpp"

namespace paymeter::service {
namespace {

using domain::Settlement;
using domain::SettlementKind;
using domain::SettlementState;

Result<> check_request(const SettlementRequest& request) {
  if (auto key = domain::check_idempotency_key(request.idempotency_key); !key) return key;
  if (request.reason.empty()) return fail(Errc::vend_reason_missing);
  return {};
}

}  // namespace

Settlements::Settlements(Deps deps, Settings settings) : deps_(deps), settings_(settings) {
  subscription_ = deps_.events.subscribe([this](const Event& event) { heard(event); });
}
Settlements::~Settlements() = default;

/// What a settlement waits for is told by others: its pause ends then.
void Settlements::heard(const Event& event) {
  std::vector<MeterId> meters;
  if (const auto* vend = std::get_if<VendChanged>(&event)) meters = {vend->vend.meter};
  if (const auto* command = std::get_if<CommandChanged>(&event)) meters = {command->command.meter};
  if (const auto* account = std::get_if<AccountChanged>(&event)) meters = account->account.meters;
  for (const auto& [id, carrier] : carriers_)
    if (std::ranges::find(meters, carrier->meter) != meters.end()) {
      carrier->look_now = true;
      carrier->wake->raise();
    }
}

port::Async<Result<>> Settlements::resume() {
  auto settlements = co_await deps_.store.unfinished_settlements();
  if (!settlements) co_return fail(settlements.error());
  for (const Settlement& settlement : *settlements) start_carrier(settlement);
  co_return Result<>{};
}

Result<> Settlements::check_meter(MeterId meter, SettlementKind kind) const {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) return fail(Errc::meter_unknown);
  const bool on_platform = live->meter.wallet == domain::Wallet::platform;
  if (!live->meter.prepaid || (on_platform && !wallet_ender_))
    return fail(Errc::vend_wallet_unsupported, "meter " + live->meter.code);
  if (kind == SettlementKind::closing && live->meter.is_protected)
    return fail(Errc::supply_protected, "meter " + live->meter.code);
  return {};
}

bool Settlements::is_on_platform(MeterId meter) const {
  const LiveMeter* live = deps_.live.find(meter);
  return live != nullptr && live->meter.wallet == domain::Wallet::platform;
}

port::Async<Result<std::vector<StoredSettlement>>> Settlements::begin(domain::Account account,
                                                                      std::vector<MeterId> meters,
                                                                      SettlementKind kind,
                                                                      SettlementRequest request) {
  std::vector<Settlement> wanted;
  for (MeterId meter : meters) {
    if (auto ok = check_meter(meter, kind); !ok) co_return fail(ok.error());
    Settlement settlement;
    settlement.account = account.id;
    settlement.meter = meter;
    settlement.kind = kind;
    settlement.idempotency_key = request.idempotency_key;
    settlement.reason = request.reason;
    settlement.operator_id = request.operator_id;
    settlement.created_at = deps_.runtime.now();
    wanted.push_back(std::move(settlement));
  }
  if (wanted.empty()) co_return fail(Errc::account_not_open);
  auto begun = co_await deps_.store.begin_settlements(std::move(wanted));
  if (!begun) co_return fail(begun.error());
  if (!begun->existed)
    for (const Settlement& settlement : begun->settlements) {
      co_await tell(settlement);
      start_carrier(settlement);
    }
  std::vector<StoredSettlement> out;
  for (Settlement& settlement : begun->settlements)
    out.push_back({std::move(settlement), begun->existed});
  co_return out;
}

port::Async<Result<std::vector<StoredSettlement>>> Settlements::known(port::SettlementFilter of,
                                                                      SettlementKind kind,
                                                                      std::string key) {
  of.page.limit = 1000;
  auto listed = co_await deps_.store.list_settlements(of);
  if (!listed) co_return fail(listed.error());
  std::vector<StoredSettlement> out;
  for (Settlement& settlement : listed->rows) {
    if (settlement.idempotency_key != key) continue;
    if (settlement.kind != kind) co_return fail(Errc::vend_exists_with_different_request);
    out.push_back({std::move(settlement), true});
  }
  std::ranges::reverse(out);  // listed newest first
  co_return out;
}

port::Async<Result<std::vector<StoredSettlement>>> Settlements::close_account(
    AccountId id, SettlementRequest request) {
  if (auto ok = check_request(request); !ok) co_return fail(ok.error());
  auto account = co_await deps_.store.find_account(id);
  if (!account) co_return fail(account.error());
  // A repeated key is answered before any rule is asked: some meters may have left since.
  port::SettlementFilter filter;
  filter.account = id;
  auto before = co_await known(filter, SettlementKind::closing, request.idempotency_key);
  if (!before) co_return fail(before.error());
  const auto was_meant = [&](MeterId meter) {
    return account->state == domain::AccountState::closed ||
           std::ranges::find(*before, meter, &StoredSettlement::meter) != before->end();
  };
  if (!before->empty() && !std::ranges::all_of(account->meters, was_meant))
    co_return fail(Errc::vend_exists_with_different_request,
                   "settlement " + before->front().number);
  if (!before->empty()) co_return std::move(*before);
  co_return co_await begin(*account, account->meters, SettlementKind::closing, std::move(request));
}

port::Async<Result<StoredSettlement>> Settlements::begin_one(MeterId meter, SettlementKind kind,
                                                             SettlementRequest request) {
  if (auto ok = check_request(request); !ok) co_return fail(ok.error());
  // A repeated key is answered before any rule is asked: the meter may have left since.
  port::SettlementFilter filter;
  filter.meter = meter;
  auto before = co_await known(filter, kind, request.idempotency_key);
  if (!before) co_return fail(before.error());
  if (!before->empty()) co_return std::move(before->front());
  auto account = co_await deps_.store.account_of_meter(meter);
  if (!account) co_return fail(account.error());
  if (kind == SettlementKind::closing && account->meters.size() == 1)
    co_return fail(Errc::account_meter_last, "account " + account->number);
  auto begun = co_await begin(*account, {meter}, kind, std::move(request));
  if (!begun) co_return fail(begun.error());
  co_return std::move(begun->front());
}

port::Async<Result<StoredSettlement>> Settlements::close_meter(MeterId meter,
                                                               SettlementRequest request) {
  co_return co_await begin_one(meter, SettlementKind::closing, std::move(request));
}

port::Async<Result<StoredSettlement>> Settlements::change_over(MeterId meter,
                                                               SettlementRequest request) {
  co_return co_await begin_one(meter, SettlementKind::change_over, std::move(request));
}

port::Async<Result<Settlement>> Settlements::cancel(SettlementId id, UserId by) {
  auto settlement = co_await deps_.store.find_settlement(id);
  if (!settlement) co_return settlement;
  port::SettlementStep step;
  step.settlement = id;
  step.from = settlement->state;
  step.to = SettlementState::cancelled;
  step.at = deps_.runtime.now();
  step.by = by;
  const LiveMeter* live = deps_.live.find(settlement->meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  const domain::Meter meter = live->meter;
  port::CommandFilter filter;
  filter.meter = meter.id;
  auto commands = co_await deps_.store.list_commands(filter);
  if (!commands) co_return fail(commands.error());
  auto intents = co_await deps_.store.supply_intents(meter.id);
  if (!intents) co_return fail(intents.error());
  const bool has_tripped = std::ranges::any_of(commands->rows, [&](const auto& command) {
    return command.reason == trip_reason(*settlement);
  });
  // Without a trip of its own: it was off already, and who held it off may have ended since.
  const bool holds_off = std::ranges::any_of(*intents, [](const domain::SupplyIntent& intent) {
    return intent.kind == domain::SupplyIntentKind::settlement;
  });
  if (has_tripped || holds_off) {
    auto supply = co_await intended_supply(deps_.store, meter, *settlement, step.at);
    if (!supply) co_return fail(supply.error());
    supply->operator_id = by;
    step.commands = {*supply};
  }
  co_return co_await apply(std::move(step));
}

port::Async<Result<Settlement>> Settlements::changed_elsewhere(SettlementId id) {
  auto settlement = co_await deps_.store.find_settlement(id);
  if (!settlement) co_return settlement;
  if (auto loaded = co_await deps_.site.reload(); !loaded) co_return fail(loaded.error());
  co_await tell(*settlement);
  if (!domain::is_over(settlement->state)) start_carrier(*settlement);
  if (const auto at = carriers_.find(id); at != carriers_.end()) at->second->wake->raise();
  co_return settlement;
}

port::Async<Result<Settlement>> Settlements::apply(port::SettlementStep step) {
  const bool changes_site =
      step.to == SettlementState::replacing || step.to == SettlementState::opening;
  const bool is_change = step.from != step.to || step.new_serial;
  auto stepped = co_await deps_.store.step_settlement(std::move(step));
  if (!stepped) co_return stepped;
  if (is_change && changes_site)
    if (auto loaded = co_await deps_.site.reload(); !loaded) co_return fail(loaded.error());
  if (is_change)
    co_await tell(*stepped);
  else
    deps_.events.publish(SettlementChanged{*stepped});
  co_return stepped;
}

/// Live table, commands, vends and subscribers follow what a step stored.
port::Async<> Settlements::tell(Settlement settlement) {
  auto account = co_await deps_.store.find_account(settlement.account);
  if (account) {
    deps_.live.set_account(*account);
    deps_.events.publish(AccountChanged{*account});
  }
  deps_.events.publish(SettlementChanged{settlement});
  deps_.events.publish(MeterChanged{settlement.meter});
  auto pending = co_await deps_.store.pending_commands();
  if (pending) {
    std::erase_if(*pending, [&](const auto& one) { return one.meter != settlement.meter; });
    deps_.commands.take_up(*pending);
  }
  if (!domain::is_over(settlement.state)) co_return;
  // What waited for the meter may go now, and what the end undid has a carrier that should know.
  port::VendFilter filter;
  filter.meter = settlement.meter;
  auto vends = co_await deps_.store.list_vends(filter);
  if (!vends) co_return;
  for (const domain::Vend& vend : vends->rows)
    if (!domain::is_final(vend.state) || vend.finished_at == settlement.finished_at)
      deps_.vending.take_up(vend);
}

void Settlements::start_carrier(const Settlement& settlement) {
  if (carriers_.contains(settlement.id)) return;
  auto carrier = std::make_shared<SettlementCarrier>(*this, settlement);
  carriers_.emplace(settlement.id, carrier);
  deps_.runtime.spawn("settlement " + settlement.number, carry(carrier));
}

port::Async<> Settlements::carry(std::shared_ptr<SettlementCarrier> carrier) {
  co_await SettlementCarrier::run(carrier);
  carriers_.erase(carrier->id);
  if (deps_.runtime.stopping()) co_return;
  co_await deps_.alarms.clear(domain::AlarmKind::vend_stuck, carrier->meter, {});
  co_await forget_wallet(carrier->meter);
  auto money = co_await deps_.store.meter_money(carrier->meter);
  if (money && !money->quarantined)
    co_await deps_.alarms.clear(domain::AlarmKind::vend_quarantined, carrier->meter, {});
}

/// A platform wallet that has ended is nobody's: its levels are no alarm any more.
port::Async<> Settlements::forget_wallet(MeterId meter) {
  LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr || live->account || live->meter.wallet != domain::Wallet::platform) co_return;
  live->wallet.reset();
  using domain::AlarmKind;
  for (const AlarmKind kind : {AlarmKind::alarm1, AlarmKind::alarm2, AlarmKind::arrears,
                               AlarmKind::billing_held, AlarmKind::wallet_difference})
    co_await deps_.alarms.clear(kind, meter, {});
  deps_.events.publish(MeterChanged{meter});
}

}  // namespace paymeter::service
