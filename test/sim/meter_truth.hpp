/// What the meters themselves accepted: the truth that the platform's record is compared with.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "paymeter/domain/meter.hpp"
#include "paymeter/sim/reference_meter.hpp"

namespace paymeter::town {

/// A sale as a meter took it.
struct Acceptance {
  std::string code;
  domain::Epoch epoch;
  std::uint16_t n = 0;
  std::int64_t amount_fen = 0;
  std::uint32_t tag = 0;
};

/// A meter as it is now, or as it was left by whoever tampered with it.
struct MeterNow {
  domain::Epoch epoch;
  std::uint16_t count = 0;
  std::int64_t sold_fen = 0;
  bool tampered = false;  ///< a foreign sale, a reset or a replacement: distrust has a cause
};

class MeterTruth {
 public:
  /// The meter after a command reached it. What it accepted by that, if anything.
  std::optional<Acceptance> look(const std::string& code, const sim::ReferenceMeter& meter);
  /// The meter after somebody else's doing: nothing of ours was accepted by it.
  void tamper(const std::string& code, const sim::ReferenceMeter& meter);

  const MeterNow& now(const std::string& code) const { return now_.at(code); }
  bool knows(const std::string& code) const { return now_.contains(code); }
  /// Every acceptance under a tag, on any meter in any epoch.
  const std::vector<Acceptance>& under(std::uint32_t tag) const;

 private:
  std::map<std::string, MeterNow> now_;
  std::unordered_map<std::uint32_t, std::vector<Acceptance>> accepted_;
};

}  // namespace paymeter::town
