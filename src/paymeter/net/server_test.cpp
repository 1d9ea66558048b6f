// The server against raw sockets: ordinary clients, hostile ones, streams, and stopping.
#include "paymeter/net/server.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <stdexcept>
#include <thread>

namespace paymeter::net {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

/// A blocking client on its own thread, like anybody outside.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
  }
  void send(std::string_view bytes) {
    boost::system::error_code ignored;  // the server may have closed already
    asio::write(socket_, asio::buffer(bytes), ignored);
  }
  void finish_sending() {
    boost::system::error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }
  /// Everything until the server closes.
  std::string read_all() {
    std::string out;
    boost::system::error_code end;
    asio::read(socket_, asio::dynamic_buffer(out), end);
    return out;
  }
  std::string read_until(std::string_view mark) {
    std::array<char, 1024> part{};
    while (seen_.find(mark) == std::string::npos) {
      boost::system::error_code end;
      const auto n = socket_.read_some(asio::buffer(part), end);
      if (end) break;
      seen_.append(part.data(), n);
    }
    return seen_;
  }
  void close() { socket_.close(); }

 private:
  asio::io_context io_;
  tcp::socket socket_{io_};
  std::string seen_;
};

/// A server on its own thread; every access to it is posted there.
class ServerTest : public testing::Test {
 protected:
  void start(Server::Handler handler, ServerSettings settings = {}) {
    settings.port = 0;
    server_.emplace(io_, std::move(settings), std::move(handler));
    const auto started = server_->start();
    ASSERT_TRUE(started) << started.error().detail;
    port_ = server_->port();
    thread_ = std::thread{[this] { io_.run(); }};
  }
  void TearDown() override {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] { io_.stop(); });
    thread_.join();
  }
  template <class F>
  auto on_server(F function) {
    std::packaged_task<decltype(function())()> task{std::move(function)};
    auto result = task.get_future();
    asio::post(io_, [&task] { task(); });
    return result.get();
  }
  std::string exchange(std::string_view bytes) {
    RawClient client{port_};
    client.send(bytes);
    client.finish_sending();
    return client.read_all();
  }
  static Server::Handler echo() {
    return [](Request request) -> asio::awaitable<Response> {
      Response response;
      response.set("Content-Type", "text/plain");
      response.body = request.method + " " + request.path + "?" + request.query + " " +
                      std::string{request.header("x-test")} + " " + request.body;
      co_return response;
    };
  }

  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  std::optional<Server> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

TEST_F(ServerTest, AnswersARequest) {
  start(echo());
  const auto reply = exchange(
      "POST /a%20b?x=1&y HTTP/1.1\r\nHost: x\r\nX-Test: t\r\nContent-Length: 3\r\n"
      "Connection: close\r\n\r\nabc");
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 200 OK\r\n")) << reply;
  EXPECT_TRUE(reply.ends_with("POST /a%20b?x=1&y t abc")) << reply;
}

