/// The columns of commissioning, and its lists as texts.
#pragma once

#include "paymeter/domain/commissioning/check.hpp"
#include "paymeter/domain/commissioning/pulse.hpp"
#include "paymeter/store/tables.hpp"

namespace paymeter::store {

#define PAYMETER_SPELLING(Enum, name_function, last_value)                    \
  template <>                                                                 \
  struct Spelling<Enum> {                                                     \
    static std::string_view name(Enum value) { return name_function(value); } \
    static constexpr Enum last = Enum::last_value;                            \
  };
PAYMETER_SPELLING(domain::commissioning::ScopeKind, domain::commissioning::scope_kind_name, meter)
PAYMETER_SPELLING(domain::commissioning::CheckState, domain::commissioning::check_state_name,
                  interrupted)
PAYMETER_SPELLING(domain::commissioning::Point, domain::commissioning::point_name, readings)
PAYMETER_SPELLING(domain::commissioning::Verdict, domain::commissioning::verdict_name, unknown)
PAYMETER_SPELLING(domain::commissioning::PulseState, domain::commissioning::pulse_state_name,
                  cancelled)
PAYMETER_SPELLING(domain::commissioning::PulseVerdict, domain::commissioning::pulse_verdict_name,
                  no_answer)
#undef PAYMETER_SPELLING

/// `answers ok\n`, `serial failed found A, expected B\n`: a line per point; what a meter said about
/// itself cannot break a line.
std::string points_to_text(const std::vector<domain::commissioning::PointResult>& points);
std::vector<domain::commissioning::PointResult> points_from_text(const std::string& text);

/// `12 sub 100 1600 -\n`: a line per meter, `-` where it did not answer.
std::string traces_to_text(const std::vector<domain::commissioning::PowerTrace>& traces);
std::vector<domain::commissioning::PowerTrace> traces_from_text(const std::string& text);

template <>
struct Table<domain::commissioning::SiteCheck> {
  static constexpr std::string_view name = "site_check";
  template <class SomeIo>
  static void columns(SomeIo& io, domain::commissioning::SiteCheck& v) {
    io("id", v.id);
    io("property_id", v.property);
    io("scope", v.scope);
    io("scope_id", v.scope_id);
    io("state", v.state);
    io("total", v.total);
    io("ok", v.ok);
    io("failed", v.failed);
    io("unknown", v.unknown);
    io("started_by", v.started_by);
    io("started_at", v.started_at);
    io("finished_at", v.finished_at);
    io("idempotency_key", v.idempotency_key);
  }
};

template <>
struct Table<domain::commissioning::SignedReport> {
  static constexpr std::string_view name = "site_report";
  template <class SomeIo>
  static void columns(SomeIo& io, domain::commissioning::SignedReport& v) {
    io("id", v.id);
    io("property_id", v.property);
    io("check_id", v.check);
    io("content", v.content);
    io("key_hex", v.key_hex);
    io("signature_hex", v.signature_hex);
    io("signed_by", v.signed_by);
    io("signed_at", v.signed_at);
  }
};

/// A pulse test as its row: lists are texts, the result's parts are columns of their own.
struct PulseRow {
  domain::commissioning::PulseTest test;
  int rounds_done = 0;
  std::string traces;
  std::optional<domain::commissioning::PulseVerdict> verdict;
  std::optional<MeterId> seen;
  std::optional<std::int64_t> step_w, factor_e3;
  std::optional<std::string> candidates;
};
PulseRow row_of(const domain::commissioning::PulseTest& test);
domain::commissioning::PulseTest test_of(PulseRow row);

template <>
struct Table<PulseRow> {
  static constexpr std::string_view name = "pulse_test";
  template <class SomeIo>
  static void columns(SomeIo& io, PulseRow& v) {
    io("id", v.test.id);
    io("property_id", v.test.property);
    io("expected_meter_id", v.test.expected);
    io("load_w", v.test.load_w);
    io("rounds", v.test.rounds);
    io("state", v.test.state);
    io("rounds_done", v.rounds_done);
    io("traces", v.traces);
    io("verdict", v.verdict);
    io("seen_meter_id", v.seen);
    io("step_w", v.step_w);
    io("factor_e3", v.factor_e3);
    io("candidates", v.candidates);
    io("started_by", v.test.started_by);
    io("started_at", v.test.started_at);
    io("finished_at", v.test.finished_at);
    io("idempotency_key", v.test.idempotency_key);
  }
};

}  // namespace paymeter::store
