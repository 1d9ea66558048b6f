// Wires the vend service for benchmarks.
#include "till.hpp"

namespace paymeter::bench {

Tills::Tills(boost::asio::io_context& io, port::Store& store)
    : runtime_(io,
               [](std::string_view name, std::string_view what) {
                 throw std::runtime_error(std::string(name) + ": " + std::string(what));
               }),
      drivers_({}),
      links_(runtime_),
      alarms_(runtime_, store, events_),
      collector_({runtime_, store, links_, drivers_, live_, alarms_, events_}),
      vending_({runtime_, store, collector_, alarms_, live_, events_}, {}) {
  live_.load(must(run(io, store.load_site())), must(run(io, store.live_accounts())));
}

port::Async<Result<domain::Vend>> Tills::sell(MeterId meter, std::string key) {
  service::SaleRequest request;
  request.idempotency_key = std::move(key);
  request.meter = meter;
  request.captured = {1000};
  co_return co_await vending_.sell(std::move(request));
}

}  // namespace paymeter::bench
