// One bus, one owner: jobs first, polls by the plan, dead meters rarely.
#include "paymeter/service/bus_owner.hpp"

#include <algorithm>

#include "paymeter/base/assert.hpp"
#include "paymeter/service/bus_owner_links.hpp"

namespace paymeter::service {
namespace {

constexpr int kLostAfter = domain::PollSchedule::kSuspicions;
constexpr Millis kWireRetrySoon{2'000};
constexpr Millis kWireRetry{5'000};
constexpr Millis kJobPatience{3'600'000};
/// The other buses of a gateway that is lost as a whole are found out within this.
constexpr Millis kWholeGateway = minutes(1);
constexpr Millis kFollowUp{2};  // what a caller may need between two halves of one act

bool is_wire_error(Errc code) {
  return code == Errc::link_connect_failed || code == Errc::link_closed;
}

domain::PollMeter plan_of(const port::MeterAbilities& abilities, const domain::Bus& bus,
                          const domain::PollIntervals& intervals) {
  domain::PollMeter plan;
  const auto cost = [&](const port::ReadLoad& load) {
    return domain::line_cost(load.requests, load.request_bytes, load.reply_bytes, bus.baud);
  };
  if (abilities.prepaid_wallet || abilities.relay) {
    plan.status_interval = intervals.status;
    plan.status_cost = cost(abilities.status_load);
  }
  if (abilities.measurements) {
    // Without a wallet the measured values are what is watched: as often as a status elsewhere.
    const bool is_watched =
        !abilities.prepaid_wallet && intervals.full_from != domain::IntervalScope::meter;
    plan.full_interval = is_watched ? intervals.status : intervals.full;
    plan.full_cost = cost(abilities.full_load);
  }
  return plan;
}

void note_intervals(MeterLine& line, const domain::PollMeter& plan,
                    const domain::PollIntervals& intervals) {
  line.status_interval_ms = plan.status_interval.value_or(Millis{}).value;
  line.full_interval_ms = plan.full_interval.value_or(Millis{}).value;
  line.status_from = intervals.status_from;
  const bool is_full_of_its_own = plan.full_interval == intervals.full;
  line.full_from = is_full_of_its_own ? intervals.full_from : intervals.status_from;
}

}  // namespace

BusOwner::BusOwner(Collector& collector, domain::Gateway gateway, domain::Bus bus)
    : collector_(collector),
      runtime_(collector.deps_.runtime),
      gateway_(std::move(gateway)),
      bus_(std::move(bus)),
      link_(collector.deps_.links.make(gateway_, bus_)),
      wake_(collector.deps_.runtime.make_wakeup()) {}

bool BusOwner::is_up_to_date(const domain::Gateway& gateway, const domain::Bus& bus,
                             const std::vector<domain::Meter>& meters) const {
  return !stopped_ && gateway == gateway_ && bus == bus_ && meters == meters_;
}

void BusOwner::prepare(std::vector<domain::Meter> meters, Millis delay) {
  started_ = runtime_.mono() + delay;
  meters_ = std::move(meters);
  jobs_ = BusJobs(meters_.size());
  for (const domain::Meter& meter : meters_) {
    auto driver = collector_.deps_.drivers.make(meter);
    if (!driver) {
      if (LiveMeter* live = collector_.deps_.live.find(meter.id)) {
        live->last_error = driver.error().code;
        live->lost = true;
      }
      continue;
    }
    const auto intervals =
        domain::poll_intervals_of(collector_.deps_.live.poll_intervals(), meter, bus_);
    const domain::PollMeter plan = plan_of((*driver)->abilities(), bus_, intervals);
    if (!plan.status_interval && !plan.full_interval) continue;
    schedule_.add(plan, started_);
    Member member;
    member.meter = meter;
    member.driver = std::move(*driver);
    member.line.meter = meter.id;
    member.line.has_status = plan.status_interval.has_value();
    member.line.has_full = plan.full_interval.has_value();
    note_intervals(member.line, plan, intervals);
    members_.push_back(std::move(member));
  }
  round_began_ = round_last_ = minute_began_ = started_;
}

port::Async<> BusOwner::run(std::shared_ptr<BusOwner> self) {
  port::Runtime& runtime = self->runtime_;
  while (!self->stopped_ && !runtime.stopping()) {
    if (self->jobs_.has_any()) co_await self->run_waiting_jobs({});
    const MonoMs now = runtime.mono();
    const auto due = self->schedule_.next(now);
    if (due && due->at <= now) {
      co_await self->poll(*due);
      continue;
    }
    co_await self->wake_->wait_until(due ? due->at : now + minutes(1));
  }
  self->stopped_ = true;
  self->fail_queued(Errc::link_stopped);
}

void BusOwner::stop() {
  stopped_ = true;
  link_->close();
  wake_->raise();
}

void BusOwner::apply_poll_intervals() {
  const auto& settings = collector_.deps_.live.poll_intervals();
  for (std::size_t i = 0; i < members_.size(); ++i) {
    Member& member = members_[i];
    const auto intervals = domain::poll_intervals_of(settings, member.meter, bus_);
    const auto plan = plan_of(member.driver->abilities(), bus_, intervals);
    schedule_.change_intervals(i, plan.status_interval, plan.full_interval, runtime_.mono());
    note_intervals(member.line, plan, intervals);
  }
  wake_->raise();
}

std::optional<std::size_t> BusOwner::number_of(MeterId meter) const {
  for (std::size_t i = 0; i < members_.size(); ++i)
    if (members_[i].meter.id == meter) return i;
  return std::nullopt;
}

port::Async<Result<>> BusOwner::submit(MeterId meter, BusPriority priority, BusWork work) {
  if (stopped_) co_return fail(Errc::link_stopped);
  const auto number = number_of(meter);
  if (!number) co_return fail(Errc::meter_not_collected);
  if (!jobs_.has_room(priority)) {
    ++stats_.jobs_shed;
    co_return fail(Errc::link_busy);
  }
  auto job = std::make_shared<BusJob>();
  job->meter = meter;
  job->number = *number;
  job->priority = priority;
  job->work = std::move(work);
  job->queued_at = runtime_.mono();
  job->exchanges_before = exchanges_;
  job->done = runtime_.make_wakeup();
  jobs_.push(job);
  wake_->raise();
  const MonoMs patience = job->queued_at + kJobPatience;
  while (job->state != BusJob::State::finished) {
    // What runs is bounded by its exchanges; what waited too long must not run behind the
    // caller's back.
    if (job->state == BusJob::State::waiting && runtime_.mono() >= patience) {
      job->state = BusJob::State::abandoned;
      co_return fail(Errc::link_busy);
    }
    co_await job->done->wait_until(std::max(patience, runtime_.mono() + seconds(1)));
  }
  co_return job->result;
}

port::Async<> BusOwner::run_job(std::shared_ptr<BusJob> job) {
  job->state = BusJob::State::running;
  const std::size_t number = job->number;
  note_wait(*job);
  std::optional<Errc> last;
  bool used = false;
  if (job->priority == BusPriority::command) {
    // A person's reading of five requests must not hold up a re-close.
    YieldingLink link(*this, number, BusPriority::command);
    co_await job->work(*members_[number].driver, link);
    last = link.last();
    used = link.used();
  } else {
    CountingLink link(*this, number);
    co_await job->work(*members_[number].driver, link);
    last = link.last();
    used = link.used();
  }
  ++stats_.jobs;
  job->state = BusJob::State::finished;
  job->done->raise();
  if (!used) co_return;
  // The wire's health is everybody's news; whether this meter is lost, polling decides.
  if (last && is_wire_error(*last)) {
    co_await wire_failed(*last);
    co_return;
  }
  co_await wire_works();
  if (!last) schedule_.heard(number, runtime_.mono());
}

port::Async<> BusOwner::run_waiting_jobs(std::optional<BusPriority> below) {
  while (!stopped_) {
    auto job = below ? jobs_.pop(*below) : jobs_.pop();
    if (job == nullptr) co_return;
    const bool is_urgent = BusJobs::is_urgent(job->priority);
    co_await run_job(std::move(job));
    // A switch is a read and then a write: its second half must not meet a poll that slipped in.
    const MonoMs linger = runtime_.mono() + kFollowUp;
    while (is_urgent && !stopped_ && !jobs_.has_any() && runtime_.mono() < linger)
      co_await wake_->wait_until(linger);
  }
}

port::Async<> BusOwner::poll(domain::Poll due) {
  ++stats_.polls;
  schedule_.begin(due, runtime_.mono());
  Member& member = members_.at(due.meter);
  YieldingLink link(*this, due.meter, std::nullopt);
  std::optional<Error> error;
  Result<domain::PrepaidState> state = fail(Errc::link_stopped);
  Result<domain::Measurements> measured = fail(Errc::link_stopped);
  if (due.part == domain::PollPart::status) {
    state = co_await member.driver->read_prepaid(link, runtime_.now());
    if (!state) error = state.error();
  } else {
    measured = co_await member.driver->read_measurements(link, runtime_.now());
    if (!measured) error = measured.error();
  }
  if (stopped_) co_return;
  if (link.last() && is_wire_error(*link.last())) {
    const Millis pause = spread(down_ ? kWireRetry : kWireRetrySoon);
    schedule_.wire_failed(due, runtime_.mono() + pause);
    co_await failed(due, *error, link.busy());
    co_await wire_failed(*link.last());
    co_return;
  }
  if (link.used() && (wire_failures_ > 0 || down_)) co_await wire_works();
  if (error) {
    schedule_.silent(due, runtime_.mono(), link.busy());
    co_await failed(due, *error, link.busy());
    co_return;
  }
  schedule_.answered(due, runtime_.mono(), link.busy());
  if (heard(due.meter))
    co_await collector_.deps_.alarms.clear(domain::AlarmKind::meter_lost, member.meter.id, {});
  if (due.part == domain::PollPart::status)
    co_await took_status(due.meter, std::move(*state));
  else
    collector_.measured(member.meter.id, std::move(*measured));
}

port::Async<> BusOwner::took_status(std::size_t number, domain::PrepaidState state) {
  Member& member = members_[number];
  member.status_at = runtime_.mono();
  note_round(member);
  if (collector_.take_status(member.meter.id, state))
    co_await collector_.judge_status(member.meter.id, std::move(state));
}

/// The meter answered: it is alive. True: it counts as lost, or is about to.
bool BusOwner::heard(std::size_t number) {
  const MeterId meter = members_[number].meter.id;
  LiveMeter* live = collector_.deps_.live.find(meter);
  if (live == nullptr) return false;
  live->failures = 0;
  live->lost = false;
  live->last_error.reset();
  live->last_contact = runtime_.now();
  live->last_contact_mono = runtime_.mono();
  return collector_.deps_.alarms.matters(domain::AlarmKind::meter_lost, meter, {},
                                         domain::watch::Zone::clear);
}

port::Async<> BusOwner::failed(domain::Poll poll, Error error, Millis) {
  const domain::Meter& meter = members_[poll.meter].meter;
  LiveMeter* live = collector_.deps_.live.find(meter.id);
  if (live == nullptr) co_return;
  live->last_error = error.code;
  live->failures = schedule_.silences(poll.meter);
  if (!schedule_.is_lost(poll.meter) || down_) co_return;
  if (!live->lost) {
    live->lost = true;
    collector_.deps_.events.publish(MeterChanged{meter.id});
  }
  co_await collector_.deps_.alarms.raise(meter.property, domain::AlarmKind::meter_lost, meter.id,
                                         {}, std::string(error_name(error.code)));
}

/// Follows whether the wire can be reached at all; all buses of a gateway down = gateway lost.
port::Async<> BusOwner::wire_failed(Errc last) {
  if (++wire_failures_ < kLostAfter) co_return;
  if (down_) co_return co_await tell_of_members(last);
  down_ = true;
  down_since_ = runtime_.mono();
  is_told_ = false;
  for (const Member& member : members_) {
    LiveMeter* live = collector_.deps_.live.find(member.meter.id);
    if (live == nullptr || live->lost) continue;
    live->lost = true;
    live->last_error = last;
    collector_.deps_.events.publish(MeterChanged{member.meter.id});
  }
  co_await collector_.gateway_changed(gateway_);
}

/// The gateway is there and this bus is not: nobody else tells of the meters on it.
port::Async<> BusOwner::tell_of_members(Errc last) {
  if (collector_.gateway_lost(gateway_.id)) {
    is_told_ = false;
    co_return;
  }
  if (is_told_ || runtime_.mono() - down_since_ < kWholeGateway) co_return;
  is_told_ = true;
  for (const Member& member : members_)
    co_await collector_.deps_.alarms.raise(
        member.meter.property, domain::AlarmKind::meter_lost, member.meter.id, {},
        "bus " + bus_.name + ": " + std::string(error_name(last)));
}

port::Async<> BusOwner::wire_works() {
  wire_failures_ = 0;
  if (!down_) co_return;
  down_ = false;
  schedule_.wire_back(runtime_.mono());
  co_await collector_.gateway_changed(gateway_);
}

/// 50–100 % of `span`, at random: the buses of a site that was lost as a whole come back one by
/// one.
Millis BusOwner::spread(Millis span) const {
  const std::int64_t half = span.value / 2;
  const auto part = (static_cast<std::uint64_t>(half) * runtime_.random_u32()) >> 32;
  return {half + static_cast<std::int64_t>(part)};
}

void BusOwner::fail_queued(Errc code) {
  while (auto job = jobs_.pop()) {
    job->result = fail(code);
    job->state = BusJob::State::finished;
    job->done->raise();
  }
}

}  // namespace paymeter::service
