// RESTinio behind our own types; nothing else includes it (it takes a quarter of a minute).
#include "paymeter/net/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <restinio/all.hpp>
#include <unordered_map>
#include <unordered_set>

namespace paymeter::net {
namespace {

namespace asio = boost::asio;

/// Who is connected. Shared with RESTinio's settings, which outlive every connection.
struct Connections {
  std::size_t max = 0;
  std::unordered_set<restinio::connection_id_t> open;
  std::unordered_map<restinio::connection_id_t, std::function<void()>> when_closed;
};

class Listener {
 public:
  explicit Listener(std::shared_ptr<Connections> connections)
      : connections_(std::move(connections)) {}
  void state_changed(const restinio::connection_state::notice_t& notice) noexcept {
    const auto id = notice.connection_id();
    if (std::holds_alternative<restinio::connection_state::accepted_t>(notice.cause())) {
      connections_->open.insert(id);
      return;
    }
    connections_->open.erase(id);
    const auto node = connections_->when_closed.extract(id);
    if (!node.empty()) node.mapped()();
  }

 private:
  std::shared_ptr<Connections> connections_;
};

/// RESTinio's own limiter keeps a raw pointer from connections into the server; ours does not.
class Doorkeeper {
 public:
  explicit Doorkeeper(std::shared_ptr<Connections> connections)
      : connections_(std::move(connections)) {}
  restinio::ip_blocker::inspection_result_t inspect(
      const restinio::ip_blocker::incoming_info_t& /*info*/) noexcept {
    return connections_->open.size() < connections_->max
               ? restinio::ip_blocker::inspection_result_t::allow
               : restinio::ip_blocker::inspection_result_t::deny;
  }

 private:
  std::shared_ptr<Connections> connections_;
};

using Handle = restinio::request_handle_t;

struct Traits : restinio::default_single_thread_traits_t {
  using connection_state_listener_t = Listener;
  using ip_blocker_t = Doorkeeper;
  using request_handler_t = std::function<restinio::request_handling_status_t(Handle)>;
};

/// Chunked output, one part under way at a time, the rest in a bounded queue.
class ChunkedWriter final : public StreamWriter,
                            public std::enable_shared_from_this<ChunkedWriter> {
 public:
  using Builder = restinio::response_builder_t<restinio::chunked_output_t>;
  ChunkedWriter(Builder builder, std::size_t queue_max)
      : builder_(std::move(builder)), queue_max_(queue_max) {}

  bool write(std::string_view text) override {
    if (!builder_) return false;
    if (queue_.size() + text.size() > queue_max_) {
      fail();
      return false;
    }
    queue_ += text;
    pump();
    return is_open();
  }

  void close() override {
    if (!builder_) return;
    if (!queue_.empty()) builder_->append_chunk(restinio::writable_item_t{std::move(queue_)});
    builder_->done();
    fail();
  }

  bool is_open() const override { return builder_.has_value(); }
  void on_closed(std::function<void()> callback) override { on_closed_ = std::move(callback); }

  /// Forgets the client; RESTinio's own timers close what is left of its socket.
  void fail() {
    builder_.reset();
    queue_.clear();
    if (auto callback = std::exchange(on_closed_, nullptr)) callback();
  }

 private:
  void pump() {
    if (sending_ || queue_.empty() || !builder_) return;
    sending_ = true;
    builder_->append_chunk(restinio::writable_item_t{std::exchange(queue_, {})});
    builder_->flush([weak = weak_from_this()](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (!self) return;
      self->sending_ = false;
      error ? self->fail() : self->pump();
    });
  }

  std::optional<Builder> builder_;
  std::size_t queue_max_;
  std::string queue_;
  bool sending_ = false;
  std::function<void()> on_closed_;
};

Request to_request(const Handle& handle) {
  Request request;
  const auto& head = handle->header();
  request.method = head.method().c_str();
  const std::string_view target = head.request_target();
  const auto mark = target.find_first_of("?#");
  request.path = target.substr(0, mark);
  if (mark != std::string_view::npos && target[mark] == '?') {
    const auto rest = target.substr(mark + 1);
    request.query = rest.substr(0, rest.find('#'));
  }
  head.for_each_field(
      [&](const auto& field) { request.headers.push_back({field.name(), field.value()}); });
  request.body = handle->body();
  request.remote_address = handle->remote_endpoint().address().to_string();
  return request;
}

template <class Builder>
void add_headers(Builder& builder, const Response& response) {
  for (const auto& header : response.headers) builder.append_header(header.name, header.value);
  builder.append_header_date_field();
}

}  // namespace

struct Server::State : std::enable_shared_from_this<Server::State> {
  State(asio::io_context& context, ServerSettings s, Handler h)
      : io(context), settings(std::move(s)), handler(std::move(h)), idle(context) {
    connections->max = settings.limits.connections_max;
  }

  restinio::request_handling_status_t accept(Handle handle) {
    ++under_way;
    asio::co_spawn(io, answer(shared_from_this(), std::move(handle)), asio::detached);
    return restinio::request_accepted();
  }

