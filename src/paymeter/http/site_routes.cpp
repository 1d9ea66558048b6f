// The site's set-up, and who did what.
#include <algorithm>

#include "paymeter/http/handlers.hpp"
#include "paymeter/http/property_limit.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

/// The property as a whole, and how many buildings and meters are treated differently.
json::object render_enforcement(const std::vector<domain::Enforcement>& settings) {
  const auto whole = domain::enforcement_of(settings, {}, {});
  const auto exceptions = std::ranges::count_if(settings, [&](const domain::Enforcement& setting) {
    return (setting.building || setting.meter) && setting.mode != whole.mode;
  });
  return {{"mode", domain::enforcement_mode_name(whole.mode)}, {"exceptions", exceptions}};
}

}  // namespace

Answer get_site(Context& context, CallPtr call) {
  const PropertyId property = call->user.property;
  const auto settings = co_await context.station.store.enforcement(property);
  if (!settings) co_return fail(settings.error());
  const auto limit = co_await property_limit(context, call);
  json::object site = render_site(context.station, limit.value_or(PropertyId{}));
  site["enforcement"] = render_enforcement(*settings);
  co_return json_response(site);
}

Answer list_audit(Context& context, CallPtr call) {
  Query query = call->query();
  const std::string text = query.text("text");
  const port::Page page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  const auto lines = co_await list_within<port::AuditLine>(
      co_await property_limit(context, call), page,
      [&context, text](port::Page part) { return context.station.store.list_audit(text, part); });
  if (!lines) co_return fail(lines.error());
  json::array rows;
  for (const auto& line : lines->rows)
    rows.push_back(json::object{{"id", line.id},
                                {"at", format_rfc3339(line.at)},
                                {"user_name", line.user_name},
                                {"action", line.action},
                                {"subject", line.subject},
                                {"detail", line.detail},
                                {"address", line.address}});
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", lines->total}});
}

}  // namespace paymeter::http
