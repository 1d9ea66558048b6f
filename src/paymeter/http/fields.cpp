// Strict readers for JSON bodies and query strings.
#include "paymeter/http/fields.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>

#include "paymeter/net/message.hpp"

namespace paymeter::http {
namespace {

namespace json = boost::json;

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
  });
}

std::string between(std::int64_t min, std::int64_t max) {
  return "must be between " + std::to_string(min) + " and " + std::to_string(max);
}

}  // namespace

Result<json::object> parse_object(std::string_view body) {
  json::parse_options options;
  options.max_depth = 16;
  json::error_code error;
  json::value value = json::parse(body, error, {}, options);
  if (error) return fail(Errc::request_invalid, "body: " + error.message());
  if (!value.is_object()) return fail(Errc::request_invalid, "body: must be a JSON object");
  return std::move(value.get_object());
}

void FieldProblem::note(std::string_view field, std::string_view what) {
  if (!problem_)
    problem_ = Error{Errc::request_invalid, std::string{field} + ": " + std::string{what}};
}

const json::value* Fields::find(std::string_view name) const {
  const json::value* value = object_.if_contains(name);
  return value != nullptr && value->is_null() ? nullptr : value;
}

std::int64_t Fields::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const json::value* value = find(name);
  if (value == nullptr) {
    note(name, "is missing");
    return 0;
  }
  // Boost.JSON keeps 2^63 and above as unsigned; anything with a fraction or exponent as double.
  if (!value->is_int64()) {
    note(name, value->is_uint64() ? between(min, max) : "must be an integer");
    return 0;
  }
  const std::int64_t number = value->get_int64();
  if (number < min || number > max) {
    note(name, between(min, max));
    return 0;
  }
  return number;
}

std::int64_t Fields::integer_or(std::string_view name, std::int64_t absent, std::int64_t min,
                                std::int64_t max) {
  return find(name) == nullptr ? absent : integer(name, min, max);
}

std::string Fields::text(std::string_view name, Presence presence, std::size_t bytes_max) {
  const json::value* value = find(name);
  if (value == nullptr) {
    if (presence == Presence::required) note(name, "is missing");
    return {};
  }
  if (!value->is_string()) {
    note(name, "must be a text");
    return {};
  }
  const auto& text = value->get_string();
  if (text.size() > bytes_max) {
    note(name, "is longer than " + std::to_string(bytes_max) + " bytes");
    return {};
  }
  if (has_control(text)) {
    note(name, "contains control characters");
    return {};
  }
  return std::string{text};
}

std::vector<std::int64_t> Fields::integers(std::string_view name, Presence presence,
                                           std::size_t count_max) {
  const json::value* value = find(name);
  std::vector<std::int64_t> out;
  if (value == nullptr) {
    if (presence == Presence::required) note(name, "is missing");
    return out;
  }
  if (!value->is_array() || value->get_array().size() > count_max) {
    note(name, "must be a list of at most " + std::to_string(count_max));
    return out;
  }
  for (const json::value& one : value->get_array()) {
    if (!one.is_int64() || one.get_int64() < 1 || one.get_int64() > kExactMax) {
      note(name, "must hold ids");
      return {};
    }
    out.push_back(one.get_int64());
  }
  return out;
}

std::vector<Fields> Fields::objects(std::string_view name, std::size_t count_max) {
  const json::value* value = find(name);
  std::vector<Fields> out;
  if (value == nullptr || !value->is_array() || value->get_array().empty() ||
      value->get_array().size() > count_max) {
    note(name, "must be a list of 1 to " + std::to_string(count_max));
    return out;
  }
  for (const json::value& one : value->get_array()) {
    if (!one.is_object()) {
      note(name, "must hold objects");
      return {};
    }
    out.emplace_back(one.get_object());
  }
  return out;
}

Query::Query(std::string_view text) {
  while (!text.empty()) {
    const auto pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const auto mark = pair.find('=');
    const auto name = net::percent_decode(pair.substr(0, mark), net::Plus::space);
    const auto value = net::percent_decode(
        mark == std::string_view::npos ? std::string_view{} : pair.substr(mark + 1),
        net::Plus::space);
    if (!name || !value || !net::is_utf8(*name) || !net::is_utf8(*value)) {
      note("query", "cannot be decoded");
      continue;
    }
    values_.emplace(*name, *value);
  }
}

const std::string* Query::find(std::string_view name) const {
  const auto it = values_.find(name);
  return it == values_.end() || it->second.empty() ? nullptr : &it->second;
}

std::optional<std::int64_t> Query::integer(std::string_view name, std::int64_t min,
                                           std::int64_t max) {
  const std::string* text = find(name);
  if (text == nullptr) return std::nullopt;
  std::int64_t value = 0;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc{} || stop != end) {
    note(name, "must be an integer");
    return std::nullopt;
  }
  if (value < min || value > max) {
    note(name, between(min, max));
    return std::nullopt;
  }
  return value;
}

std::string Query::text(std::string_view name, std::size_t bytes_max) {
  const std::string* text = find(name);
  if (text == nullptr) return {};
  if (text->size() > bytes_max || has_control(*text)) {
    note(name, "is too long or contains control characters");
    return {};
  }
  return *text;
}

std::optional<UtcMs> Query::time(std::string_view name) {
  const std::string* text = find(name);
  if (text == nullptr) return std::nullopt;
  const auto at = parse_rfc3339(*text);
  if (!at) {
    note(name, "must be a time such as 2026-11-22T07:14:52Z");
    return std::nullopt;
  }
  return *at;
}

bool Query::flag(std::string_view name) { return integer(name, 0, 1).value_or(0) == 1; }

}  // namespace paymeter::http
