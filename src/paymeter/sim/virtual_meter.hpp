/// What every virtual meter can do, whatever its register table.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/sim/metering.hpp"

namespace paymeter::sim {

/// A device on a bus, pure and deterministic: time and load come from outside.
class VirtualMeter {
 public:
  virtual ~VirtualMeter() = default;
  /// Answers one request PDU (function code and data, no unit). Empty: not answered (no bytes).
  /// Any bytes are fine. Broadcast (unit 0) never reaches a meter: its owner ignores it.
  virtual std::optional<Buffer> handle(Bytes pdu) = 0;
  /// Time passes on the meter's own clock under the present load. Requires: span ≥ 0.
  virtual void advance(Millis span) = 0;
  /// What the tenant would draw from now on. Requires: no negative power.
  virtual void set_load(const MeterLoad& load) = 0;
  virtual const MeterLoad& load() const = 0;
  virtual bool relay_open() const = 0;
  /// Moves the clock without any command, as a factory does. Another month begins a step cycle.
  virtual void start_clock(const CivilTime& local_time) = 0;
  /// Sets the total (and rate 3) as if so much had been used before. Requires: primary_wh ≥ 0.
  virtual void start_energy(std::int64_t primary_wh) = 0;
  virtual const MeterClock& clock() const = 0;
  /// Everything that power loss keeps, as one line of text; `restore` takes it back.
  virtual std::string save() const = 0;
  /// Errors: request_invalid (not a text of `save` of the same kind of meter; nothing changed).
  virtual Result<> restore(std::string_view text) = 0;
};

}  // namespace paymeter::sim
