// Automatic cuts: who is enforced since when, decisions with their inputs, own cuts, rehearsals,
// the breaker, and who holds a supply off.
#include <algorithm>

#include "paymeter/base/assert.hpp"
#include "paymeter/domain/cut_text.hpp"
#include "paymeter/http/directory.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/render.hpp"
#include "paymeter/service/enforcement.hpp"
#include "paymeter/service/importer_text.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

using domain::rating::local_day;
using port::OwnCutState;

constexpr std::size_t kTextMax = 500;

service::Enforcement& enforcement_of(Context& context) {
  PAYMETER_ASSERT(context.station.enforcement != nullptr);
  return *context.station.enforcement;
}

json::value fen_or_null(const std::optional<domain::Money>& money) {
  return money ? json::value(money->fen) : json::value(nullptr);
}

std::string date_text(domain::rating::DayNumber day) {
  const domain::rating::Date date = local_day(day).date;
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return std::to_string(date.year) + "-" + two(date.month) + "-" + two(date.day);
}

void put_meter(Context& context, json::object& out, MeterId meter) {
  const service::LiveMeter* live = context.station.live.find(meter);
  out["meter_id"] = id_or_null(meter);
  out["meter_code"] = live == nullptr ? json::value(nullptr) : json::value(live->meter.code);
  out["room"] = or_null(room_of(context.station.live, meter));
}

port::Async<json::object> render_setting(Context& context, domain::Enforcement setting) {
  const auto by = co_await context.directory->user_name(setting.changed_by);
  json::object out{{"id", setting.id.value}, {"building_id", id_or_null(setting.building)}};
  put_meter(context, out, setting.meter);
  const domain::Building* building = context.station.live.building(setting.building);
  out["building"] = building == nullptr ? json::value(nullptr) : json::value(building->name);
  out["mode"] = domain::enforcement_mode_name(setting.mode);
  out["reason"] = setting.reason;
  out["changed_by"] = or_null(by);
  out["changed_at"] = format_rfc3339(setting.changed_at);
  co_return out;
}

port::Async<json::object> render_breaker(Context& context, domain::CutBreaker breaker) {
  const auto asked = co_await context.directory->user_name(breaker.asked_by);
  const auto released = co_await context.directory->user_name(breaker.released_by);
  json::object out{{"is_open", breaker.is_open}, {"cuts", breaker.cuts}};
  out["opened_at"] = time_or_null(breaker.opened_at);
  out["asked_by"] = or_null(asked);
  out["asked_at"] = time_or_null(breaker.asked_at);
  out["reason"] = breaker.reason;
  out["released_by"] = or_null(released);
  out["released_at"] = time_or_null(breaker.released_at);
  co_return out;
}

json::object render_cut(Context& context, const port::OwnCut& cut) {
  json::object out{{"id", cut.id.value},
                   {"account_id", id_or_null(cut.account)},
                   {"decision_id", cut.decision.value},
                   {"state", port::own_cut_state_name(cut.state)},
                   {"is_rehearsed", cut.is_rehearsed},
                   {"tries", cut.tries}};
  put_meter(context, out, cut.meter);
  out["trouble"] = reason(cut.trouble);
  // What a manager has to know first: the platform wants it closed and cannot reach it.
  out["is_unreachable"] = cut.state == OwnCutState::reclosing && cut.trouble.has_value();
  out["decided_at"] = format_rfc3339(cut.decided_at);
  out["tried_at"] = time_or_null(cut.tried_at);
  out["shown_at"] = time_or_null(cut.shown_at);
  out["reclose_from"] = time_or_null(cut.reclose_from);
  out["ended_at"] = time_or_null(cut.ended_at);
  out["end_reason"] = cut.end_reason;
  return out;
}

json::object render_decision(Context& context, const port::CutRecord& record) {
  json::object out{
      {"id", record.id.value},           {"account_id", id_or_null(record.account)},
      {"at", format_rfc3339(record.at)}, {"verdict", domain::cut_verdict_name(record.verdict)},
      {"guards", record.guards},         {"rule_version", record.rule_version}};
  put_meter(context, out, record.meter);
  out["balance_fen"] = fen_or_null(record.balance);
  out["previous_balance_fen"] = fen_or_null(record.previous_balance);
  out["threshold_fen"] = fen_or_null(record.threshold);
  out["reading_at"] = time_or_null(record.reading_at);
  json::array inputs;
  for (const auto& [name, value] : domain::cut_input_lines(record.inputs))
    inputs.push_back(json::object{{"name", name}, {"value", value}});
  out["inputs"] = std::move(inputs);
  return out;
}

