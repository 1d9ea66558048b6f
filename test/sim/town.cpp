// The town put together, played to its end, and looked at once more.
#include "town.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>

#include "cashiers.hpp"
#include "customers.hpp"
#include "landlord.hpp"
#include "money_desk.hpp"
#include "payment_truth.hpp"
#include "paymeter/base/mistake.hpp"
#include "settling.hpp"
#include "tampering.hpp"
#include "two_people.hpp"
#include "vend_places.hpp"

namespace paymeter::town {
namespace {

using domain::VendKind;
using domain::VendState;

constexpr Millis kDeadline = minutes(24 * 60);

const PreparedSite& prepared(const Mixture& mixture) {
  using Accounts = PreparedSite::Accounts;
  static std::map<std::pair<bool, bool>, std::unique_ptr<PreparedSite>> made;
  // Whatever is being proved afterwards, the beginning is sound.
  auto& site = made[{mixture.serial_bus, mixture.accounts_open}];
  if (!site)
    site = std::make_unique<PreparedSite>(town_plan(kMeters, mixture.serial_bus),
                                          mixture.accounts_open ? Accounts::open : Accounts::none);
  return *site;
}

class Town {
 public:
  explicit Town(const Mixture& mixture);
  ~Town();
  Outcome play();

 private:
  void people();
  void committed(int slot);
  bool may_crash(store::CommitPoint point) const;
  bool everything_ended() const;
  std::string what_is_left() const;
  void run_to_the_end();
  void check_books();
  void count(Outcome& outcome) const;
  static void count_vend(const VendRow& vend, Counts& counts);

