/// Plausible mistakes in the sale's protocol, for proving that the simulation would see them.
/// Source: docs/vending.md and its model `vend.pml`, whose names the first fifteen are.
#pragma once

#include <cstdint>

namespace paymeter {

enum class Mistake : std::uint8_t {
  new_n,         ///< a retry takes a number of its own
  blind_refund,  ///< a sale that was sent is given back without asking the meter
  send_first,    ///< the frame leaves before its number is stored
  no_lock,       ///< two sales of one meter may be under way
  no_amount,     ///< any sale under our number counts as ours
  stale_send,    ///< cancelled on a quiet line although another process may still transmit
  dumb_meter,    ///< the meter does not check the purchase count
  notify_twice,  ///< every notice of a payment credits
  forged,        ///< a notice's signature is not asked for
  no_epoch,      ///< a replaced or cleared meter is not noticed
  no_quiesce,    ///< one read proves that a cancelled sale will never arrive
  late_drop,     ///< money that comes after its order was closed is forgotten
  stale_reply,   ///< an older reply is taken for the answer to a deciding read
  no_tag,        ///< the meter does not tell whose sale it holds
  unbound,       ///< the meter takes frames of an earlier epoch

  // In what follows a sale.
  refund_on_trust,    ///< a refund is owed as soon as it was sent
  refund_new_number,  ///< the provider is asked again under another refund number
  pay_out_twice,      ///< whoever pays out what is paid out already is told yes
  cash_and_channel,   ///< cash for what the provider is giving back
  reverse_twice,      ///< nobody asks whether the sale has been reversed
  transfer_early,     ///< the second half of a transfer does not wait for the first
  resolve_twice,      ///< a decision is carried out once per approver
  release_blind,      ///< a released meter keeps the platform's old count
  clear_early,        ///< the meter is cleared before its balance was taken out
  close_at_once,      ///< a closing does not wait for sales under way

  // Cutting and re-closing (docs/switching.md): each forgets one rule.
  cut_meter_wallet,     ///< a meter with its own wallet is cut by the platform
  cut_no_account,       ///< cut although no account is open
  cut_settling,         ///< cut in the middle of a settlement or a quarantine
  cut_not_enforced,     ///< cut although nobody switched enforcement on
  cut_protected,        ///< 保电 is not asked for
  cut_held_off,         ///< a second cut over somebody else's
  cut_stale,            ///< any reading will do, however old
  cut_unsound,          ///< a reading that billing refused will do
  cut_one_reading,      ///< the previous reading is not asked
  cut_at_threshold,     ///< at the threshold counts as below
  cut_unwarned,         ///< nobody was warned
  cut_warned_just_now,  ///< the hours after the warning are not waited for
  cut_while_paying,     ///< a sale is under way
  cut_unasked,          ///< an open order is not asked for at its channel
  cut_weekend,
  cut_holiday,
  cut_eve,
  cut_beyond_horizon,  ///< a day the calendar does not know is a workday
  cut_any_hour,
  cut_friendly,         ///< the wallet's friendly hours are ignored
  cut_skewed,           ///< the meter's clock may be anything
  cut_unhealthy,        ///< the collector does not hear the bus
  cut_breaker,          ///< the breaker stops nothing
  cut_unrehearsed,      ///< who stood in no rehearsal is cut
  cut_unpaced,          ///< rehearsed cuts all at once
  cut_unknown,          ///< what is unknown counts as fine
  cut_reclose_all,      ///< re-closing undoes other people's trips, too
  cut_send_first,       ///< the frame leaves before the decision is stored
  cut_late_frame,       ///< a decision made long ago is still sent
  cut_no_recheck,       ///< money that came while the bus worked is not seen
  cut_clock_stepped,    ///< the station's clock may have been set a minute ago
  cut_clock_alone,      ///< nobody else is asked what time it is
  cut_clock_forgotten,  ///< a restart forgets that the clock was wrong
  cut_frame_by_wall,    ///< a frame's life is measured by a clock that may be set
  trip_outdated,        ///< an operator's trip is sent without asking for it once more
  cut_store_clock,      ///< a cut is stored although another station's clock is doubted
  cut_others_sale,      ///< a sale of the account's other meter does not count
  cut_protected_late,   ///< a protection that came after the decision is not seen

  // What a cut's balance rests on.
  bill_newest_price,      ///< the newest price is taken for every day
  bill_oldest_price,      ///< prices never change
  bill_across_devices,    ///< a new device's register is compared with the old one's
  bill_shared_from_zero,  ///< a shared wallet pays for what its meters showed at the opening
  close_over_heads,       ///< an account is closed although others stand below it
  cut_held_billing,       ///< a register that makes no sense is as good as any
};

/// False for ever. Only the simulation's own executables replace this definition; nothing that is
/// shipped can switch a mistake on.
bool mistake_made(Mistake mistake);

}  // namespace paymeter
