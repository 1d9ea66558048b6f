/// What happened on a link since it was made: one counter per reason.
#pragma once

#include <cstdint>

#include "paymeter/codec/frame_counters.hpp"

namespace paymeter::transport {

/// Every exchange ends in exactly one of the counters of the second group.
struct LinkCounters {
  std::uint64_t exchanges = 0;

  std::uint64_t replies = 0;         ///< normal and exception replies
  std::uint64_t connect_failed = 0;  ///< includes those refused while pausing
  std::uint64_t closed = 0;          ///< connection lost during the exchange, or close()
  std::uint64_t timeout = 0;         ///< nothing, a beginning only, or only older replies
  std::uint64_t bad_checksum = 0;
  std::uint64_t wrong_unit = 0;
  std::uint64_t wrong_reply = 0;  ///< also a broken TCP header and a line that is never quiet

  std::uint64_t connects = 0;  ///< connections made
  std::uint64_t connect_attempts = 0;
  std::uint64_t drains = 0;         ///< times the line had to fall quiet before a request
  std::uint64_t dropped_bytes = 0;  ///< arrived outside an exchange
  codec::FrameCounters frames;      ///< what the frame parser met
};

}  // namespace paymeter::transport
