// The site's set-up, and who did what.
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

Answer get_site(Context& context, CallPtr call) {
  co_return json_response(render_site(context.station, call->user.property));
}

Answer list_audit(Context& context, CallPtr call) {
  Query query = call->query();
  std::string text = query.text("text");
  const port::Page page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  const auto lines = co_await context.station.store.list_audit(std::move(text), page);
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
