// Loads the stored site into the running station.
#include "paymeter/service/site_keeper.hpp"

namespace paymeter::service {

port::Async<Result<>> SiteKeeper::reload() {
  auto site = co_await store_.load_site();
  if (!site) co_return fail(site.error());
  auto accounts = co_await store_.live_accounts();
  if (!accounts) co_return fail(accounts.error());
  auto intervals = co_await store_.poll_intervals();
  if (!intervals) co_return fail(intervals.error());
  live_.load(std::move(*site), *accounts);
  live_.set_poll_intervals(std::move(*intervals));
  collector_.start();
  events_.publish(SiteChanged{});
  co_return Result<>{};
}

}  // namespace paymeter::service
