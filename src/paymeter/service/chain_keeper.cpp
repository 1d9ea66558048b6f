// Tail, horizon, draft, add: only the draft is long, and it holds nobody up.
#include "paymeter/service/chain_keeper.hpp"

namespace paymeter::service {

ChainKeeper::ChainKeeper(port::Runtime& runtime, port::ChainStore& store, Settings settings)
    : runtime_(runtime), store_(store), settings_(settings), wake_(runtime.make_wakeup()) {}

void ChainKeeper::start() { runtime_.spawn("chain", loop()); }

void ChainKeeper::stop() { wake_->raise(); }

port::Async<> ChainKeeper::loop() {
  for (;;) {
    co_await wake_->wait_until(runtime_.mono() + settings_.interval);
    const bool last = runtime_.stopping();
    const auto done = co_await seal();
    trouble_ = done ? ""
                    : "the books cannot be sealed: " + std::string(error_name(done.error().code)) +
                          " " + done.error().detail;
    if (last) co_return;
  }
}

port::Async<Result<>> ChainKeeper::seal() {
  const auto properties = co_await store_.chain_properties();
  if (!properties) co_return fail(properties.error());
  for (const PropertyId property : *properties)
    if (auto done = co_await seal_property(property); !done) co_return done;
  co_return Result<>{};
}

port::Async<Result<>> ChainKeeper::seal_property(PropertyId property) {
  const auto tail = co_await store_.unsealed_tail(property, 1);
  if (!tail) co_return fail(tail.error());
  if (tail->posting_count + tail->act_count == 0) co_return Result<>{};
  const auto horizon = co_await store_.chain_horizon(property);
  if (!horizon) co_return fail(horizon.error());
  for (;;) {
    const auto seal = co_await store_.draft_seal(property, *horizon, runtime_.now());
    if (!seal) co_return fail(seal.error());
    if (!*seal) co_return Result<>{};
    const auto added = co_await store_.add_seal(**seal);
    if (!added && added.error().code == Errc::store_busy) co_return Result<>{};
    if (!added) co_return fail(added.error());
  }
}

}  // namespace paymeter::service
