// Carrying requests over the wire, with their fates.
#include "paymeter/sim/virtual_bus.hpp"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "paymeter/base/assert.hpp"
#include "paymeter/base/mistake.hpp"
#include "paymeter/codec/modbus_pdu.hpp"
#include "paymeter/codec/modbus_rtu.hpp"
#include "paymeter/codec/modbus_tcp.hpp"

namespace paymeter::sim {
namespace {

constexpr std::size_t kQueueMax = 64;
constexpr int kBitsPerByte = 10;  // 8N1
constexpr int kRtuOverhead = 3;   // unit and checksum
constexpr Millis kForgetAfter{200};

struct Request {
  codec::RequestFrame frame;
  std::weak_ptr<Outlet> from;
};

bool is_plain(const Fate& fate) {
  return !fate.lose_request && !fate.lose_reply && !fate.double_request && !fate.double_reply &&
         !fate.damage_request && !fate.damage_reply && !fate.power_loss && fate.garbage.empty() &&
         fate.request_delay == Millis{0} && fate.reply_delay == Millis{0};
}

}  // namespace

struct VirtualBus::Core : std::enable_shared_from_this<VirtualBus::Core> {
  Core(port::Runtime& r, const SiteClock& c, Settings s, std::uint64_t seed)
      : runtime(r), clock(c), settings(std::move(s)), faults(seed) {}

  port::Runtime& runtime;
  const SiteClock& clock;
  Settings settings;
  FaultPlan faults;
  std::map<std::uint8_t, SiteMeter> meters;
  VirtualBusCounters counters;
  std::function<void(std::uint8_t)> witness;
  std::map<std::pair<std::uint8_t, Buffer>, Buffer> answered;  ///< mistakes only
  std::uint64_t reads = 0;                                     ///< mistakes only
  std::deque<Request> queue;
  std::vector<Port*> ports;  ///< in the order of connecting
  bool serving = false;
  bool closed = false;

  void submit(Request request);
  void count(const Fate& fate);
  void deliver(const Request& request, Bytes bytes);
  std::optional<Buffer> ask_meter(const Request& request);
  Buffer perhaps_stale(const Request& request, Buffer reply);
  Buffer framed(const Request& request, Bytes pdu) const;
  Millis wire_time(std::size_t pdu_size) const {
    const auto bytes = static_cast<std::int64_t>(pdu_size + kRtuOverhead);
    return clock.real({bytes * kBitsPerByte * 1000 / settings.baud + 1});
  }

