// Gathering what decides about a cut.
#include "paymeter/service/cut_look.hpp"

#include <utility>

#include "paymeter/base/mistake.hpp"
#include "paymeter/domain/rating/local_day.hpp"
#include "paymeter/service/importer_text.hpp"

namespace paymeter::service {
namespace {

using domain::CutInputs;
using domain::CutReading;
using domain::NoticeLevel;
using domain::WalletStanding;

/// A wallet shared by several meters is billed up to where all of them were read.
constexpr Millis kSharedLagMax = minutes(60);

/// `reaches`: it was billed up to the reading that is asked about.
bool is_sound(const WalletStanding& standing, bool reaches = true) {
  return (!standing.held && reaches) || mistake_made(Mistake::cut_held_billing);
}

CutReading reading_of(const WalletStanding& standing) {
  return {standing.billed_to, is_sound(standing), standing.balance};
}

/// A register reading as the store keeps it.
domain::Reading stored_reading(MeterId meter, const FreshRead& fresh) {
  domain::Reading out;
  out.meter = meter;
  out.at = fresh.measured.at;
  out.energy_wh = fresh.measured.energy_wh;
  out.rate_energy_wh = fresh.measured.rate_energy_wh;
  out.power_w = fresh.measured.power_w[3];
  out.voltage_mv = fresh.measured.voltage_mv;
  out.line_current_ma = fresh.measured.line_current_ma;
  out.power_factor_e3 = fresh.measured.power_factor_e3[3];
  out.frequency_mhz = fresh.measured.frequency_mhz;
  out.relay_open = fresh.state.relay_open;
  return out;
}

std::optional<Millis> skew_of(const domain::PrepaidState& state, Millis offset) {
  if (!state.clock) return std::nullopt;
  return utc_from_civil(*state.clock, offset) - state.at;
}

}  // namespace

CutLooker::CutLooker(Deps deps, domain::CutRules rules, AskOrders ask_orders)
    : deps_(deps), rules_(rules), ask_orders_(std::move(ask_orders)) {}

std::optional<Millis> CutLooker::utc_offset(PropertyId property) const {
  const domain::Property* found = deps_.live.property(property);
  return found == nullptr ? std::nullopt : fixed_zone_offset(found->time_zone);
}

std::optional<domain::rating::DayNumber> CutLooker::local_day(PropertyId property, UtcMs at) const {
  const auto offset = utc_offset(property);
  if (!offset) return std::nullopt;
  return domain::rating::day_number_at(at, *offset);
}

std::optional<bool> CutLooker::bus_is_well(const LiveMeter& live) const {
  const domain::Bus* bus = deps_.live.bus(live.meter.bus);
  if (bus == nullptr) return std::nullopt;
  return !live.lost && deps_.collector.stats(bus->id).connected &&
         !deps_.collector.gateway_lost(bus->gateway);
}

void CutLooker::take_moment(CutLook& look, UtcMs at) const {
  const auto offset = utc_offset(look.facts.property);
  if (!offset) return;
  look.inputs.moment = domain::cut_moment(domain::tariff::china_holidays(), at, *offset);
}

void CutLooker::take_notices(CutLook& look) {
  constexpr NoticeLevel kLevels[] = {NoticeLevel::alarm1, NoticeLevel::alarm2,
                                     NoticeLevel::arrears};
  const bool required[] = {look.facts.settings.alarm1 > domain::Money{},
                           look.facts.settings.alarm2 > domain::Money{}, true};
  for (std::size_t i = 0; i < std::size(kLevels); ++i) {
    domain::CutNotice notice{required[i], std::nullopt};
    for (const port::LevelEpisode& episode : look.facts.episodes)
      if (episode.level == kLevels[i]) notice.delivered_at = episode.delivered_at;
    look.inputs.notices[i] = notice;
  }
}

void CutLooker::take_facts(CutLook& look) {
  const port::CutFacts& facts = look.facts;
  CutInputs& in = look.inputs;
  in.wallet = facts.wallet;
  in.account_open = facts.prepaid && facts.account;
  in.settling = facts.settling;
  in.quarantined = facts.quarantined;
  in.enforcement = facts.enforcement.mode;
  in.is_protected = domain::protects(facts.lasting, facts.is_protected);
  in.held_off = domain::held_off_by_others(facts.lasting);
  in.own_cut = facts.own_cut.has_value();
  const domain::Money emergency =
      facts.terms.emergency_on ? facts.terms.emergency_credit : domain::Money{};
  in.threshold = -(facts.settings.overdraft + emergency);
  in.vends_under_way = facts.vends_under_way;
  in.friendly = domain::FriendlyHours{facts.terms.friendly_from, facts.terms.friendly_to};
  // A platform wallet is rated by the station's time of each reading, never by the meter's clock.
  in.uses_meter_clock = false;
  in.breaker_open = facts.breaker_open;
  in.is_rehearsed = facts.is_rehearsed;
  in.is_paced = !facts.is_rehearsed || domain::is_paced(facts.last_rehearsed, in.now);
}

port::Async<Result<CutLook>> CutLooker::gather(MeterId meter, UtcMs at) {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  CutLook look;
  look.inputs.now = at;
  look.inputs.rules = rules_;
  look.inputs.clock = deps_.clock.evidence();
  look.inputs.collector_healthy = bus_is_well(*live);
  look.day = local_day(live->meter.property, at).value_or(0);
  auto facts = co_await deps_.store.cut_facts(meter, look.day, at);
  if (!facts) co_return fail(facts.error());
  look.facts = std::move(*facts);
  take_moment(look, at);
  take_facts(look);
  take_notices(look);
  co_return look;
}

/// The wallet with everything that is stored; empty: not known.
port::Async<std::optional<CutReading>> CutLooker::billed(MeterId meter) {
  auto standing = co_await deps_.billing.bill(meter);
  if (!standing) co_return std::nullopt;
  co_return reading_of(*standing);
}

port::Async<Result<CutLook>> CutLooker::foresee(MeterId meter) {
  co_return co_await foresee_at(meter, deps_.runtime.now());
}

port::Async<Result<CutLook>> CutLooker::foresee_at(MeterId meter, UtcMs at) {
  const UtcMs now = deps_.runtime.now();
  auto look = co_await gather(meter, at);
  if (!look) co_return look;
  const LiveMeter* live = deps_.live.find(meter);
  if (live != nullptr && live->wallet) {
    // As if the same were read again, just then; what was paid since billing counts.
    const bool sound = is_sound(*live->wallet);
    const domain::Money balance = look->facts.ledger - live->wallet->unposted;
    look->inputs.fresh = CutReading{at, sound, balance};
    look->inputs.previous = CutReading{at - Millis{1}, sound, balance};
  }
  if (live != nullptr && live->prepaid) {
    look->inputs.relay_open = live->prepaid->relay_open;
    look->inputs.held_off = *look->inputs.held_off || live->prepaid->overload_trip;
  }
  // An open order is asked for when it comes to it; sales under way count already.
  look->inputs.orders_asked = true;
  if (at != now) {
    look->inputs.is_rehearsed = look->inputs.is_paced = true;
    look->inputs.clock = {Millis{}, Millis{}, true};  // will be asked for then
  }
  look->decision = domain::decide_cut(look->inputs);
  co_return look;
}

port::Async<CutLooker::Before> CutLooker::before(MeterId meter) {
  Before out;
  const auto facts = co_await deps_.store.cut_facts(meter, 0, deps_.runtime.now());
  if (facts && facts->vends_under_way == 0) out.orders_asked = true;
  if (facts && facts->vends_under_way != 0 && ask_orders_) {
    const auto asked = co_await ask_orders_(meter, facts->account);
    if (asked) out.orders_asked = *asked;
  }
  out.previous = co_await billed(meter);
  co_return out;
}

port::Async<Result<CutLook>> CutLooker::decide(MeterId meter, Before before, FreshRead fresh,
                                               OwnCutMode mode) {
  // What a cut is decided from must be there after a crash, too.
  std::vector<domain::Reading> readings{stored_reading(meter, fresh)};
  auto appended = co_await deps_.store.append(std::move(readings));
  if (!appended) co_return fail(appended.error());
  auto standing = co_await deps_.billing.bill(meter);
  auto look = co_await gather(meter, deps_.runtime.now());
  if (!look) co_return look;
  CutInputs& in = look->inputs;
  in.relay_open = fresh.state.relay_open;
  in.held_off = *in.held_off || fresh.state.overload_trip;
  if (const auto offset = utc_offset(look->facts.property))
    in.clock_skew = skew_of(fresh.state, *offset);
  in.orders_asked = before.orders_asked;
  in.previous = before.previous;
  // Money that came or went while billing ran: the balance is not that of one instant.
  if (standing && standing->ledger == look->facts.ledger) {
    const bool reaches = standing->is_shared
                             ? standing->billed_to + kSharedLagMax >= fresh.measured.at
                             : standing->billed_to == fresh.measured.at;
    in.fresh = CutReading{fresh.measured.at, is_sound(*standing, reaches), standing->balance};
  }
  if (mode == OwnCutMode::sent_again && look->facts.own_cut &&
      look->facts.own_cut->state == port::OwnCutState::intended)
    in.own_cut = false;
  look->decision = domain::decide_cut(in);
  co_return look;
}

bool CutLooker::clock_holds() const {
  return domain::clock_trust(deps_.clock.evidence(), rules_.clock_skew_max) ==
         domain::ClockTrust::trusted;
}

port::Async<Result<CutLook>> CutLooker::look_at_own_cut(MeterId meter) {
  auto last = co_await billed(meter);
  auto look = co_await gather(meter, deps_.runtime.now());
  if (!look) co_return look;
  // Without billing the books alone decide: who has paid is closed again all the same.
  if (!last) last = CutReading{look->inputs.now, false, look->facts.ledger};
  look->inputs.previous = last;
  look->decision = domain::decide_cut(look->inputs);
  co_return look;
}

}  // namespace paymeter::service
