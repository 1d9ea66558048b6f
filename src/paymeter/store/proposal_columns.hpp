/// The column list of proposals.
#pragma once

#include "paymeter/store/table_columns.hpp"

namespace paymeter::store {

template <>
struct Marked<domain::Proposal> : std::true_type {};

template <>
struct Table<domain::Proposal> {
  static constexpr std::string_view name = "proposal";
  template <class SomeIo>
  static void columns(SomeIo& io, domain::Proposal& v) {
    io("id", v.id);
    io("property_id", v.property);
    io("kind", v.kind);
    io("state", v.state);
    io("meter_id", v.meter);
    io("vend_id", v.vend);
    io("settlement_id", v.settlement);
    io("resolution", v.resolution);
    io("target_meter_id", v.target_meter);
    io("epoch", v.epoch);
    io("purchase_count", v.purchase_count);
    io("amount_fen", v.amount);
    io("paid_out_by", v.paid_out_by);
    io("reference", v.reference);
    io("evidence", v.evidence);
    io("idempotency_key", v.idempotency_key);
    io("proposed_by", v.proposed_by);
    io("proposed_at", v.proposed_at);
    io("decided_by", v.decided_by);
    io("decided_at", v.decided_at);
    io("decision_note", v.decision_note);
  }
};

}  // namespace paymeter::store