  static asio::awaitable<void> answer(std::shared_ptr<State> state, Handle handle) {
    Response response;
    const bool is_head = handle->header().method() == restinio::http_method_head();
    try {
      Request request = to_request(handle);
      if (is_head) request.method = "GET";
      response = co_await state->handler(std::move(request));
    } catch (const std::exception&) {
      response = Response{500, {{"Content-Type", "text/plain"}}, "internal error\n", {}};
    }
    try {
      response.stream && !is_head ? state->send_stream(handle, response)
                                  : send(handle, response, is_head);
    } catch (const std::exception&) {
      // The client left before its answer was ready: nobody is there to tell.
    }
    if (--state->under_way == 0) state->idle.cancel();
  }

  static void send(const Handle& handle, Response& response, bool is_head) {
    const restinio::http_status_line_t line{
        restinio::http_status_code_t{static_cast<std::uint16_t>(response.status)},
        std::string{reason_phrase(response.status)}};
    if (is_head) {
      auto builder = handle->create_response<restinio::user_controlled_output_t>(line);
      add_headers(builder, response);
      builder.set_content_length(response.body.size());
      builder.done();
      return;
    }
    auto builder = handle->create_response(line);
    add_headers(builder, response);
    builder.set_body(std::move(response.body));
    builder.done();
  }

  void send_stream(const Handle& handle, Response& response) {
    const auto id = handle->connection_id();
    auto builder = handle->create_response<restinio::chunked_output_t>(
        {restinio::http_status_code_t{static_cast<std::uint16_t>(response.status)},
         std::string{reason_phrase(response.status)}});
    builder.connection_close();
    add_headers(builder, response);
    builder.flush();
    auto writer =
        std::make_shared<ChunkedWriter>(std::move(builder), settings.limits.stream_queue_bytes_max);
    connections->when_closed[id] = [weak = std::weak_ptr(writer)] {
      if (const auto open = weak.lock()) open->fail();
    };
    std::erase_if(writers, [](const auto& weak) { return weak.expired(); });
    writers.push_back(writer);
    if (!response.body.empty()) writer->write(response.body);
    response.stream(writer);
    if (stopping) writer->close();
  }

  asio::io_context& io;
  ServerSettings settings;
  Handler handler;
  asio::steady_timer idle;
  std::shared_ptr<Connections> connections = std::make_shared<Connections>();
  std::vector<std::weak_ptr<ChunkedWriter>> writers;
  std::unique_ptr<restinio::http_server_t<Traits>> server;
  std::size_t under_way = 0;
  std::uint16_t bound_port = 0;
  bool stopping = false;
};

Server::Server(asio::io_context& io, ServerSettings settings, Handler handler)
    : state_(std::make_shared<State>(io, std::move(settings), std::move(handler))) {}

Server::~Server() {
  state_->stopping = true;
  state_->server.reset();
}

Result<> Server::start() {
  auto& state = *state_;
  const auto& limits = state.settings.limits;
  try {
    state.server = std::make_unique<restinio::http_server_t<Traits>>(
        restinio::external_io_context(state.io), [&](auto& settings) {
          settings.address(state.settings.address)
              .port(state.settings.port)
              .protocol(asio::ip::make_address(state.settings.address).is_v6()
                            ? asio::ip::tcp::v6()
                            : asio::ip::tcp::v4())
              .max_pipelined_requests(limits.pipelined_max)
              .read_next_http_message_timelimit(limits.request_timeout)
              .handle_request_timeout(limits.handling_timeout)
              .write_http_response_timelimit(limits.write_timeout)
              .incoming_http_msg_limits(restinio::incoming_http_msg_limits_t{}
                                            .max_url_size(limits.target_bytes_max)
                                            .max_field_count(limits.header_count_max)
                                            .max_field_name_size(limits.header_name_bytes_max)
                                            .max_field_value_size(limits.header_value_bytes_max)
                                            .max_body_size(limits.body_bytes_max))
              .connection_state_listener(std::make_shared<Listener>(state.connections))
              .ip_blocker(std::make_shared<Doorkeeper>(state.connections))
              .acceptor_post_bind_hook([&state](asio::ip::tcp::acceptor& acceptor) {
                state.bound_port = acceptor.local_endpoint().port();
              })
              .request_handler([weak = std::weak_ptr(state_)](Handle handle) {
                const auto alive = weak.lock();
                return alive && !alive->stopping ? alive->accept(std::move(handle))
                                                 : restinio::request_rejected();
              });
        });
    state.server->open_sync();
  } catch (const std::exception& problem) {
    return fail(Errc::config_invalid, "cannot listen on " + state.settings.address + ":" +
                                          std::to_string(state.settings.port) + ": " +
                                          problem.what());
  }
  return {};
}

std::uint16_t Server::port() const { return state_->bound_port; }
std::size_t Server::connections() const { return state_->connections->open.size(); }

std::size_t Server::streams() const {
  std::size_t open = 0;
  for (const auto& weak : state_->writers) {
    const auto writer = weak.lock();
    if (writer && writer->is_open()) ++open;
  }
  return open;
}

asio::awaitable<void> Server::stop(std::chrono::milliseconds grace) {
  const auto state = state_;
  state->stopping = true;
  if (state->server) state->server->close_sync();
  for (const auto& weak : std::vector(state->writers))
    if (const auto writer = weak.lock()) writer->close();
  state->idle.expires_after(grace);
  boost::system::error_code ignored;
  if (state->under_way > 0)
    co_await state->idle.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace paymeter::net
