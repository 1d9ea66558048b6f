// What belongs to the interface of cuts itself.
#include "paymeter/port/cut_store.hpp"

#include "paymeter/domain/cut_text.hpp"
#include "paymeter/domain/spelling.hpp"

namespace paymeter::port {
namespace {
constexpr std::array<std::string_view, 4> kStates{"intended", "shown", "reclosing", "ended"};
}  // namespace

std::string_view own_cut_state_name(OwnCutState state) { return domain::spell(kStates, state); }
std::optional<OwnCutState> own_cut_state_from_name(std::string_view name) {
  return domain::unspell<OwnCutState>(kStates, name);
}

CutRecord record_of(const domain::CutInputs& inputs, const domain::CutDecision& decision) {
  CutRecord out;
  out.at = inputs.now;
  out.verdict = decision.verdict;
  out.guards = domain::format_guards(decision.guards);
  out.rule_version = inputs.rules.version;
  if (inputs.fresh) {
    out.balance = inputs.fresh->balance;
    out.reading_at = inputs.fresh->at;
  }
  if (inputs.previous) out.previous_balance = inputs.previous->balance;
  out.threshold = inputs.threshold;
  out.inputs = domain::format_cut_inputs(inputs);
  return out;
}

bool same_for_cut(const CutFacts& a, const CutFacts& b) {
  return a.property == b.property && a.account == b.account && a.wallet == b.wallet &&
         a.prepaid == b.prepaid && a.is_protected == b.is_protected && a.settling == b.settling &&
         a.quarantined == b.quarantined && a.enforcement == b.enforcement &&
         a.lasting == b.lasting && a.own_cut == b.own_cut && a.ledger == b.ledger &&
         a.settings == b.settings && a.terms == b.terms && a.episodes == b.episodes &&
         a.vends_under_way == b.vends_under_way && a.breaker_open == b.breaker_open &&
         a.is_rehearsed == b.is_rehearsed;
}

}  // namespace paymeter::port
