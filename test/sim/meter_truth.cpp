// Following the meters' memories.
#include "meter_truth.hpp"

namespace paymeter::town {
namespace {

MeterNow seen(const sim::ReferenceMeter& meter) {
  const auto& memory = meter.memory();
  MeterNow now;
  now.epoch = {meter.identity().serial, memory.clear_count};
  now.count = memory.purchase_count;
  now.sold_fen = memory.sold_total;
  now.balance_fen = meter.shown_balance();
  now.open = meter.account_open();
  return now;
}

}  // namespace

MeterTruth::Seen MeterTruth::look(const std::string& code, const sim::ReferenceMeter& meter) {
  MeterNow after = seen(meter);
  const auto known = now_.find(code);
  if (known == now_.end()) {
    now_.emplace(code, after);
    return {};
  }
  const MeterNow before = known->second;
  after.tampered = before.tampered;
  after.tampered_at = before.tampered_at;
  known->second = after;
  const auto& memory = meter.memory();
  if (after.epoch != before.epoch)
    return {{}, Clearing{code, before.epoch, memory.cleared_balance}};
  if (after.count == before.count) return {};
  Acceptance accepted{code, after.epoch, after.count, memory.last_amount, memory.last_tag};
  accepted_[accepted.tag].push_back(accepted);
  return {accepted, {}};
}

void MeterTruth::tamper(const std::string& code, const sim::ReferenceMeter& meter, MonoMs at) {
  MeterNow& now = now_[code];
  now = seen(meter);
  now.tampered = true;
  now.tampered_at = at;
}

void MeterTruth::adopt(const std::string& code, const sim::ReferenceMeter& meter) {
  now_[code] = seen(meter);
}

const std::vector<Acceptance>& MeterTruth::under(std::uint32_t tag) const {
  static const std::vector<Acceptance> none;
  const auto found = accepted_.find(tag);
  return found == accepted_.end() ? none : found->second;
}

}  // namespace paymeter::town