  // Tasks hold the core by value: they may end after the bus, whose clock and meters are gone then.
  // So each looks at `closed` after every wait, and touches nothing else.
  static port::Async<> serve(std::shared_ptr<Core> self);
  static port::Async<> exchange(std::shared_ptr<Core> self, Request request, Fate fate);
  static port::Async<> overtake(std::shared_ptr<Core> self, Request request, Fate fate);
  static port::Async<> come_late(std::shared_ptr<Core> self, Request request, Buffer bytes,
                                 Millis delay);
};

void VirtualBus::Core::submit(Request request) {
  ++counters.requests;
  if (request.frame.unit == 0) {
    ++counters.broadcasts;
    return;
  }
  if (queue.size() >= kQueueMax) {
    ++counters.shed;
    return;
  }
  queue.push_back(std::move(request));
  if (std::exchange(serving, true)) return;
  runtime.spawn("virtual bus", serve(shared_from_this()));
}

void VirtualBus::Core::count(const Fate& fate) {
  if (is_plain(fate)) return;
  ++counters.faults;
  counters.frames_lost +=
      (fate.lose_request || fate.damage_request) + 0U + (fate.lose_reply || fate.damage_reply);
  counters.frames_doubled += fate.double_request + 0U + fate.double_reply;
  counters.frames_late += (fate.request_delay > Millis{0}) + 0U + (fate.reply_delay > Millis{0});
}

void VirtualBus::Core::deliver(const Request& request, Bytes bytes) {
  if (settings.framing == Framing::tcp) {
    if (const auto outlet = request.from.lock()) outlet->deliver(bytes);
    return;
  }
  // A copy: a master may hang up on what it hears.
  for (Port* port : std::vector(ports))
    if (std::ranges::find(ports, port) != ports.end())
      if (const auto outlet = port->outlet_.lock()) outlet->deliver(bytes);
}

std::optional<Buffer> VirtualBus::Core::ask_meter(const Request& request) {
  const auto found = meters.find(request.frame.unit);
  if (found == meters.end()) {
    ++counters.unknown_unit;
    return std::nullopt;
  }
  auto reply = found->second.handle(request.frame.pdu);
  if (reply && mistake_made(Mistake::stale_reply)) reply = perhaps_stale(request, *reply);
  ++(reply ? counters.answered : counters.silent_meter);
  if (reply && witness && request.frame.pdu[0] == codec::kWriteMultipleRegisters)
    witness(request.frame.unit);
  return reply;
}

/// Mistakes only: now and then three reads get what their questions were answered before.
Buffer VirtualBus::Core::perhaps_stale(const Request& request, Buffer reply) {
  if (request.frame.pdu[0] != codec::kReadHoldingRegisters) return reply;
  Buffer older = std::exchange(answered[{request.frame.unit, request.frame.pdu}], reply);
  return older.empty() || (++reads / 3) % 5 != 0 ? reply : older;
}

Buffer VirtualBus::Core::framed(const Request& request, Bytes pdu) const {
  return settings.framing == Framing::tcp
             ? codec::encode_tcp(request.frame.transaction, request.frame.unit, pdu)
             : codec::encode_rtu(request.frame.unit, pdu);
}

port::Async<> VirtualBus::Core::serve(std::shared_ptr<Core> self) {
  while (!self->queue.empty() && !self->closed) {
    Request request = std::move(self->queue.front());
    self->queue.pop_front();
    Fate fate = self->faults.next();
    self->count(fate);
    co_await self->runtime.sleep(self->wire_time(request.frame.pdu.size()));
    if (self->closed) co_return;
    if (fate.request_delay > Millis{0})
      self->runtime.spawn("delayed request", overtake(self, std::move(request), std::move(fate)));
    else
      co_await exchange(self, std::move(request), std::move(fate));
  }
  self->serving = false;
}

port::Async<> VirtualBus::Core::overtake(std::shared_ptr<Core> self, Request request, Fate fate) {
  co_await self->runtime.sleep(self->clock.real(fate.request_delay));
  if (self->closed) co_return;
  co_await exchange(self, std::move(request), std::move(fate));
}

port::Async<> VirtualBus::Core::come_late(std::shared_ptr<Core> self, Request request, Buffer bytes,
                                          Millis delay) {
  co_await self->runtime.sleep(delay);
  if (self->closed) co_return;
  self->deliver(request, bytes);
}

port::Async<> VirtualBus::Core::exchange(std::shared_ptr<Core> self, Request request, Fate fate) {
  if (const auto hit = self->meters.find(request.frame.unit);
      fate.power_loss && hit != self->meters.end())
    hit->second.lose_power(self->faults.rates().power_loss_span);
  std::optional<Buffer> replies[2];
  if (!fate.lose_request && !fate.damage_request) {
    replies[0] = self->ask_meter(request);
    if (fate.double_request) replies[1] = self->ask_meter(request);
  }
  co_await self->runtime.sleep(
      self->clock.real(replies[0] ? self->faults.reply_delay() : self->settings.gateway_patience));
  if (self->closed) co_return;
  if (!fate.garbage.empty()) self->deliver(request, fate.garbage);
  for (const auto& reply : replies) {
    if (!reply) continue;
    Buffer bytes = self->framed(request, *reply);
    if (fate.damage_reply) self->faults.damage(bytes);
    // A gateway checks what its wire carries: damage never reaches the network side.
    const bool caught = fate.damage_reply && self->settings.framing == Framing::tcp;
    co_await self->runtime.sleep(self->wire_time(reply->size()));
    if (self->closed) co_return;
    if (fate.lose_reply || caught) continue;
    if (fate.reply_delay > Millis{0}) {
      self->runtime.spawn("late reply", come_late(self, request, std::move(bytes),
                                                  self->clock.real(fate.reply_delay)));
      continue;
    }
    self->deliver(request, bytes);
    if (fate.double_reply) self->deliver(request, bytes);
  }
}

// ------------------------------------------------------------------ the bus
VirtualBus::VirtualBus(port::Runtime& runtime, const SiteClock& clock, Settings settings,
                       std::uint64_t seed)
    : core_(std::make_shared<Core>(runtime, clock, std::move(settings), seed)) {
  PAYMETER_ASSERT(core_->settings.baud > 0);
}

VirtualBus::~VirtualBus() {
  core_->closed = true;
  core_->queue.clear();
}

SiteMeter& VirtualBus::attach(std::uint8_t unit, SiteMeter meter) {
  PAYMETER_ASSERT(unit >= 1 && unit <= 247);
  const auto [at, fresh] = core_->meters.emplace(unit, std::move(meter));
  PAYMETER_ASSERT(fresh);
  return at->second;
}

SiteMeter* VirtualBus::meter(std::uint8_t unit) {
  const auto found = core_->meters.find(unit);
  return found == core_->meters.end() ? nullptr : &found->second;
}

FaultPlan& VirtualBus::faults() { return core_->faults; }
void VirtualBus::set_witness(std::function<void(std::uint8_t)> saw) {
  core_->witness = std::move(saw);
}
const VirtualBusCounters& VirtualBus::counters() const { return core_->counters; }
const VirtualBus::Settings& VirtualBus::settings() const { return core_->settings; }

std::shared_ptr<VirtualBus::Port> VirtualBus::connect(std::weak_ptr<Outlet> outlet) {
  return std::make_shared<Port>(core_, std::move(outlet));
}

// ------------------------------------------------------------------ one connection
struct VirtualBus::Port::Parsers {
  codec::RtuRequestParser rtu;
  codec::TcpRequestParser tcp;
};

VirtualBus::Port::Port(std::shared_ptr<Core> core, std::weak_ptr<Outlet> outlet)
    : core_(std::move(core)), outlet_(std::move(outlet)), parsers_(std::make_unique<Parsers>()) {
  core_->ports.push_back(this);
}

VirtualBus::Port::~Port() { std::erase(core_->ports, this); }

VirtualBus::Port::Stream VirtualBus::Port::receive(Bytes bytes) {
  if (core_->settings.framing == Framing::rtu) {
    // Slaves forget the beginning of a frame when the line falls quiet.
    const MonoMs now = core_->runtime.mono();
    if (now - std::exchange(last_bytes_, now) > kForgetAfter) parsers_->rtu.reset();
    const auto skipped = parsers_->rtu.counters().skipped_bytes;
    parsers_->rtu.push(bytes);
    while (auto frame = parsers_->rtu.next()) core_->submit({std::move(*frame), outlet_});
    core_->counters.hostile_bytes += parsers_->rtu.counters().skipped_bytes - skipped;
    return Stream::fine;
  }
  parsers_->tcp.push(bytes);
  while (auto frame = parsers_->tcp.next()) {
    if (!*frame) {
      ++core_->counters.broken_streams;
      return Stream::broken;
    }
    core_->submit({std::move(**frame), outlet_});
  }
  return Stream::fine;
}

}  // namespace paymeter::sim
