// Numbers that people see on slips and contracts.
#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {

std::string next_number(Db& db, PropertyId property, std::string_view series) {
  return number_text(first_of_numbers(db, property, series, 1));
}

std::int64_t first_of_numbers(Db& db, PropertyId property, std::string_view series,
                              std::int64_t count) {
  const auto last = db.value<std::int64_t>(
      "insert into number_series (property_id, name, last_number) values (:property, :name, "
      ":count) "
      "on conflict (property_id, name) do update "
      "set last_number = number_series.last_number + excluded.last_number returning last_number",
      property, series, count);
  return *last - count + 1;
}

std::string number_text(std::int64_t number) {
  std::string text = std::to_string(number);
  if (text.size() < 6) text.insert(0, 6 - text.size(), '0');
  return text;
}

}  // namespace paymeter::store::sql
