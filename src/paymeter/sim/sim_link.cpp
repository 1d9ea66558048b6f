// Bytes between a station's link and a virtual bus.
#include "paymeter/sim/sim_link.hpp"

#include <algorithm>

#include "paymeter/base/hex.hpp"
#include "paymeter/transport/stream_link.hpp"

namespace paymeter::sim {
namespace {

constexpr Millis kConnectTime{2};
constexpr std::size_t kInboxMax = 65'536;

}  // namespace

/// What has arrived and was not read yet.
struct SimLine::Inbox final : Outlet {
  Inbox(SimRuntime& runtime, std::string name)
      : world(runtime.world()), bus(std::move(name)), arrived(runtime.make_wakeup()) {}
  void deliver(Bytes received) override {
    world.trace(bus + " < " + format_hex(received, '\0'));
    const std::size_t room = kInboxMax - std::min(bytes.size(), kInboxMax);
    bytes.insert(bytes.end(), received.begin(),
                 received.begin() + static_cast<std::ptrdiff_t>(std::min(room, received.size())));
    arrived->raise();
  }
  std::size_t take(std::span<std::uint8_t> into) {
    const std::size_t size = std::min(into.size(), bytes.size());
    std::copy_n(bytes.begin(), size, into.begin());
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    return size;
  }

  SimWorld& world;
  std::string bus;
  std::unique_ptr<port::Wakeup> arrived;
  Buffer bytes;
};

SimLine::SimLine(SimRuntime& runtime, Plant::BusPlace* place) : runtime_(runtime), place_(place) {}
SimLine::~SimLine() = default;

port::Async<Result<>> SimLine::open(MonoMs) {
  co_await runtime_.sleep(kConnectTime);
  if (place_ == nullptr || place_->down) co_return fail(Errc::link_connect_failed);
  inbox_ = std::make_shared<Inbox>(runtime_, place_->bus.settings().name);
  port_ = place_->bus.connect(inbox_);
  co_return Result<>{};
}

port::Async<Result<>> SimLine::write(Bytes bytes, MonoMs) {
  if (!is_open() || place_->down) co_return fail(Errc::link_closed);
  runtime_.world().trace(inbox_->bus + " > " + format_hex(bytes, '\0'));
  // A link writes one frame of at most 260 bytes.
  if (port_->receive(bytes) == VirtualBus::Port::Stream::broken) drop();
  co_return Result<>{};
}

port::Async<Result<std::size_t>> SimLine::read_some(std::span<std::uint8_t> into, MonoMs deadline) {
  for (;;) {
    const auto inbox = inbox_;
    if (!is_open()) co_return fail(Errc::link_closed);
    if (!inbox->bytes.empty()) co_return inbox->take(into);
    if (runtime_.mono() >= deadline) co_return fail(Errc::link_timeout);
    co_await inbox->arrived->wait_until(deadline);
    if (runtime_.stopping()) co_return fail(Errc::link_closed);
  }
}

Result<std::size_t> SimLine::read_now(std::span<std::uint8_t> into) {
  if (!is_open()) return fail(Errc::link_closed);
  return inbox_->take(into);
}

bool SimLine::ended() { return place_->down && inbox_->bytes.empty(); }

void SimLine::drop() {
  port_.reset();
  if (inbox_ != nullptr) inbox_->arrived->raise();
}

std::unique_ptr<port::BusLink> SimLinkFactory::make(const domain::Gateway& gateway,
                                                    const domain::Bus& bus) {
  using domain::BusTransport;
  using transport::LateReplies;
  const bool tcp = bus.transport == BusTransport::modbus_tcp;
  auto envelope =
      tcp ? transport::make_tcp_envelope(static_cast<std::uint16_t>(runtime_.random_u32()))
          : transport::make_rtu_envelope();
  transport::StreamLinkSettings settings{.label = gateway.name + " / " + bus.name,
                                         .reply_timeout = bus.reply_timeout,
                                         .timing = {.baud = std::max(bus.baud, 300)},
                                         .late_replies = tcp ? LateReplies::told_apart
                                                         : bus.transport == BusTransport::serial
                                                             ? LateReplies::drained
                                                             : LateReplies::cut_off,
                                         .options = options_,
                                         .gate = nullptr};
  return std::make_unique<transport::StreamLink>(
      runtime_, std::make_unique<SimLine>(runtime_, plant_.find_bus(gateway.name, bus.name)),
      std::move(envelope), std::move(settings));
}

}  // namespace paymeter::sim
