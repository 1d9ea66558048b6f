/// The plan of one bus: which meter is read next, and when. Pure: time and outcomes come from
/// outside.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "paymeter/base/time.hpp"
#include "paymeter/domain/due_heap.hpp"

namespace paymeter::domain {

/// status: the prepaid block (or relay state); full: all measured values.
enum class PollPart : std::uint8_t { status, full };

/// One meter of the plan. At least one part has an interval.
struct PollMeter {
  std::optional<Millis> status_interval;  ///< empty: the model has no such block
  std::optional<Millis> full_interval;
  Millis status_cost{}, full_cost{};  ///< of the line, estimated; what is measured replaces it
};

struct Poll {
  std::size_t meter = 0;
  PollPart part = PollPart::status;
  MonoMs at{};  ///< due; may lie in the future
};

/// Statuses go round in order of their due times, so that a line too slow for its intervals serves
/// everybody equally. Full sets give way to overdue statuses for a while, then get half of the
/// time. A silent meter costs a time-out: while it is only suspected (up to kSuspicions silences in
/// a row) retries may take half of the line (less each when there are many), after that probes back
/// off exponentially and all of them together take at most a tenth of it, so that the dead do not
/// age the data of the living.
class PollSchedule {
 public:
  static constexpr int kSuspicions = 3;           ///< unanswered polls until a meter is lost
  static constexpr Millis kRetrySoon{2'000};      ///< at most, while suspected
  static constexpr Millis kBackoffMax{300'000};   ///< between two probes of a dead meter
  static constexpr std::int64_t kProbePause = 9;  ///< x its cost: a tenth of the line
  static constexpr std::int64_t kRetryPauseMax =
      9;  ///< likewise: half for one suspect … a tenth for nine
  static constexpr std::int64_t kFullPause = 1;   ///< likewise: half …
  static constexpr Millis kFullPatience{15'000};  ///< … after waiting so long for statuses

  /// Plans a meter, first read at `now`; its number counts from 0.
  std::size_t add(PollMeter meter, MonoMs now);
  std::size_t size() const { return meters_.size(); }

  /// Other intervals from now on; a part that is due earlier by them comes earlier. Requires: the
  /// same parts as before.
  void change_intervals(std::size_t meter, std::optional<Millis> status, std::optional<Millis> full,
                        MonoMs now);
  /// What to do next; it is due when `at` <= now. Empty: no meters.
  std::optional<Poll> next(MonoMs now) const;
  /// The poll begins: plans its repetition.
  void begin(const Poll& poll, MonoMs now);
  /// How it ended. `cost`: how long the line was busy.
  void answered(const Poll& poll, MonoMs now, Millis cost);
  void silent(const Poll& poll, MonoMs now, Millis cost);
  /// The wire failed, not the meter: everything waits until `retry`, then one poll speaks for all.
  void wire_failed(const Poll& poll, MonoMs retry);
  /// The wire is back: statuses at once.
  void wire_back(MonoMs now);
  /// The meter was heard outside a poll: a dead one is probed now.
  void heard(std::size_t meter, MonoMs now);

  int silences(std::size_t meter) const { return meters_.at(meter).silences; }
  bool is_lost(std::size_t meter) const { return silences(meter) >= kSuspicions; }
  /// Smoothed over the latest polls; the estimate before the first.
  Millis status_cost(std::size_t meter) const { return meters_.at(meter).plan.status_cost; }
  Millis full_cost(std::size_t meter) const { return meters_.at(meter).plan.full_cost; }

  /// The shortest age limit that this line can keep for all statuses, full sets and probes
  /// included: what a page says as "this line allows 74 s". Empty: full sets alone are more than it
  /// carries.
  std::optional<Millis> allows() const;
  /// Thousandths of the line that the intervals ask for; above 1,000 it cannot keep them all.
  std::int64_t asked_e3() const;

 private:
  struct Meter {
    PollMeter plan;
    int silences = 0;
    MonoMs status_at{}, full_at{};  ///< as planned
    bool status_measured = false, full_measured = false;
  };

  void plan_live(std::size_t meter);
  void plan_retry(std::size_t meter, MonoMs at);
  Millis backoff(const Meter& meter) const;
  static PollPart probe_part(const Meter& meter) {
    return meter.plan.status_interval ? PollPart::status : PollPart::full;
  }

  std::vector<Meter> meters_;
  DueHeap statuses_, fulls_;  ///< of meters that answer
  DueHeap suspects_, dead_;   ///< of those that do not
  MonoMs full_gate_{}, retry_gate_{}, probe_gate_{};
  std::optional<MonoMs> wire_retry_;
};

/// Time that reads take on a line. Source: 11 bits a character (MODBUS over Serial Line V1.02,
/// 2.5.1), the reference meter's 20–50 ms before a reply, silence of 3.5 characters.
Millis line_cost(int requests, std::size_t request_bytes, std::size_t reply_bytes, int baud);

}  // namespace paymeter::domain
