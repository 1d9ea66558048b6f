// Each deed is drawn at its time and asked of the real services.
#include "cut_office.hpp"

#include <fmt/format.h>

namespace paymeter::town {
namespace {

constexpr UserId kAnna{1}, kBo{2};
constexpr Millis kShanghai = minutes(8 * 60), kDay = minutes(24 * 60);
/// A new price must be approved before its day, whatever stands still meanwhile.
constexpr Millis kInTime = minutes(30);
constexpr std::int64_t kFenE8 = 1'000'000;

template <class T>
Result<> done(const Result<T>& result) {
  if (!result) return fail(result.error());
  return Result<>{};
}

UtcMs next_midnight(UtcMs now) {
  const std::int64_t day = (now + kShanghai).value / kDay.value + 1;
  return UtcMs{day * kDay.value} - kShanghai;
}

}  // namespace

CutOffice::CutOffice(Deps deps)
    : deps_(deps),
      dice_(sim::seed_for(deps.mixture.seed, "cut office")),
      bad_moments_left_(deps.mixture.further.bad_moments) {
  deps_.checker.set_on_cut_too([this](const std::string& code) { under_way(code); });
  deps_.checker.set_on_replacing(
      [this](const std::string& code, std::int64_t settlement) { electrician(code, settlement); });
}

void CutOffice::begin() {
  for (int i = 0; i < deps_.mixture.further.acts; ++i)
    deps_.world.schedule(MonoMs{dice_.between(0, deps_.mixture.span.value)},
                         [this] { act(some_deed(), some_code()); });
}

OfficeDeed CutOffice::some_deed() {
  static constexpr std::pair<OfficeDeed, int> kShares[] = {
      {OfficeDeed::protect, 5},  {OfficeDeed::unprotect, 4}, {OfficeDeed::change_over, 4},
      {OfficeDeed::take_out, 3}, {OfficeDeed::let_again, 5}, {OfficeDeed::reprice, 4},
      {OfficeDeed::fall, 2},     {OfficeDeed::recover, 1},   {OfficeDeed::read_late, 4}};
  int sum = 0;
  for (const auto& [deed, share] : kShares) sum += share;
  auto drawn = static_cast<int>(dice_.below(static_cast<std::uint64_t>(sum)));
  for (const auto& [deed, share] : kShares)
    if ((drawn -= share) < 0) return deed;
  return OfficeDeed::read_late;
}

/// Between the decision and its frame, or right after it.
void CutOffice::under_way(const std::string& code) {
  if (bad_moments_left_ == 0 || dice_.below(2) == 0) return;
  --bad_moments_left_;
  static constexpr OfficeDeed kBad[] = {OfficeDeed::protect, OfficeDeed::protect,
                                        OfficeDeed::change_over, OfficeDeed::take_out,
                                        OfficeDeed::reprice};
  const OfficeDeed deed = kBad[dice_.below(std::size(kBad))];
  const Millis after{dice_.below(2) == 0 ? 0 : dice_.between(0, 20'000)};
  deps_.world.schedule(deps_.world.mono() + after, [this, deed, code] { act(deed, code); });
}

void CutOffice::meanwhile() {
  if (bad_moments_left_ == 0 || dice_.below(2) == 0) return;
  std::string next;
  for (const std::string& code : deps_.checker.cut_now())
    if (deps_.checker.standing(code).cut.state == "intended") next = code;
  if (next.empty()) return;
  --bad_moments_left_;
  deps_.world.schedule(deps_.world.mono() + Millis{dice_.between(0, 500)},
                       [this, next] { act(OfficeDeed::protect, next); });
}

void CutOffice::act(OfficeDeed deed, const std::string& code) {
  Wish wish{deed, code, {}, static_cast<std::int64_t>(dice_.next() >> 1)};
  wish.key = fmt::format("office-{}-{}", deps_.mixture.seed, 10'000 + ++acts_);
  if (deed == OfficeDeed::fall || deed == OfficeDeed::recover)
    return shift_register(code, deed == OfficeDeed::fall);
  if (deed == OfficeDeed::read_late) return read_late(wish);
  deps_.errands.add_soon({}, [this, wish](Slot& slot) { return carry_out(*this, slot, wish); });
}

port::Async<Came> CutOffice::carry_out(CutOffice& self, Slot& slot, Wish wish) {
  Result<> came;
  switch (wish.deed) {
    case OfficeDeed::protect:
    case OfficeDeed::unprotect:
      came = co_await configure(self, slot, wish);
      break;
    case OfficeDeed::let_again:
      came = co_await let_again(slot, wish);
      break;
    case OfficeDeed::reprice:
      came = co_await reprice(self, slot, wish);
      break;
    default:
      came = co_await settle(slot, wish);
  }
  co_return came || !is_passing(came.error()) ? Came::over : Came::again;
}

// ---------------------------------------------------------------- what is asked of a station
port::Async<Result<>> CutOffice::configure(CutOffice& self, Slot& slot, Wish wish) {
  const service::LiveMeter* live = slot.station->live.find_by_code(wish.code);
  domain::SitePlan change;
  for (const domain::SitePlan::MeterRow& row : self.deps_.plan.meters) {
    if (row.meter.code != wish.code) continue;
    change.meters.push_back(row);
    change.meters.back().meter.serial = live->meter.serial;
    change.meters.back().meter.is_protected = wish.deed == OfficeDeed::protect;
  }
  auto applied = co_await slot.station->store->apply_plan(
      std::move(change), port::SiteStore::Apply::commit, slot.station->runtime.now());
  if (!applied) co_return fail(applied.error());
  co_return co_await slot.station->keeper->reload();
}

port::Async<Result<>> CutOffice::let_again(Slot& slot, Wish wish) {
  service::OpeningRequest request;
  request.idempotency_key = wish.key;
  request.meter = slot.meter(wish.code);
  request.customer_name = "李四面馆";
  request.operator_id = kAnna;
  co_return done(co_await slot.station->accounts->open(std::move(request)));
}

port::Async<Result<>> CutOffice::reprice(CutOffice& self, Slot& slot, Wish wish) {
  using domain::tariff::VersionAct;
  const UtcMs truly = self.deps_.world.now();
  const UtcMs from = next_midnight(truly);
  if (self.deps_.mixture.further.prices != Prices::tomorrow || from - truly < kInTime)
    co_return Result<>{};
  const std::int64_t fen = wish.number % 5 == 0 ? 0 : wish.number % 2'000;
  const UtcMs now = slot.station->runtime.now();
  auto text = test_support::flat_price(
      slot.cuts->format, slot.station->live.site().tariffs.front().id, fen * kFenE8, from);
  text.note = std::to_string(fen);
  text.at = now;
  const std::string note = text.note;
  const auto version = co_await slot.station->store->write_version(std::move(text));
  if (!version) co_return fail(version.error());
  for (const auto& [act, by] :
       {std::pair{VersionAct::submit, kAnna}, std::pair{VersionAct::approve, kBo}}) {
    port::VersionActRequest request{version->tariff, version->number, act, by, now, note};
    const auto acted = co_await slot.station->store->act_on_version(std::move(request));
    if (!acted) co_return fail(acted.error());
  }
  co_return Result<>{};
}

port::Async<Result<>> CutOffice::settle(Slot& slot, Wish wish) {
  service::SettlementRequest request{wish.key, "换表", kAnna};
  const MeterId meter = slot.meter(wish.code);
  auto& settlements = *slot.station->settlements;
  if (wish.deed == OfficeDeed::change_over)
    co_return done(co_await settlements.change_over(meter, std::move(request)));
  co_return done(co_await settlements.close_meter(meter, std::move(request)));
}

// ---------------------------------------------------------------- devices
/// The old device is taken away some time after it was settled, the new one has run elsewhere.
void CutOffice::electrician(const std::string& code, std::int64_t settlement) {
  if (!replaced_.insert(settlement).second) return;
  const std::string serial = fmt::format("PN{}{:03}", code, ++devices_);
  const std::int64_t shown_wh = dice_.below(2) == 0 ? 0 : dice_.between(100, 6'000) * 10;
  const Millis after{dice_.between(0, minutes(10).value)};
  deps_.world.schedule(deps_.world.mono() + after, [this, code, serial, shown_wh, settlement] {
    deps_.checker.before_replacement(code);
    (void)deps_.plant.replace_meter(code, serial);
    deps_.plant.reference(code)->start_energy(shown_wh);
    deps_.plant.reference(code)->start_clock(civil_time(deps_.world.now(), kShanghai));
    (void)deps_.plant.set_load(code, sim::MeterLoad{});
    fallen_.erase(code);
    deps_.checker.after_replacement(code);
    deps_.errands.add_soon(
        {}, [settlement, serial](Slot& slot) { return connected(slot, settlement, serial); });
  });
}

port::Async<Came> CutOffice::connected(Slot& slot, std::int64_t settlement, std::string serial) {
  const auto opening = co_await slot.station->settlements->replaced(
      {SettlementId{settlement}, serial, {}, {}, kAnna});
  co_return opening || !is_passing(opening.error()) ? Came::over : Came::again;
}

// ---------------------------------------------------------------- readings
void CutOffice::shift_register(const std::string& code, bool down) {
  if (down == fallen_.contains(code)) return;
  auto memory = deps_.plant.reference(code)->memory();
  if (down && memory.metering.energy_mj < CutChecker::kFallMj) return;
  const std::uint64_t before = memory.metering.energy_mj;
  memory.metering.energy_mj = down ? before - CutChecker::kFallMj : before + CutChecker::kFallMj;
  deps_.plant.reference(code)->set_memory(memory);
  if (down)
    fallen_.insert(code);
  else
    fallen_.erase(code);
  deps_.checker.after_shift(code, before);
}

/// What the meter shows now comes into the books after newer readings. A wrong clock would have
/// stamped it wrongly: that is another story.
void CutOffice::read_late(const Wish& wish) {
  if (deps_.mixture.clock.any()) return;
  constexpr std::uint64_t kMjPerWh = 3'600'000;
  domain::Reading reading;
  reading.at = deps_.world.now();
  reading.energy_wh = static_cast<std::int64_t>(
      deps_.plant.reference(wish.code)->memory().metering.energy_mj / kMjPerWh / 10 * 10);
  const std::string code = wish.code;
  deps_.errands.add_soon(minutes(1 + wish.number % 45),
                         [code, reading](Slot& slot) { return store_late(slot, code, reading); });
}

port::Async<Came> CutOffice::store_late(Slot& slot, std::string code, domain::Reading reading) {
  reading.meter = slot.meter(code);
  std::vector<domain::Reading> one{reading};
  const auto stored = co_await slot.station->store->append(std::move(one));
  co_return stored || !is_passing(stored.error()) ? Came::over : Came::again;
}

}  // namespace paymeter::town
