// Following the meters' memories.
#include "meter_truth.hpp"

namespace paymeter::town {
namespace {

MeterNow seen(const sim::ReferenceMeter& meter) {
  const auto& memory = meter.memory();
  return {{meter.identity().serial, memory.clear_count},
          memory.purchase_count,
          memory.sold_total,
          false};
}

}  // namespace

std::optional<Acceptance> MeterTruth::look(const std::string& code,
                                           const sim::ReferenceMeter& meter) {
  MeterNow after = seen(meter);
  const auto known = now_.find(code);
  if (known == now_.end()) {
    now_.emplace(code, after);
    return std::nullopt;
  }
  const MeterNow before = known->second;
  after.tampered = before.tampered;
  known->second = after;
  if (after.epoch != before.epoch || after.count == before.count) return std::nullopt;
  const auto& memory = meter.memory();
  Acceptance accepted{code, after.epoch, after.count, memory.last_amount, memory.last_tag};
  accepted_[accepted.tag].push_back(accepted);
  return accepted;
}

void MeterTruth::tamper(const std::string& code, const sim::ReferenceMeter& meter) {
  MeterNow& now = now_[code];
  now = seen(meter);
  now.tampered = true;
}

const std::vector<Acceptance>& MeterTruth::under(std::uint32_t tag) const {
  static const std::vector<Acceptance> none;
  const auto found = accepted_.find(tag);
  return found == accepted_.end() ? none : found->second;
}

}  // namespace paymeter::town
