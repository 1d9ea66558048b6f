// Tariffs: versions, their approval by a second person, and what tenants can recompute.
#include <boost/json/parse.hpp>
#include <optional>

#include "paymeter/base/assert.hpp"
#include "paymeter/http/directory.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;
namespace tariff = domain::tariff;

namespace {

using tariff::TariffVersion;
using tariff::VersionAct;

service::Tariffs& tariffs_of(Context& context) {
  PAYMETER_ASSERT(context.station.tariffs != nullptr);
  return *context.station.tariffs;
}

/// The tariff of the path, as one of the user's property; sets the audit line's subject.
/// Errors: tariff_unknown.
port::Async<Result<port::TariffProfile>> profile_of(Context& context, CallPtr call) {
  const TariffId id{call->ids.at(0)};
  const auto profiles = co_await context.station.store.list_tariffs(call->user.property);
  if (!profiles) co_return fail(profiles.error());
  for (const port::TariffProfile& profile : *profiles) {
    if (profile.id != id) continue;
    call->subject = "tariff " + profile.name;
    if (call->ids.size() > 1) call->subject += " version " + std::to_string(call->ids[1]);
    co_return profile;
  }
  call->subject = "tariff #" + std::to_string(id.value);
  co_return fail(Errc::tariff_unknown, std::to_string(id.value));
}

json::array render_warnings(const tariff::Warnings& warnings) {
  json::array out;
  for (const Error& warning : warnings) {
    json::object row = reason(warning.code).as_object();
    row["detail"] = warning.detail;
    out.push_back(std::move(row));
  }
  return out;
}

port::Async<json::object> render_version(Context& context, TariffVersion version,
                                         tariff::VersionStanding standing) {
  const auto name = [&](UserId id) { return context.directory->user_name(id); };
  const auto written = co_await name(version.written_by);
  const auto submitted = co_await name(version.submitted_by);
  const auto decided = co_await name(version.decided_by);
  co_return json::object{{"tariff_id", version.tariff.value},
                         {"number", version.number},
                         {"standing", tariff::version_standing_name(standing)},
                         {"valid_from", format_rfc3339(version.valid_from)},
                         {"digest", version.digest},
                         {"note", version.note},
                         {"written_by", or_null(written)},
                         {"submitted_by", or_null(submitted)},
                         {"decided_by", or_null(decided)},
                         {"created_at", format_rfc3339(version.created_at)},
                         {"changed_at", format_rfc3339(version.changed_at)},
                         {"submitted_at", time_or_null(version.submitted_at)},
                         {"decided_at", time_or_null(version.decided_at)}};
}

/// A version with its standing among all of its tariff.
port::Async<Result<json::object>> render_current(Context& context, TariffVersion version) {
  const auto all = co_await context.station.store.list_versions(version.tariff);
  if (!all) co_return fail(all.error());
  const auto standing = tariff::standing(*all, version, context.station.runtime.now());
  co_return co_await render_version(context, std::move(version), standing);
}

json::object render_tariff_profile(const port::TariffProfile& profile) {
  return {{"id", profile.id.value},
          {"name", profile.name},
          {"own_meter_id",
           profile.own_meter ? json::value(profile.own_meter->value) : json::value(nullptr)},
          {"downloaded_version",
           profile.applied_number > 0 ? json::value(profile.applied_number) : json::value(nullptr)},
          {"meters", profile.meters}};
}

/// `?month=2026-07&households=1&people=0`, or `&account_id=3` for the account's own of that month.
struct ExportQuery {
  domain::rating::Month month;
  service::Tariffs::HouseholdChoice household;
};
Result<ExportQuery> export_query(const Call& call) {
  Query query = call.query();
  const std::string text = query.text("month");
  ExportQuery out;
  const auto households = query.integer("households", 1, domain::rating::kHouseholdsMax);
  const auto people = query.integer("people", 0, tariff::kPeopleMax);
  if (households || people)
    out.household.given = tariff::Household{households.value_or(1), people.value_or(0)};
  out.household.account = {query.integer("account_id", 1, kExactMax).value_or(0)};
  if (query.problem()) return fail(*query.problem());
  const auto month = tariff::month_from_text(text);
  if (!month) return fail(Errc::request_invalid, "month: must look like 2026-07");
  out.month = *month;
  return out;
}

Answer write_draft(Context& context, CallPtr call, std::int64_t number) {
  const auto profile = co_await profile_of(context, call);
  if (!profile) co_return fail(profile.error());
  Query query = call->query();
  const auto valid_from = query.time("valid_from");
  service::TariffDraft draft{profile->id,  number, {}, call->request.body, query.text("note", 2000),
                             call->user.id};
  if (query.problem()) co_return fail(*query.problem());
  if (!valid_from) co_return fail(Errc::request_invalid, "valid_from: is missing");
  draft.valid_from = *valid_from;
  auto written = co_await tariffs_of(context).write(std::move(draft));
  if (!written) co_return fail(written.error());
  call->detail =
      "version " + std::to_string(written->version.number) + ' ' + written->version.digest;
  auto body = co_await render_current(context, std::move(written->version));
  if (!body) co_return fail(body.error());
  (*body)["warnings"] = render_warnings(written->warnings);
  co_return json_response(std::move(*body), number == 0 ? 201 : 200);
}

Answer act(Context& context, CallPtr call, VersionAct what) {
  const auto profile = co_await profile_of(context, call);
  if (!profile) co_return fail(profile.error());
  Query query = call->query();
  port::VersionActRequest request{profile->id, call->ids.at(1),         what, call->user.id,
                                  {},          query.text("note", 2000)};
  if (query.problem()) co_return fail(*query.problem());
  auto version = co_await tariffs_of(context).act(std::move(request));
  if (!version) co_return fail(version.error());
  call->detail = version->digest;
  if (what == VersionAct::approve) {
    const auto applied = co_await tariffs_of(context).apply_due(profile->property);
    if (!applied) co_return fail(applied.error());
    if (context.station.rollout != nullptr) context.station.rollout->wake();
  }
  auto body = co_await render_current(context, std::move(*version));
  if (!body) co_return fail(body.error());
  co_return json_response(std::move(*body));
}

json::object render_bill(const service::BillExport& bill) {
  json::array lines, fees;
  for (const auto& line : bill.bill.lines)
    lines.push_back(json::object{
        {"name", line.name}, {"quantity", line.quantity}, {"amount_fen", line.amount.fen}});
  for (const auto& fee : bill.bill.fees)
    fees.push_back(json::object{{"name", fee.name}, {"amount_fen", fee.amount.fen}});
  return {{"lines", std::move(lines)},
          {"fees", std::move(fees)},
          {"total_fen", bill.bill.total.fen},
          {"tariff_json", bill.tariff_json},
          {"readings_csv", bill.readings_csv},
          {"result_json", bill.statement_json},
          {"warnings", render_warnings(bill.warnings)}};
}

}  // namespace

