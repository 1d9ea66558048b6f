// One bus, one owner: jobs first, polls between, dead meters rarely.
#include "paymeter/service/bus_owner.hpp"

#include <algorithm>

#include "paymeter/base/assert.hpp"

namespace paymeter::service {
namespace {

constexpr std::size_t kQueueMax = 256;
constexpr int kLostAfter = 3;        // unanswered polls in a row
constexpr Millis kRetrySoon{2'000};  // while a meter is only suspected
constexpr Millis kBackoffMax{300'000};
constexpr Millis kJobPatience{3'600'000};

/// Measures and counts every exchange; work and polls share it.
class CountingLink : public port::BusLink {
 public:
  CountingLink(port::BusLink& inner, port::Runtime& runtime, BusStats& stats)
      : inner_(inner), runtime_(runtime), stats_(stats) {}
  port::Async<Result<Buffer>> exchange(port::BusRequest request) override {
    const MonoMs start = runtime_.mono();
    Result<Buffer> reply = co_await inner_.exchange(std::move(request));
    stats_.busy_ms += (runtime_.mono() - start).value;
    count_outcome(stats_, reply);
    last_ = reply ? std::nullopt : std::optional<Errc>(reply.error().code);
    used_ = true;
    co_return reply;
  }
  void close() override { inner_.close(); }
  bool used() const { return used_; }
  std::optional<Errc> last() const { return last_; }

 private:
  port::BusLink& inner_;
  port::Runtime& runtime_;
  BusStats& stats_;
  std::optional<Errc> last_;
  bool used_ = false;
};

/// A poll's link: before each of its requests, jobs that came meanwhile go first. So a full set of
/// five requests delays a re-close or a sale by one of them, not by five.
class PollLink final : public CountingLink {
 public:
  using JobRunner = std::function<port::Async<>()>;
  PollLink(port::BusLink& inner, port::Runtime& runtime, BusStats& stats, JobRunner run_jobs)
      : CountingLink(inner, runtime, stats), run_jobs_(std::move(run_jobs)) {}
  port::Async<Result<Buffer>> exchange(port::BusRequest request) override {
    co_await run_jobs_();
    co_return co_await CountingLink::exchange(std::move(request));
  }

 private:
  JobRunner run_jobs_;
};

bool is_wire_error(Errc code) {
  return code == Errc::link_connect_failed || code == Errc::link_closed;
}

}  // namespace

void count_outcome(BusStats& stats, const Result<Buffer>& outcome) {
  if (outcome) {
    ++stats.exchanges_ok;
    stats.connected = true;
    return;
  }
  switch (outcome.error().code) {
    case Errc::link_timeout:
      ++stats.timeouts;
      break;
    case Errc::link_connect_failed:
    case Errc::link_closed:
      ++stats.connect_failures;
      stats.connected = false;
      break;
    case Errc::meter_exception:
      ++stats.refused;
      break;
    default:
      ++stats.damaged;
  }
}

BusOwner::BusOwner(Collector& collector, domain::Gateway gateway, domain::Bus bus)
    : collector_(collector),
      gateway_(std::move(gateway)),
      bus_(std::move(bus)),
      link_(collector.deps_.links.make(gateway_, bus_)),
      wake_(collector.deps_.runtime.make_wakeup()) {}

bool BusOwner::is_up_to_date(const domain::Gateway& gateway, const domain::Bus& bus,
                             const std::vector<domain::Meter>& meters) const {
  return !stopped_ && gateway == gateway_ && bus == bus_ && meters == meters_;
}

void BusOwner::prepare(std::vector<domain::Meter> meters) {
  const MonoMs now = collector_.deps_.runtime.mono();
  meters_ = std::move(meters);
  for (const domain::Meter& meter : meters_) {
    auto driver = collector_.deps_.drivers.make(meter);
    if (!driver) {
      if (LiveMeter* live = collector_.deps_.live.find(meter.id)) {
        live->last_error = driver.error().code;
        live->lost = true;
      }
      continue;
    }
    // Status first for everybody, measured values one tick later: the matrix fills at once.
    plans_.push_back({meter, std::move(*driver), now, now + Millis{1}});
  }
  sweep_started_ = now;
}

port::Async<> BusOwner::run(std::shared_ptr<BusOwner> self) {
  port::Runtime& runtime = self->collector_.deps_.runtime;
  while (!self->stopped_ && !runtime.stopping()) {
    co_await self->run_waiting_jobs();
    const Due due = self->earliest_due();
    if (due.plan != nullptr && due.at <= runtime.mono()) {
      co_await self->poll(due);
      continue;
    }
    co_await self->wake_->wait_until(due.plan != nullptr ? due.at : runtime.mono() + minutes(1));
  }
  self->stopped_ = true;
  self->fail_queued(Errc::link_stopped);
}

void BusOwner::stop() {
  stopped_ = true;
  link_->close();
  wake_->raise();
}

port::Async<Result<>> BusOwner::submit(MeterId meter, BusPriority priority, BusWork work) {
  if (stopped_) co_return fail(Errc::link_stopped);
  if (plan_of(meter) == nullptr) co_return fail(Errc::meter_not_collected);
  if (queued_ >= kQueueMax) {
    ++stats_.jobs_shed;
    co_return fail(Errc::link_busy);
  }
  auto job = std::make_shared<Job>();
  job->meter = meter;
  job->work = std::move(work);
  job->done = collector_.deps_.runtime.make_wakeup();
  queues_.at(static_cast<std::size_t>(priority)).push_back(job);
  ++queued_;
  wake_->raise();
  const MonoMs patience = collector_.deps_.runtime.mono() + kJobPatience;
  while (!job->finished && collector_.deps_.runtime.mono() < patience)
    co_await job->done->wait_until(patience);
  if (!job->finished) co_return fail(Errc::link_busy);
  co_return job->result;
}

std::shared_ptr<BusOwner::Job> BusOwner::next_job() {
  for (auto& queue : queues_) {
    if (queue.empty()) continue;
    auto job = queue.front();
    queue.pop_front();
    --queued_;
    return job;
  }
  return nullptr;
}

BusOwner::Plan* BusOwner::plan_of(MeterId meter) {
  const auto at = std::find_if(plans_.begin(), plans_.end(),
                               [&](const Plan& plan) { return plan.meter.id == meter; });
  return at == plans_.end() ? nullptr : &*at;
}

BusOwner::Due BusOwner::earliest_due() {
  Due best;
  const auto offer = [&](Plan& plan, Part part, MonoMs at) {
    if (best.plan == nullptr || at < best.at) best = {&plan, part, at};
  };
  for (Plan& plan : plans_) {
    offer(plan, Part::status, plan.next_status);
    if (plan.driver->abilities().measurements) offer(plan, Part::full, plan.next_full);
  }
  return best;
}

port::Async<> BusOwner::run_job(std::shared_ptr<Job> job) {
  Plan* plan = plan_of(job->meter);
  PAYMETER_ASSERT(plan != nullptr);
  CountingLink link(*link_, collector_.deps_.runtime, stats_);
  co_await job->work(*plan->driver, link);
  ++stats_.jobs;
  job->finished = true;
  job->done->raise();
  // The wire's health is everybody's news; whether this meter is lost, polling decides.
  if (link.used()) co_await wire_state(link.last().value_or(Errc::internal_error));
}

port::Async<> BusOwner::run_waiting_jobs() {
  while (!stopped_) {
    auto job = next_job();
    if (job == nullptr) co_return;
    co_await run_job(job);
  }
}

port::Async<> BusOwner::poll(Due due) {
  ++stats_.polls;
  // While the wire is down one probe speaks for all: the rest would fail the same way.
  if (down_)
    for (Plan& plan : plans_)
      if (&plan != due.plan) {
        const MonoMs later = collector_.deps_.runtime.mono() + backoff(*due.plan);
        plan.next_status = std::max(plan.next_status, later);
        plan.next_full = std::max(plan.next_full, later);
      }
  if (due.part == Part::status) {
    co_await poll_status(*due.plan);
  } else {
    co_await poll_full(*due.plan);
  }
}

port::Async<> BusOwner::poll_status(Plan& plan) {
  port::Runtime& runtime = collector_.deps_.runtime;
  plan.next_status = runtime.mono() + bus_.poll_interval;
  if (&plan == &plans_.front()) {
    stats_.sweep_ms = (runtime.mono() - sweep_started_).value;
    sweep_started_ = runtime.mono();
  }
  if (!plan.driver->abilities().prepaid_wallet && !plan.driver->abilities().relay) co_return;
  PollLink link(*link_, runtime, stats_, [this] { return run_waiting_jobs(); });
  auto state = co_await plan.driver->read_prepaid(link, runtime.now());
  if (stopped_) co_return;
  co_await wire_state(link.last().value_or(Errc::internal_error));
  if (!state) {
    co_await failed(plan, state.error());
    co_return;
  }
  co_await heard(plan);
  co_await collector_.observed(plan.meter.id, std::move(*state));
}

port::Async<> BusOwner::poll_full(Plan& plan) {
  port::Runtime& runtime = collector_.deps_.runtime;
  const bool is_wallet = plan.driver->abilities().prepaid_wallet;
  plan.next_full = runtime.mono() + (is_wallet ? bus_.full_interval : bus_.poll_interval);
  PollLink link(*link_, runtime, stats_, [this] { return run_waiting_jobs(); });
  auto measured = co_await plan.driver->read_measurements(link, runtime.now());
  if (stopped_) co_return;
  co_await wire_state(link.last().value_or(Errc::internal_error));
  if (!measured) {
    co_await failed(plan, measured.error());
    // A live meter whose full set was lost is asked again soon, not after half an hour.
    plan.next_full = runtime.mono() + backoff(plan);
    co_return;
  }
  co_await heard(plan);
  collector_.measured(plan.meter.id, std::move(*measured));
}

/// The meter answered: it is alive.
port::Async<> BusOwner::heard(Plan& plan) {
  LiveMeter* live = collector_.deps_.live.find(plan.meter.id);
  if (live == nullptr) co_return;
  const bool was_lost = live->lost;
  live->failures = 0;
  live->lost = false;
  live->last_error.reset();
  live->last_contact = collector_.deps_.runtime.now();
  live->last_contact_mono = collector_.deps_.runtime.mono();
  if (was_lost) plan.next_full = std::min(plan.next_full, *live->last_contact_mono);
  co_await collector_.deps_.alarms.clear(domain::AlarmKind::meter_lost, plan.meter.id, {});
}

port::Async<> BusOwner::failed(Plan& plan, Error error) {
  LiveMeter* live = collector_.deps_.live.find(plan.meter.id);
  if (live == nullptr) co_return;
  live->last_error = error.code;
  ++live->failures;
  plan.next_status = collector_.deps_.runtime.mono() + backoff(plan);
  plan.next_full = std::max(plan.next_full, plan.next_status);
  if (live->failures < kLostAfter || down_) co_return;
  if (!live->lost) {
    live->lost = true;
    collector_.deps_.events.publish(MeterChanged{plan.meter.id});
  }
  co_await collector_.deps_.alarms.raise(plan.meter.property, domain::AlarmKind::meter_lost,
                                         plan.meter.id, {}, std::string(error_name(error.code)));
}

/// Follows whether the wire can be reached at all; all buses of a gateway down = gateway lost.
port::Async<> BusOwner::wire_state(Errc last) {
  if (!is_wire_error(last)) {
    connect_failures_ = 0;
    if (down_) {
      down_ = false;
      for (Plan& plan : plans_) plan.next_status = collector_.deps_.runtime.mono();
      co_await collector_.gateway_changed(gateway_);
    }
    co_return;
  }
  if (++connect_failures_ < kLostAfter || down_) co_return;
  down_ = true;
  for (Plan& plan : plans_) {
    LiveMeter* live = collector_.deps_.live.find(plan.meter.id);
    if (live == nullptr || live->lost) continue;
    live->lost = true;
    live->last_error = last;
    collector_.deps_.events.publish(MeterChanged{plan.meter.id});
  }
  co_await collector_.gateway_changed(gateway_);
}

Millis BusOwner::backoff(const Plan& plan) const {
  if (down_) return std::min(kBackoffMax, Millis{5'000});
  const LiveMeter* live = collector_.deps_.live.find(plan.meter.id);
  const int failures = live == nullptr ? 0 : live->failures;
  if (failures < kLostAfter) return std::min(kRetrySoon, bus_.poll_interval);
  const Millis doubled =
      bus_.poll_interval * (std::int64_t{1} << std::min(failures - kLostAfter, 8));
  return std::min(kBackoffMax, doubled);
}

void BusOwner::fail_queued(Errc code) {
  for (auto& queue : queues_) {
    for (auto& job : queue) {
      job->result = fail(code);
      job->finished = true;
      job->done->raise();
    }
    queue.clear();
  }
  queued_ = 0;
}

}  // namespace paymeter::service
