/// What commands, batches and plans ask for, read from a request's body.
#pragma once

#include <string>

#include "paymeter/domain/batch.hpp"
#include "paymeter/http/fields.hpp"

namespace paymeter::http {

/// `alarm1_fen`, `alarm2_fen`, `overload_w`, `overdraft_fen`; what is absent stays as it is.
domain::SettingsChange read_settings_change(Fields& fields);
/// `day_table_1`, `day_table_2` of {minute_of_day, rate}, `seasons` of {month, day, day_table}.
domain::TimeTables read_time_tables(Fields& fields);

/// A selection and its text in one spelling, so that equal selections compare equal.
struct ReadSelection {
  domain::MeterSelection selection;
  std::string text;
};
/// The object `selection`; absent or null = all meters of the property. Errors: request_invalid.
Result<ReadSelection> read_selection(std::string_view body);

}  // namespace paymeter::http