TEST_F(ServerTest, HeadHasTheLengthButNoBody) {
  start(echo());
  const auto reply = exchange("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(reply.find("Content-Length: 8"), std::string::npos) << reply;
  EXPECT_TRUE(reply.ends_with("\r\n\r\n")) << reply;
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrder) {
  start(echo());
  const auto reply = exchange(
      "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto first = reply.find("GET /1"), second = reply.find("GET /2");
  EXPECT_LT(first, second);
  EXPECT_LT(second, reply.find("GET /3"));
}

TEST_F(ServerTest, AnExceptionBecomesA500) {
  start([](Request) -> asio::awaitable<Response> {
    throw std::runtime_error("secret detail");
    co_return Response{};
  });
  const auto reply = exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 500 ")) << reply;
  EXPECT_EQ(reply.find("secret"), std::string::npos);
}

TEST_F(ServerTest, HostileBytesCloseTheConnectionAndNothingElse) {
  start(echo());
  struct Row {
    const char* reason;
    std::string bytes;
  };
  std::string many_headers = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 200; ++i) many_headers += "X-" + std::to_string(i) + ": 1\r\n";
  const Row rows[] = {
      {"garbage", std::string{"\x00\xff\x16\x03\x01 garbage\r\n\r\n", 17}},
      {"an unknown method", "BREW / HTTP/1.1\r\n\r\n"},
      {"a header value beyond the limit",
       "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n"},
      {"a header name beyond the limit",
       "GET / HTTP/1.1\r\n" + std::string(2'000, 'a') + ": 1\r\n\r\n"},
      {"too many headers", many_headers + "\r\n"},
      {"a target beyond the limit", "GET /" + std::string(10'000, 'a') + " HTTP/1.1\r\n\r\n"},
      {"a negative length", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"},
      {"a length that is no number", "POST / HTTP/1.1\r\nContent-Length: ten\r\n\r\n"},
      {"a length that overflows",
       "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n"},
      {"a length beyond the limit", "POST / HTTP/1.1\r\nContent-Length: 9000000000\r\n\r\n"},
      {"two lengths (request smuggling)",
       "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
      {"length and chunks (request smuggling)",
       "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"a broken chunk size", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"},
      {"half a head, then gone", "GET / HTTP/1.1\r\nHost: x\r\nX-Sl"},
      {"half a body, then gone", "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"},
      {"nothing at all", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(exchange(row.bytes), "") << row.reason;
  const auto reply = exchange("GET /still-here HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(reply.find("still-here"), std::string::npos);
}

TEST_F(ServerTest, ConnectionsBeyondTheLimitAreClosed) {
  ServerSettings settings;
  settings.limits.connections_max = 2;
  start(echo(), settings);
  RawClient first{port_}, second{port_};
  const std::string request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  first.send(request);
  first.read_until("GET /?");
  second.send(request);
  second.read_until("GET /?");
  EXPECT_EQ(exchange(request), "");
  first.close();
  second.send(request);
  EXPECT_NE(second.read_until("GET /?").find("200 OK"), std::string::npos);
}

TEST_F(ServerTest, StreamsAndNoticesThatTheClientLeft) {
  std::promise<void> closed;
  start([&](Request) -> asio::awaitable<Response> {
    Response response;
    response.set("Content-Type", "text/event-stream");
    response.stream = [&](std::shared_ptr<StreamWriter> writer) {
      writer->write("data: one\n\n");
      writer->write("data: two\n\n");
      writer->on_closed([&closed, writer] { closed.set_value(); });
    };
    co_return response;
  });
  RawClient client{port_};
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(client.read_until("data: two").find("data: one"), std::string::npos);
  EXPECT_EQ(on_server([&] { return server_->streams(); }), 1u);
  client.close();
  closed.get_future().get();
  EXPECT_EQ(on_server([&] { return server_->streams(); }), 0u);
}

TEST_F(ServerTest, AClientThatDoesNotReadIsDropped) {
  ServerSettings settings;
  settings.limits.stream_queue_bytes_max = 64 * 1024;
  std::shared_ptr<StreamWriter> writer;
  start(
      [&](Request) -> asio::awaitable<Response> {
        Response response;
        response.stream = [&](std::shared_ptr<StreamWriter> w) { writer = std::move(w); };
        response.body = ": hello\n\n";
        co_return response;
      },
      settings);
  RawClient client{port_};
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_until(": hello");
  const bool dropped = on_server([&] {
    const std::string part(32 * 1024, 'x');
    // The first part is taken for sending, the next two fill the queue, the fourth overflows.
    for (int i = 0; i < 4; ++i)
      if (!writer->write(part)) return true;
    return false;
  });
  EXPECT_TRUE(dropped);
  EXPECT_FALSE(on_server([&] { return writer->is_open(); }));
  on_server([&] { writer.reset(); });
}

TEST_F(ServerTest, StoppingWaitsForRequestsUnderWayAndEndsStreams) {
  std::shared_ptr<StreamWriter> writer;
  start([&](Request request) -> asio::awaitable<Response> {
    Response response;
    if (request.path == "/stream")
      response.stream = [&](std::shared_ptr<StreamWriter> w) { writer = std::move(w); };
    response.body = "hello";
    co_return response;
  });
  RawClient client{port_};
  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_until("hello");
  std::promise<void> stopped;
  asio::post(io_, [&] {
    asio::co_spawn(
        io_, [&]() -> asio::awaitable<void> { co_await server_->stop(std::chrono::seconds{5}); },
        [&](const std::exception_ptr&) { stopped.set_value(); });
  });
  stopped.get_future().get();
  EXPECT_FALSE(on_server([&] { return writer->is_open(); }));
  EXPECT_NE(client.read_all().find("0\r\n\r\n"), std::string::npos) << "the stream ends properly";
  EXPECT_THROW(RawClient{port_}, boost::system::system_error) << "nobody listens any more";
  on_server([&] { writer.reset(); });
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
  start(echo());
  ServerSettings settings;
  settings.port = port_;
  asio::io_context other;
  Server second{other, settings, echo()};
  const auto result = second.start();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::config_invalid);
  settings.address = "not an address";
  EXPECT_FALSE((Server{other, settings, echo()}.start()));
}

}  // namespace
}  // namespace paymeter::net
