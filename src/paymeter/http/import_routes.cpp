// The site workbook: template, dry run, commit.
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

json::object render_report(const service::ImportReport& report) {
  json::array issues;
  for (const auto& issue : report.issues)
    issues.push_back(json::object{{"sheet", issue.sheet},
                                  {"row", issue.row},
                                  {"column", issue.column},
                                  {"code", error_name(issue.code)},
                                  {"value", issue.value},
                                  {"text_zh", issue.text_zh},
                                  {"text_en", issue.text_en}});
  return {{"committed", report.committed},    {"added", report.result.added},
          {"changed", report.result.changed}, {"unchanged", report.result.unchanged},
          {"buildings", report.buildings},    {"rooms", report.rooms},
          {"gateways", report.gateways},      {"buses", report.buses},
          {"tariffs", report.tariffs},        {"meters", report.meters},
          {"issues", std::move(issues)}};
}

}  // namespace

Answer import_site(Context& context, CallPtr call) {
  Query query = call->query();
  const auto apply =
      query.flag("dry_run") ? port::SiteStore::Apply::dry_run : port::SiteStore::Apply::commit;
  if (query.problem()) co_return fail(*query.problem());
  const auto& body = call->request.body;
  if (body.empty()) co_return fail(Errc::sheet_not_workbook, "the body is empty");
  call->subject = "site";
  if (apply == port::SiteStore::Apply::dry_run) call->detail = "dry run";
  const auto report = co_await context.station.importer.import(
      Buffer(body.begin(), body.end()), apply, context.station.runtime.now());
  if (!report) co_return fail(report.error());
  if (report->committed) {
    call->detail = std::to_string(report->result.added) + " added, " +
                   std::to_string(report->result.changed) + " changed";
    const auto reloaded = co_await context.station.site.reload();
    if (!reloaded) co_return fail(reloaded.error());
  } else if (!report->issues.empty()) {
    call->detail += " (" + std::to_string(report->issues.size()) + " issues)";
  }
  co_return json_response(render_report(*report), report->issues.empty() ? 200 : 422);
}

Answer get_import_template(Context& context, CallPtr /*call*/) {
  const auto file = context.station.importer.template_workbook();
  if (!file) co_return fail(file.error());
  co_return workbook_response(*file, "paymeter-site.xlsx");
}

}  // namespace paymeter::http
