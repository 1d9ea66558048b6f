/// The column lists of the domain's structs, in the order of the schema.
#pragma once

#include "paymeter/store/tables.hpp"

namespace paymeter::store {

/// `e8,e8,e8,e8,e8;` then `from_wh:surcharge_e8;` per step: a command's prices as one text. Empty =
/// all zero.
std::string prices_to_text(const domain::PriceTable& prices);
domain::PriceTable prices_from_text(const std::string& text);

template <>
struct Sql<domain::PriceTable> {
  static constexpr bool text = true;
  static void put(Cell& cell, const domain::PriceTable& value) {
    cell.text = prices_to_text(value);
  }
  static void get(const Cell& cell, domain::PriceTable& value) {
    value = prices_from_text(cell.text);
  }
};

/// `minute=rate,…;` per day table, then `month-day=table,…;`. Empty = all empty.
std::string time_tables_to_text(const domain::TimeTables& tables);
domain::TimeTables time_tables_from_text(const std::string& text);

template <>
struct Sql<domain::TimeTables> {
  static constexpr bool text = true;
  static void put(Cell& cell, const domain::TimeTables& value) {
    cell.text = time_tables_to_text(value);
  }
  static void get(const Cell& cell, domain::TimeTables& value) {
    value = time_tables_from_text(cell.text);
  }
};

PAYMETER_TABLE(domain::Property, "property") {
  io("id", v.id);
  io("name", v.name);
  io("time_zone", v.time_zone);
  io("is_test_site", v.is_test_site);
}

PAYMETER_TABLE(domain::Building, "building") {
  io("id", v.id);
  io("property_id", v.property);
  io("name", v.name);
}

PAYMETER_TABLE(domain::Room, "room") {
  io("id", v.id);
  io("property_id", v.property);
  io("building_id", v.building);
  io("floor", v.floor);
  io("number", v.number);
  io("name", v.name);
}

PAYMETER_TABLE(domain::Gateway, "gateway") {
  io("id", v.id);
  io("property_id", v.property);
  io("name", v.name);
  io("host", v.host);
}

PAYMETER_TABLE(domain::Bus, "bus") {
  io("id", v.id);
  io("property_id", v.property);
  io("gateway_id", v.gateway);
  io("name", v.name);
  io("transport", v.transport);
  io("port", v.port);
  io("device", v.device);
  io("baud", v.baud);
  io("parity", v.parity);
  io("reply_timeout_ms", v.reply_timeout);
  io("poll_interval_ms", v.poll_interval);
  io("full_interval_ms", v.full_interval);
}

/// Prices and steps lie in tariff_price and tariff_step.
PAYMETER_TABLE(domain::Tariff, "tariff") {
  io("id", v.id);
  io("property_id", v.property);
  io("name", v.name);
}

template <>
struct Marked<domain::Meter> : std::true_type {};
PAYMETER_TABLE(domain::Meter, "meter") {
  io("id", v.id);
  io("property_id", v.property);
  io("bus_id", v.bus);
  io("room_id", v.room);
  io("tariff_id", v.tariff);
  io("code", v.code);
  io("name", v.name);
  io("model", v.model);
  io("serial", v.serial);
  io("unit", v.unit);
  io("ct_ratio", v.ct_ratio);
  io("utility", v.utility);
  io("wallet", v.wallet);
  io("prepaid", v.prepaid);
  io("is_protected", v.is_protected);
  io("settings", v.settings);
  io("key_hex", v.key);
}

/// Read only: the table's key is the meter, not an id.
PAYMETER_TABLE(domain::MeterMoney, "meter_money") {
  io("meter_id", v.meter);
  io("epoch", v.epoch);
  io("purchase_count", v.purchase_count);
  io("in_flight_vend_id", v.in_flight);
  io("quarantined", v.quarantined);
  io("settling", v.settling);
  io("price_version", v.price_version);
  io("settings_version", v.settings_version);
  io("clock_sequence", v.clock_sequence);
}

/// Meters lie in account_meter.
template <>
struct Marked<domain::Account> : std::true_type {};
PAYMETER_TABLE(domain::Account, "account") {
  io("id", v.id);
  io("property_id", v.property);
  io("number", v.number);
  io("customer_name", v.customer_name);
  io("phone", v.phone);
  io("note", v.note);
  io("customer_number", v.customer_number);
  io("state", v.state);
  io("idempotency_key", v.idempotency_key);
  io("operator_id", v.operator_id);
  io("created_at", v.created_at);
  io("opened_at", v.opened_at);
  io("closed_at", v.closed_at);
  io("parent_id", v.parent);
  io("shared_wallet", v.shared_wallet);
}

template <>
struct Marked<domain::Vend> : std::true_type {};
PAYMETER_TABLE(domain::Vend, "vend") {
  io("id", v.id);
  io("property_id", v.property);
  io("meter_id", v.meter);
  io("account_id", v.account);
  io("idempotency_key", v.idempotency_key);
  io("kind", v.kind);
  io("method", v.method);
  io("captured_fen", v.captured);
  io("fees_fen", v.fees);
  io("to_meter_fen", v.to_meter);
  io("tag", v.tag);
  io("state", v.state);
  io("n", v.n);
  io("epoch", v.epoch);
  io("attempts", v.attempts);
  io("reason", v.reason);
  io("slip_number", v.slip_number);
  io("operator_id", v.operator_id);
  io("note", v.note);
  io("created_at", v.created_at);
  io("sent_at", v.sent_at);
  io("finished_at", v.finished_at);
  io("balance_before_fen", v.balance_before);
  io("balance_after_fen", v.balance_after);
  io("related_vend_id", v.related);
  io("wallet", v.wallet);
  io("shared_wallet", v.shared_wallet);
  io("settles", v.settles);
  io("paid_out_by", v.paid_out_by);
  io("paid_out_reference", v.paid_out_reference);
}

/// The columns account_id and idempotency_key are no part of the struct: command_sql.cpp sets them.
PAYMETER_TABLE(domain::Command, "command") {
  io("id", v.id);
  io("property_id", v.property);
  io("meter_id", v.meter);
  io("kind", v.kind);
  io("state", v.state);
  io("customer_number", v.customer_number);
  io("version", v.version);
  io("settings", v.settings);
  io("prices", v.prices);
  io("tables", v.tables);
  io("reason", v.reason);
  io("operator_id", v.operator_id);
  io("tries", v.tries);
  io("result", v.result);
  io("created_at", v.created_at);
  io("deadline_at", v.deadline_at);
  io("finished_at", v.finished_at);
  io("origin", v.origin);
  io("batch_id", v.batch);
  io("tariff_id", v.tariff);
  io("tariff_number", v.tariff_number);
  io("differences", v.differences);
}

PAYMETER_TABLE(domain::Alarm, "alarm") {
  io("id", v.id);
  io("property_id", v.property);
  io("kind", v.kind);
  io("meter_id", v.meter);
  io("gateway_id", v.gateway);
  io("detail", v.detail);
  io("raised_at", v.raised_at);
  io("cleared_at", v.cleared_at);
  io("acknowledged_at", v.acknowledged_at);
  io("acknowledged_by", v.acknowledged_by);
  io("note", v.note);
}

/// Read only: written by the bulk path in reading_sql.cpp.
PAYMETER_TABLE(domain::Reading, "reading") {
  io("at", v.at);
  io("meter_id", v.meter);
  io("energy_wh", v.energy_wh);
  io("rate1_wh", v.rate_energy_wh[0]);
  io("rate2_wh", v.rate_energy_wh[1]);
  io("rate3_wh", v.rate_energy_wh[2]);
  io("rate4_wh", v.rate_energy_wh[3]);
  io("rate5_wh", v.rate_energy_wh[4]);
  io("power_w", v.power_w);
  io("voltage_a_mv", v.voltage_mv[0]);
  io("voltage_b_mv", v.voltage_mv[1]);
  io("voltage_c_mv", v.voltage_mv[2]);
  io("current_a_ma", v.line_current_ma[0]);
  io("current_b_ma", v.line_current_ma[1]);
  io("current_c_ma", v.line_current_ma[2]);
  io("power_factor_e3", v.power_factor_e3);
  io("frequency_mhz", v.frequency_mhz);
  io("balance_fen", v.balance);
  io("credit_remaining_wh", v.credit_remaining_wh);
  io("purchase_count", v.purchase_count);
  io("relay_open", v.relay_open);
}

PAYMETER_TABLE(port::User, "user_account") {
  io("id", v.id);
  io("property_id", v.property);
  io("name", v.name);
  io("password_hash", v.password_hash);
  io("role", v.role);
  io("must_change_password", v.must_change_password);
  io("disabled", v.disabled);
  io("created_at", v.created_at);
}

PAYMETER_TABLE(port::Session, "session") {
  io("token_digest", v.token_digest);
  io("user_id", v.user);
  io("created_at", v.created_at);
  io("expires_at", v.expires_at);
}

PAYMETER_TABLE(port::AuditLine, "audit_log") {
  io("id", v.id);
  io("property_id", v.property);
  io("at", v.at);
  io("user_id", v.user);
  io("user_name", v.user_name);
  io("action", v.action);
  io("subject", v.subject);
  io("detail", v.detail);
  io("address", v.address);
}

}  // namespace paymeter::store
