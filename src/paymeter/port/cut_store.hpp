/// Automatic cuts in the store: who is enforced, who holds a supply off, every decision with its
/// inputs, own cuts as intents, the breaker and the rehearsals. Part of port::Store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/cut.hpp"
#include "paymeter/domain/cut_breaker.hpp"
#include "paymeter/domain/cut_rehearsal.hpp"
#include "paymeter/domain/enforcement.hpp"
#include "paymeter/domain/supply_intent.hpp"
#include "paymeter/domain/wallet.hpp"
#include "paymeter/port/notice_store.hpp"
#include "paymeter/port/page.hpp"

namespace paymeter {
using CutDecisionId = Id<struct CutDecisionTag>;
using CutId = Id<struct CutTag>;
}  // namespace paymeter

namespace paymeter::port {

/// A decision as it is kept; never changes.
struct CutRecord {
  CutDecisionId id{};
  PropertyId property{};
  MeterId meter{};
  AccountId account{};  ///< 0 = none
  UtcMs at{};
  domain::CutVerdict verdict = domain::CutVerdict::stay;
  std::string guards;  ///< domain::format_guards
  int rule_version = 0;
  std::optional<domain::Money> balance, previous_balance, threshold;
  std::optional<UtcMs> reading_at;
  std::string inputs;  ///< domain::format_cut_inputs: can be decided again
  friend bool operator==(const CutRecord&, const CutRecord&) = default;
};
/// Everything but ids, from the inputs and what was decided.
CutRecord record_of(const domain::CutInputs& inputs, const domain::CutDecision& decision);

/// intended: stored before the first byte · shown: a read-back showed the relay open · reclosing:
/// its intent has ended, the meter must show it · ended.
enum class OwnCutState : std::uint8_t { intended, shown, reclosing, ended };
std::string_view own_cut_state_name(OwnCutState state);
std::optional<OwnCutState> own_cut_state_from_name(std::string_view name);

/// The platform's own arrears cut of one meter. At most one that has not ended.
struct OwnCut {
  CutId id{};
  PropertyId property{};
  MeterId meter{};
  AccountId account{};
  CutDecisionId decision{};
  OwnCutState state = OwnCutState::intended;
  bool is_rehearsed = false;
  int tries = 0;                ///< transmissions, of either switch
  std::optional<Errc> trouble;  ///< of the last try
  UtcMs decided_at{};
  std::optional<UtcMs> tried_at, shown_at, reclose_from, ended_at;
  std::string end_reason;
  friend bool operator==(const OwnCut&, const OwnCut&) = default;
};

/// What the store knows that decides about a cut, of one instant.
struct CutFacts {
  PropertyId property{};
  AccountId account{};  ///< open on the meter; 0 = none
  domain::Wallet wallet = domain::Wallet::meter;
  bool prepaid = false, is_protected = false, settling = false, quarantined = false;
  domain::EnforcementStanding enforcement;
  std::vector<domain::SupplyIntent> lasting;  ///< by id
  std::optional<OwnCut> own_cut;              ///< that has not ended
  domain::Money ledger{};                     ///< the books' balance of the wallet
  domain::MeterSettings settings;
  domain::WalletTerms terms;
  std::vector<LevelEpisode> episodes;
  int vends_under_way = 0;  ///< of the meter and its account
  bool breaker_open = false;
  bool is_rehearsed = false;       ///< to be cut, in the approved rehearsal of `day`
  std::int64_t meters = 0;         ///< of the property
  std::vector<UtcMs> unrehearsed;  ///< automatic cuts of the property within the window
  std::optional<UtcMs> last_rehearsed;
};
/// The same for a decision: everything but how often others were cut meanwhile.
bool same_for_cut(const CutFacts& a, const CutFacts& b);

struct OwnCutStep {
  CutId cut{};
  OwnCutState from = OwnCutState::intended;
  OwnCutState to = OwnCutState::intended;
  UtcMs at{};
  bool is_try = false;                ///< counted and synced before the frame goes out
  std::optional<Errc> trouble;        ///< empty clears it
  std::string reason;                 ///< why it is closed again, how it ended
  std::optional<CutRecord> decision;  ///< stored in the same transaction
};

struct CutFilter {
  std::optional<PropertyId> property;
  std::optional<MeterId> meter;
  std::optional<domain::CutVerdict> verdict;
  std::optional<UtcMs> from, to;  ///< half-open
  Page page;
};
struct OwnCutFilter {
  std::optional<PropertyId> property;
  std::optional<MeterId> meter;
  bool lasting_only = false;
  Page page;
};

class CutStore {
 public:
  virtual ~CutStore() = default;
  // ---- enforcement
  /// Adds; nothing is overwritten. What its scope's newest says already is returned as it is.
  /// Errors: meter_unknown (the meter or building is not of the property).
  virtual Async<Result<domain::Enforcement>> set_enforcement(domain::Enforcement setting) = 0;
  /// The newest of each scope.
  virtual Async<Result<std::vector<domain::Enforcement>>> enforcement(PropertyId property) = 0;
  virtual Async<Result<Listed<domain::Enforcement>>> enforcement_history(PropertyId property,
                                                                         Page page) = 0;

