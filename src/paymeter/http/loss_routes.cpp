// Loss trees: which main meter stands over which meters, and what is lost between them.
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

using domain::watch::LossTree;
using domain::watch::LossTreeId;
using domain::watch::MeterUse;

constexpr Millis kSpanMax = minutes(366 * 24 * 60);

json::object named(const Context& context, MeterId id) {
  const service::LiveMeter* live = context.station.live.find(id);
  return {{"id", id.value},
          {"code", live == nullptr ? std::string{} : live->meter.code},
          {"room", or_null(room_of(context.station.live, id))}};
}

json::array named(const Context& context, const std::vector<MeterId>& ids) {
  json::array out;
  for (MeterId id : ids) out.push_back(named(context, id));
  return out;
}

json::object render(const Context& context, const LossTree& tree) {
  const auto& live = context.station.live;
  const domain::Building* building = live.building(tree.building);
  const auto all = context.station.watch->trees(tree.property);
  return {{"id", tree.id.value},
          {"building_id", tree.building.value},
          {"building", building == nullptr ? std::string{} : building->name},
          {"floor", or_null(tree.floor)},
          {"name", tree.name},
          {"main_meters", named(context, tree.mains)},
          {"subs_by_room", tree.subs.empty()},
          {"sub_meters", named(context, domain::watch::subs_of(tree, live.site(), all))}};
}

std::vector<MeterId> meters(const std::vector<std::int64_t>& ids) {
  std::vector<MeterId> out;
  for (const std::int64_t id : ids) out.push_back({id});
  return out;
}

Answer put(Context& context, CallPtr call, LossTreeId id) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  LossTree tree;
  tree.id = id;
  tree.property = property_of(context.station, *call);
  tree.building = {fields->integer("building_id", 1)};
  if (fields->has("floor")) tree.floor = static_cast<int>(fields->integer("floor", -20, 300));
  tree.name = fields->text("name", Presence::required, 100);
  tree.mains = meters(fields->integers("main_meter_ids", Presence::required, 50));
  tree.subs = meters(fields->integers("sub_meter_ids", Presence::optional, 5'000));
  if (fields->problem()) co_return fail(*fields->problem());
  call->subject = "loss tree " + tree.name;
  const auto stored = co_await context.station.watch->put_tree(std::move(tree), call->user.id);
  if (!stored) co_return fail(stored.error());
  co_return id ? json_response(render(context, *stored))
               : created_response(render(context, *stored), Novelty::created);
}

json::object render(const Context& context, const MeterUse& use) {
  json::object out = named(context, use.meter);
  const bool is_known = use.gap == domain::watch::UseGap::none;
  out["use_wh"] = is_known ? json::value(use.wh) : json::value(nullptr);
  out["gap"] = is_known ? json::value(nullptr) : json::value(domain::watch::use_gap_name(use.gap));
  return out;
}

/// The sum of some of the main meters is no main meter's: unknown, never 0.
json::value main_or_null(std::int64_t main_wh, int mains_missing) {
  return mains_missing == 0 ? json::value(main_wh) : json::value(nullptr);
}

json::array render(const Context& context, const std::vector<MeterUse>& uses) {
  json::array out;
  for (const MeterUse& use : uses) out.push_back(render(context, use));
  return out;
}

}  // namespace

Answer list_loss_trees(Context& context, CallPtr call) {
  json::array rows;
  for (const LossTree& tree : context.station.watch->trees(property_of(context.station, *call)))
    rows.push_back(render(context, tree));
  co_return json_response(json::object{{"total", rows.size()}, {"rows", std::move(rows)}});
}

Answer add_loss_tree(Context& context, CallPtr call) { return put(context, std::move(call), {}); }

Answer change_loss_tree(Context& context, CallPtr call) {
  const LossTreeId id{call->ids.at(0)};
  return put(context, std::move(call), id);
}

Answer end_loss_tree(Context& context, CallPtr call) {
  call->subject = "loss tree #" + std::to_string(call->ids.at(0));
  const auto ended =
      co_await context.station.watch->end_tree(LossTreeId{call->ids.at(0)}, call->user.id);
  if (!ended) co_return fail(ended.error());
  co_return json_response(json::object{{"ok", true}});
}

Answer list_loss_periods(Context& context, CallPtr call) {
  Query query = call->query();
  const auto limit = query.integer("limit", 1, 1000).value_or(50);
  if (query.problem()) co_return fail(*query.problem());
  const auto periods = co_await context.station.store.loss_periods(LossTreeId{call->ids.at(0)},
                                                                   static_cast<int>(limit));
  if (!periods) co_return fail(periods.error());
  json::array rows;
  for (const port::LossPeriod& period : *periods)
    rows.push_back(json::object{{"from", format_rfc3339(period.from)},
                                {"to", format_rfc3339(period.to)},
                                {"main_wh", main_or_null(period.main_wh, period.mains_missing)},
                                {"sub_wh", period.sub_wh},
                                {"loss_wh", or_null(period.loss_wh)},
                                {"mains_missing", period.mains_missing},
                                {"subs_missing", period.subs_missing},
                                {"missing", period.missing}});
  co_return json_response(json::object{{"total", rows.size()}, {"rows", std::move(rows)}});
}

Answer weigh_loss(Context& context, CallPtr call) {
  Query query = call->query();
  const auto from = query.time("from"), to = query.time("to");
  if (query.problem()) co_return fail(*query.problem());
  if (!from || !to || *to <= *from || *to - *from > kSpanMax)
    co_return fail(Errc::request_invalid, "from, to: a span of at most 366 days");
  const auto report =
      co_await context.station.watch->weigh(LossTreeId{call->ids.at(0)}, *from, *to);
  if (!report) co_return fail(report.error());
  co_return json_response(
      json::object{{"from", format_rfc3339(report->from)},
                   {"to", format_rfc3339(report->to)},
                   {"main_wh", main_or_null(report->main_wh, report->mains_missing)},
                   {"sub_wh", report->sub_wh},
                   {"loss_wh", or_null(report->loss_wh)},
                   {"loss_per_mille", or_null(report->loss_per_mille)},
                   {"loss_wh_at_most", or_null(report->loss_wh_at_most)},
                   {"main_meters", render(context, report->mains)},
                   {"sub_meters", render(context, report->subs)}});
}

}  // namespace paymeter::http
