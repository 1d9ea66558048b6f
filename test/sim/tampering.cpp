// What others do to a meter, behind the platform's back.
#include "tampering.hpp"

#include "paymeter/base/mistake.hpp"

namespace paymeter::town {

using domain::VendState;

Tampering::Tampering(const Scene& scene) : scene_(scene), dice_(scene.dice("tampering")) {}

void Tampering::begin() {
  add(Deed::foreign_sale, scene_.mixture.foreign_sales);
  add(Deed::reset, scene_.mixture.resets);
  add(Deed::replacement, scene_.mixture.replacements);
}

void Tampering::add(Deed deed, int times) {
  for (int i = 0; i < times; ++i) {
    // Half of them from the very beginning: a meter's first sale is a special one.
    const MonoMs at{dice_.below(2) == 0 ? 0 : dice_.between(0, scene_.mixture.span.value)};
    const bool while_sending = dice_.below(4) != 0;
    const auto code = std::to_string(1000 + dice_.between(1, kMeters));
    scene_.world.schedule(at, [this, deed, while_sending, code] {
      if (while_sending) return armed_.push_back(deed);
      commit(deed, code);
    });
  }
}

void Tampering::after_commit() {
  if (armed_.empty()) return;
  for (const VendId id : scene_.invariants.unfinished()) {
    const VendRow& vend = scene_.invariants.vends().at(id);
    if (vend.state != VendState::sent || id == last_seen_sent_) continue;
    last_seen_sent_ = id;
    const Deed deed = armed_.back();
    armed_.pop_back();
    // Before the frame, between frame and read-back, or some tries later.
    const Millis after{dice_.between(0, dice_.below(2) == 0 ? 150 : 20'000)};
    scene_.world.schedule(
        scene_.world.mono() + after,
        [this, deed, code = scene_.invariants.code(vend.meter)] { commit(deed, code); });
    return;
  }
}

void Tampering::commit(Deed deed, const std::string& code) {
  switch (deed) {
    case Deed::foreign_sale:
      ++foreign_sales_;
      return sell_elsewhere(code);
    case Deed::reset:
      ++resets_;
      return reset(code);
    case Deed::replacement:
      ++replacements_;
      return replace(code);
  }
}

const VendRow* Tampering::in_flight_on(const std::string& code) const {
  for (const VendId id : scene_.invariants.unfinished()) {
    const VendRow& vend = scene_.invariants.vends().at(id);
    const bool sending = vend.state == VendState::sent || vend.state == VendState::cancelling;
    if (sending && scene_.invariants.code(vend.meter) == code) return &vend;
  }
  return nullptr;
}

/// By card, handheld or another master: often for the very amount that is being sold.
void Tampering::sell_elsewhere(const std::string& code) {
  sim::ReferenceMeter& meter = *scene_.plant.reference(code);
  auto memory = meter.memory();
  const VendRow* ours = in_flight_on(code);
  const bool equal = ours != nullptr && dice_.below(2) == 0;
  const std::int64_t fen = equal ? ours->to_meter_fen : dice_.between(1, 100'000);
  memory.balance_fine += sim::Int128{fen} * sim::kFinePerFen;
  memory.sold_total += static_cast<std::int32_t>(fen);
  memory.last_amount = static_cast<std::int32_t>(fen);
  memory.last_tag = static_cast<std::uint32_t>(dice_.next());
  if (equal && mistake_made(Mistake::no_tag)) memory.last_tag = ours->tag;
  ++memory.purchase_count;
  meter.set_memory(memory);
  scene_.invariants.after_tampering(code, meter);
}

/// A forced clear by somebody who may open the account again at once.
void Tampering::reset(const std::string& code) {
  sim::ReferenceMeter& meter = *scene_.plant.reference(code);
  const auto customer = meter.memory().customer_number;
  (void)scene_.plant.reset_meter(code);
  if (dice_.below(4) != 0) {
    auto memory = meter.memory();
    memory.customer_number = customer;
    meter.set_memory(memory);
  }
  scene_.invariants.after_tampering(code, meter);
}

void Tampering::replace(const std::string& code) {
  const auto customer = scene_.plant.reference(code)->memory().customer_number;
  (void)scene_.plant.replace_meter(code, "PX" + code + std::to_string(replacements_));
  sim::ReferenceMeter& meter = *scene_.plant.reference(code);
  if (dice_.below(2) == 0) {
    auto memory = meter.memory();
    memory.customer_number = customer;
    meter.set_memory(memory);
  }
  (void)scene_.plant.set_load(code, sim::MeterLoad{});
  scene_.invariants.after_tampering(code, meter);
}

void Tampering::count(Counts& counts) const {
  counts.foreign_sales += foreign_sales_;
  counts.resets += resets_;
  counts.replacements += replacements_;
}

}  // namespace paymeter::town
