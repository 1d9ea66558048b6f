/// What a frame parser met since it was made, one counter per reason.
#pragma once

#include <cstdint>

namespace paymeter::codec {

struct FrameCounters {
  std::uint64_t accepted = 0;
  std::uint64_t bad_checksum = 0;       ///< looked like a frame, its checksum was wrong
  std::uint64_t bad_length = 0;         ///< TCP: length field outside 2–254
  std::uint64_t bad_protocol = 0;       ///< TCP: protocol identifier not 0
  std::uint64_t wrong_unit = 0;         ///< sound frame of another unit
  std::uint64_t wrong_transaction = 0;  ///< TCP: sound frame of another (older) request
  std::uint64_t wrong_reply = 0;        ///< sound frame of another function or length
  std::uint64_t skipped_bytes = 0;      ///< bytes that belonged to no accepted frame
  friend bool operator==(const FrameCounters&, const FrameCounters&) = default;
};

}  // namespace paymeter::codec
