/// A serial port of this machine: 8 data bits, raw, one stop bit, no flow control.
#pragma once

#include <boost/asio/serial_port.hpp>
#include <string>

#include "paymeter/domain/site.hpp"
#include "paymeter/transport/asio_line.hpp"

namespace paymeter::transport {

struct SerialSettings {
  std::string device;  ///< /dev/ttyS1
  int baud = 9600;
  domain::Parity parity = domain::Parity::none;
};

/// The device is taken for itself: two masters on one RS-485 line would destroy each other's
/// frames.
class SerialLine final : public AsioLine<boost::asio::serial_port> {
 public:
  SerialLine(boost::asio::io_context& context, SerialSettings settings);

  /// Does not wait: opening a serial device answers at once.
  port::Async<Result<>> open(MonoMs deadline) override;
  Result<std::size_t> read_now(std::span<std::uint8_t> into) override;
  /// Always false: a device that is gone shows itself by read errors.
  bool ended() override { return false; }

 private:
  Result<> open_now();

  SerialSettings settings_;
};

}  // namespace paymeter::transport
