/// Opening the configured database and running one coroutine to its end: for commands that need
/// no station.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "paymeter/app/config.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/store/open.hpp"

namespace paymeter::app {

/// Exit codes of every command; docs/formats/configuration.md.
enum Exit : int {
  kExitOk = 0,
  kExitFailed = 1,
  kExitUsage = 2,
  kExitConfig = 3,
  kExitStore = 4,
  kExitSheet = 5
};

/// The configured database; a file's folder is made. Errors: those of store::open_store.
Result<std::unique_ptr<port::Store>> open_store(const Config& config, store::ExecutionMode mode,
                                                store::FatalHandler on_fatal = {});

/// Runs `task` on an io_context of its own and returns its result; its exception goes on.
template <class T>
T run_to_end(boost::asio::io_context& io, port::Async<T> task) {
  std::optional<T> result;
  std::exception_ptr failure;
  boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr thrown, T value) {
    failure = thrown;
    if (!thrown) result.emplace(std::move(value));
  });
  io.run();
  io.restart();
  if (failure) std::rethrow_exception(failure);
  return std::move(*result);
}

/// `error: store_failed: The database … / 数据库… (detail)` on standard error.
void print_error(const Error& error);

}  // namespace paymeter::app
