// What energy has cost in truth: by the meters' own counting, price by price, device by device,
// tenant by tenant.
#include <algorithm>
#include <cstdlib>

#include "cut_checker.hpp"

namespace paymeter::town {
namespace {

constexpr std::int64_t kMjPerJoule = 1'000, kJoulesPerKwh = 3'600'000;
constexpr std::int64_t kStepJoules = 36'000;  // 10 Wh

}  // namespace

std::int64_t CutChecker::energy_of(const Track& track) const {
  return static_cast<std::int64_t>(plant_.reference(track.code)->memory().metering.energy_mj);
}

std::int64_t CutChecker::cost_of(const Track& track) const {
  return track.cost + (energy_of(track) - track.counted_from_mj) / kMjPerJoule * price_fen_;
}

void CutChecker::settle_cost(Track& track) {
  track.cost = cost_of(track);
  track.counted_from_mj = energy_of(track);
}

std::int64_t CutChecker::price_at(std::int64_t at) {
  PriceRow found;
  for (const PriceRow& row : view_.prices())
    if (row.from <= at && std::pair(found.from, found.number) < std::pair(row.from, row.number))
      found = row;
  return found.fen;
}

std::int64_t CutChecker::balance_of(const Track& track, const CutStanding& standing) const {
  std::int64_t cost = standing.shared_wallet ? 0 : cost_of(track);
  if (standing.shared_wallet) {
    if (const auto left = left_cost_.find(standing.account); left != left_cost_.end())
      cost += left->second;
    for (const auto& [id, other] : tracks_) {
      const bool is_same =
          other.code == track.code ||
          (!other.moments.empty() && other.moments.back().standing.account == standing.account);
      if (is_same) cost += cost_of(other);
    }
  }
  return standing.credited_fen - cost / kJoulesPerKwh;
}

/// By how much the books may differ from that, besides what is rounded.
std::int64_t CutChecker::slack_of(const Track& track) const {
  const std::int64_t since =
      track.step_fen * ((energy_of(track) - track.before_midnight_mj) / kMjPerJoule);
  return (track.slack + std::max<std::int64_t>(since, 0)) / kJoulesPerKwh;
}

void CutChecker::pass_midnight(Midnight moment) {
  const std::int64_t before = price_fen_;
  const std::int64_t now = moment == Midnight::now ? price_at(world_.now().value) : before;
  for (auto& [id, track] : tracks_) {
    if (moment == Midnight::now) {
      settle_cost(track);
      track.step_fen = std::abs(now - before);
      continue;
    }
    track.slack += std::max<std::int64_t>(
        track.step_fen * ((energy_of(track) - track.before_midnight_mj) / kMjPerJoule), 0);
    track.step_fen = 0;
    track.before_midnight_mj = energy_of(track);
  }
  price_fen_ = now;
}

/// What a meter's energy has cost stays with a wallet that was shared; a new tenant begins anew.
void CutChecker::change_tenant(Track& track, const CutStanding& before, const CutStanding& now) {
  if (before.account == now.account) return;
  settle_cost(track);
  if (before.shared_wallet) left_cost_[before.account] += track.cost;
  track.cost = track.step_fen = 0;
  track.slack = kStepJoules * price_fen_;  // the register may stand in the middle of a step
}

void CutChecker::look_at_device(Track& track, const CutStanding& before, const CutStanding& now) {
  if (now.settlement_state == before.settlement_state && now.settlement == before.settlement)
    return;
  if (now.settlement_state == "replacing" && on_replacing_)
    on_replacing_(track.code, now.settlement);
  if (before.settlement_state != "replacing") return;
  // The first reading of the new device lies between its connection and now.
  const std::int64_t passed = energy_of(track) - track.counted_from_mj;
  track.slack += passed / kMjPerJoule * price_fen_;
  track.counted_from_mj = energy_of(track);
}

void CutChecker::before_replacement(const std::string& code) {
  settle_cost(tracks_.at(ids_.at(code)));
}

void CutChecker::after_replacement(const std::string& code) {
  Track& track = tracks_.at(ids_.at(code));
  // Until its own registers are counted nothing is; the old device's were settled at their end.
  track.counted_from_mj = track.before_midnight_mj = energy_of(track);
  track.step_fen = 0;
  track.fell_from_mj.reset();
  track.is_open = false;
  track.opener = Opener::nobody;
}

void CutChecker::after_shift(const std::string& code, std::uint64_t before_mj) {
  Track& track = tracks_.at(ids_.at(code));
  const std::int64_t by = energy_of(track) - static_cast<std::int64_t>(before_mj);
  track.counted_from_mj += by;
  track.before_midnight_mj += by;
  track.may_close = true;
  if (by < 0)
    track.fell_from_mj = before_mj;
  else
    track.fell_from_mj.reset();
}

}  // namespace paymeter::town
