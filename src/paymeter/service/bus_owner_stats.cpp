// What an owner knows of its line: counters, load, rounds, waits.
#include <algorithm>

#include "paymeter/service/bus_owner.hpp"

namespace paymeter::service {
namespace {

constexpr std::int64_t kLoadWindowMs = 60'000;
constexpr std::uint8_t kExceptionBit = 0x80;  // of a Modbus reply's function code

bool is_exception(const Buffer& reply) {
  return reply.size() == 2 && (reply.front() & kExceptionBit) != 0;
}

int share_e3(std::int64_t part, std::int64_t whole) {
  return whole <= 0 ? 0 : static_cast<int>(std::min<std::int64_t>(1000, part * 1000 / whole));
}

}  // namespace

void count_outcome(BusStats& stats, const Result<Buffer>& outcome) {
  if (outcome) {
    ++stats.exchanges_ok;
    stats.refused += is_exception(*outcome);
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
    case Errc::frame_wrong_unit:
    case Errc::frame_wrong_reply:
      ++stats.wrong_replies;
      break;
    default:
      ++stats.damaged;
  }
}

void BusOwner::count(std::size_t number, const Result<Buffer>& reply, MonoMs start) {
  const MonoMs now = runtime_.mono();
  count_outcome(stats_, reply);
  MeterLine& line = members_[number].line;
  if (reply) {
    ++line.exchanges_ok;
    line.last_error.reset();
  } else {
    ++(reply.error().code == Errc::link_timeout ? line.timeouts : line.errors);
    line.last_error = reply.error().code;
  }
  stats_.busy_ms += (now - start).value;
  const std::int64_t span = (now - minute_began_).value;
  if (span < kLoadWindowMs) return;
  stats_.load_e3 = share_e3(stats_.busy_ms - minute_busy_ms_, span);
  minute_complete_ = true;
  minute_began_ = now;
  minute_busy_ms_ = stats_.busy_ms;
}

/// A round is over when the first of its meters comes again.
void BusOwner::note_round(Member& member) {
  if (member.round == round_) {
    stats_.sweep_ms = (round_last_ - round_began_).value;
    round_began_ = round_last_;
    ++round_;
  }
  member.round = round_;
  round_last_ = runtime_.mono();
}

void BusOwner::note_wait(const BusJob& job) {
  if (!BusJobs::is_urgent(job.priority)) return;
  stats_.urgent_wait_ms_max =
      std::max(stats_.urgent_wait_ms_max, (runtime_.mono() - job.queued_at).value);
  stats_.urgent_wait_exchanges_max = std::max(stats_.urgent_wait_exchanges_max,
                                              static_cast<int>(exchanges_ - job.exchanges_before));
}

BusStats BusOwner::stats() const {
  const MonoMs now = runtime_.mono();
  BusStats out = stats_;
  const std::int64_t span = (now - minute_began_).value;
  // Long silence is no load; before the first whole minute the present one has to do.
  if (!minute_complete_ || span > 2 * kLoadWindowMs)
    out.load_e3 = share_e3(stats_.busy_ms - minute_busy_ms_, span);
  out.meters = static_cast<int>(members_.size());
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (schedule_.is_lost(i)) {
      ++out.lost;
    } else if (members_[i].line.has_status) {
      const MonoMs since = members_[i].status_at.value_or(started_);
      const std::int64_t age = std::max<std::int64_t>(0, (now - since).value);
      out.oldest_status_age_ms = std::max(age, out.oldest_status_age_ms.value_or(0));
    }
  }
  if (const auto allows = schedule_.allows()) out.allows_ms = allows->value;
  out.asked_e3 = schedule_.asked_e3();
  for (int priority = 0; priority < kBusPriorityCount; ++priority)
    out.waiting.at(static_cast<std::size_t>(priority)) =
        static_cast<int>(jobs_.size(static_cast<BusPriority>(priority)));
  return out;
}

BusReport BusOwner::report() const {
  BusReport report{stats(), {}};
  const MonoMs now = runtime_.mono();
  for (std::size_t i = 0; i < members_.size(); ++i) {
    MeterLine line = members_[i].line;
    line.silences = schedule_.silences(i);
    line.lost = schedule_.is_lost(i) || down_;
    line.status_ms = line.has_status ? schedule_.status_cost(i).value : 0;
    line.full_ms = line.has_full ? schedule_.full_cost(i).value : 0;
    if (members_[i].status_at) line.status_age_ms = (now - *members_[i].status_at).value;
    report.meters.push_back(line);
  }
  const auto unit = [&](const MeterLine& line) {
    return members_[*number_of(line.meter)].meter.unit;
  };
  std::ranges::sort(report.meters, {}, unit);
  return report;
}

}  // namespace paymeter::service
