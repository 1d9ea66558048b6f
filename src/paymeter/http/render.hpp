/// Domain values as the JSON of docs/api.md. Field names and units are those of openapi.json.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>

#include "paymeter/http/call.hpp"

namespace paymeter::http {

/// RFC 3339, or null.
boost::json::value time_or_null(const std::optional<UtcMs>& at);
/// `{code, message_zh, message_en}`, or null.
boost::json::value reason(const std::optional<Errc>& code);

/// Integers, texts and booleans; null when empty.
template <class T>
boost::json::value or_null(const std::optional<T>& value) {
  return value ? boost::json::value(*value) : boost::json::value(nullptr);
}
template <class Tag>
boost::json::value id_or_null(Id<Tag> id) {
  return id ? boost::json::value(id.value) : boost::json::value(nullptr);
}
template <class Array>
boost::json::array array_of(const Array& values) {
  boost::json::array out;
  for (const auto& value : values) out.push_back(or_null(value));
  return out;
}

// Without waiting: everything is in the live table.
boost::json::object render_site(const Station& station, PropertyId property);
boost::json::object render_property(const domain::Property& property);
boost::json::object render_tile(const Station& station, const service::LiveMeter& meter);
boost::json::object render_meter(const Station& station, const domain::Meter& meter);
boost::json::object render_prepaid(const domain::PrepaidState& state);
boost::json::object render_measured(const domain::Measurements& values);
boost::json::object render_reading(const domain::Reading& reading);
boost::json::object render_user(const port::User& user);
/// `A座 101 王记面馆`; empty when the meter has no room.
std::optional<std::string> room_of(const service::LiveTable& live, MeterId meter);

// With look-ups of names.
port::Async<boost::json::object> render_account(Context& context, domain::Account account);
port::Async<boost::json::object> render_settlement(Context& context, domain::Settlement settlement);
port::Async<boost::json::object> render_vend(Context& context, domain::Vend vend);
port::Async<boost::json::object> render_proposal(Context& context, domain::Proposal proposal);
/// The vend once it is final, or as it is after `wait`: 201, or 200 when it is older than the call
/// (a repeated key), which the audit line says, too.
Answer answer_vend(Context& context, CallPtr call, port::Stored<domain::Vend> stored, Millis wait);
port::Async<boost::json::object> render_command(Context& context, domain::Command command);
port::Async<boost::json::object> render_batch(Context& context, domain::Batch batch,
                                              domain::BatchCounts counts);
port::Async<boost::json::object> render_alarm(Context& context, domain::Alarm alarm);
port::Async<boost::json::object> render_check(Context& context,
                                              domain::commissioning::SiteCheck check);
boost::json::object render_pulse(const Station& station,
                                 const domain::commissioning::PulseTest& test);
/// tile, meter, prepaid, measured, account, money, alarms, last_error. Errors: meter_unknown,
/// store errors.
port::Async<Result<boost::json::object>> render_meter_detail(Context& context, MeterId id);

}  // namespace paymeter::http
