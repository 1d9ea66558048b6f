// Decisions of two people: propose, look, approve, reject.
#include "paymeter/domain/agreed_reading.hpp"
#include "paymeter/domain/money.hpp"
#include "paymeter/http/directory.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/property_limit.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

using Verdict = port::ProposalStore::Verdict;
constexpr std::size_t kTextBytesMax = 1'500;  // the meter's read is added to the evidence

json::value meter_code(Context& context, const std::optional<MeterId>& id) {
  const service::LiveMeter* live = id ? context.station.live.find(*id) : nullptr;
  return live == nullptr ? json::value(nullptr) : json::value(live->meter.code);
}

template <class Tag>
json::value optional_id(const std::optional<Id<Tag>>& id) {
  return id_or_null(id.value_or(Id<Tag>{}));
}

template <class AnyId>
std::optional<AnyId> id_field(Fields& fields, std::string_view name) {
  if (!fields.has(name)) return std::nullopt;
  return AnyId{fields.integer(name, 1)};
}

/// The fields of every kind; which are needed is the domain's rule.
domain::Proposal read_proposal(Fields& fields) {
  domain::Proposal out;
  out.kind = fields.choice("kind", domain::proposal_kind_from_name);
  out.meter = {fields.integer("meter_id", 1)};
  out.vend = id_field<VendId>(fields, "vend_id");
  out.settlement = id_field<SettlementId>(fields, "settlement_id");
  if (fields.has("resolution"))
    out.resolution = fields.choice("resolution", domain::resolution_from_name);
  out.target_meter = id_field<MeterId>(fields, "target_meter_id");
  if (fields.has("amount_fen")) out.amount = domain::Money{fields.integer("amount_fen")};
  if (fields.has("paid_out_by"))
    out.paid_out_by = fields.choice("paid_out_by", domain::payment_method_from_name);
  out.reference = fields.text("reference", Presence::optional, 200);
  if (fields.has("final_wh") || fields.has("final_at")) {
    const auto at = parse_rfc3339(fields.text("final_at", Presence::required, 40));
    if (!at) fields.refuse("final_at", "must be a time with its zone");
    out.reference =
        domain::format_agreed_reading({at.value_or(UtcMs{}), fields.integer("final_wh", 0)});
  }
  out.evidence = fields.text("evidence", Presence::required, kTextBytesMax);
  return out;
}

std::string subject_of(Context& context, const domain::Proposal& proposal) {
  const service::LiveMeter* live = context.station.live.find(proposal.meter);
  return "meter " +
         (live == nullptr ? "#" + std::to_string(proposal.meter.value) : live->meter.code);
}

std::string detail_of(const domain::Proposal& proposal) {
  std::string out = "proposal " + std::to_string(proposal.id.value) + ' ' +
                    std::string{proposal_kind_name(proposal.kind)};
  if (proposal.vend) out += " vend #" + std::to_string(proposal.vend->value);
  if (proposal.resolution) out += ' ' + std::string{resolution_name(*proposal.resolution)};
  if (proposal.amount) out += ' ' + domain::format_money(*proposal.amount);
  return out;
}

Answer decide(Context& context, CallPtr call, Verdict verdict) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  port::ProposalStore::Decision decision;
  decision.proposal = {call->ids.at(0)};
  decision.verdict = verdict;
  decision.by = call->user.id;
  decision.note = fields->text("note", Presence::optional, kTextBytesMax);
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "proposal #" + std::to_string(decision.proposal.value);
  auto decided = co_await context.station.proposals.decide(std::move(decision));
  if (!decided) co_return fail(decided.error());
  call->subject = subject_of(context, decided->proposal);
  call->detail = detail_of(decided->proposal);
  json::array vends;
  for (const domain::Vend& vend : decided->vends)
    vends.push_back(co_await render_vend(context, vend));
  json::object out{{"proposal", nullptr}, {"vends", std::move(vends)}};
  out["proposal"] = co_await render_proposal(context, decided->proposal);
  co_return json_response(out);
}

}  // namespace

