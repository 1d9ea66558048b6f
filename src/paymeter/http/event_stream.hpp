/// One client of the live events: what it still has to be told, and the loop that tells it.
#pragma once

#include <deque>
#include <memory>
#include <set>

#include "paymeter/http/call.hpp"

namespace paymeter::http {

/// Meters are coalesced: at most one event per meter and half second, with its newest tile.
/// Everything else is told at once and in order.
class EventStream : public std::enable_shared_from_this<EventStream> {
 public:
  /// `token` is the session that must stay valid; `own`: the property of its user, 0 for all.
  EventStream(Context& context, std::string token, PropertyId own,
              std::shared_ptr<net::StreamWriter> writer);
  ~EventStream();
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  /// Subscribes. Call once, after construction into a shared_ptr.
  void start();
  /// Ends when the client left, fell behind, logged out, or the station stops. Holds `self`.
  static port::Async<> run(std::shared_ptr<EventStream> self);

 private:
  void take(const service::Event& event);
  port::Async<> tell_events();
  void tell_meters();
  void send(std::string_view name, const boost::json::value& data);
  bool is_theirs(const service::Event& event) const;
  /// Ends the stream when its session has ended; else says that it is still there.
  port::Async<> check_session();
  MonoMs next_wake() const;

  Context& context_;
  std::shared_ptr<std::size_t> streams_;
  std::string token_;
  PropertyId own_;
  std::shared_ptr<net::StreamWriter> writer_;
  std::unique_ptr<port::Wakeup> wakeup_;
  service::EventHub::Token subscription_;
  std::set<MeterId> changed_meters_;
  std::deque<service::Event> waiting_;
  MonoMs meters_told_{}, session_checked_{};
};

}  // namespace paymeter::http
