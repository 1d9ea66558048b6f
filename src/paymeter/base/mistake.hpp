/// Plausible mistakes in the sale's protocol, for proving that the simulation would see them.
/// Source: docs/vending.md and its model `vend.pml`, whose names these are.
#pragma once

#include <cstdint>

namespace paymeter {

enum class Mistake : std::uint8_t {
  new_n,          ///< a retry takes a number of its own
  blind_refund,   ///< a sale that was sent is given back without asking the meter
  send_first,     ///< the frame leaves before its number is stored
  no_lock,        ///< two sales of one meter may be under way
  no_amount,      ///< any sale under our number counts as ours
  stale_send,     ///< cancelled on a quiet line although another process may still transmit
  dumb_meter,     ///< the meter does not check the purchase count
  notify_twice,   ///< every notice of a payment credits
  forged,         ///< a notice's signature is not asked for
  no_epoch,       ///< a replaced or cleared meter is not noticed
  no_quiesce,     ///< one read proves that a cancelled sale will never arrive
  late_drop,      ///< money that comes after its order was closed is forgotten
  stale_reply,    ///< an older reply is taken for the answer to a deciding read
  no_tag,         ///< the meter does not tell whose sale it holds
  unbound,        ///< the meter takes frames of an earlier epoch
};

/// False for ever. Only the simulation's own executables replace this definition; nothing that is
/// shipped can switch a mistake on.
bool mistake_made(Mistake mistake);

}  // namespace paymeter
