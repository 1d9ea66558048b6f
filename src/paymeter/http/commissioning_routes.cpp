// Commissioning: checks with their results, guided pulse tests, signed reports.
#include <algorithm>
#include <boost/json/parse.hpp>

#include "paymeter/http/directory.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

using namespace domain::commissioning;

json::object named(const Station& station, MeterId id) {
  const service::LiveMeter* live = station.live.find(id);
  return {{"id", id.value},
          {"code", live == nullptr ? std::string{} : live->meter.code},
          {"room", or_null(room_of(station.live, id))}};
}

json::object render(const Station& station, const MeterResult& result) {
  json::object out = named(station, result.meter);
  out["at"] = format_rfc3339(result.at);
  out["verdict"] = verdict_name(verdict_of(result));
  out["serial_found"] = result.serial_found;
  json::array points;
  for (const PointResult& point : result.points)
    points.push_back(json::object{{"point", point_name(point.point)},
                                  {"verdict", verdict_name(point.verdict)},
                                  {"detail", point.detail}});
  out["points"] = std::move(points);
  return out;
}

port::Async<json::object> render_report(Context& context, SignedReport report) {
  json::object out{{"id", report.id},
                   {"check_id", report.check.value},
                   {"signed_at", format_rfc3339(report.signed_at)}};
  out["signed_by"] = or_null(co_await context.directory->user_name(report.signed_by));
  out["public_key"] = report.key_hex;
  out["signature"] = report.signature_hex;
  co_return out;
}

std::string_view prompt_of(const Station& station, const PulseTest& test) {
  if (station.commissioning->is_reading(test.id)) return "wait";
  if (test.state == PulseState::done || test.state == PulseState::cancelled) return "nothing";
  if (test.traces.empty()) return "begin_again";
  return test.state == PulseState::on ? "switch_on" : "switch_off";
}

json::value render(const Station& station, const std::optional<PulseResult>& result) {
  if (!result) return nullptr;
  json::array candidates;
  for (MeterId id : result->candidates) candidates.push_back(named(station, id));
  json::object out{{"verdict", pulse_verdict_name(result->verdict)}};
  out["seen"] = result->seen ? json::value(named(station, result->seen)) : json::value(nullptr);
  out["step_w"] = result->step_w;
  out["factor_e3"] = result->factor_e3;
  out["candidates"] = std::move(candidates);
  return out;
}

template <class Id>
std::string numbered(std::string_view what, Id id) {
  return std::string(what) + " #" + std::to_string(id.value);
}

net::Response download(std::string body, std::string_view type, const std::string& name) {
  net::Response response;
  response.body = std::move(body);
  response.headers.push_back({"Content-Type", std::string(type)});
  response.headers.push_back({"Content-Disposition", "attachment; filename=\"" + name + "\""});
  return response;
}

}  // namespace

port::Async<json::object> render_check(Context& context, SiteCheck check) {
  json::object out{{"id", check.id.value},
                   {"scope", scope_kind_name(check.scope)},
                   {"scope_id", check.scope_id},
                   {"state", check_state_name(check.state)},
                   {"total", check.total},
                   {"checked", check.ok + check.failed + check.unknown},
                   {"ok", check.ok},
                   {"failed", check.failed},
                   {"unknown", check.unknown}};
  out["started_by"] = or_null(co_await context.directory->user_name(check.started_by));
  out["started_at"] = format_rfc3339(check.started_at);
  out["finished_at"] = time_or_null(check.finished_at);
  co_return out;
}

