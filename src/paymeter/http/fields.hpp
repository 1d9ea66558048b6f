/// Reading what clients send: strict about types and ranges, silent about fields it does not know.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/base/error.hpp"
#include "paymeter/base/time.hpp"

namespace paymeter::http {

/// Numbers in JSON are exact only up to here in every client: ±(2^53 − 1).
inline constexpr std::int64_t kExactMax = 9'007'199'254'740'991;

/// A JSON object of at most 16 levels, UTF-8. Errors: request_invalid (where it went wrong).
Result<boost::json::object> parse_object(std::string_view body);

enum class Presence : std::uint8_t { required, optional };

/// Collects the first problem over several fields; look at `problem` once at the end. After a
/// problem every getter still answers, with a neutral value.
class FieldProblem {
 public:
  /// Errors: request_invalid; the detail names the field and says what is allowed.
  const std::optional<Error>& problem() const { return problem_; }

 protected:
  void note(std::string_view field, std::string_view what);

 private:
  std::optional<Error> problem_;
};

/// The fields of a request's body. null counts as absent.
class Fields : public FieldProblem {
 public:
  explicit Fields(boost::json::object object) : object_(std::move(object)) {}

  /// Is there a value, and not null?
  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// An integer written as one (1.0 and 1e2 are none), within ±kExactMax and min…max.
  std::int64_t integer(std::string_view name, std::int64_t min = -kExactMax,
                       std::int64_t max = kExactMax);
  std::int64_t integer_or(std::string_view name, std::int64_t absent, std::int64_t min,
                          std::int64_t max);
  /// At most `bytes_max` bytes, without control characters except newline and tab.
  std::string text(std::string_view name, Presence presence, std::size_t bytes_max);
  /// Ids, each 1 or more; at most `count_max`. Optional: empty when absent.
  std::vector<std::int64_t> integers(std::string_view name, Presence presence,
                                     std::size_t count_max);
  /// A list of objects, 1 to `count_max`.
  std::vector<Fields> objects(std::string_view name, std::size_t count_max);
  /// For rules that only the caller knows.
  void refuse(std::string_view name, std::string_view what) { note(name, what); }
  /// One of an enum's spellings; `from_name` gives an optional.
  template <class FromName>
  auto choice(std::string_view name, FromName from_name) {
    const auto value = from_name(text(name, Presence::required, 100));
    if (!value) note(name, "is none of the allowed values");
    return value.value_or(decltype(*value){});
  }

 private:
  const boost::json::value* find(std::string_view name) const;
  boost::json::object object_;
};

/// The parameters of a query string. Empty values count as absent.
class Query : public FieldProblem {
 public:
  /// Undecodable text is a problem named `query`.
  explicit Query(std::string_view text);

  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::string text(std::string_view name, std::size_t bytes_max = 200);
  std::optional<UtcMs> time(std::string_view name);
  /// `1` is true, `0` and absent are false.
  bool flag(std::string_view name);
  template <class FromName>
  auto choice(std::string_view name, FromName from_name) -> decltype(from_name("")) {
    const std::string spelling = text(name);
    if (spelling.empty()) return std::nullopt;
    const auto value = from_name(spelling);
    if (!value) note(name, "is none of the allowed values");
    return value;
  }

 private:
  const std::string* find(std::string_view name) const;
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace paymeter::http
