// Server-sent events.
#include "paymeter/http/event_stream.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/property_limit.hpp"

namespace paymeter::http {
namespace {
constexpr std::size_t kStreamsMax = 128;  // below the server's connections, so that others get in
}

Answer stream_events(Context& context, CallPtr call) {
  if (*context.event_streams >= kStreamsMax)
    co_return fail(Errc::store_busy, "too many event streams");
  const auto stored = co_await context.station.login.user_of(call->token);
  if (!stored) co_return fail(stored.error());
  net::Response response;
  response.set("Content-Type", "text/event-stream; charset=utf-8");
  response.set("Cache-Control", "no-store");
  response.set("X-Accel-Buffering", "no");  // nginx would hold events back
  response.body = "retry: 3000\n: connected\n\n";
  response.stream = [&context, token = call->token,
                     own = stored->property](std::shared_ptr<net::StreamWriter> writer) {
    auto stream = std::make_shared<EventStream>(context, token, own, std::move(writer));
    stream->start();
    context.station.runtime.spawn("event stream", EventStream::run(stream));
  };
  co_return response;
}

}  // namespace paymeter::http
