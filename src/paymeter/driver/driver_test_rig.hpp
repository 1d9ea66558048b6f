/// Runs driver coroutines in tests, on a loop of their own; nothing in them waits.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>

#include "paymeter/base/assert.hpp"
#include "paymeter/base/hex.hpp"
#include "paymeter/codec/mac.hpp"
#include "paymeter/driver/factory.hpp"
#include "paymeter/port/fake_bus_link.hpp"

namespace paymeter::driver {

template <class T>
T run(port::Async<T> task) {
  boost::asio::io_context loop;
  std::optional<T> result;
  boost::asio::co_spawn(loop, std::move(task), [&](const std::exception_ptr& error, T value) {
    PAYMETER_ASSERT(error == nullptr);
    result = std::move(value);
  });
  loop.run();
  return std::move(*result);
}

inline Buffer hex(std::string_view text) { return parse_hex(text).value(); }

inline domain::Meter meter_of(std::string model, std::uint8_t unit = 1) {
  domain::Meter meter;
  meter.model = std::move(model);
  meter.unit = unit;
  for (std::size_t i = 0; i < meter.key.size(); ++i) meter.key[i] = static_cast<std::uint8_t>(i);
  return meter;
}

inline std::unique_ptr<port::MeterDriver> builtin_driver(const domain::Meter& meter) {
  return ModelDriverFactory(builtin_models()).make(meter).value();
}

}  // namespace paymeter::driver
