/// The column lists of automatic cuts.
#pragma once

#include "paymeter/port/cut_store.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store {

#define PAYMETER_SPELLING(Enum, name_function, last_value)                    \
  template <>                                                                 \
  struct Spelling<Enum> {                                                     \
    static std::string_view name(Enum value) { return name_function(value); } \
    static constexpr Enum last = Enum::last_value;                            \
  };
PAYMETER_SPELLING(domain::EnforcementMode, domain::enforcement_mode_name, on)
PAYMETER_SPELLING(domain::SupplyIntentKind, domain::supply_intent_kind_name, force_on)
PAYMETER_SPELLING(domain::CutVerdict, domain::cut_verdict_name, reclose)
PAYMETER_SPELLING(domain::RehearsalState, domain::rehearsal_state_name, rejected)
PAYMETER_SPELLING(port::OwnCutState, port::own_cut_state_name, ended)
#undef PAYMETER_SPELLING

PAYMETER_TABLE(domain::Enforcement, "enforcement") {
  io("id", v.id);
  io("property_id", v.property);
  io("building_id", v.building);
  io("meter_id", v.meter);
  io("mode", v.mode);
  io("reason", v.reason);
  io("changed_by", v.changed_by);
  io("changed_at", v.changed_at);
}

PAYMETER_TABLE(domain::SupplyIntent, "supply_intent") {
  io("id", v.id);
  io("property_id", v.property);
  io("meter_id", v.meter);
  io("kind", v.kind);
  io("subject", v.subject);
  io("reason", v.reason);
  io("begun_by", v.begun_by);
  io("begun_at", v.begun_at);
  io("ended_by", v.ended_by);
  io("ended_at", v.ended_at);
  io("end_reason", v.end_reason);
}

PAYMETER_TABLE(port::CutRecord, "cut_decision") {
  io("id", v.id);
  io("property_id", v.property);
  io("meter_id", v.meter);
  io("account_id", v.account);
  io("at", v.at);
  io("verdict", v.verdict);
  io("guards", v.guards);
  io("rule_version", v.rule_version);
  io("balance_fen", v.balance);
  io("previous_balance_fen", v.previous_balance);
  io("threshold_fen", v.threshold);
  io("reading_at", v.reading_at);
  io("inputs", v.inputs);
}

PAYMETER_TABLE(port::OwnCut, "own_cut") {
  io("id", v.id);
  io("property_id", v.property);
  io("meter_id", v.meter);
  io("account_id", v.account);
  io("decision_id", v.decision);
  io("state", v.state);
  io("is_rehearsed", v.is_rehearsed);
  io("tries", v.tries);
  io("trouble", v.trouble);
  io("decided_at", v.decided_at);
  io("tried_at", v.tried_at);
  io("shown_at", v.shown_at);
  io("reclose_from", v.reclose_from);
  io("ended_at", v.ended_at);
  io("end_reason", v.end_reason);
}

/// The table's key is the property.
PAYMETER_TABLE(domain::CutBreaker, "cut_breaker") {
  io("property_id", v.property);
  io("is_open", v.is_open);
  io("opened_at", v.opened_at);
  io("cuts", v.cuts);
  io("asked_by", v.asked_by);
  io("asked_at", v.asked_at);
  io("reason", v.reason);
  io("released_by", v.released_by);
  io("released_at", v.released_at);
}

PAYMETER_TABLE(domain::Rehearsal, "cut_rehearsal") {
  io("id", v.id);
  io("property_id", v.property);
  io("day", v.day);
  io("state", v.state);
  io("revision", v.revision);
  io("made_at", v.made_at);
  io("lines", v.lines);
  io("decided_by", v.decided_by);
  io("decided_at", v.decided_at);
  io("note", v.note);
}

PAYMETER_TABLE(domain::RehearsalLine, "cut_rehearsal_line") {
  io("id", v.id);
  io("property_id", v.property);
  io("rehearsal_id", v.rehearsal);
  io("meter_id", v.meter);
  io("account_id", v.account);
  io("balance_fen", v.balance);
  io("threshold_fen", v.threshold);
  io("to_pay_fen", v.to_pay);
  io("guards", v.guards);
}

}  // namespace paymeter::store
