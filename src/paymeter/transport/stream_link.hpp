/// The link of a bus over any byte line: connects, asks, waits, and mistrusts what comes late.
#pragma once

#include <memory>
#include <string>

#include "paymeter/port/bus_link.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/transport/backoff.hpp"
#include "paymeter/transport/byte_line.hpp"
#include "paymeter/transport/connect_gate.hpp"
#include "paymeter/transport/envelope.hpp"
#include "paymeter/transport/link_counters.hpp"
#include "paymeter/transport/link_options.hpp"

namespace paymeter::transport {

/// How a link makes sure that a reply which comes late is not taken for the next one.
enum class LateReplies : std::uint8_t {
  told_apart,  ///< by the transaction id: nothing to do
  drained,     ///< the next request waits until the line has been quiet for a frame's time
  cut_off,     ///< the next request goes over a new connection, when that has been quiet as long
};

struct StreamLinkSettings {
  std::string label;           ///< for logs: `gateway 2 / bus 1 (10.0.0.7:502)`
  Millis reply_timeout{1000};  ///< from the last byte on the wire to the whole reply
  LineTiming timing;           ///< of the serial line behind; unused with transaction ids
  LateReplies late_replies = LateReplies::told_apart;
  LinkOptions options;
  std::shared_ptr<ConnectGate> gate;  ///< null: connects whenever it likes
};

/// A failed connection is tried again after a growing pause; until then exchanges fail at once.
/// A connection that the gateway closed while idle is made anew without an error; one lost during
/// an exchange is link_closed, because whether the meter saw the request is not known.
/// The whole exchange is bounded: its turn to connect (ConnectGate), connecting, draining
/// (timing.frame_time x 4 + reply_timeout), writing, reply_timeout. Lifetime: `runtime` and the
/// link outlive the exchange under way (close() and let it end first), unless the event loop runs
/// no more.
class StreamLink final : public port::BusLink {
 public:
  StreamLink(port::Runtime& runtime, std::unique_ptr<ByteLine> line,
             std::unique_ptr<Envelope> envelope, StreamLinkSettings settings);

  port::Async<Result<Buffer>> exchange(port::BusRequest request) override;
  void close() override;

  /// Shared, so that a metrics page may keep it beyond the link.
  std::shared_ptr<const LinkCounters> counters() const { return counters_; }

 private:
  enum class Loss : std::uint8_t { ours, theirs };

  port::Async<Result<Buffer>> attempt(port::BusRequest request);
  port::Async<Result<>> make_ready();
  port::Async<Result<>> connect();
  port::Async<Result<>> drain();
  port::Async<Result<Buffer>> await_reply(MonoMs deadline);
  Result<> drop_what_arrived();
  void settle(const Result<Buffer>& reply);
  void lose(Loss loss);
  void note_connect_failed(const Error& error);
  void count(const Result<Buffer>& reply);
  bool has_transaction_ids() const { return settings_.late_replies == LateReplies::told_apart; }

  port::Runtime& runtime_;
  std::unique_ptr<ByteLine> line_;
  std::unique_ptr<Envelope> envelope_;
  StreamLinkSettings settings_;
  std::shared_ptr<LinkCounters> counters_ = std::make_shared<LinkCounters>();
  Backoff backoff_;
  MonoMs next_connect_{};
  MonoMs last_noise_{};  ///< the last byte, or the last moment when one could be under way
  int timeouts_in_a_row_ = 0;
  bool busy_ = false;
  bool closed_ = false;
  bool suspect_ = false;  ///< a late reply may still come
  bool proven_ = false;   ///< the present connection has lasted through an exchange
  bool failing_ = false;  ///< logged as unreachable
};

}  // namespace paymeter::transport
