/// tariff.json: the interchange format of tariffs, read strictly and written back.
///
/// Source: docs/formats/rate.md.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "paymeter/base/error.hpp"
#include "paymeter/domain/rating/tariff.hpp"

namespace paymeter::adapter::rate_format {

inline constexpr std::size_t kTariffBytesMax = std::size_t{1024} * 1024;

/// A tariff that check_tariff accepts. The detail of an error begins with the place of the
/// offending value, `lines[0].steps[1].limits`.
/// Errors: tariff_too_large, tariff_not_json, tariff_key_duplicate, tariff_key_unknown,
/// tariff_key_missing, tariff_type_wrong, tariff_value_invalid; those of check_tariff.
Result<domain::rating::Tariff> read_tariff(std::string_view text);

/// The same tariff as text, one key per line at the top; read_tariff gives it back.
/// Requires: no cycle of seasons (rating::narrow_cycle).
std::string write_tariff(const domain::rating::Tariff& tariff);

}  // namespace paymeter::adapter::rate_format
