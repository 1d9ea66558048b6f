// Platform wallets: passes over what is stored, and what they mean for alarms and screens.
#include "paymeter/service/billing.hpp"

#include <algorithm>
#include <utility>

#include "paymeter/domain/rating/bill_text.hpp"
#include "paymeter/service/billing_pass.hpp"
#include "paymeter/service/quantity_pass.hpp"

namespace paymeter::service {
namespace {

namespace rating = domain::rating;
using domain::AlarmKind;
using domain::WalletLevel;
using domain::WalletStanding;

constexpr int kTriesMax = 4;
constexpr Millis kRetryPause{5'000};
constexpr Millis kDay{86'400'000};
/// After a start old readings may still wait for their compaction: they came in time.
constexpr Millis kCompacting = minutes(15);
constexpr int kReadingsMax = 1'000'000;
/// A compact three-phase connection of 100 A on each primary: more is nonsense.
constexpr std::int64_t kPhases = 3, kMilliVolts = 276'000, kMilliAmperes = 100'000;
constexpr std::int64_t kLitresPerHourMax = 100'000;

rating::GateLimits gate_limits(const domain::Meter& meter, const domain::WalletTerms& terms) {
  rating::GateLimits limits;
  limits.rise_per_hour_max = terms.rise_per_hour_max;
  if (limits.rise_per_hour_max != 0) return limits;
  limits.rise_per_hour_max =
      meter.utility == domain::Utility::water
          ? kLitresPerHourMax
          : rating::rated_wh_per_hour(kPhases, kMilliVolts, kMilliAmperes, meter.ct_ratio);
  return limits;
}

bool is_ours(const LiveMeter& live) {
  return live.meter.prepaid && live.meter.wallet == domain::Wallet::platform && live.account &&
         live.account->state != domain::AccountState::opening;
}

/// Whose tariff and terms price the wallet: the lowest of the account's meters that is still with
/// it; one that left has its next tenant's. When all have left, the last that did.
MeterId pricing_meter(const port::BillingInput& input) {
  const auto later = [](const port::BilledMeter& a, const port::BilledMeter& b) {
    return a.to && (!b.to || *a.to < *b.to);
  };
  return std::ranges::max_element(input.meters, later)->meter;
}

/// A package's tariff, version by version. `schedules` hold what the timeline points to.
Result<rating::Timeline> package_timeline(
    const rating::Timeline& plain, const rating::Package& package,
    std::vector<std::unique_ptr<rating::Schedule>>& schedules) {
  std::vector<rating::Era> eras;
  for (const rating::Era& era : plain.eras()) {
    auto schedule = rating::package_schedule(*era.schedule, package);
    if (!schedule) return fail(schedule.error());
    schedules.push_back(std::make_unique<rating::Schedule>(std::move(*schedule)));
    eras.push_back({era.from, schedules.back().get(), era.version});
  }
  return rating::Timeline::make(std::move(eras));
}

}  // namespace

/// What one pass gathers before it runs.
struct Billing::Pass {
  MeterId meter{};
  port::BillingInput input;
  domain::WalletTerms terms;
  port::TariffStore::MeterVersions versions;
  std::vector<domain::tariff::DatedHousehold> households;
  std::optional<MeterTimeline> compiled;
  std::vector<std::unique_ptr<rating::Schedule>> package_schedules;
  std::optional<rating::Timeline> timeline;
  BillingFacts facts;
  BillingOutcome outcome;
  WalletStanding standing;
};

Billing::Billing(Deps deps, Settings settings)
    : deps_(deps), settings_(settings), wake_(deps.runtime.make_wakeup()) {}

void Billing::start() {
  token_ = deps_.events.subscribe([this](const Event& event) { on_event(event); });
  mark_all();
  started_ = deps_.runtime.mono();
  deps_.runtime.spawn("billing", loop());
}

void Billing::mark_all() {
  for (const auto& [id, live] : deps_.live.meters())
    if (is_ours(live)) due_.insert(id);
}

void Billing::on_event(const Event& event) {
  const auto mark = [this](MeterId meter) {
    const LiveMeter* live = deps_.live.find(meter);
    if (live != nullptr && is_ours(*live) && due_.insert(meter).second) wake_->raise();
  };
  if (const auto* stored = std::get_if<ReadingsStored>(&event)) {
    arrived_.insert(stored->meters.begin(), stored->meters.end());
    for (const MeterId meter : stored->meters) mark(meter);
  }
  if (const auto* vend = std::get_if<VendChanged>(&event)) mark(vend->vend.meter);
  if (const auto* account = std::get_if<AccountChanged>(&event))
    for (const MeterId meter : account->account.meters) mark(meter);
}

port::Async<> Billing::loop() {
  MonoMs next_sweep = deps_.runtime.mono() + settings_.sweep;
  while (!deps_.runtime.stopping()) {
    if (due_.empty()) co_await wake_->wait_until(next_sweep);
    if (deps_.runtime.mono() >= next_sweep) {
      mark_all();
      next_sweep = deps_.runtime.mono() + settings_.sweep;
    }
    bool all_well = true;
    std::set<MeterId> now;
    now.swap(due_);
    for (const MeterId meter : now) {
      if (deps_.runtime.stopping()) co_return;
      const auto done = co_await bill(meter);
      // A wallet that left its account meanwhile has nothing more to be billed.
      if (done || done.error().code == Errc::account_not_open) {
        problems_.erase(meter);
        continue;
      }
      all_well = false;
      problems_[meter] = std::string(error_name(done.error().code)) + " " + done.error().detail;
      const bool is_passing = done.error().code == Errc::store_failed ||
                              done.error().code == Errc::store_busy ||
                              done.error().code == Errc::store_full;
      if (is_passing) due_.insert(meter);
    }
    co_await tell_too_late(std::exchange(arrived_, {}));
    if (!all_well && !due_.empty()) co_await deps_.runtime.sleep(kRetryPause);
  }
}

/// Readings that came since the last compaction are few, and old ones among them stand out.
port::Async<> Billing::tell_too_late(std::set<MeterId> meters) {
  const std::vector<domain::Property> properties = deps_.live.site().properties;
  if (meters.empty() || deps_.runtime.mono() - started_ < kCompacting) co_return;
  const UtcMs limit = deps_.runtime.now() - settings_.late_window;
  for (const domain::Property& property : properties) {
    const auto fresh = co_await deps_.store.fresh_span(property.id);
    if (!fresh || !*fresh || (*fresh)->from >= limit) continue;
    const UtcMs oldest = (*fresh)->from;
    for (const MeterId meter : meters) {
      const LiveMeter* live = deps_.live.find(meter);
      if (live == nullptr || live->meter.property != property.id || !is_ours(*live)) continue;
      const UtcMs opened = live->account->opened_at.value_or(live->account->created_at);
      if (oldest < opened) continue;  // another tenant's, or nobody's
      const auto found = co_await deps_.store.series(meter, oldest, oldest + Millis{1}, 1);
      if (!found || found->empty()) continue;
      co_await deps_.alarms.raise(
          property.id, AlarmKind::wallet_difference, meter, {},
          "reading_late " + format_rfc3339(oldest) + ": too old to be billed, adjust by hand");
    }
  }
}

std::vector<std::string> Billing::problems() const {
  std::vector<std::string> out;
  for (const auto& [meter, problem] : problems_) {
    const LiveMeter* live = deps_.live.find(meter);
    out.push_back("billing of " + (live == nullptr ? std::string("?") : live->meter.code) + ": " +
                  problem);
  }
  return out;
}

port::Async<Result<WalletStanding>> Billing::bill(MeterId meter) {
  auto billed = co_await bill_with_retry({meter, Scope::closed_days, "day", {}});
  if (!billed) co_return fail(billed.error());
  co_return billed->standing;
}

port::Async<Result<WalletStanding>> Billing::settle(MeterId meter, std::string cause, UserId by) {
  auto billed = co_await bill_with_retry({meter, Scope::everything, std::move(cause), by});
  if (!billed) co_return fail(billed.error());
  co_return billed->standing;
}

port::Async<Result<SettledWallet>> Billing::settle_to_end(MeterId meter, std::string cause,
                                                          UserId by) {
  co_return co_await bill_with_retry({meter, Scope::everything, std::move(cause), by});
}

/// Another station, or another task of this one, may have billed the wallet meanwhile.
port::Async<Result<SettledWallet>> Billing::bill_with_retry(Order order) {
  for (int tries = 1;; ++tries) {
    auto done = co_await bill_once(order);
    if (done) co_return done;
    if (done.error().code == Errc::account_not_open) co_return done;
    if (done.error().code != Errc::billing_state_conflict || tries == kTriesMax) {
      co_await hold_for(order.meter, done.error());
      co_return done;
    }
  }
}

port::Async<Result<SettledWallet>> Billing::bill_once(Order order) {
  auto pass = std::make_shared<Pass>();
  pass->meter = order.meter;
  if (auto ok = co_await prepare(pass); !ok) co_return fail(ok.error());
  const bool everything = order.scope == Scope::everything;
  auto outcome = run_pass(pass->facts, everything, order.cause);
  if (!outcome) co_return fail(outcome.error());
  pass->outcome = std::move(*outcome);
  pass->outcome.step.by = order.by;
  domain::Money posted{};
  for (const port::DayPosting& day : pass->outcome.step.postings)
    for (const port::MonthCharge& month : day.months) posted = posted + month.lines + month.fees;
  if (pass->outcome.is_worth_storing) {
    auto stored = co_await deps_.store.store_billing_run(pass->outcome.step);
    if (!stored) co_return fail(stored.error());
  }
  pass->standing.ledger = pass->input.wallet - posted;
  co_await show(pass);
  co_return SettledWallet{pass->standing, due_of(*pass)};
}

domain::Money Billing::due_of(const Pass& pass) {
  const WalletStanding& standing = pass.standing;
  domain::Money due = -standing.balance;
  if (standing.quantity_left && *standing.quantity_left < 0)
    due =
        due + payment_for(-*standing.quantity_left, quantity_price(*pass.timeline, pass.facts.now));
  return std::max(due, domain::Money{});
}

/// Everything that a pass needs is read before it runs; the revision says whether it stayed true.
port::Async<Result<>> Billing::prepare(std::shared_ptr<Pass> pass) {
  if (deps_.live.find(pass->meter) == nullptr) co_return fail(Errc::meter_unknown);
  auto input = co_await deps_.store.billing_input(pass->meter);
  if (!input) co_return fail(input.error());
  pass->input = std::move(*input);
  const MeterId first = pricing_meter(pass->input);
  auto terms = co_await deps_.store.wallet_terms(first);
  if (!terms) co_return fail(terms.error());
  pass->terms = std::move(*terms);
  auto versions = co_await deps_.store.versions_of_meter(first);
  if (!versions) co_return fail(versions.error());
  pass->versions = std::move(*versions);
  auto households = co_await deps_.store.households(pass->input.billing.account);
  if (!households) co_return fail(households.error());
  pass->households = std::move(*households);

  const UtcMs now = deps_.runtime.now();
  UtcMs from = pass->input.meters.front().from;
  for (const port::BilledMeter& meter : pass->input.meters) from = std::min(from, meter.from);
  if (const auto since = checkpoint_time(pass->input.billing.checkpoint)) from = *since;
  // The checkpoint may hold parts of its month under versions that have ended since.
  from = from - kDay * 32;
  auto compiled =
      compile_timeline(deps_.format, pass->versions, pass->households, from, now + kDay);
  if (!compiled) co_return fail(compiled.error());
  pass->compiled = std::move(*compiled);
  if (pass->terms.package_name.empty()) {
    pass->timeline = pass->compiled->timeline;
  } else {
    auto packaged = package_timeline(
        pass->compiled->timeline,
        {pass->terms.package_name, pass->terms.package_fee, pass->terms.package_included},
        pass->package_schedules);
    if (!packaged) co_return fail(packaged.error());
    pass->timeline = std::move(*packaged);
  }
  BillingFacts& facts = pass->facts;
  facts.input = &pass->input;
  facts.timeline = &*pass->timeline;
  facts.terms = pass->terms;
  facts.late_window = settings_.late_window;
  facts.lag_max = settings_.lag_max;
  facts.silence_max = settings_.silence_max;
  facts.now = now;
  co_return co_await load_readings(pass);
}

port::Async<Result<>> Billing::load_readings(std::shared_ptr<Pass> pass) {
  const auto since = load_from(pass->input.billing, pass->terms.unit);
  const UtcMs forever = pass->facts.now + kDay;
  for (port::BilledMeter& meter : pass->input.meters) {
    std::erase_if(meter.devices,
                  [&](const port::DeviceEnd& device) { return device.to_at <= meter.from; });
    for (port::DeviceEnd& device : meter.devices) {
      if (device.final_wh) continue;
      auto before =
          co_await deps_.store.series(meter.meter, meter.from, device.to_at, kReadingsMax);
      if (!before) co_return fail(before.error());
      for (const domain::Reading& reading : *before)
        if (reading.energy_wh) device.final_wh = reading.energy_wh;
    }
    const UtcMs from = std::max(since ? *since + Millis{1} : meter.from, meter.from);
    auto stored =
        co_await deps_.store.series(meter.meter, from, meter.to.value_or(forever), kReadingsMax);
    if (!stored) co_return fail(stored.error());
    std::vector<rating::IncomingReading> raw;
    for (const domain::Reading& reading : *stored) raw.push_back({reading.at, reading.energy_wh});
    const auto limits = co_await limits_of(pass, meter.meter);
    if (!limits) co_return fail(limits.error());
    pass->facts.meters.push_back({meter.meter, one_register(meter.devices, raw), *limits});
  }
  co_return Result<>{};
}

/// What can flow through a meter is its own, whoever shares the wallet.
port::Async<Result<rating::GateLimits>> Billing::limits_of(std::shared_ptr<Pass> pass,
                                                           MeterId meter) {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr) co_return fail(Errc::meter_unknown);
  const domain::Meter config = live->meter;
  if (pass->terms.meter == meter) co_return gate_limits(config, pass->terms);
  const auto terms = co_await deps_.store.wallet_terms(meter);
  if (!terms) co_return fail(terms.error());
  co_return gate_limits(config, *terms);
}

port::Async<> Billing::show(std::shared_ptr<Pass> pass) {
  WalletStanding& standing = pass->standing;
  standing.account = pass->input.billing.account;
  standing.is_shared = pass->input.is_shared;
  standing.unit = pass->terms.unit;
  standing.unposted = pass->outcome.unposted;
  standing.balance = standing.ledger - standing.unposted;
  standing.quantity_left = pass->outcome.quantity_left;
  standing.held = pass->outcome.step.billing.held;
  standing.billed_to = pass->outcome.billed_to;
  standing.as_of = pass->facts.now;
  const CivilTime local = civil_time(pass->facts.now, pass->timeline->utc_offset());
  for (const port::BilledMeter& meter : pass->input.meters) {
    LiveMeter* live = deps_.live.find(meter.meter);
    if (live == nullptr || meter.to) continue;
    const domain::Meter config = live->meter;
    standing.supply = domain::supply_wanted(
        pass->terms, {standing.balance, config.settings.alarm1, config.settings.alarm2,
                      config.settings.overdraft, !standing.held, local.hour * 60 + local.minute});
    WalletStanding before = live->wallet.value_or(WalletStanding{});
    before.as_of = standing.as_of;
    const bool is_news = before != standing;
    live->wallet = standing;
    if (is_news) deps_.events.publish(MeterChanged{meter.meter});
    co_await deps_.alarms.apply_wallet(config, standing);
  }
}

/// Billing waits until a person or a later reading mends it; the balance is as it was.
port::Async<> Billing::hold_for(MeterId meter, Error why) {
  const LiveMeter* live = deps_.live.find(meter);
  if (live == nullptr || !is_ours(*live)) co_return;
  const PropertyId property = live->meter.property;
  co_await deps_.alarms.raise(property, AlarmKind::billing_held, meter, {},
                              std::string(error_name(why.code)) + " " + why.detail);
}

port::Async<Result<std::vector<WalletBill>>> Billing::bills(MeterId meter, rating::Month month) {
  const auto rows = co_await deps_.store.bills_of_month(meter, port::month_number(month));
  if (!rows) co_return fail(rows.error());
  if (rows->empty()) co_return fail(Errc::bill_unknown);
  std::vector<WalletBill> out;
  for (const auto& row : *rows) {
    auto bill = rating::read_bill(row.month.bill);
    if (!bill) co_return fail(bill.error());
    out.push_back({row.billing, std::move(*bill), row.month.to_at});
  }
  co_return out;
}

}  // namespace paymeter::service
