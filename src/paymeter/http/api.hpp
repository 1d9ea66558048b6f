/// The HTTP interface of a station: from a request to its answer.
#pragma once

#include <memory>

#include "paymeter/http/call.hpp"
#include "paymeter/http/routes.hpp"
#include "paymeter/net/static_files.hpp"

namespace paymeter::http {

class Api {
 public:
  explicit Api(Station station);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  /// Answers any request; never fails: trouble becomes an error answer.
  port::Async<net::Response> handle(net::Request request);

 private:
  port::Async<Result<net::Response>> run(const Route* route, CallPtr call);
  port::Async<Result<>> admit(const Route* route, CallPtr call);
  port::Async<> record(const Route* route, CallPtr call, std::optional<Errc> trouble);
  net::Response page(const net::Request& request) const;

  Context context_;
  net::StaticFiles files_;
};

}  // namespace paymeter::http
