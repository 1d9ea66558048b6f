/// The column lists of load limiting.
#pragma once

#include "paymeter/store/table_columns.hpp"

namespace paymeter::store {

/// Meters lie in limiting_member.
template <>
struct Table<domain::LimitingPlan> {
  static constexpr std::string_view name = "limiting_plan";
  template <class SomeIo>
  static void columns(SomeIo& io, domain::LimitingPlan& v) {
    io("id", v.id);
    io("property_id", v.property);
    io("name", v.name);
    io("mode", v.mode);
    io("target_w", v.target_w);
    io("main_meter_id", v.main_meter);
    io("turn_ms", v.turn);
    io("groups_off", v.groups_off);
    io("created_by", v.created_by);
    io("created_at", v.created_at);
    io("retired_at", v.retired_at);
  }
};

template <>
struct Table<port::LimitingRun> {
  static constexpr std::string_view name = "limiting_run";
  template <class SomeIo>
  static void columns(SomeIo& io, port::LimitingRun& v) {
    io("id", v.id);
    io("property_id", v.property);
    io("plan_id", v.plan);
    io("state", v.state);
    io("target_w", v.target_w);
    io("reason", v.reason);
    io("started_by", v.started_by);
    io("started_at", v.started_at);
    io("ends_at", v.ends_at);
    io("ended_by", v.ended_by);
    io("ending_at", v.ending_at);
    io("ended_at", v.ended_at);
    io("end_reason", v.end_reason);
    io("idempotency_key", v.idempotency_key);
    io("load_before_w", v.load_before_w);
    io("load_w", v.load_w);
    io("load_at", v.load_at);
    io("is_short", v.is_short);
  }
};

}  // namespace paymeter::store