  // ---- who holds the supply. Operators' commands begin and end theirs when they are stored.
  virtual Async<Result<std::vector<domain::SupplyIntent>>> supply_intents(MeterId meter) = 0;
  virtual Async<Result<Listed<domain::SupplyIntent>>> supply_intent_history(MeterId meter,
                                                                            Page page) = 0;
  /// Of every meter, by meter.
  virtual Async<Result<std::vector<domain::SupplyIntent>>> lasting_intents() = 0;
  /// One of the same kind that lasts is returned as it is. Not for arrears: begin_cut.
  /// Errors: meter_unknown, settlement_state_conflict (a settlement's, and none is under way).
  virtual Async<Result<domain::SupplyIntent>> begin_supply_intent(domain::SupplyIntent intent) = 0;
  /// Ends the meter's intent of this kind and returns those that last. Not for arrears: step_cut.
  struct IntentEnd {
    MeterId meter{};
    domain::SupplyIntentKind kind = domain::SupplyIntentKind::manual_trip;
    UserId by{};
    UtcMs at{};
    std::string reason;
  };
  virtual Async<Result<std::vector<domain::SupplyIntent>>> end_supply_intent(IntentEnd end) = 0;

  // ---- decisions and cuts
  /// `day`: the local date that rehearsals are asked for. Errors: meter_unknown.
  virtual Async<Result<CutFacts>> cut_facts(MeterId meter, domain::rating::DayNumber day,
                                            UtcMs now) = 0;
  /// A decision that changes nothing.
  virtual Async<Result<CutRecord>> add_cut_decision(CutRecord record) = 0;
  /// Stores decision, cut and arrears intent in one transaction, if the facts are still those the
  /// decision was made from. When it would be one too many, the breaker opens instead.
  /// Requires: record.verdict == cut. Errors: cut_facts_changed, cut_breaker_open.
  struct CutBegin {
    CutRecord record;
    CutFacts seen;
    domain::rating::DayNumber day = 0;
  };
  struct CutBegun {
    std::optional<OwnCut> cut;  ///< empty: the breaker opened
  };
  virtual Async<Result<CutBegun>> begin_cut(CutBegin begin) = 0;
  /// Into reclosing or ended also ends the arrears intent. Errors: cut_unknown, cut_state_conflict.
  virtual Async<Result<OwnCut>> step_cut(OwnCutStep step) = 0;
  /// By id.
  virtual Async<Result<std::vector<OwnCut>>> lasting_cuts() = 0;
  virtual Async<Result<Listed<OwnCut>>> list_cuts(OwnCutFilter filter) = 0;
  virtual Async<Result<Listed<CutRecord>>> list_cut_decisions(CutFilter filter) = 0;
  virtual Async<Result<std::optional<CutRecord>>> last_cut_decision(MeterId meter) = 0;

  // ---- breaker
  virtual Async<Result<domain::CutBreaker>> cut_breaker(PropertyId property) = 0;
  /// Errors: breaker_not_open.
  virtual Async<Result<domain::CutBreaker>> ask_breaker_release(PropertyId property, UserId by,
                                                                std::string reason, UtcMs at) = 0;
  /// Errors: those of may_release.
  virtual Async<Result<domain::CutBreaker>> release_breaker(PropertyId property,
                                                            domain::BreakerRelease release) = 0;

  // ---- rehearsals
  /// Replaces the draft of property and day; the same lines again change nothing; one that is
  /// decided stays as it is.
  virtual Async<Result<domain::Rehearsal>> make_rehearsal(
      domain::Rehearsal draft, std::vector<domain::RehearsalLine> lines) = 0;
  struct RehearsalAct {
    domain::RehearsalId rehearsal{};
    std::int64_t revision = 0;
    domain::RehearsalState decision = domain::RehearsalState::approved;
    UserId by{};
    UtcMs at{};
    domain::rating::DayNumber today = 0;
    std::string note;
  };
  /// Errors: rehearsal_unknown, those of may_decide_rehearsal.
  virtual Async<Result<domain::Rehearsal>> decide_rehearsal(RehearsalAct act) = 0;
  struct RehearsalSheet {
    domain::Rehearsal rehearsal;
    std::vector<domain::RehearsalLine> lines;  ///< by id
  };
  /// Errors: rehearsal_unknown.
  virtual Async<Result<RehearsalSheet>> find_rehearsal(domain::RehearsalId id) = 0;
  virtual Async<Result<Listed<domain::Rehearsal>>> list_rehearsals(PropertyId property,
                                                                   Page page) = 0;
};

}  // namespace paymeter::port
