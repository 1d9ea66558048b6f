/// From a bus's row in the site's set-up to its line, envelope and timing.
#include "paymeter/transport/link_factory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "paymeter/transport/envelope.hpp"
#include "paymeter/transport/serial_line.hpp"
#include "paymeter/transport/stream_link.hpp"
#include "paymeter/transport/tcp_line.hpp"

namespace paymeter::transport {
namespace {

using domain::BusTransport;

std::string label_of(const domain::Gateway& gateway, const domain::Bus& bus) {
  const auto where = bus.transport == BusTransport::serial
                         ? bus.device
                         : fmt::format("{}:{}", gateway.host, bus.port);
  return fmt::format("{} / {} ({})", gateway.name, bus.name, where);
}

LateReplies late_replies_of(const domain::Bus& bus, const LinkOptions& options) {
  switch (bus.transport) {
    case BusTransport::modbus_tcp:
      return LateReplies::told_apart;
    case BusTransport::serial:
      return LateReplies::drained;
    case BusTransport::rtu_over_tcp:
      break;
  }
  return options.rtu_tcp_recovery == RtuTcpRecovery::reconnect ? LateReplies::cut_off
                                                               : LateReplies::drained;
}

std::unique_ptr<ByteLine> line_of(AsioRuntime& runtime, const domain::Gateway& gateway,
                                  const domain::Bus& bus, const LinkOptions& options) {
  if (bus.transport == BusTransport::serial)
    return std::make_unique<SerialLine>(
        runtime.context(),
        SerialSettings{.device = bus.device, .baud = bus.baud, .parity = bus.parity});
  return std::make_unique<TcpLine>(runtime.context(),
                                   TcpTarget{.host = gateway.host, .port = bus.port}, options);
}

}  // namespace

AsioLinkFactory::AsioLinkFactory(AsioRuntime& runtime, LinkOptions options)
    : runtime_(runtime),
      options_(options),
      gate_(std::make_shared<ConnectGate>(runtime, options.connects_max)) {}

std::unique_ptr<port::BusLink> AsioLinkFactory::make(const domain::Gateway& gateway,
                                                     const domain::Bus& bus) {
  auto envelope = bus.transport == BusTransport::modbus_tcp
                      ? make_tcp_envelope(static_cast<std::uint16_t>(runtime_.random_u32()))
                      : make_rtu_envelope();
  const bool is_network = bus.transport != BusTransport::serial;
  StreamLinkSettings settings{.label = label_of(gateway, bus),
                              .reply_timeout = bus.reply_timeout,
                              .timing = {.baud = std::max(bus.baud, 300)},
                              .late_replies = late_replies_of(bus, options_),
                              .options = options_,
                              .gate = is_network ? gate_ : nullptr};
  LinkStatus status{.gateway = gateway.id, .bus = bus.id, .label = settings.label, .counters = {}};
  auto link = std::make_unique<StreamLink>(runtime_, line_of(runtime_, gateway, bus, options_),
                                           std::move(envelope), std::move(settings));
  status.counters = link->counters();
  const auto at = std::ranges::lower_bound(statuses_, bus.id, {}, &LinkStatus::bus);
  if (at != statuses_.end() && at->bus == bus.id) {
    *at = std::move(status);
  } else {
    statuses_.insert(at, std::move(status));
  }
  return link;
}

std::vector<LinkStatus> AsioLinkFactory::statuses() const { return statuses_; }

}  // namespace paymeter::transport
