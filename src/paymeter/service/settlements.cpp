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

struct FoundDevice {
  Result<domain::PrepaidState> state = fail(Errc::link_stopped);
  Result<domain::Measurements> measured = fail(Errc::meter_unsupported);
};

/// Reads with the new device's own configuration: its CT ratio makes its register.
port::Async<> read_device(port::MeterDriver& driver, port::BusLink& link, UtcMs now,
                          std::shared_ptr<FoundDevice> out) {
  out->state = co_await driver.read_prepaid(link, now);
  if (driver.abilities().measurements) out->measured = co_await driver.read_measurements(link, now);
}

Result<> check_request(const SettlementRequest& request) {
  if (auto key = domain::check_idempotency_key(request.idempotency_key); !key) return key;
  if (request.reason.empty()) return fail(Errc::vend_reason_missing);
  return {};
}

/// Is this the device that was told, and is it empty?
Result<> check_device(const Settlement& settlement, const ReplacementRequest& request,
                      const domain::PrepaidState& read, const LiveTable& live) {
  const std::string& serial = read.epoch.serial;
  if (settlement.epoch && serial == settlement.epoch->serial)
    return fail(Errc::settlement_same_device, "serial " + serial);
  if (!request.serial.empty() && serial != request.serial)
    return fail(Errc::settlement_wrong_meter, "serial " + serial);
  for (const auto& [id, other] : live.meters())
    if (id != settlement.meter && other.meter.serial == serial)
      return fail(Errc::settlement_wrong_meter, "it is meter " + other.meter.code);
  if (read.account_open || read.balance != domain::Money{} || read.purchase_count != 0)
    return fail(Errc::account_meter_not_clear, "balance " + domain::format_money(read.balance));
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
  if (!live->meter.prepaid || live->meter.wallet != domain::Wallet::meter)
    return fail(Errc::vend_wallet_unsupported, "meter " + live->meter.code);
  if (kind == SettlementKind::closing && live->meter.is_protected)
    return fail(Errc::supply_protected, "meter " + live->meter.code);
  return {};
}

port::Async<Result<std::vector<Settlement>>> Settlements::begin(domain::Account account,
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
  co_return begun->settlements;
}

port::Async<Result<std::vector<Settlement>>> Settlements::close_account(AccountId id,
                                                                        SettlementRequest request) {
  if (auto ok = check_request(request); !ok) co_return fail(ok.error());
  auto account = co_await deps_.store.find_account(id);
  if (!account) co_return fail(account.error());
  co_return co_await begin(*account, account->meters, SettlementKind::closing, std::move(request));
}

port::Async<Result<Settlement>> Settlements::begin_one(MeterId meter, SettlementKind kind,
                                                       SettlementRequest request) {
  if (auto ok = check_request(request); !ok) co_return fail(ok.error());
  // A repeated key is answered before any rule is asked: the meter may have left since.
  port::SettlementFilter filter;
  filter.meter = meter;
  filter.page.limit = 1000;
  auto known = co_await deps_.store.list_settlements(filter);
  if (!known) co_return fail(known.error());
  for (const Settlement& settlement : known->rows) {
    if (settlement.idempotency_key != request.idempotency_key) continue;
    if (settlement.kind != kind) co_return fail(Errc::vend_exists_with_different_request);
    co_return settlement;
  }
  auto account = co_await deps_.store.account_of_meter(meter);
  if (!account) co_return fail(account.error());
  if (kind == SettlementKind::closing && account->meters.size() == 1)
    co_return fail(Errc::account_meter_last, "account " + account->number);
  auto begun = co_await begin(*account, {meter}, kind, std::move(request));
  if (!begun) co_return fail(begun.error());
  co_return begun->front();
}

port::Async<Result<Settlement>> Settlements::close_meter(MeterId meter, SettlementRequest request) {
  co_return co_await begin_one(meter, SettlementKind::closing, std::move(request));
}

port::Async<Result<Settlement>> Settlements::change_over(MeterId meter, SettlementRequest request) {
  co_return co_await begin_one(meter, SettlementKind::change_over, std::move(request));
}

