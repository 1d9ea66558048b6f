/// Opening a serial device: exclusive, raw, with the bus's speed and parity, without added latency.
#include "paymeter/transport/serial_line.hpp"

#include <linux/serial.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <utility>

namespace paymeter::transport {
namespace asio = boost::asio;

namespace {

using Port = asio::serial_port;

Port::parity parity_option(domain::Parity parity) {
  switch (parity) {
    case domain::Parity::even:
      return Port::parity(Port::parity::even);
    case domain::Parity::odd:
      return Port::parity(Port::parity::odd);
    case domain::Parity::none:
      break;
  }
  return Port::parity(Port::parity::none);
}

/// TIOCEXCL does not bind root, so a lock that does is taken too.
bool take_for_itself(int fd) {
  return flock(fd, LOCK_EX | LOCK_NB) == 0 && ioctl(fd, TIOCEXCL) == 0;
}

/// Best effort: pseudo-terminals and most USB adapters have no such setting.
void ask_for_low_latency(int fd) {
  serial_struct settings{};
  if (ioctl(fd, TIOCGSERIAL, &settings) != 0) return;
  settings.flags |= ASYNC_LOW_LATENCY;
  ioctl(fd, TIOCSSERIAL, &settings);
}

}  // namespace

SerialLine::SerialLine(asio::io_context& context, SerialSettings settings)
    : AsioLine(context), settings_(std::move(settings)) {}

port::Async<Result<>> SerialLine::open(MonoMs /*deadline*/) {
  auto opened = open_now();
  if (!opened) drop();
  co_return opened;
}

Result<> SerialLine::open_now() {
  auto& port = state_->stream;
  boost::system::error_code ec;
  const auto failed = [&](std::string what) {
    return fail(Errc::link_connect_failed, settings_.device + ": " + std::move(what));
  };
  port.open(settings_.device, ec);  // non-blocking, raw
  if (ec) return failed(ec.message());
  if (!take_for_itself(port.native_handle())) return failed("in use by another program");
  port.set_option(Port::baud_rate(static_cast<unsigned>(settings_.baud)), ec);
  if (ec) return failed("speed " + std::to_string(settings_.baud) + " is not supported");
  port.set_option(Port::character_size(8), ec);
  if (!ec) port.set_option(parity_option(settings_.parity), ec);
  if (!ec) port.set_option(Port::stop_bits(Port::stop_bits::one), ec);
  if (!ec) port.set_option(Port::flow_control(Port::flow_control::none), ec);
  if (ec) return failed(ec.message());
  ask_for_low_latency(port.native_handle());
  tcflush(port.native_handle(), TCIOFLUSH);
  return {};
}

Result<std::size_t> SerialLine::read_now(std::span<std::uint8_t> into) {
  const auto got = ::read(state_->stream.native_handle(), into.data(), into.size());
  return result_of(got, errno);
}

}  // namespace paymeter::transport
