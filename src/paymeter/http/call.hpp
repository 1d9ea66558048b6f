/// One request on its way to a handler, and the ways to answer it.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <vector>

#include "paymeter/http/fields.hpp"
#include "paymeter/http/station.hpp"
#include "paymeter/net/message.hpp"
#include "paymeter/port/async.hpp"

namespace paymeter::http {

struct Call {
  net::Request request;
  std::vector<std::int64_t> ids;  ///< of `{id}` in the route's pattern, in order
  port::User user;                ///< who asks; id 0 on open routes
  std::string token;              ///< of the session; empty on open routes
  std::string idempotency_key;    ///< on routes that create something
  std::string subject;            ///< for the audit line: `meter 1203`
  std::string detail;

  /// The body's fields. Errors: request_invalid.
  Result<Fields> fields() const;
  Query query() const { return Query{request.query}; }
};
using CallPtr = std::shared_ptr<Call>;

class Directory;
class Metrics;

/// What handlers work with. Owned by the Api.
struct Context {
  Station station;
  std::unique_ptr<Directory> directory;
  std::unique_ptr<Metrics> metrics;
  /// Clients of the event stream; shared with them, for they may outlive the Api by a moment.
  std::shared_ptr<std::size_t> event_streams = std::make_shared<std::size_t>(0);
};

using Answer = port::Async<Result<net::Response>>;

net::Response json_response(const boost::json::value& value, int status = 200);
/// `{"error": {"code": …, "message_zh": …, "message_en": …, "detail": …}}` with the code's status.
net::Response error_response(const Error& error);
/// A workbook to save as `file_name` (ASCII).
net::Response workbook_response(const Buffer& file, std::string_view file_name);
/// 201 for a new row, 200 for the first result of a repeated key.
enum class Novelty : std::uint8_t { created, repeated };
net::Response created_response(const boost::json::value& value, Novelty novelty);

/// The property that a caller works on: their own, or the first one for users who were there before
/// any site was.
PropertyId property_of(const Station& station, const Call& call);

/// `limit` 1–1000 and `offset` of a list.
port::Page page_of(Query& query);

}  // namespace paymeter::http
