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

/// A clear as a meter did it.
struct Clearing {
  std::string code;
  domain::Epoch before;
  std::int64_t left_fen = 0;  ///< what it still held
};

/// A meter as it is now, or as it was left by whoever tampered with it.
struct MeterNow {
  domain::Epoch epoch;
  std::uint16_t count = 0;
  std::int64_t sold_fen = 0;
  std::int64_t balance_fen = 0;
  bool open = false;
  bool tampered = false;  ///< a foreign sale, a reset or a replacement: distrust has a cause
  MonoMs tampered_at{};
};

class MeterTruth {
 public:
  /// What a meter did when a command reached it, if anything.
  struct Seen {
    std::optional<Acceptance> accepted;
    std::optional<Clearing> cleared;
  };
  Seen look(const std::string& code, const sim::ReferenceMeter& meter);
  /// The meter after somebody else's doing: nothing of ours was accepted by it.
  void tamper(const std::string& code, const sim::ReferenceMeter& meter, MonoMs at);
  /// Another device at the place, put there with the platform's knowledge.
  void adopt(const std::string& code, const sim::ReferenceMeter& meter);
  /// Platform and meter agree again: from here on distrust needs a new cause.
  void trust(const std::string& code) { now_.at(code).tampered = false; }

  const MeterNow& now(const std::string& code) const { return now_.at(code); }
  bool knows(const std::string& code) const { return now_.contains(code); }
  /// Every acceptance under a tag, on any meter in any epoch.
  const std::vector<Acceptance>& under(std::uint32_t tag) const;

 private:
  std::map<std::string, MeterNow> now_;
  std::unordered_map<std::uint32_t, std::vector<Acceptance>> accepted_;
};

}  // namespace paymeter::town