port::Async<json::object> render_proposal(Context& context, domain::Proposal proposal) {
  const auto proposed_by = co_await context.directory->user_name(proposal.proposed_by);
  const auto decided_by = co_await context.directory->user_name(proposal.decided_by);
  json::value slip_number = nullptr;
  if (proposal.vend) {
    const auto vend = co_await context.station.store.find_vend(*proposal.vend);
    if (vend) slip_number = vend->slip_number;
  }
  json::object out{{"id", proposal.id.value},
                   {"kind", proposal_kind_name(proposal.kind)},
                   {"state", proposal_state_name(proposal.state)},
                   {"meter_id", proposal.meter.value},
                   {"vend_id", optional_id(proposal.vend)},
                   {"slip_number", slip_number},
                   {"settlement_id", optional_id(proposal.settlement)},
                   {"target_meter_id", optional_id(proposal.target_meter)},
                   {"purchase_count", or_null(proposal.purchase_count)},
                   {"reference", proposal.reference},
                   {"evidence", proposal.evidence},
                   {"decision_note", proposal.decision_note}};
  const auto agreed = domain::parse_agreed_reading(proposal.reference);
  out["final_wh"] = agreed ? json::value(agreed->register_wh) : json::value(nullptr);
  out["final_at"] = agreed ? json::value(format_rfc3339(agreed->at)) : json::value(nullptr);
  const auto& epoch = proposal.epoch;
  out["meter_code"] = meter_code(context, proposal.meter);
  out["room"] = or_null(room_of(context.station.live, proposal.meter));
  out["target_meter_code"] = meter_code(context, proposal.target_meter);
  out["resolution"] = proposal.resolution ? json::value(resolution_name(*proposal.resolution))
                                          : json::value(nullptr);
  out["serial"] = epoch ? json::value(epoch->serial) : json::value(nullptr);
  out["clear_count"] = epoch ? json::value(epoch->clear_count) : json::value(nullptr);
  out["amount_fen"] = proposal.amount ? json::value(proposal.amount->fen) : json::value(nullptr);
  out["paid_out_by"] = proposal.paid_out_by
                           ? json::value(domain::payment_method_name(*proposal.paid_out_by))
                           : json::value(nullptr);
  out["proposed_by"] = or_null(proposed_by);
  out["proposed_at"] = format_rfc3339(proposal.proposed_at);
  out["decided_by"] = or_null(decided_by);
  out["decided_at"] = time_or_null(proposal.decided_at);
  co_return out;
}

Answer create_proposal(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  domain::Proposal asked = read_proposal(*fields);
  asked.idempotency_key = call->idempotency_key;
  asked.proposed_by = call->user.id;
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = subject_of(context, asked);
  call->detail = detail_of(asked);
  const auto proposal = co_await context.station.proposals.propose(std::move(asked));
  if (!proposal) co_return fail(proposal.error());
  call->detail = detail_of(proposal->plain());
  if (proposal->existed) call->detail += " (repeated key)";
  co_return created_response(co_await render_proposal(context, proposal->plain()),
                             proposal->existed ? Novelty::repeated : Novelty::created);
}

Answer list_proposals(Context& context, CallPtr call) {
  Query query = call->query();
  port::ProposalFilter filter;
  filter.state = query.choice("state", domain::proposal_state_from_name);
  filter.kind = query.choice("kind", domain::proposal_kind_from_name);
  if (const auto id = query.integer("meter_id", 1, kExactMax)) filter.meter = MeterId{*id};
  filter.page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  auto limit = co_await property_limit(context, call);
  if (filter.meter) limit.reset();  // theirs, or it would have been refused
  const auto listed = co_await list_within<domain::Proposal>(
      limit, filter.page, [&context, filter](port::Page page) mutable {
        filter.page = page;
        return context.station.store.list_proposals(filter);
      });
  if (!listed) co_return fail(listed.error());
  json::array rows;
  for (const auto& proposal : listed->rows)
    rows.push_back(co_await render_proposal(context, proposal));
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", listed->total}});
}

Answer get_proposal(Context& context, CallPtr call) {
  const auto proposal = co_await context.station.store.find_proposal({call->ids.at(0)});
  if (!proposal) co_return fail(proposal.error());
  co_return json_response(co_await render_proposal(context, *proposal));
}

Answer approve_proposal(Context& context, CallPtr call) {
  return decide(context, std::move(call), Verdict::approve);
}

Answer reject_proposal(Context& context, CallPtr call) {
  return decide(context, std::move(call), Verdict::reject);
}

}  // namespace paymeter::http
