// Batches: choosing, starting row by row at a pace, reporting, ending.
#include "paymeter/service/batches.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "paymeter/domain/idempotency.hpp"

namespace paymeter::service {
namespace {

using domain::Batch;
using domain::BatchState;
using domain::CommandKind;
using Act = port::BatchMove::Act;

constexpr Millis kReportInterval{1'000};

/// Facts of many meters at once: each model is asked for what it can do only once.
class FactTable {
 public:
  FactTable(const port::MeterDriverFactory& drivers, const LiveTable& live) : live_(live) {
    for (const port::MeterModelInfo& model : drivers.models())
      abilities_.emplace(model.name, model.abilities);
  }
  domain::BatchFacts of(const LiveMeter& meter) const {
    domain::BatchFacts facts;
    facts.meter = &meter.meter;
    if (meter.meter.room) facts.room = live_.room(*meter.meter.room);
    if (meter.account) facts.account = &*meter.account;
    facts.state = meter.tile();
    facts.lost = meter.lost;
    const auto model = abilities_.find(meter.meter.model);
    facts.collected = model != abilities_.end() && live_.bus(meter.meter.bus) != nullptr;
    if (!facts.collected) return facts;
    facts.has_relay = model->second.relay;
    facts.has_clock = model->second.clock;
    facts.has_time_tables = model->second.time_tables;
    return facts;
  }

 private:
  const LiveTable& live_;
  std::map<std::string, port::MeterAbilities> abilities_;
};

std::vector<domain::BatchRow> rows_of(const BatchPreview& preview) {
  std::vector<domain::BatchRow> rows;
  rows.reserve(preview.meters.size() + preview.left_out.size());
  for (MeterId meter : preview.meters) rows.emplace_back().meter = meter;
  for (const auto& left : preview.left_out) {
    rows.emplace_back().meter = left.meter;
    rows.back().reason = left.why;
  }
  return rows;
}

/// The command of a row, or why there is none any more: rules are asked again right before
/// sending, and what is stored (settlements, 保电, newer switches) in the store's transaction.
port::BatchRowStart row_start(const Batch& batch, const LiveMeter& live, const LiveTable& table,
                              const FactTable& facts) {
  port::BatchRowStart out;
  out.refused = domain::why_not(batch.kind, facts.of(live));
  // A roll-out's commands never expire: who is lost now is found by the next look for lacking
  // prices, instead of being under way for years.
  if (!out.refused && batch.origin == domain::CommandOrigin::tariff_change && live.lost)
    out.refused = Errc::meter_lost;
  if (out.refused) return out;
  domain::Command& command = out.command;
  command.property = live.meter.property;
  command.meter = live.meter.id;
  command.kind = batch.kind;
  if (!domain::is_supply(batch.kind)) {
    auto made = download_command(live, table, batch.kind);
    if (!made) {
      out.refused = made.error().code;
      return out;
    }
    command = std::move(*made);
  }
  command.origin = batch.origin;
  command.reason = batch.reason;
  command.operator_id = batch.operator_id;
  command.tables = batch.tables;
  if (batch.kind != CommandKind::write_settings || batch.settings.empty()) return out;
  command.settings = batch.settings.applied_to(command.settings);
  if (auto ok = domain::check_settings(command.settings); !ok) out.refused = ok.error().code;
  out.configure = command.settings;
  return out;
}

bool is_persons(const BatchRequest& request) {
  return request.origin == domain::CommandOrigin::by_operator;
}

}  // namespace

/// A batch in memory: what waits, and what is on its way on which bus.
struct Batches::Run {
  struct InFlight {
    BusId bus{};
    MonoMs since{};
  };
  Run(Batch stored, MonoMs now) : batch(std::move(stored)), pace(batch.rate_per_minute, now) {}
  Batch batch;
  domain::Pace pace;
  std::unordered_map<BusId, domain::Pace> bus_pace;
  std::vector<port::BatchStore::WaitingRow> waiting;
  std::unordered_map<CommandId, InFlight> in_flight;
  domain::BatchCounts counts;
  bool loaded = false;
  bool changed = true;
  bool over = false;
  MonoMs reported{};
};

Batches::Batches(Deps deps, Settings settings)
    : deps_(deps), settings_(settings), wake_(deps.runtime.make_wakeup()) {
  subscription_ = deps_.events.subscribe([this](const Event& event) {
    if (const auto* changed = std::get_if<CommandChanged>(&event)) heard(changed->command);
  });
}
Batches::~Batches() = default;

port::Async<Result<>> Batches::resume() {
  auto open = co_await deps_.store.open_batches();
  if (!open) co_return fail(open.error());
  for (Batch& batch : *open) {
    const UtcMs now = deps_.runtime.now();
    if (domain::must_be_asked_again(batch, now)) {
      auto paused = co_await deps_.store.move_batch({batch.id, Act::pause, now});
      if (!paused) co_return fail(paused.error());
      batch = std::move(*paused);
    }
    take_up(std::move(batch));
  }
  deps_.runtime.spawn("batches", loop());
  co_return Result<>{};
}

port::Async<Result<BatchPreview>> Batches::preview(PropertyId property, domain::BatchOrder order) {
  if (auto ok = domain::check_batch_order(order); !ok) co_return fail(ok.error());
  const auto settling = co_await deps_.store.settling_meters(property);
  if (!settling) co_return fail(settling.error());
  const std::unordered_set<MeterId> settles(settling->begin(), settling->end());
  const auto lasting = co_await deps_.store.lasting_intents();
  if (!lasting) co_return fail(lasting.error());
  std::unordered_set<MeterId> forced_on;
  for (const domain::SupplyIntent& intent : *lasting)
    if (intent.kind == domain::SupplyIntentKind::force_on) forced_on.insert(intent.meter);
  const FactTable table(deps_.drivers, deps_.live);
  BatchPreview out;
  for (const auto& [id, meter] : deps_.live.meters()) {
    if (meter.meter.property != property) continue;
    domain::BatchFacts facts = table.of(meter);
    facts.settling = settles.contains(id);
    if (!domain::selects(order.selection, facts)) continue;
    auto why = domain::why_left_out(order, facts);
    // Before meter_lost, as a protected one's: that it answers again changes nothing.
    if (order.kind == CommandKind::trip && (!why || why == Errc::meter_lost) &&
        forced_on.contains(id))
      why = Errc::supply_protected;
    if (why)
      out.left_out.push_back({id, *why});
    else
      out.meters.push_back(id);
  }
  co_return out;
}

port::Async<Result<port::BatchStore::Added>> Batches::create(BatchRequest request) {
  if (is_persons(request))
    if (auto key = domain::check_idempotency_key(request.idempotency_key); !key)
      co_return fail(key.error());
  Batch batch;
  batch.property = request.property;
  batch.origin = request.origin;
  batch.kind = request.order.kind;
  batch.reason = request.order.reason;
  batch.operator_id = request.operator_id;
  batch.selection = request.selection_text;
  batch.settings = request.order.settings;
  batch.tables = request.order.tables;
  batch.tariff = request.tariff;
  batch.tariff_number = request.tariff_number;
  batch.rate_per_minute = request.order.rate_per_minute;
  batch.bus_rate_per_minute = request.order.bus_rate_per_minute;
  batch.created_at = deps_.runtime.now();
  batch.idempotency_key = request.idempotency_key;
  const auto known =
      co_await deps_.store.find_batch_by_key(request.property, request.idempotency_key);
  if (!known) co_return fail(known.error());
  if (*known) co_return co_await deps_.store.add_batch(std::move(batch), {});
  const auto chosen = co_await preview(request.property, request.order);
  if (!chosen) co_return fail(chosen.error());
  const auto count = static_cast<std::int64_t>(chosen->meters.size());
  const bool must_count = batch.kind == CommandKind::trip && is_persons(request);
  if (request.count ? *request.count != count : must_count)
    co_return fail(Errc::batch_count_differs, std::to_string(count));
  auto added = co_await deps_.store.add_batch(std::move(batch), rows_of(*chosen));
  if (added && !added->existed) take_up(added->batch);
  co_return added;
}

port::Async<Result<Batch>> Batches::move(BatchId id, Act act) {
  auto moved = co_await deps_.store.move_batch({id, act, deps_.runtime.now()});
  if (!moved) co_return moved;
  if (act == Act::retry || act == Act::resume || act == Act::cancel) take_up(*moved);
  if (const auto run = runs_.find(id); run != runs_.end()) {
    run->second->batch = *moved;
    run->second->changed = true;
  }
  wake_->raise();
  co_return moved;
}

/// Puts the batch into the loop, or has what waits of it read anew.
void Batches::take_up(Batch batch) {
  auto& run = runs_[batch.id];
  if (run == nullptr) run = std::make_shared<Run>(std::move(batch), deps_.runtime.mono());
  run->loaded = run->over = false;
  run->changed = true;
  wake_->raise();
}

void Batches::heard(const domain::Command& command) {
  if (!command.batch || command.state == domain::CommandState::pending) return;
  const auto run = runs_.find(*command.batch);
  if (run == runs_.end()) return;
  run->second->in_flight.erase(command.id);
  run->second->changed = true;
  wake_->raise();
}

port::Async<> Batches::loop() {
  port::Runtime& runtime = deps_.runtime;
  while (!runtime.stopping()) {
    std::vector<std::shared_ptr<Run>> runs;
    for (const auto& [id, run] : runs_) runs.push_back(run);
    // By id, so that the same history always happens in the same order.
    std::ranges::sort(runs, {}, [](const auto& run) { return run->batch.id; });
    for (auto& run : runs) co_await look(run);
    std::erase_if(runs_, [](const auto& entry) { return entry.second->over; });
    const bool is_busy = std::ranges::any_of(runs_, [](const auto& entry) {
      return entry.second->changed || !entry.second->loaded ||
             (entry.second->batch.state == BatchState::running && !entry.second->waiting.empty());
    });
    // Ends of commands come often; pace and reports need no more than a look per tick.
    if (is_busy)
      co_await runtime.sleep(settings_.tick);
    else
      co_await wake_->wait_until(runtime.mono() + minutes(1));
  }
}

port::Async<> Batches::look(std::shared_ptr<Run> run) {
  if (!run->loaded)
    if (auto loaded = co_await load(run); !loaded) co_return;
  if (run->batch.state == BatchState::running && !run->waiting.empty())
    if (auto started = co_await start_some(run); !started) run->loaded = false;
  if (run->changed && deps_.runtime.mono() - run->reported >= kReportInterval) co_await report(run);
}

port::Async<Result<>> Batches::load(std::shared_ptr<Run> run) {
  const BatchId id = run->batch.id;
  run->loaded = true;  // whoever changes rows while this reads says so again
  auto batch = co_await deps_.store.find_batch(id);
  auto waiting = co_await deps_.store.waiting_rows(id);
  auto counts = co_await deps_.store.batch_counts(id);
  if (!batch || !waiting || !counts) {
    run->loaded = false;
    co_return fail(Errc::store_failed);
  }
  run->batch = std::move(*batch);
  run->waiting = std::move(*waiting);
  run->counts = *counts;
  co_return Result<>{};
}

/// As many rows as pace, buses and memory allow; they leave `waiting`.
std::vector<port::BatchRowStart> Batches::choose(Run& run) {
  const MonoMs now = deps_.runtime.mono();
  std::unordered_map<BusId, int> on_bus;
  // What hangs on a meter that does not answer keeps neither its bus nor the batch.
  std::int64_t in_flight = 0;
  for (const auto& [id, flight] : run.in_flight)
    if (now - flight.since < settings_.slot_patience) ++on_bus[flight.bus], ++in_flight;
  const FactTable facts(deps_.drivers, deps_.live);
  std::vector<port::BatchRowStart> chosen;
  std::vector<port::BatchStore::WaitingRow> rest;
  for (const auto& row : run.waiting) {
    const LiveMeter* live = deps_.live.find(row.meter);
    const BusId bus = live == nullptr ? BusId{} : live->meter.bus;
    auto pace = run.bus_pace.try_emplace(bus, run.batch.bus_rate_per_minute, now).first;
    const bool has_room =
        chosen.size() < settings_.chunk_max &&
        in_flight + static_cast<std::int64_t>(chosen.size()) < settings_.in_flight_max;
    const bool may_start = has_room && on_bus[bus] < settings_.bus_in_flight_max &&
                           run.pace.may(now) && pace->second.may(now);
    if (!may_start) {
      rest.push_back(row);
      continue;
    }
    run.pace.take();
    pace->second.take();
    ++on_bus[bus];
    auto& start = chosen.emplace_back();
    if (live == nullptr)
      start.refused = Errc::meter_unknown;
    else
      start = row_start(run.batch, *live, deps_.live, facts);
    start.place = row.place;
    start.command.created_at = deps_.runtime.now();
    start.command.deadline_at = start.command.created_at + deps_.commands.deadline();
  }
  run.waiting = std::move(rest);
  return chosen;
}

port::Async<Result<>> Batches::start_some(std::shared_ptr<Run> run) {
  auto rows = choose(*run);
  if (rows.empty()) co_return Result<>{};
  auto started =
      co_await deps_.store.start_rows({run->batch.id, deps_.runtime.now(), std::move(rows)});
  if (!started) co_return fail(started.error());
  run->changed = true;
  run->counts.sending += static_cast<std::int64_t>(started->size());
  for (const domain::Command& command : *started) {
    LiveMeter* live = deps_.live.find(command.meter);
    if (live == nullptr) continue;
    run->in_flight.emplace(command.id, Run::InFlight{live->meter.bus, deps_.runtime.mono()});
    if (!run->batch.settings.empty()) live->meter.settings = command.settings;
  }
  deps_.commands.take_up(*started);
  co_return Result<>{};
}

/// Counts, tells, and ends what is over.
port::Async<> Batches::report(std::shared_ptr<Run> run) {
  run->changed = false;
  run->reported = deps_.runtime.mono();
  const BatchId id = run->batch.id;
  const auto counts = co_await deps_.store.batch_counts(id);
  if (!counts) {
    run->changed = true;
    co_return;
  }
  run->counts = *counts;
  const bool may_end = run->batch.state != BatchState::paused && !run->batch.finished_at &&
                       counts->waiting + counts->sending == 0;
  if (may_end) {
    auto ended = co_await deps_.store.move_batch({id, Act::finish, deps_.runtime.now()});
    if (ended) run->batch = *ended;
    // A retry may have come in between: look again.
    if (!ended) run->loaded = false, run->changed = true;
  }
  run->over = run->batch.finished_at.has_value() && run->loaded && !run->changed;
  deps_.events.publish(BatchChanged{run->batch, run->counts});
}

}  // namespace paymeter::service
