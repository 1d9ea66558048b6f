// A gateway's listening port: several connections, one wire behind them.
#include <boost/asio/ip/tcp.hpp>
#include <set>

#include "paymeter/sim/gate_session.hpp"

namespace paymeter::sim {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Session = GateSession<tcp::socket>;

/// Shared with the accepting task and the sessions, which may end after the gate.
struct TcpCore {
  TcpCore(asio::io_context& context, Plant::BusPlace& bus, std::size_t most)
      : acceptor(context), place(bus), connections_max(most) {}
  tcp::acceptor acceptor;
  Plant::BusPlace& place;
  std::size_t connections_max;
  std::shared_ptr<GateCounters> counters = std::make_shared<GateCounters>();
  std::set<Session*> sessions;

  void drop() {
    for (Session* session : sessions) session->close();
  }
};

port::Async<> accept(std::shared_ptr<TcpCore> core) {
  constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);
  while (core->acceptor.is_open()) {
    auto [failed, socket] = co_await core->acceptor.async_accept(kQuietly);
    if (failed == asio::error::operation_aborted || !core->acceptor.is_open()) co_return;
    if (failed) continue;
    if (core->place.down || core->sessions.size() >= core->connections_max) {
      ++core->counters->refused;
      continue;  // the socket closes itself
    }
    ++core->counters->accepted;
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const auto session =
        std::make_shared<Session>(std::move(socket), core->place, core->counters,
                                  [core](Session* ended) { core->sessions.erase(ended); });
    core->sessions.insert(session.get());
    session->start();
  }
}

class TcpGate final : public Gate {
 public:
  explicit TcpGate(std::shared_ptr<TcpCore> core) : core_(std::move(core)) {
    port_ = core_->acceptor.local_endpoint().port();
  }
  ~TcpGate() override { TcpGate::close(); }
  void close() override {
    boost::system::error_code ignored;
    core_->acceptor.close(ignored);
    core_->drop();
  }
  void drop_connections() override { core_->drop(); }
  const GateCounters& counters() const override { return *core_->counters; }
  std::uint16_t port() const override { return port_; }

 private:
  std::shared_ptr<TcpCore> core_;
  std::uint16_t port_ = 0;
};

}  // namespace

Result<std::unique_ptr<Gate>> open_tcp_gate(asio::io_context& context, Plant::BusPlace& place,
                                            TcpGateSettings settings) {
  const std::string where = settings.host + ":" + std::to_string(settings.port);
  boost::system::error_code failed;
  const auto address = asio::ip::make_address(settings.host, failed);
  if (failed) return fail(Errc::link_connect_failed, where);
  const tcp::endpoint endpoint(address, settings.port);
  auto core = std::make_shared<TcpCore>(context, place, settings.connections_max);
  core->acceptor.open(endpoint.protocol(), failed);
  if (!failed) core->acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  // Accepted sockets inherit it: a master that does not read must not fill the kernel's memory.
  if (!failed) core->acceptor.set_option(asio::socket_base::send_buffer_size(16'384), failed);
  if (!failed) core->acceptor.bind(endpoint, failed);
  if (!failed) core->acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) return fail(Errc::link_connect_failed, where + ": " + failed.message());
  asio::co_spawn(context, accept(core), asio::detached);
  return std::make_unique<TcpGate>(std::move(core));
}

}  // namespace paymeter::sim
