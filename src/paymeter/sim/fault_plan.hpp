/// What goes wrong on a bus, drawn from a seed: the same seed and the same requests give the same
/// faults. Rates may be changed at run time.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/sim/dice.hpp"

namespace paymeter::sim {

/// Each in 1/10,000 of requests; several can hit the same request.
struct FaultRates {
  int lost_request = 0;     ///< the meter never sees it
  int lost_reply = 0;       ///< the meter acts, nobody hears
  int doubled_request = 0;  ///< the meter sees it twice and answers twice
  int doubled_reply = 0;    ///< one answer arrives twice
  int delayed_request = 0;  ///< held back on the way: may reach the meter after later ones
  int late_reply = 0;       ///< comes after `late_max` at most
  int garbage = 0;          ///< noise bytes before the reply
  int damaged_request = 0;  ///< wrong checksum: like lost, but the line was busy
  int damaged_reply = 0;    ///< one bit flipped (a Modbus TCP gateway notices and stays silent)
  int power_loss = 0;       ///< the meter goes dark for `power_loss_span`, memory kept
  Millis delay_max{5'000};  ///< of a delayed request
  Millis late_max{5'000};   ///< of a late reply
  Millis power_loss_span{20'000};
  friend bool operator==(const FaultRates&, const FaultRates&) = default;
};

/// `lost_request=1000,late_reply=50,late_max_ms=3000`; empty = no faults.
/// Errors: request_invalid (unknown name, not a number, rate outside 0–10,000; detail says which).
Result<FaultRates> parse_fault_rates(std::string_view text);

/// What happens to one request.
struct Fate {
  bool lose_request = false, lose_reply = false;
  bool double_request = false, double_reply = false;
  bool damage_request = false, damage_reply = false;
  bool power_loss = false;
  Millis request_delay{}, reply_delay{};  ///< beyond the normal ones
  Buffer garbage;                         ///< before the reply; empty = none
};

class FaultPlan {
 public:
  explicit FaultPlan(std::uint64_t seed) : dice_(seed) {}
  void set_rates(const FaultRates& rates) { rates_ = rates; }
  const FaultRates& rates() const { return rates_; }
  /// A stuck line carries nothing in either direction until it is freed.
  void set_stuck(bool stuck) { stuck_ = stuck; }
  bool stuck() const { return stuck_; }

  Fate next();
  /// 20–50 ms, as the page says, without any fault.
  Millis reply_delay() { return {dice_.between(20, 50)}; }
  /// Flips one bit of a frame. Requires: not empty.
  void damage(Buffer& frame);

 private:
  Dice dice_;
  FaultRates rates_;
  bool stuck_ = false;
};

}  // namespace paymeter::sim
