/// The owner of one bus: the only one who talks on its wire. Takes jobs by priority, polls between
/// them, backs off from dead meters, and shares what it hears.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "paymeter/service/collector.hpp"

namespace paymeter::service {

class BusOwner : public std::enable_shared_from_this<BusOwner> {
 public:
  BusOwner(Collector& collector, domain::Gateway gateway, domain::Bus bus);
  /// Makes the drivers of the bus's meters; meters of an unknown model are left out with an error
  /// in the live table.
  void prepare(std::vector<domain::Meter> meters);
  /// Nothing that this owner works by has changed.
  bool is_up_to_date(const domain::Gateway& gateway, const domain::Bus& bus,
                     const std::vector<domain::Meter>& meters) const;
  /// The loop; ends after stop(). Holds itself alive.
  static port::Async<> run(std::shared_ptr<BusOwner> self);
  void stop();

  /// Queues work and returns when it ran. Errors: meter_not_collected, link_busy, link_stopped.
  port::Async<Result<>> submit(MeterId meter, BusPriority priority, BusWork work);

  const BusStats& stats() const { return stats_; }
  GatewayId gateway() const { return gateway_.id; }
  /// The wire itself cannot be reached (not: a meter does not answer).
  bool down() const { return down_; }

 private:
  /// What is planned for one meter.
  struct Plan {
    domain::Meter meter;
    std::unique_ptr<port::MeterDriver> driver;
    MonoMs next_status{};  ///< prepaid block (relay state of models without a wallet)
    MonoMs next_full{};    ///< measured values
  };
  enum class Part : std::uint8_t { status, full };
  struct Due {
    Plan* plan = nullptr;
    Part part = Part::status;
    MonoMs at{};
  };
  /// A submitted piece of work; shared by its submitter and the loop.
  struct Job {
    MeterId meter{};
    BusWork work;
    Result<> result;
    bool finished = false;
    std::unique_ptr<port::Wakeup> done;
  };

  std::shared_ptr<Job> next_job();
  Due earliest_due();
  Plan* plan_of(MeterId meter);
  port::Async<> run_job(std::shared_ptr<Job> job);
  port::Async<> run_waiting_jobs();
  port::Async<> poll(Due due);
  port::Async<> poll_status(Plan& plan);
  port::Async<> poll_full(Plan& plan);
  port::Async<> heard(Plan& plan);
  port::Async<> failed(Plan& plan, Error error);
  port::Async<> wire_state(Errc last);
  Millis backoff(const Plan& plan) const;
  void fail_queued(Errc code);

  Collector& collector_;
  domain::Gateway gateway_;
  domain::Bus bus_;
  std::vector<domain::Meter> meters_;  ///< as configured, also those without a driver
  std::unique_ptr<port::BusLink> link_;
  std::unique_ptr<port::Wakeup> wake_;
  std::vector<Plan> plans_;
  std::array<std::deque<std::shared_ptr<Job>>, kBusPriorityCount> queues_;
  std::size_t queued_ = 0;
  BusStats stats_;
  bool stopped_ = false;
  bool down_ = false;
  int connect_failures_ = 0;
  MonoMs sweep_started_{};
};

/// Counts a link's outcome; shared by polls and jobs through CountingLink.
void count_outcome(BusStats& stats, const Result<Buffer>& outcome);

}  // namespace paymeter::service
