// The matrix as a workbook, and the books.
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/property_limit.hpp"
#include "paymeter/http/render.hpp"
#include "paymeter/service/importer_text.hpp"
#include "paymeter/service/matrix_export.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

std::optional<domain::TileState> tile_state_from_name(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(domain::TileState::lost); ++i)
    if (domain::tile_state_name(static_cast<domain::TileState>(i)) == name)
      return static_cast<domain::TileState>(i);
  return std::nullopt;
}

std::optional<service::Language> language_from_name(std::string_view name) {
  if (name == "zh") return service::Language::zh;
  if (name == "en") return service::Language::en;
  return std::nullopt;
}

/// The property of the user, or the only one of a user of the whole system.
PropertyId property_of(const Context& context, const Call& call) {
  const auto& properties = context.station.live.site().properties;
  if (context.station.live.property(call.user.property) == nullptr && !properties.empty())
    return properties.front().id;
  return call.user.property;
}

/// `2026-11-22`.
std::optional<CivilTime> date_from_text(std::string_view text) {
  const auto midnight = parse_rfc3339(std::string(text) + "T00:00:00Z");
  if (text.size() != 10 || !midnight) return std::nullopt;
  return civil_time(*midnight, {});
}

json::object render_sum(const port::DaySum& sum) {
  return {{"posting", domain::posting_kind_name(sum.posting)},
          {"kind", domain::ledger_account_kind_name(sum.account)},
          {"label", sum.label},
          {"debit_fen", sum.debit.fen},
          {"credit_fen", sum.credit.fen},
          {"entries", sum.entries}};
}

}  // namespace

Answer export_matrix(Context& context, CallPtr call) {
  Query query = call->query();
  service::MatrixFilter filter;
  filter.property = co_await property_limit(context, call);
  if (const auto id = query.integer("building_id", 1, kExactMax)) filter.building = BuildingId{*id};
  filter.state = query.choice("state", tile_state_from_name);
  const auto language = query.choice("lang", language_from_name).value_or(service::Language::zh);
  if (query.problem()) co_return fail(*query.problem());
  const Station& station = context.station;
  const auto file = service::export_matrix(station.live, filter, language, station.workbooks,
                                           station.runtime.now());
  if (!file) co_return fail(file.error());
  co_return workbook_response(*file, "paymeter-matrix.xlsx");
}

Answer get_daily_report(Context& context, CallPtr call) {
  const PropertyId property = property_of(context, *call);
  const auto* stored = context.station.live.property(property);
  const Millis offset =
      service::fixed_zone_offset(stored == nullptr ? "" : stored->time_zone).value_or(minutes(480));
  Query query = call->query();
  const auto asked = query.choice("date", date_from_text);
  if (query.problem()) co_return fail(*query.problem());
  CivilTime day = asked ? *asked : civil_time(context.station.runtime.now(), offset);
  day.hour = day.minute = day.second = 0;
  const UtcMs from = utc_from_civil(day, offset);
  const UtcMs to = from + minutes(24 * 60);
  const auto sums = co_await context.station.store.day_sums(property, from, to);
  if (!sums) co_return fail(sums.error());
  const auto head = co_await context.station.store.chain_head(property);
  if (!head) co_return fail(head.error());
  const auto tail = co_await context.station.store.unsealed_tail(property, 1);
  if (!tail) co_return fail(tail.error());
  json::array rows;
  for (const auto& sum : *sums) rows.push_back(render_sum(sum));
  co_return json_response(
      json::object{{"from", format_rfc3339(from)},
                   {"to", format_rfc3339(to)},
                   {"sums", std::move(rows)},
                   {"chain", json::object{{"number", head->number},
                                          {"hash", head->hash},
                                          {"unsealed_postings", tail->posting_count}}}});
}

Answer get_books(Context& context, CallPtr call) {
  const PropertyId property = property_of(context, *call);
  const auto balance = co_await context.station.store.trial_balance(property);
  if (!balance) co_return fail(balance.error());
  const auto problems = co_await context.station.store.check_books();
  if (!problems) co_return fail(problems.error());
  json::array rows, texts;
  for (const auto& row : *balance)
    rows.push_back(json::object{{"kind", domain::ledger_account_kind_name(row.kind)},
                                {"debit_fen", row.debit.fen},
                                {"credit_fen", row.credit.fen},
                                {"balance_fen", row.balance.fen}});
  for (const auto& problem : *problems) texts.push_back(json::value(problem));
  co_return json_response(
      json::object{{"trial_balance", std::move(rows)}, {"problems", std::move(texts)}});
}

}  // namespace paymeter::http