/// Somebody is to look at it: a draft of a day to come that foresees cuts, where cutting is on.
port::Async<Result<bool>> needs_approval(Context& context, domain::Rehearsal rehearsal,
                                         std::int64_t cuts) {
  if (rehearsal.state != domain::RehearsalState::draft || cuts == 0) co_return false;
  const domain::Property* property = context.station.live.property(rehearsal.property);
  const auto offset = service::fixed_zone_offset(property == nullptr ? "" : property->time_zone);
  const UtcMs now = context.station.runtime.now();
  if (!offset || domain::rating::day_number_at(now, *offset) >= rehearsal.day) co_return false;
  const auto settings = co_await context.station.store.enforcement(rehearsal.property);
  if (!settings) co_return fail(settings.error());
  co_return std::ranges::any_of(*settings, [](const domain::Enforcement& setting) {
    return setting.mode != domain::EnforcementMode::off;
  });
}

port::Async<Result<json::object>> render_rehearsal(Context& context, domain::Rehearsal rehearsal) {
  const auto by = co_await context.directory->user_name(rehearsal.decided_by);
  const auto sheet = co_await context.station.store.find_rehearsal(rehearsal.id);
  if (!sheet) co_return fail(sheet.error());
  const auto cuts = std::ranges::count_if(
      sheet->lines, [](const domain::RehearsalLine& line) { return line.guards.empty(); });
  const auto needed = co_await needs_approval(context, rehearsal, cuts);
  if (!needed) co_return fail(needed.error());
  json::object out{{"id", rehearsal.id.value},
                   {"date", date_text(rehearsal.day)},
                   {"state", domain::rehearsal_state_name(rehearsal.state)},
                   {"revision", rehearsal.revision},
                   {"lines", rehearsal.lines},
                   {"cuts", cuts},
                   {"needs_approval", *needed},
                   {"note", rehearsal.note}};
  out["made_at"] = format_rfc3339(rehearsal.made_at);
  out["decided_by"] = or_null(by);
  out["decided_at"] = time_or_null(rehearsal.decided_at);
  co_return out;
}

port::Async<json::object> render_intent(Context& context, domain::SupplyIntent intent) {
  const auto begun = co_await context.directory->user_name(intent.begun_by);
  const auto ended = co_await context.directory->user_name(intent.ended_by);
  json::object out{{"id", intent.id.value},
                   {"kind", domain::supply_intent_kind_name(intent.kind)},
                   {"holds_off", domain::holds_off(intent.kind)},
                   {"subject", intent.subject},
                   {"reason", intent.reason}};
  out["begun_by"] = or_null(begun);
  out["begun_at"] = format_rfc3339(intent.begun_at);
  out["ended_by"] = or_null(ended);
  out["ended_at"] = time_or_null(intent.ended_at);
  out["end_reason"] = intent.end_reason;
  co_return out;
}

/// The rehearsal of the path, of the user's property. Errors: rehearsal_unknown.
port::Async<Result<port::CutStore::RehearsalSheet>> sheet_of(Context& context, CallPtr call) {
  const domain::RehearsalId id{call->ids.at(0)};
  auto sheet = co_await context.station.store.find_rehearsal(id);
  if (sheet && sheet->rehearsal.property != call->user.property)
    co_return fail(Errc::rehearsal_unknown, std::to_string(id.value));
  co_return sheet;
}

Answer decide_rehearsal(Context& context, CallPtr call, domain::RehearsalState decision) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  port::CutStore::RehearsalAct act;
  act.rehearsal = {call->ids.at(0)};
  act.revision = fields->integer("revision", 1);
  act.note = fields->text("note", Presence::optional, kTextMax);
  act.decision = decision;
  act.by = call->user.id;
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "rehearsal #" + std::to_string(act.rehearsal.value);
  if (const auto sheet = co_await sheet_of(context, call); !sheet) co_return fail(sheet.error());
  const auto decided = co_await enforcement_of(context).decide(std::move(act));
  if (!decided) co_return fail(decided.error());
  call->detail = date_text(decided->day) + ", " + std::to_string(decided->lines) + " meters";
  const auto out = co_await render_rehearsal(context, *decided);
  if (!out) co_return fail(out.error());
  co_return json_response(*out);
}

}  // namespace

