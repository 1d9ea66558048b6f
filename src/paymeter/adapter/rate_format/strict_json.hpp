/// Strict reading of a JSON document: no key twice, none unknown, none missing, exact types. The
/// first complaint wins and names its place, as `lines[0].steps[1].limits`.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "paymeter/base/error.hpp"
#include "paymeter/domain/rating/wide.hpp"

namespace paymeter::adapter::rate_format {

/// A byte order mark is skipped. Depth at most 16.
/// Errors: tariff_too_large, tariff_not_json (detail: the offset), tariff_key_duplicate (detail:
/// the place).
Result<boost::json::value> parse_strict_json(std::string_view text, std::size_t bytes_max);

/// A value with its place. Reading what is not there complains and gives an empty value, so that
/// readers need no branches; the caller looks at the complaint once, at the end.
/// Lifetime: of the document and of the complaint.
class JsonNode {
 public:
  using Complaint = std::optional<Error>;
  JsonNode(const boost::json::value& value, std::string place, Complaint& complaint)
      : value_(&value), place_(std::move(place)), complaint_(&complaint) {}

  const std::string& place() const { return place_; }
  void complain(Errc code, std::string_view why) const;

  /// Complains unless this is an object with every key of `required` and none but those and
  /// `optional` (tariff_type_wrong, tariff_key_unknown, tariff_key_missing).
  void expect_keys(std::initializer_list<std::string_view> required,
                   std::initializer_list<std::string_view> optional = {}) const;
  /// Complains unless this is an object (tariff_type_wrong).
  std::vector<std::pair<std::string, JsonNode>> members() const;
  /// Complains unless this is an array (tariff_type_wrong), of `size` elements
  /// (tariff_value_invalid).
  std::vector<JsonNode> elements() const;
  std::vector<JsonNode> elements(std::size_t size) const;
  bool has(std::string_view key) const;
  /// Complains when the key is missing (tariff_key_missing).
  JsonNode operator[](std::string_view key) const;

  /// tariff_type_wrong unless text.
  std::string text() const;
  /// tariff_type_wrong unless a whole number; tariff_value_invalid outside 64 bits.
  std::int64_t integer() const;
  /// tariff_type_wrong unless text; tariff_value_invalid unless decimal of at most `places` places
  /// and |value| <= max × 10^-places.
  domain::rating::Int128 decimal(int places, domain::rating::Int128 max) const;

 private:
  JsonNode child(const boost::json::value& value, std::string place) const;
  std::string place_of(std::string_view key) const;

  const boost::json::value* value_;
  std::string place_;
  Complaint* complaint_;
};

}  // namespace paymeter::adapter::rate_format