Answer list_tariffs(Context& context, CallPtr call) {
  const auto profiles = co_await context.station.store.list_tariffs(call->user.property);
  if (!profiles) co_return fail(profiles.error());
  json::array rows;
  for (const auto& profile : *profiles) rows.push_back(render_tariff_profile(profile));
  co_return json_response(json::object{{"rows", std::move(rows)}});
}

Answer add_tariff(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  port::TariffProfile profile;
  profile.property = call->user.property;
  profile.name = fields->text("name", Presence::required, 128);
  const auto meter = fields->integer_or("own_meter_id", 0, 0, kExactMax);
  if (meter > 0) profile.own_meter = MeterId{meter};
  if (fields->problem()) co_return fail(*fields->problem());
  if (profile.name.empty()) co_return fail(Errc::request_invalid, "name: is empty");
  call->subject = "tariff " + profile.name;
  const auto added = co_await context.station.store.add_tariff(std::move(profile));
  if (!added) co_return fail(added.error());
  if (auto ok = co_await context.station.site.reload(); !ok) co_return fail(ok.error());
  co_return json_response(render_tariff_profile(*added), 201);
}

Answer list_tariff_versions(Context& context, CallPtr call) {
  const auto profile = co_await profile_of(context, call);
  if (!profile) co_return fail(profile.error());
  const auto versions = co_await context.station.store.list_versions(profile->id);
  if (!versions) co_return fail(versions.error());
  json::array rows;
  for (const TariffVersion& version : *versions)
    rows.push_back(co_await render_version(
        context, version, tariff::standing(*versions, version, context.station.runtime.now())));
  co_return json_response(json::object{{"rows", std::move(rows)}});
}