json::object render_pulse(const Station& station, const PulseTest& test) {
  json::object out{{"id", test.id.value}, {"meter", named(station, test.expected)}};
  out["load_w"] = test.load_w;
  out["rounds"] = test.rounds;
  out["rounds_done"] = std::max(rounds_done(test), 0);
  out["state"] = pulse_state_name(test.state);
  out["prompt"] = prompt_of(station, test);
  out["result"] = render(station, test.result);
  json::array traces;
  for (const PowerTrace& trace : test.traces) {
    json::object row = named(station, trace.meter);
    row["is_main"] = trace.is_main;
    row["power_w"] = array_of(trace.power_w);
    traces.push_back(std::move(row));
  }
  out["traces"] = std::move(traces);
  out["started_at"] = format_rfc3339(test.started_at);
  out["finished_at"] = time_or_null(test.finished_at);
  return out;
}

Answer begin_check(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::Commissioning::CheckRequest request;
  request.property = property_of(context.station, *call);
  request.scope = fields->choice("scope", scope_kind_from_name);
  request.scope_id = fields->integer("scope_id", 1);
  request.by = call->user.id;
  request.idempotency_key = call->idempotency_key;
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject =
      std::string(scope_kind_name(request.scope)) + " #" + std::to_string(request.scope_id);
  const auto started = co_await context.station.commissioning->begin_check(std::move(request));
  if (!started) co_return fail(started.error());
  call->detail = numbered("check", started->check.id) + (started->existed ? " (repeated key)" : "");
  co_return created_response(co_await render_check(context, started->check),
                             started->existed ? Novelty::repeated : Novelty::created);
}

Answer list_checks(Context& context, CallPtr call) {
  Query query = call->query();
  const port::Page page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  const auto checks =
      co_await context.station.store.list_checks(property_of(context.station, *call), page);
  if (!checks) co_return fail(checks.error());
  json::array rows;
  for (const SiteCheck& check : checks->rows) rows.push_back(co_await render_check(context, check));
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", checks->total}});
}

Answer get_check(Context& context, CallPtr call) {
  const CheckId id{call->ids.at(0)};
  const auto check = co_await context.station.commissioning->find_check(id);
  if (!check) co_return fail(check.error());
  const auto results = co_await context.station.store.check_results(id);
  if (!results) co_return fail(results.error());
  json::array rows;
  for (const MeterResult& result : *results) rows.push_back(render(context.station, result));
  co_return json_response(
      json::object{{"check", co_await render_check(context, *check)}, {"meters", std::move(rows)}});
}

Answer stop_check(Context& context, CallPtr call) {
  const CheckId id{call->ids.at(0)};
  call->subject = numbered("check", id);
  const auto check = co_await context.station.commissioning->stop_check(id);
  if (!check) co_return fail(check.error());
  co_return json_response(co_await render_check(context, *check));
}

Answer sign_check_report(Context& context, CallPtr call) {
  const CheckId id{call->ids.at(0)};
  call->subject = numbered("check", id);
  const auto report = co_await context.station.commissioning->sign_report(id, call->user);
  if (!report) co_return fail(report.error());
  call->detail = "report #" + std::to_string(report->id);
  co_return created_response(co_await render_report(context, *report), Novelty::created);
}

Answer list_check_reports(Context& context, CallPtr call) {
  const auto reports = co_await context.station.store.list_reports(CheckId{call->ids.at(0)});
  if (!reports) co_return fail(reports.error());
  json::array rows;
  for (const SignedReport& report : *reports)
    rows.push_back(co_await render_report(context, report));
  co_return json_response(json::object{{"total", rows.size()}, {"rows", std::move(rows)}});
}

/// The page's data: the signed content as JSON beside key and signature.
Answer get_check_report(Context& context, CallPtr call) {
  const auto report = co_await context.station.store.find_report(call->ids.at(0));
  if (!report) co_return fail(report.error());
  json::object out = co_await render_report(context, *report);
  json::error_code error;
  out["content"] = json::parse(report->content, error);
  co_return json_response(out);
}

Answer download_check_report(Context& context, CallPtr call) {
  const auto report = co_await context.station.store.find_report(call->ids.at(0));
  if (!report) co_return fail(report.error());
  co_return download(context.station.reports->file(*report), "application/json",
                     "report-" + std::to_string(report->id) + ".json");
}

