// Proposing, deciding, and what follows outside the store.
#include "paymeter/service/proposals.hpp"

#include <algorithm>

#include "paymeter/base/mistake.hpp"
#include "paymeter/domain/agreed_reading.hpp"

namespace paymeter::service {
namespace {

using domain::PrepaidState;
using domain::Proposal;
using domain::ProposalKind;
using Verdict = port::ProposalStore::Verdict;

/// What the meter showed, for whoever decides later.
std::string shown(const PrepaidState& read) {
  return "\nmeter read " + format_rfc3339(read.at) + ": serial " + read.epoch.serial +
         ", clear count " + std::to_string(read.epoch.clear_count) + ", purchase count " +
         std::to_string(read.purchase_count) + ", balance " + format_money(read.balance) +
         ", last amount " + format_money(read.last_amount) + ", sold " +
         format_money(read.sold_total) + (read.account_open ? "" : ", account not open");
}

/// The meter was cleared or replaced: it knows nothing of its tenant, and holds nothing either.
bool has_lost_its_account(const PrepaidState& read) {
  return !read.account_open && read.balance == domain::Money{} && read.purchase_count == 0;
}

}  // namespace

port::Async<Result<std::optional<Proposal>>> Proposals::known(Proposal asked) {
  port::ProposalFilter filter;
  filter.kind = asked.kind;
  filter.meter = asked.meter;
  filter.page.limit = 1000;
  auto listed = co_await deps_.store.list_proposals(filter);
  if (!listed) co_return fail(listed.error());
  const auto at =
      std::ranges::find(listed->rows, asked.idempotency_key, &Proposal::idempotency_key);
  if (at == listed->rows.end()) co_return std::optional<Proposal>{};
  co_return std::optional<Proposal>{*at};
}

/// Only a platform wallet in debt has something to write off; others pass.
port::Async<Result<>> Proposals::check_write_off(Proposal proposal) {
  const LiveMeter* live = deps_.live.find(proposal.meter);
  if (proposal.kind != ProposalKind::settle_without_meter || !proposal.settlement ||
      live == nullptr || live->meter.wallet != domain::Wallet::platform ||
      domain::parse_agreed_reading(proposal.reference))
    co_return Result<>{};
  auto owed = co_await deps_.settlements.owed(*proposal.settlement);
  // Not in debt: the store says what a proposal then needs.
  if (!owed && owed.error().code == Errc::settlement_state_conflict) co_return Result<>{};
  if (!owed) co_return fail(owed.error());
  if (proposal.amount != *owed)
    co_return fail(Errc::proposal_outdated, "owed " + domain::format_money(*owed));
  co_return Result<>{};
}

port::Async<Result<port::Stored<Proposal>>> Proposals::propose(Proposal asked) {
  asked.proposed_at = deps_.runtime.now();
  asked.state = domain::ProposalState::open;
  if (asked.kind == ProposalKind::release_meter) {
    auto before = co_await known(asked);
    if (!before) co_return fail(before.error());
    if (*before) {
      asked.epoch = (**before).epoch;
      asked.purchase_count = (**before).purchase_count;
    } else {
      auto read = co_await deps_.collector.read_state(asked.meter, BusPriority::read_back);
      if (!read) co_return fail(read.error());
      asked.epoch = read->epoch;
      asked.purchase_count = read->purchase_count;
      // A person's own words first: the read alone is no evidence.
      if (domain::check_proposal(asked)) asked.evidence += shown(*read);
    }
  }
  if (asked.kind == ProposalKind::settle_without_meter) {
    auto before = co_await known(asked);
    if (!before) co_return fail(before.error());
    if (!*before)
      if (auto exact = co_await check_write_off(asked); !exact) co_return fail(exact.error());
  }
  co_return co_await deps_.store.add_proposal(std::move(asked));
}

port::Async<Result<port::ProposalStore::Decided>> Proposals::decide(
    port::ProposalStore::Decision decision) {
  auto proposal = co_await deps_.store.find_proposal(decision.proposal);
  if (!proposal) co_return fail(proposal.error());
  if (mistake_made(Mistake::resolve_twice) && proposal->kind == ProposalKind::resolve_vend)
    proposal->state = domain::ProposalState::open;
  if (auto may = domain::may_decide(*proposal, decision.by); !may) co_return fail(may.error());
  decision.at = deps_.runtime.now();
  std::optional<PrepaidState> fresh;
  const bool is_approved = decision.verdict == Verdict::approve;
  if (is_approved && proposal->kind == ProposalKind::release_meter) {
    auto read = co_await deps_.collector.read_state(proposal->meter, BusPriority::read_back);
    if (!read) co_return fail(read.error());
    if (read->epoch != proposal->epoch || read->purchase_count != proposal->purchase_count)
      co_return fail(Errc::proposal_outdated, "the meter shows" + shown(*read));
    fresh = *read;
  }
  if (is_approved)
    if (auto exact = co_await check_write_off(*proposal); !exact) co_return fail(exact.error());
  auto decided = co_await deps_.store.decide_proposal(std::move(decision));
  if (!decided) co_return decided;
  if (fresh) co_await finish_release(decided->proposal, *fresh);
  for (const domain::Vend& vend : decided->vends) deps_.vending.take_up(vend);
  if (is_approved && decided->proposal.settlement)
    (void)co_await deps_.settlements.changed_elsewhere(*decided->proposal.settlement);
  deps_.events.publish(MeterChanged{decided->proposal.meter});
  co_return decided;
}

port::Async<Result<>> Proposals::open_again(Proposal proposal) {
  const LiveMeter* live = deps_.live.find(proposal.meter);
  if (live == nullptr || !live->account || live->account->state != domain::AccountState::open)
    co_return fail(Errc::account_not_open);
  std::vector<domain::Command> commands(1);
  commands.front().kind = domain::CommandKind::open_account;
  commands.front().customer_number = live->account->customer_number;
  for (auto kind : {domain::CommandKind::write_settings, domain::CommandKind::write_prices})
    if (auto command = download_command(*live, deps_.live, kind)) commands.push_back(*command);
  for (domain::Command& command : commands) {
    command.meter = proposal.meter;
    command.origin = domain::CommandOrigin::opening;
    command.operator_id = proposal.decided_by;
    command.created_at = command.deadline_at = deps_.runtime.now();  // these never expire
    const std::string key = "release-" + std::to_string(proposal.id.value) + "-" +
                            std::string(command_kind_name(command.kind));
    auto stored = co_await deps_.store.add_command(command, key);
    if (!stored) co_return fail(stored.error());
    command = stored->plain();
    deps_.events.publish(CommandChanged{command});
  }
  deps_.commands.take_up(commands);
  co_return Result<>{};
}

/// The alarm goes last: while it stands, a starting station knows that this is not finished.
port::Async<bool> Proposals::finish_release(Proposal proposal, PrepaidState fresh) {
  if (has_lost_its_account(fresh)) {
    auto opened = co_await open_again(proposal);
    if (!opened && opened.error().code != Errc::account_not_open) co_return false;
  }
  co_await deps_.alarms.clear(domain::AlarmKind::vend_quarantined, proposal.meter, {});
  co_return true;
}

port::Async<> Proposals::resume() {
  for (const domain::Alarm& alarm : deps_.alarms.active()) {
    if (alarm.kind != domain::AlarmKind::vend_quarantined) continue;
    const auto money = co_await deps_.store.meter_money(alarm.meter);
    if (money && !money->quarantined)
      deps_.runtime.spawn("release", finish_release_later(alarm.meter));
  }
}

port::Async<> Proposals::finish_release_later(MeterId meter) {
  port::ProposalFilter filter;
  filter.kind = ProposalKind::release_meter;
  filter.state = domain::ProposalState::approved;
  filter.meter = meter;
  filter.page.limit = 1;
  while (!deps_.runtime.stopping()) {
    auto last = co_await deps_.store.list_proposals(filter);
    auto read = co_await deps_.collector.read_state(meter, BusPriority::read_back);
    if (last && !last->rows.empty() && read && co_await finish_release(last->rows.front(), *read))
      co_return;
    co_await deps_.runtime.sleep(minutes(1));
  }
}

}  // namespace paymeter::service
