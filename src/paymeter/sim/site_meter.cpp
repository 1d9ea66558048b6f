// Bringing a meter up to the present, minute by minute of its load.
#include "paymeter/sim/site_meter.hpp"

#include <algorithm>

namespace paymeter::sim {
namespace {
constexpr std::int64_t kMinuteMs = 60'000;
}

void SiteMeter::catch_up() {
  const std::int64_t now_ms = clock_.now_ms();
  while (at_ms_ < now_ms) {
    std::int64_t until_ms = std::min(now_ms, (at_ms_ / kMinuteMs + 1) * kMinuteMs);
    const bool dark = at_ms_ < dark_until_ms_;
    if (dark) until_ms = std::min(until_ms, dark_until_ms_);
    if (dark)
      meter_->set_load({.voltage_dv = {}, .frequency_chz = 0});
    else
      meter_->set_load(fixed_load_ ? *fixed_load_ : curve_.at_minute(at_ms_ / kMinuteMs));
    meter_->advance(Millis{until_ms - at_ms_});
    at_ms_ = until_ms;
  }
  // What is measured right now belongs to the minute that has begun.
  if (at_ms_ >= dark_until_ms_)
    meter_->set_load(fixed_load_ ? *fixed_load_ : curve_.at_minute(at_ms_ / kMinuteMs));
}

std::optional<Buffer> SiteMeter::handle(Bytes pdu) {
  catch_up();
  if (dead_ || at_ms_ < dark_until_ms_) return std::nullopt;
  return meter_->handle(pdu);
}

VirtualMeter& SiteMeter::up_to_date() {
  catch_up();
  return *meter_;
}

void SiteMeter::set_load(std::optional<MeterLoad> load) {
  catch_up();
  fixed_load_ = load;
}

void SiteMeter::lose_power(Millis span) {
  catch_up();
  dark_until_ms_ = at_ms_ + span.value;
}

void SiteMeter::replace(std::unique_ptr<VirtualMeter> meter) {
  catch_up();
  meter_ = std::move(meter);
}

}  // namespace paymeter::sim
