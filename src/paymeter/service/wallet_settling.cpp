// Read, store, bill: in this order, so that the balance holds what the read showed.
#include "paymeter/service/wallet_settling.hpp"

namespace paymeter::service {

port::Async<Result<domain::Money>> settle_wallet(Collector& collector, Billing& billing,
                                                 MeterId meter, Vending::WalletLook look) {
  const bool is_fresh = look == Vending::WalletLook::fresh;
  if (is_fresh) {
    if (auto read = co_await collector.read_now(meter); !read) co_return fail(read.error());
    if (auto stored = co_await collector.flush(); !stored) co_return fail(stored.error());
  }
  auto standing = co_await billing.settle(meter, "refund", {});
  if (!standing) co_return fail(standing.error());
  if (standing->held) co_return fail(standing->held->reason);
  co_return standing->ledger;
}

}  // namespace paymeter::service
