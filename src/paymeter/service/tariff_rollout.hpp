/// Prices of a version that came into force go to the meters it governs by themselves: as batches,
/// so that people see who has it, who does not, and why.
#pragma once

#include <memory>

#include "paymeter/service/batches.hpp"

namespace paymeter::service {

class TariffRollout {
 public:
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    Batches& batches;
    LiveTable& live;
  };
  explicit TariffRollout(Deps deps) : deps_(deps), wake_(deps.runtime.make_wakeup()) {}

  /// Makes a batch per tariff for the meters whose newest download is not of the version in force.
  /// Lost and settling meters are left for the next time. Crashing in between and asking again
  /// sends nothing twice: a row that waits and a download that is stored count as sent.
  /// Returns how many batches were made. Errors: those of the store.
  port::Async<Result<int>> roll_out(PropertyId property);
  /// roll_out of every property, each minute and when woken, until the runtime stops.
  port::Async<> keep_rolled_out();
  void wake() { wake_->raise(); }

 private:
  Deps deps_;
  std::unique_ptr<port::Wakeup> wake_;
};

}  // namespace paymeter::service
