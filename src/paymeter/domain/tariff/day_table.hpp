/// Inner part of product.hpp: which hours a date has, layer upon layer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "paymeter/domain/tariff/product.hpp"

namespace paymeter::domain::tariff {

using Hours = std::vector<rating::RateChange>;

/// Neighbours with the same rate joined.
Hours joined(const Hours& hours);
Hours with_overlay(const Hours& hours, const Overlay& overlay);

/// Requires: a product that check_product accepts.
class DayTable {
 public:
  explicit DayTable(const ProductTariff& product);

  /// By all layers: the day's name, `ordinary+holiday` when an overlay lies on it.
  std::string resolve(const rating::LocalDay& day);
  /// As it is without events, holidays, rest days and overlays: what interchange entries can say.
  const std::string& ordinary(const rating::LocalDay& day) const;
  /// Requires: a name that resolve or ordinary gave.
  const Hours& hours(const std::string& name) const { return hours_.at(name); }

  /// Whether the holidays say anything about `date`; always true when no rule asks.
  bool reaches(const rating::Date& date) const;

 private:
  const std::string& by_range(const rating::LocalDay& day) const;
  bool applies(const LayerRule& rule, const rating::LocalDay& day) const;
  void lay(const std::vector<LayerRule>& layer, const rating::LocalDay& day, std::string& name);

  const ProductTariff& product_;
  const HolidayCalendar& holidays_;
  std::map<std::string, Hours> hours_;
};

/// The price that components give, also where a printed one wins. Errors: those of line_price.
Result<Price> derived_price(const ProductLine& line, const std::string& rate);

/// compile without check_product.
Result<Compiled> compile_checked(const ProductTariff& product, const Household& household,
                                 rating::DayNumber first, rating::DayNumber last);

}  // namespace paymeter::domain::tariff
