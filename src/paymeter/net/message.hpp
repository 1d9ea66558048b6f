/// Requests, responses and streams as plain values: all that the rooms above know of HTTP.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paymeter::net {

struct Header {
  std::string name, value;
};

/// A complete request. Header names as sent; look them up with `header`.
struct Request {
  std::string method;  ///< upper case: GET, POST …
  std::string path;    ///< before '?', as sent (still percent-encoded)
  std::string query;   ///< after '?', as sent, may be empty
  std::vector<Header> headers;
  std::string body;
  std::string remote_address;  ///< the peer's IP address

  /// The first header of that name, case-insensitively; empty when absent.
  std::string_view header(std::string_view name) const;
};

/// One client of an event stream. Lives on the station's thread.
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  /// Queues text. false = the client is gone, or so slow that its queue was full: it is dropped.
  virtual bool write(std::string_view text) = 0;
  /// Ends the stream after what is queued.
  virtual void close() = 0;
  virtual bool is_open() const = 0;
  /// Called once, when the stream ends for whatever reason. Replaces an earlier callback.
  virtual void on_closed(std::function<void()> callback) = 0;
};

struct Response {
  int status = 200;
  std::vector<Header> headers;
  std::string body;
  /// Set: the response is a stream without end and `body` is sent first; called once with its
  /// writer.
  std::function<void(std::shared_ptr<StreamWriter>)> stream;

  void set(std::string name, std::string value);
  /// The first header of that name, case-insensitively; empty when absent.
  std::string_view header(std::string_view name) const;
};

/// `%41+b` → `A+b`. Empty: a bad escape, or a NUL byte. `plus_is_space` for query strings.
enum class Plus : std::uint8_t { literal, space };
std::optional<std::string> percent_decode(std::string_view text, Plus plus);

/// Equal without regard to ASCII case.
bool equals_ignoring_case(std::string_view a, std::string_view b);

/// Well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates)?
bool is_utf8(std::string_view text);

/// The reason phrase of a status: `Not Found`.
std::string_view reason_phrase(int status);

}  // namespace paymeter::net