Answer get_enforcement(Context& context, CallPtr call) {
  const PropertyId property = call->user.property;
  const auto settings = co_await context.station.store.enforcement(property);
  if (!settings) co_return fail(settings.error());
  const auto breaker = co_await context.station.store.cut_breaker(property);
  if (!breaker) co_return fail(breaker.error());
  const auto cuts = co_await context.station.store.lasting_cuts();
  if (!cuts) co_return fail(cuts.error());
  json::array rows, lasting;
  for (const auto& setting : *settings) rows.push_back(co_await render_setting(context, setting));
  for (const auto& cut : *cuts)
    if (cut.property == property) lasting.push_back(render_cut(context, cut));
  const auto whole = domain::enforcement_of(*settings, {}, {});
  json::object out{{"mode", domain::enforcement_mode_name(whole.mode)}};
  out["settings"] = std::move(rows);
  out["lasting_cuts"] = std::move(lasting);
  out["breaker"] = co_await render_breaker(context, *breaker);
  co_return json_response(out);
}

Answer set_enforcement(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  domain::Enforcement setting;
  setting.property = call->user.property;
  if (fields->has("building_id")) setting.building = {fields->integer("building_id", 1)};
  if (fields->has("meter_id")) setting.meter = {fields->integer("meter_id", 1)};
  setting.mode = fields->choice("mode", domain::enforcement_mode_from_name);
  setting.reason = fields->text("reason", Presence::required, kTextMax);
  setting.changed_by = call->user.id;
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = setting.meter      ? "meter #" + std::to_string(setting.meter.value)
                  : setting.building ? "building #" + std::to_string(setting.building.value)
                                     : "property";
  call->detail = std::string(domain::enforcement_mode_name(setting.mode)) + ": " + setting.reason;
  const auto stored = co_await enforcement_of(context).set(std::move(setting));
  if (!stored) co_return fail(stored.error());
  co_return json_response(co_await render_setting(context, *stored));
}

Answer list_enforcement_history(Context& context, CallPtr call) {
  Query query = call->query();
  const port::Page page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  const auto found = co_await context.station.store.enforcement_history(call->user.property, page);
  if (!found) co_return fail(found.error());
  json::array rows;
  for (const auto& setting : found->rows) rows.push_back(co_await render_setting(context, setting));
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", found->total}});
}

Answer list_cut_decisions(Context& context, CallPtr call) {
  Query query = call->query();
  port::CutFilter filter;
  filter.property = call->user.property;
  if (const auto id = query.integer("meter_id", 1, kExactMax)) filter.meter = MeterId{*id};
  filter.verdict = query.choice("verdict", domain::cut_verdict_from_name);
  filter.from = query.time("from");
  filter.to = query.time("to");
  filter.page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  const auto found = co_await context.station.store.list_cut_decisions(std::move(filter));
  if (!found) co_return fail(found.error());
  json::array rows;
  for (const auto& record : found->rows) rows.push_back(render_decision(context, record));
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", found->total}});
}

Answer list_cuts(Context& context, CallPtr call) {
  Query query = call->query();
  port::OwnCutFilter filter;
  filter.property = call->user.property;
  if (const auto id = query.integer("meter_id", 1, kExactMax)) filter.meter = MeterId{*id};
  filter.lasting_only = query.flag("lasting");
  filter.page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  const auto found = co_await context.station.store.list_cuts(std::move(filter));
  if (!found) co_return fail(found.error());
  json::array rows;
  for (const auto& cut : found->rows) rows.push_back(render_cut(context, cut));
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", found->total}});
}

/// Every guard as it stands now, from what is stored: nothing is asked of the meter.
Answer get_cut_look(Context& context, CallPtr call) {
  const MeterId meter{call->ids.at(0)};
  const auto look = co_await enforcement_of(context).look(meter);
  if (!look) co_return fail(look.error());
  const auto settings = co_await context.station.store.enforcement(look->facts.property);
  if (!settings) co_return fail(settings.error());
  const auto last = co_await context.station.store.last_cut_decision(meter);
  if (!last) co_return fail(last.error());
  const domain::CutInputs& in = look->inputs;
  json::object out{{"at", format_rfc3339(in.now)},
                   {"verdict", domain::cut_verdict_name(look->decision.verdict)},
                   {"rule_version", in.rules.version},
                   {"enforcement", domain::enforcement_mode_name(look->facts.enforcement.mode)}};
  put_meter(context, out, meter);
  json::value setting = nullptr;
  for (const domain::Enforcement& one : *settings)
    if (one.id == look->facts.enforcement.by_setting)
      setting = co_await render_setting(context, one);
  out["setting"] = std::move(setting);
  json::array guards, intents;
  for (std::size_t i = 0; i < domain::kCutGuardCount; ++i)
    guards.push_back(
        json::object{{"guard", domain::cut_guard_name(static_cast<domain::CutGuard>(i))},
                     {"state", domain::guard_state_name(look->decision.guards[i])}});
  out["guards"] = std::move(guards);
  const auto balance = in.fresh ? in.fresh->balance : std::nullopt;
  out["balance_fen"] = fen_or_null(balance);
  out["threshold_fen"] = fen_or_null(in.threshold);
  const bool is_low = balance && in.threshold && *balance < *in.threshold;
  out["to_pay_fen"] = is_low ? (*in.threshold - *balance).fen : 0;
  for (const domain::SupplyIntent& intent : look->facts.lasting)
    intents.push_back(co_await render_intent(context, intent));
  out["intents"] = std::move(intents);
  out["own_cut"] = look->facts.own_cut ? json::value(render_cut(context, *look->facts.own_cut))
                                       : json::value(nullptr);
  out["last_decision"] =
      *last ? json::value(render_decision(context, **last)) : json::value(nullptr);
  co_return json_response(out);
}