/// The meter's configuration as it will be with the new device.
Result<domain::Meter> Settlements::described_meter(const Settlement& settlement,
                                                   const ReplacementRequest& request) const {
  const LiveMeter* live = deps_.live.find(settlement.meter);
  if (live == nullptr) return fail(Errc::meter_unknown);
  domain::Meter meter = live->meter;
  if (request.ct_ratio) meter.ct_ratio = *request.ct_ratio;
  if (request.key) meter.key = *request.key;
  const domain::Property* property = deps_.live.property(meter.property);
  if (domain::has_zero_key(meter) && (property == nullptr || !property->is_test_site))
    return fail(Errc::vend_test_key);
  return meter;
}

port::Async<Result<Settlement>> Settlements::replaced(ReplacementRequest request) {
  auto settlement = co_await deps_.store.find_settlement(request.settlement);
  if (!settlement) co_return settlement;
  if (settlement->state != SettlementState::replacing &&
      settlement->state != SettlementState::opening)
    co_return fail(Errc::settlement_state_conflict,
                   std::string(settlement_state_name(settlement->state)));
  auto meter = described_meter(*settlement, request);
  if (!meter) co_return fail(meter.error());
  auto made = deps_.drivers.make(*meter);
  if (!made) co_return fail(made.error());
  const std::shared_ptr<port::MeterDriver> driver = std::move(*made);
  auto found = std::make_shared<FoundDevice>();
  const UtcMs now = deps_.runtime.now();
  auto ran =
      co_await deps_.collector.run(meter->id, BusPriority::command,
                                   [driver, found, now](port::MeterDriver&, port::BusLink& link) {
                                     return read_device(*driver, link, now, found);
                                   });
  if (!ran) co_return fail(ran.error());
  if (!found->state) co_return fail(found->state.error());
  auto checked = check_device(*settlement, request, *found->state, deps_.live);
  if (!checked) co_return fail(checked.error());
  co_await deps_.collector.observed(meter->id, *found->state);

  port::SettlementStep step;
  step.settlement = settlement->id;
  step.from = settlement->state;
  step.to = SettlementState::opening;
  step.at = now;
  step.by = request.operator_id;
  step.new_serial = found->state->epoch.serial;
  step.new_ct_ratio = request.ct_ratio;
  step.new_key = request.key;
  if (found->measured) step.start_wh = found->measured->energy_wh;
  auto commands = co_await device_commands(deps_, *settlement);
  if (!commands) co_return fail(commands.error());
  step.commands = std::move(*commands);
  co_return co_await apply(std::move(step));
}

port::Async<Result<domain::Vend>> Settlements::collect(CollectionRequest request) {
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
    co_return **known;
  }
  if (settlement->state != SettlementState::debt) co_return fail(Errc::settlement_state_conflict);
  auto vends = co_await deps_.store.unfinished_vends();
  if (!vends) co_return fail(vends.error());
  for (const domain::Vend& vend : *vends)
    if (vend.meter == settlement->meter && vend.settles) co_return fail(Errc::vend_meter_busy);
  auto read = co_await deps_.collector.read_state(settlement->meter, BusPriority::vend);
  if (!read) co_return fail(read.error());
  if (read->epoch != settlement->epoch) co_return fail(Errc::settlement_wrong_meter);
  if (read->balance >= domain::Money{}) co_return fail(Errc::settlement_state_conflict);

  domain::Vend vend;
  vend.property = settlement->property;
  vend.meter = settlement->meter;
  vend.account = settlement->account;
  vend.idempotency_key = request.idempotency_key;
  vend.kind = request.kind;
  vend.method = request.method;
  vend.captured = vend.to_meter = -read->balance;
  vend.tag = deps_.runtime.random_u32();
  vend.settles = true;
  vend.operator_id = request.operator_id;
  vend.note = request.reason.empty() ? trip_reason(*settlement) : request.reason;
  vend.created_at = deps_.runtime.now();
  auto created = co_await deps_.store.create_paid_vend(vend);
  if (!created) co_return fail(created.error());
  if (!created->existed) deps_.vending.take_up(created->vend);
  co_return created->vend;
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
  const bool has_tripped = std::ranges::any_of(commands->rows, [&](const auto& command) {
    return command.reason == trip_reason(*settlement);
  });
  if (has_tripped) {
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
  if (const auto at = carriers_.find(id); at != carriers_.end())
    at->second->wake->raise();
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
  auto money = co_await deps_.store.meter_money(carrier->meter);
  if (money && !money->quarantined)
    co_await deps_.alarms.clear(domain::AlarmKind::vend_quarantined, carrier->meter, {});
}

}  // namespace paymeter::service
