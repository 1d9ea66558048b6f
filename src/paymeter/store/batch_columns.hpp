/// The column list of batches.
#pragma once

#include "paymeter/store/table_columns.hpp"

namespace paymeter::store {

template <>
struct Table<domain::Batch> {
  static constexpr std::string_view name = "command_batch";
  template <class SomeIo>
  static void columns(SomeIo& io, domain::Batch& v) {
    io("id", v.id);
    io("property_id", v.property);
    io("kind", v.kind);
    io("origin", v.origin);
    io("state", v.state);
    io("reason", v.reason);
    io("operator_id", v.operator_id);
    io("selection", v.selection);
    io("tables", v.tables);
    io("change_alarm1_fen", v.settings.alarm1);
    io("change_alarm2_fen", v.settings.alarm2);
    io("change_overload_w", v.settings.overload_w);
    io("change_overdraft_fen", v.settings.overdraft);
    io("tariff_id", v.tariff);
    io("tariff_number", v.tariff_number);
    io("rate_per_minute", v.rate_per_minute);
    io("bus_rate_per_minute", v.bus_rate_per_minute);
    io("created_at", v.created_at);
    io("finished_at", v.finished_at);
    io("idempotency_key", v.idempotency_key);
  }
};

}  // namespace paymeter::store
