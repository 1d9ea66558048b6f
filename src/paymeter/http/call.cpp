// Answers as JSON, errors in two languages, workbooks as downloads.
#include "paymeter/http/call.hpp"

#include <boost/json/serialize.hpp>

#include "paymeter/http/render.hpp"
#include "paymeter/http/status.hpp"

namespace paymeter::http {

Result<Fields> Call::fields() const {
  auto object = parse_object(request.body);
  if (!object) return fail(object.error());
  return Fields{std::move(*object)};
}

net::Response json_response(const boost::json::value& value, int status) {
  net::Response response;
  response.status = status;
  response.set("Content-Type", "application/json; charset=utf-8");
  response.set("Cache-Control", "no-store");
  response.body = boost::json::serialize(value);
  return response;
}

net::Response error_response(const Error& error) {
  boost::json::object body = reason(error.code).as_object();
  body["detail"] = error.detail;
  return json_response(boost::json::object{{"error", std::move(body)}}, http_status(error.code));
}

net::Response workbook_response(const Buffer& file, std::string_view file_name) {
  net::Response response;
  response.set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
  response.set("Content-Disposition", "attachment; filename=\"" + std::string{file_name} + '"');
  response.set("Cache-Control", "no-store");
  response.body.assign(file.begin(), file.end());
  return response;
}

net::Response created_response(const boost::json::value& value, Novelty novelty) {
  return json_response(value, novelty == Novelty::created ? 201 : 200);
}

PropertyId property_of(const Station& station, const Call& call) {
  const auto& properties = station.live.site().properties;
  if (call.user.property || properties.empty()) return call.user.property;
  return properties.front().id;
}

port::Page page_of(Query& query) {
  return {static_cast<int>(query.integer("limit", 1, 1000).value_or(50)),
          static_cast<int>(query.integer("offset", 0, 1'000'000'000).value_or(0))};
}

}  // namespace paymeter::http
