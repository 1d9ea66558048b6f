/// Turns a register table into the fewest read requests, and replies into measured values.
#pragma once

#include <cstdint>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"
#include "paymeter/domain/meter.hpp"
#include "paymeter/driver/model.hpp"

namespace paymeter::driver {

/// One request and the registers that its reply carries.
struct PlannedRead {
  std::uint8_t function = 3;
  std::uint16_t address = 0;
  std::uint16_t count = 0;
  std::vector<ModelRegister> registers;
};

/// Neighbours share a request as long as the gap between them, the size of the request and the
/// readable ranges allow it. Ascending by function and address.
/// Errors: model_invalid (a register outside the ranges, two registers that overlap).
Result<std::vector<PlannedRead>> plan_reads(std::vector<ModelRegister> registers,
                                            const ReadRules& rules);

/// Scales each register of the read into `out`; secondary values are multiplied by `ct_ratio`.
/// Values finer than the platform's unit are rounded down. Requires: data.size() == 2 x read.count.
void take_values(const PlannedRead& read, Bytes data, std::uint32_t ct_ratio,
                 domain::Measurements& out);

}  // namespace paymeter::driver