  const Mixture mixture_;
  const PreparedSite& site_;
  sim::SimWorld world_;
  sim::SimRuntime around_;  ///< the site's own process: it never crashes
  std::unique_ptr<sim::Plant> plant_;
  const std::string database_;
  MeterTruth truth_;
  std::unique_ptr<Invariants> invariants_;
  sim::SimRuntime provider_process_;
  sim::PaymentProvider provider_;
  PaymentTruth payment_truth_;
  std::unique_ptr<Stations> stations_;
  std::unique_ptr<Errands> errands_;
  std::vector<std::unique_ptr<Actor>> actors_;
};

Town::Town(const Mixture& mixture)
    : mixture_(mixture),
      site_(prepared(mixture)),
      world_(mixture.seed),
      around_(world_, "site"),
      plant_(*sim::Plant::build(around_, site_.plan(),
                                {.seed = mixture.seed, .faults = mixture.faults})),
      database_(scratch_path("town")),
      provider_process_(world_, "provider"),
      provider_(provider_process_, sim::seed_for(mixture.seed, "provider"), mixture.provider),
      payment_truth_(provider_) {
  site_.copy_database(database_);
  // The schema knows the lock too: who forgets it forgets it there as well.
  if (mistake_made(Mistake::no_lock))
    execute_on(database_, "drop index vend_in_flight; drop index vend_number");
  if (mistake_made(Mistake::reverse_twice)) execute_on(database_, "drop index vend_reversed_once");
  site_.furnish(*plant_);
  invariants_ = std::make_unique<Invariants>(database_, truth_, world_);
  for (const auto& row : site_.plan().meters)
    (void)truth_.look(row.meter.code, *plant_->reference(row.meter.code));
  for (const auto& place : plant_->buses())
    place->bus.set_witness([this](std::uint8_t unit) {
      const std::string code = std::to_string(1000 + unit);
      invariants_->after_command(code, *plant_->reference(code));
    });
  invariants_->set_further_check([this](const VendRow& vend) { payment_truth_.check(vend); });
  if (std::getenv("PAYMETER_TRACE") != nullptr)
    world_.set_trace_reader([this](std::string_view event) {
      fmt::print(stderr, "{:>10} {}\n", world_.mono().value, event);
    });
  stations_ = std::make_unique<Stations>(
      Stations::Deps{mixture_, site_, world_, *plant_, provider_, database_, {}});
  errands_ = std::make_unique<Errands>(world_, *stations_);
  stations_->set_on_commit([this](int slot) { committed(slot); });
  stations_->set_may_crash([this](store::CommitPoint point) { return may_crash(point); });
  stations_->set_on_loss([this](int slot) { errands_->station_lost(slot); });
  people();
}

Town::~Town() {
  stations_.reset();
  around_.drop_tasks();
  invariants_.reset();
  remove_database(database_);
}

/// Whoever acts in the town. Add yours here.
void Town::people() {
  const Scene scene{mixture_, world_,       *plant_,    provider_,
                    truth_,   *invariants_, *stations_, *errands_};
  actors_.push_back(std::make_unique<Customers>(scene));
  actors_.push_back(std::make_unique<Tampering>(scene));
  actors_.push_back(std::make_unique<Landlord>(scene));
  actors_.push_back(std::make_unique<MoneyDesk>(scene));
  actors_.push_back(std::make_unique<Cashiers>(scene));
  actors_.push_back(std::make_unique<TwoPeople>(scene));
  actors_.push_back(std::make_unique<Settling>(scene));
}

void Town::committed(int slot) {
  for (const std::string& event : invariants_->after_commit())
    world_.trace(fmt::format("station {}: {}", slot, event));
  for (const auto& actor : actors_) actor->after_commit();
}

bool Town::may_crash(store::CommitPoint point) const {
  if (mixture_.crash_point == CrashPoint::before_commit) return point == store::CommitPoint::before;
  const bool wants_applied = mixture_.crash_point == CrashPoint::apply_before_commit;
  const bool is_before = point == store::CommitPoint::before;
  if (is_before != wants_applied) return false;
  return std::ranges::any_of(invariants_->unfinished(), [&](VendId id) {
    const VendRow& vend = invariants_->vends().at(id);
    return vend.state == VendState::sent && truth_.under(vend.tag).empty() != wants_applied;
  });
}

bool Town::everything_ended() const {
  return invariants_->unfinished().empty() && errands_->all_over() &&
         std::ranges::all_of(actors_, [](const auto& actor) { return actor->is_done(); }) &&
         payment_truth_.is_settled(*invariants_);
}

std::string Town::what_is_left() const {
  std::string left = errands_->all_over() ? "" : "errands: " + stations_->any()->last_wait + "; ";
  for (const VendId id : invariants_->unfinished())
    left += words(invariants_->vends().at(id)) + "; ";
  for (std::size_t i = 0; i < actors_.size(); ++i)
    if (!actors_[i]->is_done()) left += fmt::format("actor {}; ", i);
  return left + (payment_truth_.is_settled(*invariants_) ? "" : "payments");
}

void Town::run_to_the_end() {
  const MonoMs deadline = world_.mono() + kDeadline;
  for (;;) {
    try {
      world_.run_until([this] { return everything_ended(); }, deadline);
      stations_->calm();
      world_.run_for(minutes(2));  // what was held back on the way may still arrive
      if (everything_ended() || world_.mono() >= deadline) return;
    } catch (const Crash& crash) {
      stations_->kill(crash.slot);
    }
  }
}

/// The store's own audit, once at the end.
void Town::check_books() {
  Slot* slot = nullptr;
  world_.run_until([&] { return (slot = stations_->any()) != nullptr; },
                   world_.mono() + minutes(10));
  const auto problems = slot->station->run(slot->station->store->check_books());
  if (!problems) throw Violation{"the_books_can_be_checked", problems.error().detail};
  if (!problems->empty()) throw Violation{"the_books_are_sound", problems->front()};
}

void Town::count_vend(const VendRow& vend, Counts& counts) {
  counts.delivered += vend.state == VendState::delivered;
  counts.refund_due += vend.state == VendState::refund_due;
  counts.refunded += vend.state == VendState::refunded;
  counts.refund_failed += vend.state == VendState::refund_failed;
  counts.closed += vend.state == VendState::closed;
  counts.moved += vend.state == VendState::moved;
  if (!arrived(vend)) return;
  counts.refunds += vend.kind == VendKind::refund;
  counts.reversals += vend.kind == VendKind::reversal;
  counts.transfers += vend.kind == VendKind::transfer_in;
  counts.grants += vend.kind == VendKind::grant;
  counts.adjustments += vend.kind == VendKind::adjustment;
}

void Town::count(Outcome& outcome) const {
  outcome.counts.seeds = 1;
  outcome.counts.steps = invariants_->steps();
  outcome.counts.quarantined = invariants_->vends_quarantined();
  outcome.counts.closings = invariants_->closed();
  outcome.counts.change_overs = invariants_->changed_over();
  for (const auto& [id, vend] : invariants_->vends()) count_vend(vend, outcome.counts);
  for (const auto& place : plant_->buses()) {
    const auto& wire = place->bus.counters();
    outcome.counts.frames += static_cast<std::int64_t>(wire.requests + wire.answered);
    outcome.counts.frames_lost += static_cast<std::int64_t>(wire.frames_lost);
    outcome.counts.frames_doubled += static_cast<std::int64_t>(wire.frames_doubled);
    outcome.counts.frames_late += static_cast<std::int64_t>(wire.frames_late);
  }
  stations_->count(outcome.counts);
  for (const auto& actor : actors_) actor->count(outcome.counts);
  outcome.trace_hash = world_.trace_hash();
  outcome.trace_lines = world_.trace_lines();
}

Outcome Town::play() {
  Outcome outcome;
  try {
    for (const auto& actor : actors_) actor->begin();
    stations_->start();
    run_to_the_end();
    check_books();
    if (!everything_ended()) throw Violation{"everything_comes_to_its_end", what_is_left()};
    invariants_->at_rest();
    payment_truth_.at_rest(*invariants_);
    for (const auto& actor : actors_) actor->at_rest();
  } catch (const Violation& violation) {
    outcome.violation = violation;
  }
  count(outcome);
  return outcome;
}

}  // namespace

Outcome play(const Mixture& mixture) { return Town(mixture).play(); }

}  // namespace paymeter::town
