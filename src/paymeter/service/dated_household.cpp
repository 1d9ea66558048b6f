// Months where the account is.
#include "paymeter/service/dated_household.hpp"

#include "paymeter/service/importer_text.hpp"

namespace paymeter::service {
namespace {

Millis offset_of(const LiveTable& live, PropertyId property) {
  constexpr Millis kChina = minutes(480);
  const domain::Property* found = live.property(property);
  return fixed_zone_offset(found == nullptr ? "" : found->time_zone).value_or(kChina);
}

}  // namespace

domain::rating::Month month_at(const LiveTable& live, PropertyId property, UtcMs at) {
  return domain::tariff::month_of_day(domain::rating::day_number_at(at, offset_of(live, property)));
}

UtcMs begin_of(const LiveTable& live, PropertyId property, domain::rating::Month month) {
  return domain::rating::midnight(domain::tariff::first_day(month), offset_of(live, property));
}

domain::tariff::DatedHousehold always(const domain::tariff::Household& household) {
  domain::tariff::DatedHousehold out;
  out.from = {1970, 1};
  out.household = household;
  return out;
}

}  // namespace paymeter::service
