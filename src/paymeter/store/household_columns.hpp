/// The column list of dated households.
#pragma once

#include "paymeter/domain/tariff/household.hpp"
#include "paymeter/port/billing_store.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store {

template <>
struct Marked<domain::tariff::DatedHousehold> : std::true_type {};

template <>
struct Table<domain::tariff::DatedHousehold> {
  static constexpr std::string_view name = "account_household";
  template <class SomeIo>
  static void columns(SomeIo& io, domain::tariff::DatedHousehold& v) {
    port::MonthNumber from = port::month_number(v.from);
    io("id", v.id);
    io("property_id", v.property);
    io("account_id", v.account);
    io("from_month", from);
    io("households", v.household.households);
    io("people", v.household.people);
    io("reason", v.reason);
    io("operator_id", v.by);
    io("at", v.at);
    io("idempotency_key", v.idempotency_key);
    v.from = port::month_of(from);
  }
};

}  // namespace paymeter::store
