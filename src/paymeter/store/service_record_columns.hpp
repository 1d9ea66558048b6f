/// The column list of service records.
#pragma once

#include "paymeter/store/table_columns.hpp"

namespace paymeter::store {

template <>
struct Spelling<domain::ServiceRecordKind> {
  static std::string_view name(domain::ServiceRecordKind kind) {
    return service_record_kind_name(kind);
  }
  static constexpr auto last = domain::ServiceRecordKind::payment;
};

template <>
struct Marked<domain::ServiceRecord> : std::true_type {};

template <>
struct Table<domain::ServiceRecord> {
  static constexpr std::string_view name = "service_record";
  template <class SomeIo>
  static void columns(SomeIo& io, domain::ServiceRecord& v) {
    io("id", v.id);
    io("property_id", v.property);
    io("account_id", v.account);
    io("kind", v.kind);
    io("service", v.service);
    io("amount_fen", v.amount);
    io("method", v.method);
    io("period", v.period);
    io("number", v.number);
    io("note", v.note);
    io("owed_after_fen", v.owed_after);
    io("operator_id", v.operator_id);
    io("at", v.at);
    io("idempotency_key", v.idempotency_key);
  }
};

}  // namespace paymeter::store
