// The town in arrears put together and played to its end.
#include "cut_town.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <tuple>

namespace paymeter::town {
namespace {

constexpr Millis kShanghai = minutes(8 * 60);
/// After the last deed: what is under way ends, and everything is quiet for a while.
constexpr Millis kEnding = minutes(25);
/// A frame's own time on the wire; and a line that reconnects first, a slow answer.
constexpr Millis kOnTheWay = seconds(1), kReconnecting = seconds(5);
constexpr Millis kSendWithin = seconds(10);
constexpr std::int64_t kDebtWh = 10'000;  // 80 yuan

UtcMs local(const CutDay& day, Millis time) {
  const CivilTime midnight{.year = day.year, .month = day.month, .day = day.day};
  return utc_from_civil(midnight, kShanghai) + time;
}

domain::SitePlan plan_in_arrears(const CutMixture& mixture) {
  auto plan = town_plan(kCutMeters, mixture.base.serial_bus);
  for (auto& row : plan.buses) row.bus.full_interval = row.bus.poll_interval;
  for (auto& row : plan.meters) {
    row.meter.wallet = domain::Wallet::platform;
    row.meter.settings.alarm1 = {5'000};
    row.meter.settings.alarm2 = {2'000};
  }
  plan.meters[2].meter.settings.overdraft = {3'000};
  plan.meters[6].meter.is_protected = true;
  if (!mixture.further.any()) return plan;
  // Whoever may owe more than all owe here is cut if too much is charged.
  plan.meters[1].meter.settings.overdraft = {20'000};
  plan.meters[4].meter.settings.overdraft = {10'000};
  plan.meters[5].meter.settings.overdraft = {12'000};
  return plan;
}

void must(bool sound, const char* what) {
  if (!sound) throw std::runtime_error(std::string("town in arrears: ") + what);
}

/// The price stands on the version, for the checker.
void approve_price(test_support::TestStation& station, const port::TariffFormat& format, UtcMs from,
                   std::int64_t fen) {
  using domain::tariff::VersionAct;
  auto text = test_support::flat_price(format, station.live.site().tariffs.front().id,
                                       fen * 1'000'000, from);
  text.note = std::to_string(fen);
  text.at = std::min(from, station.runtime.now());
  const auto version = station.run(station.store->write_version(text));
  must(version.has_value(), "price");
  for (const auto& [act, by] :
       {std::pair{VersionAct::submit, 1}, std::pair{VersionAct::approve, 2}})
    must(station
             .run(station.store->act_on_version(
                 {version->tariff, version->number, act, UserId{by}, text.at, text.note}))
             .has_value(),
         "price approved");
}

void approve_prices(test_support::TestStation& station, const port::TariffFormat& format,
                    const CutMixture& mixture) {
  const Prices prices = mixture.further.prices;
  constexpr std::int64_t kUsual = CutChecker::kPriceFen;
  approve_price(station, format, station.runtime.now() - minutes(2 * 24 * 60),
                prices == Prices::free_before ? 0 : kUsual);
  const UtcMs midnight = local(kCutDays[mixture.day], {});
  if (prices == Prices::free_before) approve_price(station, format, midnight, kUsual);
  if (prices == Prices::free_today) approve_price(station, format, midnight, 0);
  if (prices == Prices::dear_today) approve_price(station, format, midnight, 2 * kUsual);
}

/// The fourth meter's account below the third one's.
void put_below(test_support::TestStation& station) {
  const auto account = [&](const char* code) {
    return station.live.find_by_code(code)->account->id;
  };
  must(station.run(station.store->set_parent(account("1004"), account("1003"))).has_value(),
       "account below");
}

/// 10 kWh are used, nobody pays, everybody is warned on paper.
void run_up_debts(test_support::TestStation& station, sim::Plant& plant,
                  const domain::SitePlan& plan, const CutMixture& mixture) {
  test_support::CutServices services(station);
  approve_prices(station, services.format, mixture);
  services.start();
  const auto wait = [&](Millis span) { station.until([] { return false; }, span); };
  wait(minutes(20));
  for (const auto& row : plan.meters) {
    auto memory = plant.reference(row.meter.code)->memory();
    memory.metering.energy_mj += std::uint64_t{kDebtWh} * 3'600'000;
    memory.metering.rate_energy_mj[0] += std::uint64_t{kDebtWh} * 3'600'000;
    plant.reference(row.meter.code)->set_memory(memory);
  }
  wait(minutes(60));
  for (const auto& row : plan.meters) {
    if (mixture.unwarned) break;
    for (const char* level : {"alarm1", "alarm2", "arrears"}) {
      domain::Notice paper;
      paper.meter = station.live.find_by_code(row.meter.code)->meter.id;
      paper.level = *domain::notice_level_from_name(level);
      paper.channel = domain::NoticeChannel::paper;
      paper.recipient = "张三";
      paper.evidence = "签收单";
      paper.recorded_by = UserId{1};
      paper.delivered_at = station.runtime.now();
      must(station.run(services.notices.record(paper, "paper-" + row.meter.code + level))
               .has_value(),
           "warned");
    }
  }
  if (mixture.further.below) put_below(station);
  port::User user;
  user.property = station.live.site().properties.front().id;
  user.role = port::Role::administrator;
  for (const char* name : {"anna", "bo"}) {
    user.name = name;
    must(station.run(station.store->add_user(user)).has_value(), "user");
  }
  // A list for the coming day, approved on the day before it.
  if (mixture.rehearsed) {
    domain::Enforcement setting;
    setting.property = user.property;
    setting.mode = domain::EnforcementMode::rehearsed;
    setting.reason = "业主会议决定";
    setting.changed_by = UserId{1};
    setting.changed_at = station.runtime.now();
    must(station.run(station.store->set_enforcement(setting)).has_value(), "enforcement");
    const auto draft = station.run(services.enforcement.rehearse(user.property));
    must(draft.has_value(), "rehearsal");
    port::CutStore::RehearsalAct act;
    act.rehearsal = draft->id;
    act.revision = draft->revision;
    act.by = UserId{2};
    must(station.run(services.enforcement.decide(act)).has_value(), "rehearsal approved");
  }
  wait(minutes(5));
  station.runtime.drop_tasks();
}

const PreparedSite& prepared(const CutMixture& mixture) {
  using Key = std::tuple<bool, bool, int, bool, std::string>;
  static std::map<Key, std::unique_ptr<PreparedSite>> made;
  const CutFurther& further = mixture.further;
  const std::string name =
      fmt::format("{}{}{}{}", further.any() ? "further" : "",
                  further.prices == Prices::tomorrow ? 0 : static_cast<int>(further.prices),
                  further.shared_wallet ? "shared" : "", further.below ? "below" : "");
  auto& site =
      made[{mixture.base.serial_bus, mixture.rehearsed, mixture.day, mixture.unwarned, name}];
  if (site) return *site;
  const auto plan = plan_in_arrears(mixture);
  PreparedSite::Preparation preparation;
  // The day before, so that a day has passed since the warning when cutting may begin.
  preparation.start = local(kCutDays[mixture.day], minutes(6 * 60 + 30)) - minutes(24 * 60);
  if (mixture.rehearsed) preparation.start = preparation.start - minutes(60);  // a file of its own
  if (mixture.unwarned) preparation.start = preparation.start - minutes(30);
  preparation.name = name;
  preparation.shared_wallet = further.shared_wallet;
  if (further.shared_wallet) preparation.shown_wh = 30'000;
  preparation.further = [&](test_support::TestStation& station, sim::Plant& plant) {
    run_up_debts(station, plant, plan, mixture);
  };
  site = std::make_unique<PreparedSite>(plan, PreparedSite::Accounts::open, preparation);
  return *site;
}

std::map<std::string, std::uint64_t> energy_at_opening(const PreparedSite& site) {
  std::map<std::string, std::uint64_t> out;
  for (const auto& [code, memory] : site.memories())
    out[code] = memory.metering.energy_mj - std::uint64_t{kDebtWh} * 3'600'000;
  return out;
}

CutBounds bounds_of(const CutMixture& mixture) {
  const sim::FaultRates& faults = mixture.base.faults;
  const bool is_sound = mixture.keeps_lines && faults == sim::FaultRates{};
  const Millis wire = (faults.delayed_request > 0 ? faults.delay_max : Millis{}) + kOnTheWay +
                      (is_sound ? Millis{} : kReconnecting);
  const bool stands_still = mixture.base.pauses > 0 || mixture.stall == Stall::after;
  const Millis frame = wire + (stands_still ? kSendWithin : Millis{});
  // Beyond five minutes the station must have noticed that its clock is wrong.
  const Millis clock = mixture.clock.any() ? minutes(5) : Millis{};
  return {frame, wire + minutes(2) + mixture.base.pause_max, clock};
}

class CutTown {
 public:
  CutTown(const CutMixture& mixture, const CutScript& script);
  ~CutTown();
  CutOutcome play();

 private:
  Millis stall(store::CallPoint point);
  void run_for(Millis span);
  void check_books();
  void set_meters_clocks();
  void set_stations_clocks();
  void open_office();

  const CutMixture mixture_;
  const CutScript& script_;
  const PreparedSite& site_;
  sim::SimWorld world_;
  sim::SimRuntime around_;
  std::unique_ptr<sim::Plant> plant_;
  const std::string database_;
  sim::SimRuntime provider_process_;
  sim::PaymentProvider provider_;
  std::unique_ptr<CutChecker> checker_;
  std::unique_ptr<Stations> stations_;
  std::unique_ptr<Errands> errands_;
  std::unique_ptr<CutPeople> people_;
  std::unique_ptr<CutOffice> office_;
  sim::Dice dice_;
  bool crashed_ = false;
  Millis leapt_{};
};

CutTown::CutTown(const CutMixture& mixture, const CutScript& script)
    : mixture_(mixture),
      script_(script),
      site_(prepared(mixture)),
      world_(mixture.seed, local(kCutDays[mixture.day], mixture.from)),
      around_(world_, "site"),
      plant_(*sim::Plant::build(around_, site_.plan(),
                                {.seed = mixture.seed, .faults = mixture.base.faults})),
      database_(scratch_path("cuts")),
      provider_process_(world_, "provider"),
      provider_(provider_process_, sim::seed_for(mixture.seed, "provider"), mixture.base.provider),
      dice_(sim::seed_for(mixture.seed, "cut town")) {
  site_.copy_database(database_);
  site_.furnish(*plant_);
  set_meters_clocks();
  checker_ = std::make_unique<CutChecker>(database_, *plant_, world_, energy_at_opening(site_),
                                          bounds_of(mixture));
  for (const auto& place : plant_->buses())
    place->bus.set_witness(
        [this](std::uint8_t unit) { checker_->after_command(std::to_string(1000 + unit)); });
  if (std::getenv("PAYMETER_TRACE") != nullptr)
    world_.set_trace_reader([this](std::string_view event) {
      fmt::print(stderr, "{} {}\n", format_rfc3339(world_.now() + kShanghai), event);
    });
  service::Enforcement::Settings settings;
  settings.round = minutes(2);  // a seed is cheap
  stations_ = std::make_unique<Stations>(
      Stations::Deps{mixture_.base, site_, world_, *plant_, provider_, database_, settings});
  errands_ = std::make_unique<Errands>(world_, *stations_);
  people_ = std::make_unique<CutPeople>(
      CutPeople::Deps{mixture_, world_, *plant_, provider_, *checker_, *errands_});
  open_office();
  set_stations_clocks();
  stations_->set_on_commit(
      [this](int slot) { checker_->after_commit(stations_->clock_error(slot)); });
  stations_->set_may_crash([](store::CommitPoint) { return false; });
  stations_->set_on_loss([this](int slot) { errands_->station_lost(slot); });
  if (mixture.stall != Stall::none)
    stations_->set_stall([this](int, store::CallPoint point) { return stall(point); });
  if (script_.on_cut)
    checker_->set_on_cut([this](const std::string& code, const std::string& state) {
      world_.trace(fmt::format("cut of {} is {}", code, state));
      script_.on_cut(*people_, code, state);
    });
}

/// They went on through the night; a few are hours off, never most of them.
void CutTown::set_meters_clocks() {
  for (int i = 1; i <= kCutMeters; ++i) {
    const Millis off = i <= mixture_.clock.wrong_meters ? minutes(i * 100) : Millis{};
    plant_->reference(std::to_string(1000 + i))
        ->start_clock(civil_time(world_.now() + off, kShanghai));
  }
}

void CutTown::open_office() {
  if (!mixture_.further.any()) return;
  office_ = std::make_unique<CutOffice>(
      CutOffice::Deps{mixture_, site_.plan(), world_, *plant_, *checker_, *errands_});
  using Midnight = CutChecker::Midnight;
  const auto at = [this](Millis since, Midnight moment) {
    if (since > Millis{})
      world_.schedule(MonoMs{since.value}, [this, moment] { checker_->pass_midnight(moment); });
  };
  constexpr Millis kHour = minutes(60), kDay = minutes(24 * 60);
  at(kHour, Midnight::over);
  for (Millis next = kDay - mixture_.from; next < mixture_.span + kEnding; next = next + kDay) {
    at(next - kHour, Midnight::soon);
    at(next, Midnight::now);
    at(next + kHour, Midnight::over);
  }
}

void CutTown::set_stations_clocks() {
  if (!mixture_.clock.any()) return;
  stations_->set_clock_error([this](int slot, int life) {
    return slot == 0 ? mixture_.clock.ahead(world_.mono(), life) + leapt_ : Millis{};
  });
  checker_->set_on_reclosing([this] {
    if (leapt_ != Millis{} || dice_.below(3) != 0) return;
    world_.schedule(world_.mono() + Millis{dice_.between(0, 20'000)},
                    [this] { leapt_ = mixture_.clock.leaps_while_reclosing; });
  });
}

CutTown::~CutTown() {
  stations_.reset();
  around_.drop_tasks();
  checker_.reset();
  remove_database(database_);
}

/// A disk or a host that is slow exactly while somebody is being cut.
Millis CutTown::stall(store::CallPoint point) {
  const auto wanted =
      mixture_.stall == Stall::before ? store::CallPoint::before : store::CallPoint::after;
  const std::int64_t local_minute = (world_.now() + kShanghai).value / 60'000 % 1'440;
  if (point != wanted || local_minute < 9 * 60 || dice_.below(6) != 0) return {};
  // While the machine stands still, people do not.
  people_->meanwhile();
  if (office_) office_->meanwhile();
  return Millis{dice_.between(0, mixture_.stall_max.value)};
}

void CutTown::run_for(Millis span) {
  const MonoMs end = world_.mono() + span;
  while (world_.mono() < end) {
    try {
      world_.run_until([] { return false; }, end);
    } catch (const Crash& crash) {
      crashed_ = true;
      stations_->kill(crash.slot);
    }
  }
}

void CutTown::check_books() {
  Slot* slot = stations_->any();
  if (slot == nullptr) throw Violation{"a_station_comes_back", "none did"};
  const auto problems = slot->station->run(slot->station->store->check_books());
  if (!problems) throw Violation{"the_books_can_be_checked", problems.error().detail};
  if (!problems->empty()) throw Violation{"the_books_are_sound", problems->front()};
}

CutOutcome CutTown::play() {
  CutOutcome outcome;
  try {
    if (script_.begin)
      script_.begin(world_, *people_, *stations_);
    else
      people_->begin();
    if (office_ && !script_.begin) office_->begin();
    stations_->start();
    run_for(mixture_.span);
    people_->repair();
    if (office_) office_->rest();
    stations_->set_stall({});
    stations_->calm();
    run_for(kEnding);
    checker_->at_rest();
    check_books();
  } catch (const Violation& violation) {
    outcome.violation = violation;
  }
  outcome.tally = checker_->tally();
  stations_->count(outcome.counts);
  for (const auto& place : plant_->buses()) {
    const auto& wire = place->bus.counters();
    outcome.counts.frames += static_cast<std::int64_t>(wire.requests + wire.answered);
    outcome.counts.frames_lost += static_cast<std::int64_t>(wire.frames_lost);
    outcome.counts.frames_late += static_cast<std::int64_t>(wire.frames_late);
  }
  outcome.counts.cut_seeds = 1;
  outcome.counts.cuts = outcome.tally.cuts;
  outcome.counts.cuts_opened = outcome.tally.opened - outcome.tally.manual_opened;
  outcome.counts.cuts_rehearsed = outcome.tally.rehearsed;
  outcome.counts.cut_closings = outcome.tally.closed;
  outcome.counts.people_opened = outcome.tally.manual_opened;
  outcome.counts.breakers = outcome.tally.breakers;
  outcome.counts.cut_acts = people_->acts() + (office_ ? office_->acts() : 0);
  outcome.counts.steps += outcome.tally.steps;
  outcome.trace_hash = world_.trace_hash();
  outcome.trace_lines = world_.trace_lines();
  outcome.crashed = crashed_;
  return outcome;
}

}  // namespace

void prepare_cuts(const CutMixture& mixture) { (void)prepared(mixture); }

CutOutcome play_cuts(const CutMixture& mixture, const CutScript& script) {
  return CutTown(mixture, script).play();
}

}  // namespace paymeter::town
