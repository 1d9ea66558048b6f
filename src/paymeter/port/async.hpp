/// The one concurrency model: coroutines. Services include this, never all of Asio.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "paymeter/base/error.hpp"

namespace paymeter::port {

template <class T = void>
using Async = boost::asio::awaitable<T>;

}  // namespace paymeter::port
