// Pressing again.
#include "errands.hpp"

#include <array>

namespace paymeter::town {

void Errands::add(MonoMs at, Try attempt, Millis pause) {
  const std::size_t index = errands_.size();
  errands_.push_back({std::move(attempt), pause, {}});
  ++open_;
  world_.schedule(at, [this, index] { press(index); });
}

void Errands::press(std::size_t index) {
  Slot* slot = stations_.any();
  if (slot == nullptr) return press_later(index);
  errands_[index].at_slot = slot->number;
  slot->station->runtime.spawn("errand", run(*this, *slot, index));
}

void Errands::press_later(std::size_t index) {
  world_.schedule(world_.mono() + errands_[index].pause, [this, index] { press(index); });
}

port::Async<> Errands::run(Errands& self, Slot& slot, std::size_t index) {
  const Came came = co_await self.errands_[index].attempt(slot);
  self.errands_[index].at_slot.reset();
  if (came == Came::again) {
    self.press_later(index);
    co_return;
  }
  --self.open_;
  self.errands_[index].attempt = {};
}

void Errands::station_lost(int slot) {
  for (std::size_t i = 0; i < errands_.size(); ++i) {
    if (errands_[i].at_slot != slot) continue;
    errands_[i].at_slot.reset();
    press_later(i);
  }
}

bool is_passing(const Error& error) {
  const std::string_view name = error_name(error.code);
  constexpr std::array kPassing{Errc::payment_channel_failed, Errc::meter_exception,
                                Errc::vend_meter_busy,        Errc::store_busy,
                                Errc::meter_settling,         Errc::meter_not_collected};
  for (const Errc code : kPassing)
    if (error.code == code) return true;
  return name.starts_with("link_") || name.starts_with("frame_");
}

}  // namespace paymeter::town
