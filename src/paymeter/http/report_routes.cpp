// The matrix as a workbook, and the books.
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/render.hpp"
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

}  // namespace

Answer export_matrix(Context& context, CallPtr call) {
  Query query = call->query();
  service::MatrixFilter filter;
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

Answer get_books(Context& context, CallPtr call) {
  PropertyId property = call->user.property;
  const auto& properties = context.station.live.site().properties;
  if (context.station.live.property(property) == nullptr && !properties.empty())
    property = properties.front().id;
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
