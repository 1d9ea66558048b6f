/// The column lists of notices and of platform wallets.
#pragma once

#include "paymeter/port/billing_store.hpp"
#include "paymeter/port/notice_store.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store {

template <>
struct Spelling<domain::WalletUnit> {
  static std::string_view name(domain::WalletUnit unit) { return wallet_unit_name(unit); }
  static constexpr auto last = domain::WalletUnit::quantity;
};

PAYMETER_TABLE(domain::Notice, "notice") {
  io("id", v.id);
  io("property_id", v.property);
  io("account_id", v.account);
  io("meter_id", v.meter);
  io("level", v.level);
  io("channel", v.channel);
  io("state", v.state);
  io("recipient", v.recipient);
  io("text", v.text);
  io("balance_fen", v.balance);
  io("evidence", v.evidence);
  io("recorded_by", v.recorded_by);
  io("attempts", v.attempts);
  io("trouble", v.trouble);
  io("created_at", v.created_at);
  io("sent_at", v.sent_at);
  io("delivered_at", v.delivered_at);
}

/// The table's key is the meter: read with select_one, written in billing_sql.cpp.
PAYMETER_TABLE(domain::WalletTerms, "wallet_terms") {
  io("meter_id", v.meter);
  io("property_id", v.property);
  io("unit", v.unit);
  io("emergency_credit_fen", v.emergency_credit);
  io("emergency_on", v.emergency_on);
  io("friendly_from", v.friendly_from);
  io("friendly_to", v.friendly_to);
  io("package_name", v.package_name);
  io("package_fee_fen", v.package_fee);
  io("package_included", v.package_included);
  io("rise_per_hour_max", v.rise_per_hour_max);
  io("changed_by", v.changed_by);
  io("changed_at", v.changed_at);
}

/// The table's key is the meter.
PAYMETER_TABLE(domain::ShadowPoint, "wallet_shadow") {
  io("meter_id", v.meter);
  io("property_id", v.property);
  io("at", v.at);
  io("epoch", v.epoch);
  io("balance_fen", v.balance);
  io("delivered_fen", v.delivered);
  io("price_version", v.price_version);
  io("cycle_wh", v.cycle);
  io("rate1_wh", v.rate_wh[0]);
  io("rate2_wh", v.rate_wh[1]);
  io("rate3_wh", v.rate_wh[2]);
  io("rate4_wh", v.rate_wh[3]);
  io("rate5_wh", v.rate_wh[4]);
}

template <>
struct Marked<port::Billing> : std::true_type {};
PAYMETER_TABLE(port::Billing, "billing") {
  io("id", v.id);
  io("property_id", v.property);
  io("meter_id", v.meter);
  io("account_id", v.account);
  io("revision", v.revision);
  io("checkpoint", v.checkpoint);
  io("posted_at", v.posted.at);
  io("posted_value", v.posted.value);
  std::optional<UtcMs> since;
  std::optional<Errc> reason;
  if (v.held) {
    since = v.held->since;
    reason = v.held->reason;
  }
  io("held_since", since);
  io("held_reason", reason);
  v.held.reset();
  if (since && reason) v.held = domain::rating::BillingHold{*since, *reason};
  io("changed_at", v.changed_at);
}

template <>
struct Marked<port::BilledMonth> : std::true_type {};
PAYMETER_TABLE(port::BilledMonth, "billing_month") {
  io("id", v.id);
  io("property_id", v.property);
  io("billing_id", v.billing);
  io("month", v.month);
  io("total_fen", v.total);
  io("bill", v.bill);
  io("to_at", v.to_at);
}

template <>
struct Marked<port::ChargeLine> : std::true_type {};
PAYMETER_TABLE(port::ChargeLine, "billing_charge") {
  io("id", v.id);
  io("property_id", v.property);
  io("billing_id", v.billing);
  io("document", v.document);
  io("cause", v.cause);
  io("day", v.day);
  io("month", v.month);
  io("from_at", v.from.at);
  io("from_value", v.from.value);
  io("to_at", v.to.at);
  io("to_value", v.to.value);
  io("amount_fen", v.amount);
  io("at", v.at);
}

template <>
struct Marked<port::StoredLot> : std::true_type {};
PAYMETER_TABLE(port::StoredLot, "billing_lot") {
  io("id", v.id);
  io("property_id", v.property);
  io("billing_id", v.billing);
  io("vend_id", v.vend);
  io("at", v.at);
  io("price_e8", v.price);
  io("quantity", v.lot.quantity);
  io("value_fen", v.lot.value);
}

}  // namespace paymeter::store
