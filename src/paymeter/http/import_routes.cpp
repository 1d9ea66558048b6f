// The site workbook: template, dry run, commit.
#include <algorithm>

#include "paymeter/http/handlers.hpp"
#include "paymeter/http/property_limit.hpp"
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

constexpr int kTreeRounds = 4;  // meters leave other trees, then join: twice is enough

/// The loss trees as the workbook names main meters. How many were changed.
port::Async<Result<int>> apply_main_meters(Context& context, service::ImportReport report,
                                           UserId by) {
  service::Watch& watch = *context.station.watch;
  const service::LiveTable& live = context.station.live;
  const std::string& name = report.property_name;
  const auto property = std::ranges::find_if(
      live.site().properties, [&](const auto& row) { return name.empty() || row.name == name; });
  int made = 0;
  if (report.mains.empty() || property == live.site().properties.end()) co_return made;
  const PropertyId id = property->id;
  for (int round = 0; round < kTreeRounds; ++round) {
    const auto changes =
        service::next_tree_changes(report.mains, name, live.site(), watch.trees(id));
    if (changes.empty()) break;
    for (const service::TreeChange& change : changes) {
      Result<> done;
      if (change.ends) {
        done = co_await watch.end_tree(change.tree.id, by);
      } else if (auto put = co_await watch.put_tree(change.tree, by); !put) {
        done = fail(put.error());
      }
      if (!done) co_return fail(done.error());
      ++made;
    }
  }
  co_return made;
}

/// A workbook names its property. Errors: permission_denied for one of another property.
port::Async<Result<>> check_property(Context& context, CallPtr call) {
  const auto limit = co_await property_limit(context, call);
  if (!limit) co_return Result<>{};
  const auto& body = call->request.body;
  const auto report = co_await context.station.importer.import(Buffer(body.begin(), body.end()),
                                                               port::SiteStore::Apply::dry_run,
                                                               context.station.runtime.now());
  if (!report) co_return fail(report.error());
  const domain::Property* own = context.station.live.property(*limit);
  if (own != nullptr && report->property_name == own->name) co_return Result<>{};
  co_return fail(Errc::permission_denied, "property " + report->property_name);
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
  if (auto theirs = co_await check_property(context, call); !theirs) co_return fail(theirs.error());
  const auto report = co_await context.station.importer.import(
      Buffer(body.begin(), body.end()), apply, context.station.runtime.now());
  if (!report) co_return fail(report.error());
  if (report->committed) {
    call->detail = std::to_string(report->result.added) + " added, " +
                   std::to_string(report->result.changed) + " changed";
    const auto reloaded = co_await context.station.site.reload();
    if (!reloaded) co_return fail(reloaded.error());
    const auto trees = co_await apply_main_meters(context, *report, call->user.id);
    if (!trees) co_return fail(trees.error());
    if (*trees > 0) call->detail += ", " + std::to_string(*trees) + " loss trees";
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
