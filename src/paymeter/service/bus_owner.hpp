/// The owner of one bus: the only one who talks on its wire. Takes jobs by priority, polls between
/// them by its plan, and shares what it hears.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "paymeter/domain/poll_schedule.hpp"
#include "paymeter/service/collector.hpp"

namespace paymeter::service {

class BusOwner : public std::enable_shared_from_this<BusOwner> {
 public:
  BusOwner(Collector& collector, domain::Gateway gateway, domain::Bus bus);
  /// Makes the drivers of the bus's meters; meters of an unknown model are left out with an error
  /// in the live table. The first request goes out after `delay`.
  void prepare(std::vector<domain::Meter> meters, Millis delay);
  /// Nothing that this owner works by has changed.
  bool is_up_to_date(const domain::Gateway& gateway, const domain::Bus& bus,
                     const std::vector<domain::Meter>& meters) const;
  /// The loop; ends after stop(). Holds itself alive.
  static port::Async<> run(std::shared_ptr<BusOwner> self);
  void stop();
  /// Plans the meters anew by the live table's intervals.
  void apply_poll_intervals();

  /// Queues work and returns when it ran. Errors: meter_not_collected, link_busy, link_stopped.
  port::Async<Result<>> submit(MeterId meter, BusPriority priority, BusWork work);

  BusStats stats() const;
  BusReport report() const;
  GatewayId gateway() const { return gateway_.id; }
  /// The wire itself cannot be reached (not: a meter does not answer).
  bool down() const { return down_; }
  /// Somebody is polled on it: only such a bus can say whether its gateway is reached.
  bool has_members() const { return !members_.empty(); }

 private:
  class CountingLink;
  class YieldingLink;

  /// A meter of the bus; its place is its number in the schedule.
  struct Member {
    domain::Meter meter;
    std::unique_ptr<port::MeterDriver> driver;
    MeterLine line;
    std::optional<MonoMs> status_at;  ///< when its latest status came
    std::uint64_t round = 0;          ///< the last one in which its status came
  };

  std::optional<std::size_t> number_of(MeterId meter) const;
  port::Async<> run_job(std::shared_ptr<BusJob> job);
  /// Jobs above `below`; all when empty.
  port::Async<> run_waiting_jobs(std::optional<BusPriority> below);
  port::Async<> poll(domain::Poll due);
  port::Async<> took_status(std::size_t number, domain::PrepaidState state);
  bool heard(std::size_t number);
  port::Async<> failed(domain::Poll poll, Error error, Millis cost);
  port::Async<> wire_failed(Errc last);
  port::Async<> tell_of_members(Errc last);
  port::Async<> wire_works();
  void count(std::size_t number, const Result<Buffer>& reply, MonoMs start);
  void note_round(Member& member);
  void note_wait(const BusJob& job);
  Millis spread(Millis span) const;
  void fail_queued(Errc code);

  Collector& collector_;
  port::Runtime& runtime_;
  domain::Gateway gateway_;
  domain::Bus bus_;
  std::vector<domain::Meter> meters_;  ///< as configured, also those without a driver
  std::unique_ptr<port::BusLink> link_;
  std::unique_ptr<port::Wakeup> wake_;
  std::vector<Member> members_;
  domain::PollSchedule schedule_;
  BusJobs jobs_;
  BusStats stats_;
  std::uint64_t exchanges_ = 0;  ///< begun
  bool stopped_ = false;
  bool down_ = false;
  MonoMs down_since_{};
  bool is_told_ = false;   ///< its meters have alarms of their own
  int wire_failures_ = 0;  ///< in a row
  MonoMs started_{};
  std::uint64_t round_ = 1;
  MonoMs round_began_{}, round_last_{};
  MonoMs minute_began_{};  ///< of the load's window
  std::int64_t minute_busy_ms_ = 0;
  bool minute_complete_ = false;
};

/// Counts a link's outcome by its kind.
void count_outcome(BusStats& stats, const Result<Buffer>& outcome);

}  // namespace paymeter::service
