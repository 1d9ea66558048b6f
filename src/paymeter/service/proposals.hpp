/// Decisions of two people: one proposes with evidence, another approves; what was agreed is booked
/// in one transaction and carried on from there. Source: docs/vending.md, quarantine.
#pragma once

#include <string>

#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/commands.hpp"
#include "paymeter/service/settlements.hpp"
#include "paymeter/service/vending.hpp"

namespace paymeter::service {

class Proposals {
 public:
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    Collector& collector;
    AlarmService& alarms;
    Vending& vending;
    Commands& commands;
    Settlements& settlements;
    LiveTable& live;
    EventHub& events;
  };
  explicit Proposals(Deps deps) : deps_(deps) {}

  /// Goes on with releases that were decided when the process ended. Call once, after the alarms
  /// have been loaded and the collector has started.
  port::Async<> resume();

  /// Stores what a person proposes. release_meter: the meter is read now; its epoch and count are
  /// taken over and what it showed is added to the evidence. A write-off of a platform wallet's
  /// debt (settle_without_meter in `debt`, no agreed reading) must name exactly what is owed now,
  /// else proposal_outdated (detail: what is owed). The same key returns the stored one
  /// (`existed`). Requires: proposed_by. Errors: those of ProposalStore::add_proposal and of the
  /// read.
  port::Async<Result<port::Stored<domain::Proposal>>> propose(domain::Proposal asked);

  /// Approves or rejects. release_meter is read again first, and an account that the meter has lost
  /// is opened in it anew. Errors: those of ProposalStore::decide_proposal and of the read;
  /// proposal_outdated when the meter shows another epoch or count than it was proposed with, or
  /// another amount is owed than was to be written off.
  port::Async<Result<port::ProposalStore::Decided>> decide(port::ProposalStore::Decision decision);

 private:
  port::Async<Result<std::optional<domain::Proposal>>> known(domain::Proposal asked);
  port::Async<Result<>> check_write_off(domain::Proposal proposal);
  /// Carries the open account into its meter once more; the same proposal stores nothing twice.
  port::Async<Result<>> open_again(domain::Proposal proposal);
  port::Async<bool> finish_release(domain::Proposal proposal, domain::PrepaidState fresh);
  port::Async<> finish_release_later(MeterId meter);

  Deps deps_;
};

}  // namespace paymeter::service
