/// The product format of tariffs: what an editor writes and the store keeps.
///
/// Source: docs/formats/tariff.md.
#pragma once

#include <string>
#include <string_view>

#include "paymeter/base/error.hpp"
#include "paymeter/domain/tariff/product.hpp"

namespace paymeter::adapter::rate_format {

/// A product that check_product accepts. The detail of an error begins with the place.
/// Errors: those of read_tariff for JSON and shapes; those of check_product.
Result<domain::tariff::ProductTariff> read_product(std::string_view text);

/// The canonical text: every key, in one order, without spaces. Equal products give equal bytes;
/// read_product gives the product back.
std::string write_product(const domain::tariff::ProductTariff& product);

}  // namespace paymeter::adapter::rate_format
