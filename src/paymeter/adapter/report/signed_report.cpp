// Content, file and signature of a report.
#include "paymeter/adapter/report/signed_report.hpp"

#include <sodium.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

namespace paymeter::adapter {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace domain::commissioning;

constexpr std::string_view kFileFormat = "paymeter-signed-report-1";
constexpr std::string_view kContentFormat = "paymeter-commissioning-report-1";
constexpr std::string_view kPdfMark = "paymeter-signed-report-1:";
constexpr std::size_t kUnderWayMax = 5;
constexpr std::size_t kFileMax = 64 * 1024 * 1024;

std::string time_text(UtcMs at) { return format_rfc3339(at); }
json::value time_or_null(const std::optional<UtcMs>& at) {
  return at ? json::value(time_text(*at)) : json::value(nullptr);
}

const port::ReportMeter* find(const port::ReportData& data, MeterId id) {
  const auto at = std::find_if(data.meters.begin(), data.meters.end(),
                               [&](const port::ReportMeter& row) { return row.meter == id; });
  return at == data.meters.end() ? nullptr : &*at;
}

json::object named(const port::ReportData& data, MeterId id) {
  const port::ReportMeter* meter = find(data, id);
  if (meter == nullptr) return {{"id", id.value}, {"code", ""}, {"room", ""}};
  return {{"id", id.value}, {"code", meter->code}, {"room", meter->room}};
}

json::object result_json(const port::ReportData& data, const MeterResult& result) {
  json::object out = named(data, result.meter);
  if (const port::ReportMeter* meter = find(data, result.meter)) {
    out["name"] = meter->name;
    out["gateway"] = meter->gateway;
    out["bus"] = meter->bus;
    out["unit"] = meter->unit;
    out["model"] = meter->model;
    out["serial"] = meter->serial;
    out["ct_ratio"] = meter->ct_ratio;
  }
  out["at"] = time_text(result.at);
  out["serial_found"] = result.serial_found;
  out["verdict"] = verdict_name(verdict_of(result));
  json::array points;
  for (const PointResult& point : result.points)
    points.push_back(json::object{{"point", point_name(point.point)},
                                  {"verdict", verdict_name(point.verdict)},
                                  {"detail", point.detail}});
  out["points"] = std::move(points);
  return out;
}

json::object pulse_json(const port::ReportData& data, const PulseTest& test) {
  json::object out{{"id", test.id.value}, {"meter", named(data, test.expected)}};
  out["load_w"] = test.load_w;
  out["rounds"] = test.rounds;
  out["started_at"] = time_text(test.started_at);
  out["finished_at"] = time_or_null(test.finished_at);
  json::array traces, candidates;
  for (const PowerTrace& trace : test.traces) {
    json::array powers;
    for (const auto& power : trace.power_w)
      powers.push_back(power ? json::value(*power) : json::value(nullptr));
    traces.push_back(json::object{{"meter", named(data, trace.meter)},
                                  {"is_main", trace.is_main},
                                  {"power_w", std::move(powers)}});
  }
  if (test.result) {
    out["verdict"] = pulse_verdict_name(test.result->verdict);
    out["seen"] =
        test.result->seen ? json::value(named(data, test.result->seen)) : json::value(nullptr);
    out["step_w"] = test.result->step_w;
    out["factor_e3"] = test.result->factor_e3;
    for (MeterId id : test.result->candidates) candidates.push_back(named(data, id));
  }
  out["candidates"] = std::move(candidates);
  out["traces"] = std::move(traces);
  return out;
}

/// The text between the mark and the first character that is not base64.
std::string_view marked(std::string_view bytes) {
  const auto at = bytes.find(kPdfMark);
  if (at == std::string_view::npos) return {};
  const auto rest = bytes.substr(at + kPdfMark.size());
  const auto end = std::find_if(rest.begin(), rest.end(), [](char c) {
    return !(std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_');
  });
  return rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
}

Result<std::string> file_of(std::string_view bytes) {
  if (bytes.size() > kFileMax) return fail(Errc::request_invalid, "too large");
  if (!bytes.starts_with("%PDF")) return std::string(bytes);
  const std::string_view text = marked(bytes);
  std::string out(text.size(), '\0');
  std::size_t size = 0;
  if (text.empty() || sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(),
                                        text.data(), text.size(), nullptr, &size, nullptr,
                                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
    return fail(Errc::request_invalid, "no report of this program in the PDF");
  out.resize(size);
  return out;
}

port::Async<Result<Buffer>> draw_here(SignedReport report, std::string file,
                                      port::ReportLanguage language) {
  co_return draw_report(report, file, language);
}

}  // namespace

std::string report_content(const port::ReportData& data) {
  const SiteCheck& check = data.check;
  json::object out{{"format", kContentFormat}, {"property", data.property}};
  out["scope"] = json::object{
      {"kind", scope_kind_name(check.scope)}, {"id", check.scope_id}, {"name", data.scope}};
  out["check"] = json::object{{"id", check.id.value},
                              {"state", check_state_name(check.state)},
                              {"started_at", time_text(check.started_at)},
                              {"started_by", data.started_by},
                              {"finished_at", time_or_null(check.finished_at)},
                              {"total", check.total},
                              {"ok", check.ok},
                              {"failed", check.failed},
                              {"unknown", check.unknown}};
  out["signed_at"] = time_text(data.signed_at);
  out["signed_by"] = data.signed_by;
  out["utc_offset_min"] = data.utc_offset.value / 60'000;
  json::array meters, pulses, findings;
  for (const MeterResult& result : data.results) meters.push_back(result_json(data, result));
  for (const PulseTest& test : data.pulses) pulses.push_back(pulse_json(data, test));
  for (const PulseFinding& finding : data.findings)
    findings.push_back(json::object{{"kind", pulse_finding_name(finding.kind)},
                                    {"room_meter", named(data, finding.room_meter)},
                                    {"seen", named(data, finding.seen)}});
  out["meters"] = std::move(meters);
  out["pulse_tests"] = std::move(pulses);
  out["findings"] = std::move(findings);
  return json::serialize(out);
}

SignedReportFormat::~SignedReportFormat() {
  pool_.stop();
  pool_.join();
}

Result<SignedReport> SignedReportFormat::sign(const port::ReportData& data) {
  SignedReport out;
  out.content = report_content(data);
  auto signature = key_.sign(out.content);
  if (!signature) return fail(signature.error());
  out.key_hex = std::move(signature->key_hex);
  out.signature_hex = std::move(signature->signature_hex);
  return out;
}

std::string SignedReportFormat::file(const SignedReport& report) {
  return json::serialize(json::object{{"format", kFileFormat},
                                      {"public_key", report.key_hex},
                                      {"signature", report.signature_hex},
                                      {"content", report.content}});
}

port::Async<Result<Buffer>> SignedReportFormat::pdf(SignedReport report,
                                                    port::ReportLanguage language) {
  if (under_way_ >= kUnderWayMax) co_return fail(Errc::store_busy, "other reports are drawn");
  ++under_way_;
  std::string text = file(report);
  auto drawn = co_await asio::co_spawn(
      pool_, draw_here(std::move(report), std::move(text), language), asio::use_awaitable);
  --under_way_;
  co_return drawn;
}

Result<SignedReport> read_signed_report(std::string_view bytes) {
  auto text = file_of(bytes);
  if (!text) return fail(text.error());
  json::error_code error;
  const json::value parsed = json::parse(*text, error);
  const auto field = [&](std::string_view name) -> const json::string* {
    const json::object* object = error ? nullptr : parsed.if_object();
    const json::value* value = object == nullptr ? nullptr : object->if_contains(name);
    return value == nullptr ? nullptr : value->if_string();
  };
  const auto *format = field("format"), *key = field("public_key"), *signature = field("signature"),
             *content = field("content");
  if (format == nullptr || *format != kFileFormat || key == nullptr || signature == nullptr ||
      content == nullptr)
    return fail(Errc::request_invalid, "no report of this program");
  SignedReport out;
  out.content = *content;
  out.key_hex = *key;
  out.signature_hex = *signature;
  return out;
}

Result<> verify_report(const SignedReport& report) {
  if (signature_fits(report.content, {report.key_hex, report.signature_hex})) return {};
  return fail(Errc::report_signature_wrong);
}

}  // namespace paymeter::adapter