Answer write_tariff_version(Context& context, CallPtr call) {
  return write_draft(context, std::move(call), 0);
}

Answer edit_tariff_version(Context& context, CallPtr call) {
  const std::int64_t number = call->ids.at(1);
  return write_draft(context, std::move(call), number);
}

Answer get_tariff_version(Context& context, CallPtr call) {
  const auto profile = co_await profile_of(context, call);
  if (!profile) co_return fail(profile.error());
  auto version = co_await tariffs_of(context).find(profile->id, call->ids.at(1));
  if (!version) co_return fail(version.error());
  const auto acts = co_await context.station.store.version_history(profile->id, version->number);
  if (!acts) co_return fail(acts.error());
  json::array history;
  for (const port::VersionActLine& line : *acts) {
    const auto name = co_await context.directory->user_name(line.by);
    history.push_back(json::object{{"act", line.act},
                                   {"user", or_null(name)},
                                   {"at", format_rfc3339(line.at)},
                                   {"note", line.note},
                                   {"digest", line.digest}});
  }
  json::value content = json::parse(version->content);
  auto body = co_await render_current(context, std::move(*version));
  if (!body) co_return fail(body.error());
  (*body)["content"] = std::move(content);
  (*body)["history"] = std::move(history);
  co_return json_response(std::move(*body));
}

Answer submit_tariff_version(Context& context, CallPtr call) {
  return act(context, std::move(call), VersionAct::submit);
}
Answer approve_tariff_version(Context& context, CallPtr call) {
  return act(context, std::move(call), VersionAct::approve);
}
Answer reject_tariff_version(Context& context, CallPtr call) {
  return act(context, std::move(call), VersionAct::reject);
}
Answer withdraw_tariff_version(Context& context, CallPtr call) {
  return act(context, std::move(call), VersionAct::withdraw);
}

Answer export_tariff_version(Context& context, CallPtr call) {
  const auto profile = co_await profile_of(context, call);
  if (!profile) co_return fail(profile.error());
  const auto query = export_query(*call);
  if (!query) co_return fail(query.error());
  const auto exported = co_await tariffs_of(context).export_version(profile->id, call->ids.at(1),
                                                                    query->month, query->household);
  if (!exported) co_return fail(exported.error());
  net::Response response = json_response(nullptr);
  response.body = exported->tariff_json;
  co_return response;
}

Answer get_meter_bill(Context& context, CallPtr call) {
  const MeterId meter{call->ids.at(0)};
  const service::LiveMeter* live = context.station.live.find(meter);
  if (live == nullptr || live->meter.property != call->user.property)
    co_return fail(Errc::meter_unknown, std::to_string(meter.value));
  const auto query = export_query(*call);
  if (!query) co_return fail(query.error());
  const auto bill =
      co_await tariffs_of(context).export_bill(meter, query->month, query->household.given);
  if (!bill) co_return fail(bill.error());
  co_return json_response(render_bill(*bill));
}

}  // namespace paymeter::http
