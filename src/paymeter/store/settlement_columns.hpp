/// The column lists of settlements and of the devices that they ended.
#pragma once

#include "paymeter/port/settlement_store.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store {

template <>
struct Marked<domain::Settlement> : std::true_type {};

template <>
struct Table<domain::Settlement> {
  static constexpr std::string_view name = "settlement";
  template <class SomeIo>
  static void columns(SomeIo& io, domain::Settlement& v) {
    io("id", v.id);
    io("property_id", v.property);
    io("account_id", v.account);
    io("meter_id", v.meter);
    io("kind", v.kind);
    io("state", v.state);
    io("number", v.number);
    io("idempotency_key", v.idempotency_key);
    io("reason", v.reason);
    io("operator_id", v.operator_id);
    io("created_at", v.created_at);
    io("finished_at", v.finished_at);
    io("epoch", v.epoch);
    io("final_at", v.final_at);
    io("final_wh", v.final_wh);
    io("final_balance_fen", v.final_balance);
    io("vend_id", v.vend);
    io("without_meter", v.without_meter);
    io("new_serial", v.new_serial);
    io("start_wh", v.start_wh);
    io("trouble", v.trouble);
  }
};

/// `next_from_at`: between `to_at` and it nobody measured.
struct StoredDevice {
  std::int64_t id = 0;
  PropertyId property{};
  port::SettlementStore::Device device;
  std::optional<UtcMs> next_from_at;
};

template <>
struct Marked<StoredDevice> : std::true_type {};
PAYMETER_TABLE(StoredDevice, "device") {
  io("id", v.id);
  io("property_id", v.property);
  io("meter_id", v.device.meter);
  io("serial", v.device.serial);
  io("ct_ratio", v.device.ct_ratio);
  io("from_at", v.device.from_at);
  io("to_at", v.device.to_at);
  io("final_wh", v.device.final_wh);
  io("next_start_wh", v.device.next_start_wh);
  io("settlement_id", v.device.settlement);
  io("next_from_at", v.next_from_at);
}

}  // namespace paymeter::store
