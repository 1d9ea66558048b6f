// One look at every meter after a start.
#include "paymeter/service/meter_check.hpp"

namespace paymeter::service {
namespace {

constexpr Millis kRound = seconds(15);

bool differs(const domain::MeterMoney& known, const domain::PrepaidState& read) {
  return known.epoch != read.epoch || known.purchase_count != read.purchase_count;
}

/// Others look after these, or there is nothing to compare.
bool is_for_others(const domain::MeterMoney& known) {
  return !known.epoch || known.settling || known.quarantined;
}

}  // namespace

void MeterCheck::start() {
  for (const auto& [id, live] : deps_.live.meters())
    if (live.meter.prepaid && live.meter.wallet == domain::Wallet::meter) waiting_.insert(id);
  deps_.runtime.spawn("meter check", watch());
}

port::Async<> MeterCheck::watch() {
  while (!deps_.runtime.stopping() && !waiting_.empty()) {
    const auto meters = waiting_;
    for (const MeterId id : meters) {
      const LiveMeter* live = deps_.live.find(id);
      if (live != nullptr && !live->prepaid) continue;
      const bool is_gone = live == nullptr;
      if (is_gone || co_await compare(live->meter, *live->prepaid) == Found::agrees)
        waiting_.erase(id);
    }
    co_await deps_.runtime.sleep(kRound);
  }
}

port::Async<MeterCheck::Found> MeterCheck::compare(domain::Meter meter, domain::PrepaidState read) {
  auto known = co_await deps_.store.meter_money(meter.id);
  if (!known || known->in_flight) co_return Found::later;
  if (known->quarantined) {
    // Quarantined by a process that ended before it could call anybody.
    co_await call_people(std::move(meter), *known, std::move(read));
    co_return Found::agrees;
  }
  if (is_for_others(*known) || !differs(*known, read)) co_return Found::agrees;
  co_return co_await confirm(std::move(meter), *known);
}

/// The reading may be older than what is stored, and a late RTU reply can pass for a fresh one: a
/// read that starts now decides, and only if nothing is stored meanwhile.
port::Async<MeterCheck::Found> MeterCheck::confirm(domain::Meter meter, domain::MeterMoney known) {
  auto read = co_await deps_.collector.read_state(meter.id, BusPriority::read_back);
  if (!read) co_return Found::later;
  if (!differs(known, *read)) co_return Found::agrees;
  auto again = co_await deps_.collector.read_state(meter.id, BusPriority::read_back);
  if (!again || again->epoch != read->epoch || again->purchase_count != read->purchase_count)
    co_return Found::later;
  auto quarantined = co_await deps_.store.quarantine_meter(known);
  if (!quarantined || !*quarantined) co_return Found::later;
  co_await call_people(std::move(meter), std::move(known), *again);
  co_return Found::agrees;
}

port::Async<> MeterCheck::call_people(domain::Meter meter, domain::MeterMoney known,
                                      domain::PrepaidState read) {
  co_await deps_.alarms.raise(
      meter.property, domain::AlarmKind::vend_quarantined, meter.id, {},
      "meter " + read.epoch.serial + "/" + std::to_string(read.epoch.clear_count) + " count " +
          std::to_string(read.purchase_count) + ", platform " +
          (known.epoch ? known.epoch->serial + "/" + std::to_string(known.epoch->clear_count)
                       : std::string("-")) +
          " count " + std::to_string(known.purchase_count));
  deps_.events.publish(MeterChanged{meter.id});
}

}  // namespace paymeter::service
