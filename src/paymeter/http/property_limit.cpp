// One table of what ids name, and the look-up of the property that each belongs to.
#include "paymeter/http/property_limit.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>
#include <utility>

namespace paymeter::http {

namespace json = boost::json;

namespace {

using Named = std::pair<std::string_view, Owner>;

constexpr auto kCollections = std::to_array<Named>({
    {"meters", Owner::meter},
    {"buses", Owner::bus},
    {"commands", Owner::command},
    {"accounts", Owner::account},
    {"settlements", Owner::settlement},
    {"vends", Owner::vend},
    {"proposals", Owner::proposal},
    {"alarms", Owner::alarm},
    {"loss-trees", Owner::loss_tree},
    {"checks", Owner::check},
    {"check-reports", Owner::check_report},
    {"pulse-tests", Owner::pulse_test},
    {"users", Owner::user},
    {"batches", Owner::by_handler},
    {"limiting", Owner::by_handler},
    {"rehearsals", Owner::by_handler},
    {"tariffs", Owner::by_handler},
});

/// Fields end with these, with an s where they are lists: `to_meter_id`, `sub_meter_ids`.
constexpr auto kFields = std::to_array<Named>({{"meter_id", Owner::meter},
                                               {"bus_id", Owner::bus},
                                               {"gateway_id", Owner::gateway},
                                               {"building_id", Owner::building},
                                               {"room_id", Owner::room},
                                               {"tariff_id", Owner::tariff},
                                               {"account_id", Owner::account},
                                               {"parent_id", Owner::account},
                                               {"settlement_id", Owner::settlement},
                                               {"vend_id", Owner::vend}});

/// `{"scope": "bus", "id": 3}`
constexpr auto kScopes = std::to_array<Named>({{"meter", Owner::meter},
                                               {"bus", Owner::bus},
                                               {"gateway", Owner::gateway},
                                               {"building", Owner::building}});

using Asked = std::set<std::pair<Owner, std::int64_t>>;

void ask(Owner owner, const json::value& value, Asked& out) {
  if (value.is_int64()) out.emplace(owner, value.as_int64());
  if (value.is_array())
    for (const json::value& item : value.as_array())
      if (item.is_int64()) out.emplace(owner, item.as_int64());
}

void ask_body(const json::value& value, Asked& out);

void ask_object(const json::object& object, Asked& out) {
  for (const auto& field : object) {
    std::string_view name = field.key();
    if (name.ends_with("_ids")) name.remove_suffix(1);
    for (const auto& [end, owner] : kFields)
      if (name.ends_with(end)) ask(owner, field.value(), out);
    ask_body(field.value(), out);
  }
  const json::value* scope = object.if_contains("scope");
  if (scope == nullptr || !scope->is_string()) return;
  for (const auto& [name, owner] : kScopes)
    for (const char* id : {"id", "scope_id"})
      if (const json::value* value = object.if_contains(id); value && scope->as_string() == name)
        ask(owner, *value, out);
}

void ask_body(const json::value& value, Asked& out) {
  if (value.is_object()) ask_object(value.as_object(), out);
  if (value.is_array())
    for (const json::value& item : value.as_array()) ask_body(item, out);
}

Asked asked_by(const Call& call, std::string_view pattern) {
  Asked out;
  if (const auto owner = owner_of_path(pattern); owner && !call.ids.empty())
    out.emplace(*owner, call.ids.front());
  Query query = call.query();
  for (const auto& [name, owner] : kFields)
    if (const auto id = query.integer(name, 1, kExactMax)) out.emplace(owner, *id);
  // As handlers read it: what they refuse names nothing, and a workbook is no object.
  if (const auto body = parse_object(call.request.body)) ask_object(*body, out);
  return out;
}

template <class Rows, class AnyId>
Result<PropertyId> property_in(const Rows& rows, AnyId id, Errc unknown) {
  const auto row = std::ranges::find(rows, id, [](const auto& one) { return one.id; });
  if (row == rows.end()) return fail(unknown, std::to_string(id.value));
  return row->property;
}

template <class Object>
Result<PropertyId> property_in(const Result<Object>& found) {
  if (!found) return fail(found.error());
  return found->property;
}

Result<PropertyId> property_of_place(const Station& station, Owner owner, std::int64_t id) {
  const auto& site = station.live.site();
  switch (owner) {
    case Owner::bus:
      return property_in(site.buses, BusId{id}, Errc::bus_unknown);
    case Owner::gateway:
      return property_in(site.gateways, GatewayId{id}, Errc::request_not_found);
    case Owner::building:
      return property_in(site.buildings, BuildingId{id}, Errc::request_not_found);
    case Owner::room:
      return property_in(site.rooms, RoomId{id}, Errc::request_not_found);
    case Owner::tariff:
      return property_in(site.tariffs, TariffId{id}, Errc::tariff_unknown);
    default:
      break;
  }
  const service::LiveMeter* live = station.live.find(MeterId{id});
  if (live == nullptr) return fail(Errc::meter_unknown, std::to_string(id));
  return live->meter.property;
}

Result<PropertyId> property_of_tree(const Station& station, std::int64_t id) {
  for (const domain::Property& property : station.live.site().properties)
    for (const auto& tree : station.watch->trees(property.id))
      if (tree.id.value == id) return tree.property;
  return fail(Errc::loss_tree_unknown, std::to_string(id));
}

port::Async<Result<PropertyId>> property_of_object(Station& station, Owner owner, std::int64_t id) {
  port::Store& store = station.store;
  switch (owner) {
    case Owner::account:
      co_return property_in(co_await store.find_account(AccountId{id}));
    case Owner::settlement:
      co_return property_in(co_await store.find_settlement(SettlementId{id}));
    case Owner::vend:
      co_return property_in(co_await store.find_vend(VendId{id}));
    case Owner::proposal:
      co_return property_in(co_await store.find_proposal(ProposalId{id}));
    case Owner::command:
      co_return property_in(co_await store.find_command(CommandId{id}));
    case Owner::alarm:
      co_return property_in(co_await store.find_alarm(AlarmId{id}));
    case Owner::user:
      co_return property_in(co_await store.find_user(UserId{id}));
    case Owner::check:
      co_return property_in(co_await store.find_check(domain::commissioning::CheckId{id}));
    case Owner::pulse_test:
      co_return property_in(co_await store.find_pulse(domain::commissioning::PulseId{id}));
    case Owner::loss_tree:
      co_return property_of_tree(station, id);
    case Owner::check_report: {
      const auto report = co_await store.find_report(id);
      if (!report) co_return fail(report.error());
      co_return property_in(co_await store.find_check(report->check));
    }
    default:
      co_return property_of_place(station, owner, id);
  }
}

/// A tariff is in the store before the site is loaded again.
port::Async<Result<PropertyId>> property_of_tariff(Station& station, TariffId id) {
  const std::vector<domain::Property> properties = station.live.site().properties;
  for (const domain::Property& property : properties) {
    const auto tariffs = co_await station.store.list_tariffs(property.id);
    if (!tariffs) co_return fail(tariffs.error());
    for (const port::TariffProfile& tariff : *tariffs)
      if (tariff.id == id) co_return property.id;
  }
  co_return fail(Errc::tariff_unknown, std::to_string(id.value));
}

/// Of collections whose handlers ask as well. Errors: `…_unknown`.
port::Async<Result<>> check_handled(Station& station, std::string_view pattern, std::int64_t id,
                                    PropertyId limit) {
  port::Store& store = station.store;
  Result<PropertyId> property = fail(Errc::request_not_found);
  Errc unknown = Errc::request_not_found;
  if (pattern.starts_with("/api/v1/batches/")) {
    property = property_in(co_await store.find_batch(BatchId{id}));
    unknown = Errc::batch_unknown;
  } else if (pattern.starts_with("/api/v1/limiting/plans/")) {
    property = property_in(co_await store.find_limiting_plan(domain::LimitingPlanId{id}));
    unknown = Errc::limiting_unknown;
  } else if (pattern.starts_with("/api/v1/limiting/runs/")) {
    property = property_in(co_await store.find_limiting_run(domain::LimitingRunId{id}));
    unknown = Errc::limiting_unknown;
  } else if (pattern.starts_with("/api/v1/rehearsals/")) {
    const auto sheet = co_await store.find_rehearsal(domain::RehearsalId{id});
    property = sheet ? Result<PropertyId>(sheet->rehearsal.property) : fail(sheet.error());
    unknown = Errc::rehearsal_unknown;
  } else if (pattern.starts_with("/api/v1/tariffs/")) {
    property = co_await property_of_tariff(station, TariffId{id});
    unknown = Errc::tariff_unknown;
  }
  if (!property) co_return fail(property.error());
  if (*property != limit) co_return fail(unknown, std::to_string(id));
  co_return Result<>{};
}

Errc unknown(Owner owner) {
  switch (owner) {
    case Owner::meter:
      return Errc::meter_unknown;
    case Owner::bus:
      return Errc::bus_unknown;
    case Owner::tariff:
      return Errc::tariff_unknown;
    case Owner::account:
      return Errc::account_unknown;
    case Owner::settlement:
      return Errc::settlement_unknown;
    case Owner::vend:
      return Errc::vend_unknown;
    case Owner::proposal:
      return Errc::proposal_unknown;
    case Owner::command:
      return Errc::command_unknown;
    case Owner::alarm:
      return Errc::alarm_unknown;
    case Owner::loss_tree:
      return Errc::loss_tree_unknown;
    case Owner::check:
    case Owner::check_report:
    case Owner::pulse_test:
      return Errc::check_unknown;
    case Owner::user:
      return Errc::user_unknown;
    default:
      return Errc::request_not_found;
  }
}

}  // namespace

std::optional<Owner> owner_of_path(std::string_view pattern) {
  constexpr std::string_view kBase = "/api/v1/";
  if (!pattern.starts_with(kBase)) return std::nullopt;
  pattern.remove_prefix(kBase.size());
  const auto collection = pattern.substr(0, pattern.find('/'));
  const auto known = std::ranges::find(kCollections, collection, &Named::first);
  return known == kCollections.end() ? std::nullopt : std::optional(known->second);
}

bool may_see(const service::LiveTable& live, PropertyId own, PropertyId of) {
  return live.property(own) == nullptr || !of || own == of;
}

std::optional<PropertyId> property_limit(const service::LiveTable& live, const port::User& stored) {
  if (live.site().properties.size() < 2 || live.property(stored.property) == nullptr)
    return std::nullopt;
  return stored.property;
}

port::Async<std::optional<PropertyId>> property_limit(Context& context, CallPtr call) {
  const service::LiveTable& live = context.station.live;
  if (live.site().properties.size() < 2) co_return std::nullopt;
  // `call->user` has a property always: for users of the whole site it is the first one.
  const auto stored = co_await context.station.login.user_of(call->token);
  co_return property_limit(live, stored ? *stored : call->user);
}

port::Async<Result<>> check_ids(Context& context, CallPtr call, std::string_view pattern,
                                PropertyId limit) {
  const Asked asked = asked_by(*call, pattern);
  for (const auto& [owner, id] : asked) {
    if (owner == Owner::by_handler) {
      if (auto theirs = co_await check_handled(context.station, pattern, id, limit); !theirs)
        co_return theirs;
      continue;
    }
    const auto property = co_await property_of_object(context.station, owner, id);
    if (!property) co_return fail(property.error());
    // A user of the whole site is nobody's but their own.
    const bool is_theirs = *property == limit || (owner == Owner::alarm && !*property);
    if (!is_theirs) co_return fail(unknown(owner), std::to_string(id));
  }
  co_return Result<>{};
}

}  // namespace paymeter::http
