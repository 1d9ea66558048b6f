/// What happened in a seed; sums over seeds and prints as one line.
#pragma once

#include <cstdint>
#include <string>

namespace paymeter::town {

struct Counts {
  std::int64_t seeds = 0, sales = 0, delivered = 0, refund_due = 0, refunded = 0, refund_failed = 0,
               closed = 0, quarantined = 0, refused = 0, cancels = 0;
  /// What came of the other window: vends by kind that reached the meter, and the rest.
  std::int64_t refunds = 0, reversals = 0, transfers = 0, grants = 0, adjustments = 0, moved = 0,
               desk_refused = 0, payouts = 0, resolutions = 0, openings = 0, closings = 0,
               change_overs = 0;
  std::int64_t crashes = 0, pauses = 0, frames = 0, frames_lost = 0, frames_doubled = 0,
               frames_late = 0, notices = 0, notices_refused = 0, foreign_sales = 0, resets = 0,
               replacements = 0, steps = 0;
  /// In the town in arrears: automatic cuts decided, relays that meters opened and closed, for the
  /// platform's own cuts and for people.
  std::int64_t cut_seeds = 0, cut_acts = 0, cuts = 0, cuts_opened = 0, cuts_rehearsed = 0,
               people_opened = 0, cut_closings = 0, breakers = 0;
  Counts& operator+=(const Counts& other);
};

/// `seeds=… sales=… delivered=… …`
std::string format_counts(const Counts& counts);

}  // namespace paymeter::town