Answer list_supply_intents(Context& context, CallPtr call) {
  const auto* live = context.station.live.find(MeterId{call->ids.at(0)});
  if (live == nullptr) co_return fail(Errc::meter_unknown, std::to_string(call->ids[0]));
  Query query = call->query();
  const port::Page page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  const auto found =
      co_await context.station.store.supply_intent_history(MeterId{call->ids[0]}, page);
  if (!found) co_return fail(found.error());
  json::array rows;
  for (const auto& intent : found->rows) rows.push_back(co_await render_intent(context, intent));
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", found->total}});
}

Answer make_rehearsal(Context& context, CallPtr call) {
  const auto made = co_await enforcement_of(context).rehearse(call->user.property);
  if (!made) co_return fail(made.error());
  call->subject = "rehearsal #" + std::to_string(made->id.value);
  call->detail = date_text(made->day) + ", " + std::to_string(made->lines) + " meters";
  const auto out = co_await render_rehearsal(context, *made);
  if (!out) co_return fail(out.error());
  co_return json_response(*out);
}

Answer list_rehearsals(Context& context, CallPtr call) {
  Query query = call->query();
  const port::Page page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  const auto found = co_await context.station.store.list_rehearsals(call->user.property, page);
  if (!found) co_return fail(found.error());
  json::array rows;
  for (const auto& one : found->rows) {
    auto row = co_await render_rehearsal(context, one);
    if (!row) co_return fail(row.error());
    rows.push_back(std::move(*row));
  }
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", found->total}});
}

Answer get_rehearsal(Context& context, CallPtr call) {
  const auto sheet = co_await sheet_of(context, call);
  if (!sheet) co_return fail(sheet.error());
  json::array meters;
  for (const domain::RehearsalLine& line : sheet->lines) {
    json::object row{{"account_id", id_or_null(line.account)}, {"balance_fen", line.balance.fen},
                     {"threshold_fen", line.threshold.fen},    {"to_pay_fen", line.to_pay.fen},
                     {"would_be_cut", line.guards.empty()},    {"guards", line.guards}};
    put_meter(context, row, line.meter);
    meters.push_back(std::move(row));
  }
  auto rehearsal = co_await render_rehearsal(context, sheet->rehearsal);
  if (!rehearsal) co_return fail(rehearsal.error());
  co_return json_response(
      json::object{{"rehearsal", std::move(*rehearsal)}, {"meters", std::move(meters)}});
}

Answer approve_rehearsal(Context& context, CallPtr call) {
  return decide_rehearsal(context, std::move(call), domain::RehearsalState::approved);
}
Answer reject_rehearsal(Context& context, CallPtr call) {
  return decide_rehearsal(context, std::move(call), domain::RehearsalState::rejected);
}

Answer ask_breaker_release(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  std::string why = fields->text("reason", Presence::required, kTextMax);
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "cut breaker";
  call->detail = why;
  const auto breaker = co_await enforcement_of(context).ask_release(call->user.property,
                                                                    call->user.id, std::move(why));
  if (!breaker) co_return fail(breaker.error());
  co_return json_response(co_await render_breaker(context, *breaker));
}

Answer release_breaker(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  std::string typed = fields->text("typed", Presence::optional, kTextMax);
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "cut breaker";
  const auto breaker = co_await enforcement_of(context).release(call->user.property, call->user.id,
                                                                std::move(typed));
  if (!breaker) co_return fail(breaker.error());
  call->detail = std::to_string(breaker->cuts) + " cuts, " + breaker->reason;
  co_return json_response(co_await render_breaker(context, *breaker));
}

}  // namespace paymeter::http
