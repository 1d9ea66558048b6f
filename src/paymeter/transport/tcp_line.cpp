/// Resolving, connecting and configuring the socket of a gateway.
#include "paymeter/transport/tcp_line.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <utility>

namespace paymeter::transport {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

Error connect_failed(std::string detail) { return {Errc::link_connect_failed, std::move(detail)}; }

int whole_seconds(Millis span) {
  return static_cast<int>(std::max<std::int64_t>(1, span.value / 1000));
}

}  // namespace

/// A look-up blocks a helper thread and cannot be cancelled, so its answer is left to arrive
/// whenever it likes and only the timer is waited on.
struct TcpLine::LookUp {
  explicit LookUp(const asio::any_io_executor& executor) : resolver(executor), timer(executor) {}
  tcp::resolver resolver;
  asio::steady_timer timer;
  bool arrived = false;
  boost::system::error_code ec;
  std::vector<Endpoint> endpoints;
};

TcpLine::TcpLine(asio::io_context& context, TcpTarget target, LinkOptions options)
    : AsioLine(context), target_(std::move(target)), options_(options) {}

port::Async<Result<std::vector<TcpLine::Endpoint>>> TcpLine::resolve(MonoMs deadline) {
  boost::system::error_code not_numeric;
  const auto address = asio::ip::make_address(target_.host, not_numeric);
  if (!not_numeric) co_return std::vector<Endpoint>{Endpoint(address, target_.port)};

  const auto look_up = std::make_shared<LookUp>(state_->stream.get_executor());
  look_up_ = look_up;
  look_up->timer.expires_at(to_time_point(deadline));
  look_up->resolver.async_resolve(target_.host, std::to_string(target_.port),
                                  tcp::resolver::numeric_service,
                                  [look_up](auto ec, const auto& results) {
                                    look_up->arrived = true;
                                    look_up->ec = ec;
                                    for (const auto& result : results)
                                      look_up->endpoints.push_back(result.endpoint());
                                    look_up->timer.cancel();
                                  });
  co_await look_up->timer.async_wait(kAwaitQuietly);
  if (!look_up->arrived) co_return fail(connect_failed("no answer to the look-up of the name"));
  if (look_up->ec) co_return fail(connect_failed(look_up->ec.message()));
  co_return std::move(look_up->endpoints);
}

void TcpLine::drop() {
  if (const auto look_up = look_up_.lock()) look_up->timer.cancel();
  AsioLine::drop();
}

port::Async<Result<>> TcpLine::open(MonoMs deadline) {
  auto endpoints = co_await resolve(deadline);
  if (!endpoints) co_return fail(endpoints.error());

  const auto state = state_;
  const Watch watch(state, deadline);
  boost::system::error_code ec = asio::error::host_not_found;
  for (const auto& endpoint : *endpoints) {
    if (state->late) break;
    state->stream.close(ec);
    state->stream.open(endpoint.protocol(), ec);
    if (ec) continue;
    ec = configure();
    if (ec) continue;
    const auto [connect_ec] = co_await state->stream.async_connect(endpoint, kAwaitQuietly);
    ec = connect_ec;
    if (!ec) co_return Result<>{};
    if (!state->stream.is_open()) break;  // drop() while connecting
  }
  const bool late = state->late;
  boost::system::error_code ignored;
  state->stream.close(ignored);
  co_return fail(connect_failed(late ? "no answer to the connection request" : ec.message()));
}

boost::system::error_code TcpLine::configure() {
  const int fd = state_->stream.native_handle();
  const auto set = [fd](int level, int name, int value) {
    return setsockopt(fd, level, name, &value, sizeof value) == 0;
  };
  const int idle = whole_seconds(options_.keepalive_idle);
  const int interval = whole_seconds(options_.keepalive_interval);
  constexpr int kProbes = 3;
  const bool done = set(IPPROTO_TCP, TCP_NODELAY, 1) && set(SOL_SOCKET, SO_KEEPALIVE, 1) &&
                    set(IPPROTO_TCP, TCP_KEEPIDLE, idle) &&
                    set(IPPROTO_TCP, TCP_KEEPINTVL, interval) &&
                    set(IPPROTO_TCP, TCP_KEEPCNT, kProbes) &&
                    set(IPPROTO_TCP, TCP_USER_TIMEOUT, (idle + kProbes * interval) * 1000);
  if (done) return {};
  return {errno, boost::system::system_category()};
}

Result<std::size_t> TcpLine::write_now(Bytes bytes) {
  const auto put =
      send(state_->stream.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return result_of(put, errno);
}

Result<std::size_t> TcpLine::read_now(std::span<std::uint8_t> into) {
  const auto got = recv(state_->stream.native_handle(), into.data(), into.size(), MSG_DONTWAIT);
  return result_of(got, errno);
}

bool TcpLine::ended() {
  std::uint8_t next = 0;
  return !result_of(recv(state_->stream.native_handle(), &next, 1, MSG_DONTWAIT | MSG_PEEK), errno);
}

}  // namespace paymeter::transport
