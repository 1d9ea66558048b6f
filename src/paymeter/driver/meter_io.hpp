/// Reading and writing of registers over a bus link: what every driver does to the wire.
#pragma once

#include <cstdint>

#include "paymeter/base/bytes.hpp"
#include "paymeter/port/meter_driver.hpp"

namespace paymeter::driver {

struct RegisterSpan {
  std::uint8_t unit = 0;
  std::uint8_t function = 3;
  std::uint16_t address = 0;
  std::uint16_t count = 0;
};

/// The registers' bytes, 2 x count. Requires: 1 <= count <= 125.
/// Errors: those of BusLink::exchange, meter_exception (detail names it), frame_wrong_reply.
port::Async<Result<Buffer>> read_registers(port::BusLink& link, RegisterSpan span);

/// One fc 10H write. Exception 04 is the meter's own refusal. Requires: an even number of bytes.
/// Errors: those of BusLink::exchange, meter_exception (any other), frame_wrong_reply (the reply
/// confirms another write).
port::Async<Result<port::WriteReply>> write_registers(port::BusLink& link, std::uint8_t unit,
                                                      std::uint16_t address, Buffer data);

}  // namespace paymeter::driver