Answer print_check_report(Context& context, CallPtr call) {
  Query query = call->query();
  const auto language = query.choice("lang", [](std::string_view name) {
    using port::ReportLanguage;
    return name == "zh"   ? std::optional(ReportLanguage::zh)
           : name == "en" ? std::optional(ReportLanguage::en)
                          : std::nullopt;
  });
  if (query.problem()) co_return fail(*query.problem());
  auto report = co_await context.station.store.find_report(call->ids.at(0));
  if (!report) co_return fail(report.error());
  const std::string name = "report-" + std::to_string(report->id) + ".pdf";
  const auto pdf = co_await context.station.reports->pdf(
      std::move(*report), language.value_or(port::ReportLanguage::zh));
  if (!pdf) co_return fail(pdf.error());
  co_return download(std::string(pdf->begin(), pdf->end()), "application/pdf", name);
}

Answer begin_pulse_test(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  service::Commissioning::PulseRequest request;
  request.property = property_of(context.station, *call);
  request.expected = {fields->integer("meter_id", 1)};
  request.load_w = fields->integer_or("load_w", 0, 0, 100'000);
  request.rounds = static_cast<int>(fields->integer_or("rounds", 4, 1, 8));
  request.by = call->user.id;
  request.idempotency_key = call->idempotency_key;
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = numbered("meter", request.expected);
  const auto started = co_await context.station.commissioning->begin_pulse(std::move(request));
  if (!started) co_return fail(started.error());
  call->detail = numbered("test", started->test.id) + (started->existed ? " (repeated key)" : "");
  co_return created_response(render_pulse(context.station, started->test),
                             started->existed ? Novelty::repeated : Novelty::created);
}

Answer list_pulse_tests(Context& context, CallPtr call) {
  Query query = call->query();
  std::optional<MeterId> meter;
  if (const auto id = query.integer("meter_id", 1, kExactMax)) meter = MeterId{*id};
  const port::Page page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  const auto tests =
      co_await context.station.store.list_pulses(property_of(context.station, *call), meter, page);
  if (!tests) co_return fail(tests.error());
  std::vector<RoomPulse> rooms;
  json::array rows, findings;
  for (const PulseTest& test : tests->rows) rows.push_back(render_pulse(context.station, test));
  for (auto test = tests->rows.rbegin(); test != tests->rows.rend(); ++test)
    if (test->result) rooms.push_back({test->expected, *test->result});
  for (const PulseFinding& finding : crossed_meters(rooms))
    findings.push_back(json::object{{"kind", pulse_finding_name(finding.kind)},
                                    {"room_meter", named(context.station, finding.room_meter)},
                                    {"seen", named(context.station, finding.seen)}});
  co_return json_response(json::object{
      {"rows", std::move(rows)}, {"total", tests->total}, {"findings", std::move(findings)}});
}

Answer get_pulse_test(Context& context, CallPtr call) {
  const auto test = co_await context.station.store.find_pulse(PulseId{call->ids.at(0)});
  if (!test) co_return fail(test.error());
  co_return json_response(render_pulse(context.station, *test));
}

Answer pulse_test_switched(Context& context, CallPtr call) {
  const PulseId id{call->ids.at(0)};
  call->subject = numbered("pulse test", id);
  const auto test = co_await context.station.commissioning->pulse_switched(id);
  if (!test) co_return fail(test.error());
  co_return json_response(render_pulse(context.station, *test));
}

Answer cancel_pulse_test(Context& context, CallPtr call) {
  const PulseId id{call->ids.at(0)};
  call->subject = numbered("pulse test", id);
  const auto test = co_await context.station.commissioning->cancel_pulse(id);
  if (!test) co_return fail(test.error());
  co_return json_response(render_pulse(context.station, *test));
}

}  // namespace paymeter::http
