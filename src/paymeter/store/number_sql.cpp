// Numbers that people see on slips and contracts.
#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {

std::string next_number(Db& db, PropertyId property, std::string_view series) {
  const auto number = db.value<std::int64_t>(
      "insert into number_series (property_id, name, last_number) values (:property, :name, 1) "
      "on conflict (property_id, name) do update set last_number = number_series.last_number + 1 "
      "returning last_number",
      property, series);
  std::string text = std::to_string(*number);
  if (text.size() < 6) text.insert(0, 6 - text.size(), '0');
  return text;
}

}  // namespace paymeter::store::sql
