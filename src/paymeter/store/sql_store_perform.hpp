/// How SqlStore hands an operation to its engine. Included by the files that define its methods.
#pragma once

#include <boost/asio/use_awaitable.hpp>

#include "paymeter/store/sql_store.hpp"

namespace paymeter::store {

template <class Op>
port::Async<std::invoke_result_t<Op&, Db&>> SqlStore::perform(Lane lane, Persist persist, Op op) {
  if (inline_) {
    ResultJob<Op> job(persist, std::move(op));
    if (inline_->around()) co_await inline_->around()(CallPoint::before);
    lane == Lane::write ? inline_->write(job) : inline_->read(job);
    if (inline_->around()) co_await inline_->around()(CallPoint::after);
    co_return job.take();
  }
  auto enqueue = [queue = queue_.get(), lane, persist, op = std::move(op)](auto handler) mutable {
    auto job = std::make_unique<PostedJob<Op, decltype(handler)>>(persist, std::move(op),
                                                                  std::move(handler));
    lane == Lane::write ? queue->write(std::move(job)) : queue->read(std::move(job));
  };
  using Outcome = std::invoke_result_t<Op&, Db&>;
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>,
                                                 void(Outcome)>(std::move(enqueue),
                                                                boost::asio::use_awaitable);
}

}  // namespace paymeter::store
