/// Acrel meters with the public registers only: no wallet. DTSY1352 and DDSY1352 have a relay,
/// DTSD1352 has none. Source: docs/protocols/acrel-modbus.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "paymeter/sim/virtual_meter.hpp"

namespace paymeter::sim {

enum class PublicModel : std::uint8_t { dtsy1352, ddsy1352, dtsd1352 };

struct PublicMemory {
  Metering metering;
  std::uint16_t relay_mode = 0, relay_position = 0;
};

class PublicMeter final : public VirtualMeter {
 public:
  /// DDSY1352 measures phase a only; the load of b and c is ignored. Requires: ct_ratio ≥ 1.
  PublicMeter(PublicModel model, std::uint16_t ct_ratio, const CivilTime& local_time);

  /// fc 03 reads 0000–01FF, 2000–202F and 5030–5031 (unlisted registers are 0); fc 10H writes the
  /// relay (0057, not DTSD1352) and the time-of-use tables of the DTSY1352. Exceptions as on the
  /// reference meter, without 04.
  std::optional<Buffer> handle(Bytes pdu) override;
  void advance(Millis span) override;
  void set_load(const MeterLoad& load) override;
  const MeterLoad& load() const override { return load_; }
  bool relay_open() const override;
  void start_clock(const CivilTime& local_time) override;
  void start_energy(std::int64_t primary_wh) override {
    sim::start_energy(memory_.metering, primary_wh);
  }
  const MeterClock& clock() const override { return memory_.metering.clock; }
  std::string save() const override;
  Result<> restore(std::string_view text) override;

  const PublicMemory& memory() const { return memory_; }

 private:
  Buffer read(Bytes pdu) const;
  Buffer write(Bytes pdu);
  void put_single_phase(RegisterWindow& window) const;
  void end_second();

  PublicModel model_;
  PublicMemory memory_;
  MeterLoad load_;
  int rate_ = 3;
};

/// The kind that a model name stands for (`acrel-dtsy1352` …); empty = another model.
std::optional<PublicModel> public_model_from_name(std::string_view model);

}  // namespace paymeter::sim
