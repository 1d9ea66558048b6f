/// One exchange at a time over a line that loses, repeats and delays frames.
#include "paymeter/transport/stream_link.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <utility>

#include "paymeter/base/assert.hpp"
#include "paymeter/codec/modbus_pdu.hpp"

namespace paymeter::transport {
namespace {

/// The port's promise has fewer errors than the parsers have reasons; counters keep the reasons.
Error as_link_error(Error error) {
  switch (error.code) {
    case Errc::frame_truncated:
      return {Errc::link_timeout, "only the beginning of a reply came"};
    case Errc::frame_wrong_transaction:
      return {Errc::link_timeout, "only older replies came"};
    case Errc::frame_bad_protocol:
    case Errc::frame_bad_length:
      return {Errc::frame_wrong_reply, "broken TCP header"};
    default:
      return error;
  }
}

/// Words of a gateway or a busy meter that are no answer to the request: the meter was not reached,
/// or may still do what it was asked. As after any silence the meter must be asked again.
bool decides_nothing(std::uint8_t exception) {
  using codec::ModbusException;
  switch (static_cast<ModbusException>(exception)) {
    case ModbusException::acknowledge:
    case ModbusException::busy:
    case ModbusException::gateway_path_unavailable:
    case ModbusException::gateway_target_silent:
      return true;
    default:
      return false;
  }
}

}  // namespace

StreamLink::StreamLink(port::Runtime& runtime, std::unique_ptr<ByteLine> line,
                       std::unique_ptr<Envelope> envelope, StreamLinkSettings settings)
    : runtime_(runtime),
      line_(std::move(line)),
      envelope_(std::move(envelope)),
      settings_(std::move(settings)),
      backoff_(settings_.options.retry_min, settings_.options.retry_max) {}

port::Async<Result<Buffer>> StreamLink::exchange(port::BusRequest request) {
  PAYMETER_ASSERT(!busy_);
  PAYMETER_ASSERT(!request.pdu.empty() && request.pdu.size() <= codec::kPduSizeMax);
  PAYMETER_ASSERT(request.reply_size >= 2 && request.reply_size <= codec::kPduSizeMax);
  busy_ = true;
  auto reply = co_await attempt(std::move(request));
  busy_ = false;
  count(reply);
  co_return reply;
}

void StreamLink::close() {
  closed_ = true;
  line_->drop();
}

port::Async<Result<Buffer>> StreamLink::attempt(port::BusRequest request) {
  if (closed_) co_return fail(Errc::link_closed);
  // Nearly always: nothing to wait for.
  const bool is_ready = has_transaction_ids() && line_->is_open() && !line_->ended();
  if (!is_ready)
    if (auto ready = co_await make_ready(); !ready) co_return fail(ready.error());

  // Asked last: what comes between here and the first byte takes no time of ours.
  if (request.send_by && runtime_.mono() > *request.send_by)
    co_return fail(Errc::link_timeout, "not sent: its time was over");

  const Buffer frame = envelope_->begin(request);
  const Millis wire_time =
      has_transaction_ids() ? Millis{0} : settings_.timing.wire_time(frame.size());
  const auto write_by = runtime_.mono() + wire_time + settings_.options.write_timeout;
  const auto taken = line_->write_now(frame);
  Result<> written = taken ? Result<>{} : Result<>(fail(taken.error()));
  if (taken && *taken < frame.size())
    written = co_await line_->write(Bytes(frame).subspan(*taken), write_by);
  if (!written) {
    if (closed_) co_return fail(Errc::link_closed);
    suspect_ = true;
    lose(Loss::theirs);
    co_return fail(Errc::link_closed, "the request could not be sent");
  }
  // The system takes bytes faster than the wire: the meter's time begins when they have left.
  auto reply = co_await await_reply(runtime_.mono() + wire_time + settings_.reply_timeout);
  if (closed_) co_return fail(Errc::link_closed);
  settle(reply);
  if (const auto code = reply ? codec::exception_code(*reply) : std::nullopt;
      code && decides_nothing(*code)) {
    // The gateway is well, so its connection stays; the meter may still answer behind it.
    suspect_ = !has_transaction_ids();
    co_return fail(Errc::link_timeout, "exception " + std::to_string(*code) + " " +
                                           std::string(codec::exception_name(*code)));
  }
  co_return reply;
}

port::Async<Result<>> StreamLink::make_ready() {
  if (suspect_ && settings_.late_replies == LateReplies::cut_off) lose(Loss::ours);
  // With transaction ids late replies stay where they are: the parser needs whole frames.
  if (line_->is_open() && line_->ended()) lose(Loss::theirs);
  if (line_->is_open() && !has_transaction_ids() && !drop_what_arrived()) lose(Loss::theirs);
  if (!line_->is_open())
    if (auto connected = co_await connect(); !connected) co_return connected;
  if (has_transaction_ids()) co_return Result<>{};

  if (suspect_)
    if (auto drained = co_await drain(); !drained) co_return drained;
  const auto earliest = last_noise_ + settings_.timing.turnaround();
  if (runtime_.mono() < earliest) co_await runtime_.sleep(earliest - runtime_.mono());
  if (closed_) co_return fail(Errc::link_closed);
  co_return Result<>{};
}

port::Async<Result<>> StreamLink::connect() {
  if (runtime_.mono() < next_connect_)
    co_return fail(Errc::link_connect_failed, "pausing after a failed connection");
  ConnectGate::Turn turn;
  if (settings_.gate) {
    turn = co_await settings_.gate->enter([this] { return closed_; });
    if (closed_) co_return fail(Errc::link_closed);
  }
  ++counters_->connect_attempts;
  auto opened = co_await line_->open(runtime_.mono() + settings_.options.connect_timeout);
  if (closed_) {
    line_->drop();
    co_return fail(Errc::link_closed);
  }
  if (!opened) {
    note_connect_failed(opened.error());
    co_return opened;
  }
  ++counters_->connects;
  envelope_->reset();
  proven_ = false;
  timeouts_in_a_row_ = 0;
  last_noise_ = runtime_.mono();
  if (std::exchange(failing_, false)) spdlog::info("{}: connected again", settings_.label);
  co_return Result<>{};
}

/// Waits until the line has been quiet for the time of the longest frame.
port::Async<Result<>> StreamLink::drain() {
  const Millis quiet = settings_.timing.frame_time();
  const auto give_up = runtime_.mono() + quiet * 4 + settings_.reply_timeout;
  ++counters_->drains;
  std::array<std::uint8_t, 512> sink{};
  while (runtime_.mono() < last_noise_ + quiet) {
    if (runtime_.mono() >= give_up) {
      lose(Loss::ours);
      co_return fail(Errc::frame_wrong_reply, "the line is never quiet");
    }
    const auto got = co_await line_->read_some(sink, std::min(last_noise_ + quiet, give_up));
    if (closed_) co_return fail(Errc::link_closed);
    if (got) {
      counters_->dropped_bytes += *got;
      last_noise_ = runtime_.mono();
    } else if (got.error().code != Errc::link_timeout) {
      lose(Loss::theirs);
      co_return fail(Errc::link_closed, got.error().detail);
    }
  }
  suspect_ = false;
  co_return Result<>{};
}

port::Async<Result<Buffer>> StreamLink::await_reply(MonoMs deadline) {
  std::array<std::uint8_t, 512> chunk{};
  for (;;) {
    const auto got = co_await line_->read_some(chunk, deadline);
    last_noise_ = runtime_.mono();
    if (!got) {
      if (got.error().code == Errc::link_timeout)
        co_return fail(as_link_error(envelope_->finish()));
      co_return fail(got.error());
    }
    if (auto reply = envelope_->push(Bytes(chunk).first(*got)))
      co_return std::move(*reply).map_error(as_link_error);
    if (last_noise_ >= deadline) co_return fail(as_link_error(envelope_->finish()));
    // After a damaged frame only its remains, or the true reply right behind it, may still come.
    if (envelope_->damaged())
      deadline = std::min(deadline, last_noise_ + settings_.timing.frame_time());
  }
}

/// Bytes that arrived while nobody asked. Errors: link_closed.
Result<> StreamLink::drop_what_arrived() {
  std::array<std::uint8_t, 512> sink{};
  // Bounded, so that a babbling line cannot hold the event loop: drain() gives up on it.
  for (int i = 0; i < 16; ++i) {
    const auto got = line_->read_now(sink);
    if (!got) return fail(got.error());
    if (*got == 0) return {};
    counters_->dropped_bytes += *got;
    last_noise_ = runtime_.mono();
    suspect_ = true;
  }
  return {};
}

/// What the outcome of an exchange means for the connection and for the next request.
void StreamLink::settle(const Result<Buffer>& reply) {
  if (!reply && reply.error().code == Errc::link_closed) {
    suspect_ = true;
    return lose(Loss::theirs);
  }
  proven_ = true;
  backoff_.reset();
  if (!reply) suspect_ = true;
  if (envelope_->lost_track()) return lose(Loss::ours);
  const bool silent = !reply && reply.error().code == Errc::link_timeout;
  timeouts_in_a_row_ = silent ? timeouts_in_a_row_ + 1 : 0;
  // A gateway may hang with its connection intact; only a new one shows it.
  if (has_transaction_ids() && timeouts_in_a_row_ >= settings_.options.timeouts_to_reconnect)
    lose(Loss::ours);
}

void StreamLink::lose(Loss loss) {
  line_->drop();
  // A gateway that accepts and hangs up at once is as unreachable as one that refuses.
  if (loss == Loss::theirs && !proven_)
    note_connect_failed({Errc::link_connect_failed, "closed by the gateway without an answer"});
}

void StreamLink::note_connect_failed(const Error& error) {
  const Millis pause = backoff_.next(runtime_.random_u32());
  next_connect_ = runtime_.mono() + pause;
  if (!std::exchange(failing_, true))
    spdlog::warn("{}: {} ({}); trying again in {} ms and then ever less often", settings_.label,
                 error_name(error.code), error.detail, pause.value);
}

void StreamLink::count(const Result<Buffer>& reply) {
  auto& c = *counters_;
  ++c.exchanges;
  c.frames = envelope_->counters();
  if (reply) {
    ++c.replies;
    return;
  }
  switch (reply.error().code) {
    case Errc::link_connect_failed:
      ++c.connect_failed;
      break;
    case Errc::link_closed:
      ++c.closed;
      break;
    case Errc::frame_bad_checksum:
      ++c.bad_checksum;
      break;
    case Errc::frame_wrong_unit:
      ++c.wrong_unit;
      break;
    case Errc::frame_wrong_reply:
      ++c.wrong_reply;
      break;
    default:
      ++c.timeout;
      break;
  }
}

}  // namespace paymeter::transport
