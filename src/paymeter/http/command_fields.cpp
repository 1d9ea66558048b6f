// Settings, time tables and selections of meters out of JSON.
#include "paymeter/http/command_fields.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace paymeter::http {

namespace json = boost::json;

namespace {

constexpr std::int64_t kFenMax = 2'147'483'647;  // what meters hold
constexpr std::size_t kMetersMax = 20'000;

std::optional<domain::Money> fen(Fields& fields, std::string_view name) {
  if (!fields.has(name)) return std::nullopt;
  return domain::Money{fields.integer(name, 0, kFenMax)};
}

std::vector<domain::DaySlot> read_day(Fields& fields, std::string_view name) {
  std::vector<domain::DaySlot> out;
  if (!fields.has(name)) return out;
  for (Fields& slot : fields.objects(name, domain::kDaySlotsMax)) {
    out.push_back({static_cast<int>(slot.integer("minute_of_day", 0, 1439)),
                   static_cast<int>(slot.integer("rate", 1, 5))});
    if (slot.problem()) fields.refuse(name, slot.problem()->detail);
  }
  return out;
}

template <class AnyId>
std::optional<AnyId> read_id(Fields& fields, std::string_view name) {
  if (!fields.has(name)) return std::nullopt;
  return AnyId{fields.integer(name, 1)};
}

/// `["alarm1", "arrears"]`
Result<std::vector<domain::TileState>> read_states(const json::value& value) {
  std::vector<domain::TileState> out;
  if (!value.is_array()) return fail(Errc::request_invalid, "selection.states: must be a list");
  for (const json::value& item : value.as_array()) {
    const auto state = [&]() -> std::optional<domain::TileState> {
      if (!item.is_string()) return std::nullopt;
      for (int i = 0; i <= static_cast<int>(domain::TileState::lost); ++i)
        if (domain::tile_state_name(static_cast<domain::TileState>(i)) == item.as_string())
          return static_cast<domain::TileState>(i);
      return std::nullopt;
    }();
    if (!state) return fail(Errc::request_invalid, "selection.states: none of the states");
    if (std::ranges::find(out, *state) == out.end()) out.push_back(*state);
  }
  std::ranges::sort(out);
  return out;
}

std::string text_of(const domain::MeterSelection& selection) {
  json::object out;
  const auto put = [&](const char* name, const auto& id) {
    if (id) out[name] = id->value;
  };
  put("building_id", selection.building);
  if (selection.floor) out["floor"] = *selection.floor;
  put("room_id", selection.room);
  put("account_id", selection.account);
  put("tariff_id", selection.tariff);
  if (!selection.states.empty()) {
    json::array states;
    for (auto state : selection.states) states.emplace_back(domain::tile_state_name(state));
    out["states"] = std::move(states);
  }
  if (!selection.meters.empty()) {
    json::array meters;
    for (MeterId meter : selection.meters) meters.push_back(meter.value);
    out["meter_ids"] = std::move(meters);
  }
  return json::serialize(out);
}

}  // namespace

domain::SettingsChange read_settings_change(Fields& fields) {
  domain::SettingsChange change;
  change.alarm1 = fen(fields, "alarm1_fen");
  change.alarm2 = fen(fields, "alarm2_fen");
  if (fields.has("overload_w")) change.overload_w = fields.integer("overload_w", 0, 10'000'000);
  change.overdraft = fen(fields, "overdraft_fen");
  return change;
}

domain::TimeTables read_time_tables(Fields& fields) {
  domain::TimeTables tables;
  tables.days[0] = read_day(fields, "day_table_1");
  tables.days[1] = read_day(fields, "day_table_2");
  if (!fields.has("seasons")) return tables;
  for (Fields& season : fields.objects("seasons", domain::kSeasonsMax)) {
    tables.seasons.push_back({static_cast<int>(season.integer("month", 1, 12)),
                              static_cast<int>(season.integer("day", 1, 31)),
                              static_cast<int>(season.integer("day_table", 1, 2))});
    if (season.problem()) fields.refuse("seasons", season.problem()->detail);
  }
  return tables;
}

Result<ReadSelection> read_selection(std::string_view body) {
  const auto object = parse_object(body);
  if (!object) return fail(object.error());
  ReadSelection out;
  const json::value* selection = object->if_contains("selection");
  if (selection == nullptr || selection->is_null()) {
    out.text = text_of(out.selection);
    return out;
  }
  if (!selection->is_object()) return fail(Errc::request_invalid, "selection: must be an object");
  Fields fields(selection->as_object());
  out.selection.building = read_id<BuildingId>(fields, "building_id");
  if (fields.has("floor"))
    out.selection.floor = static_cast<int>(fields.integer("floor", -100, 1000));
  out.selection.room = read_id<RoomId>(fields, "room_id");
  out.selection.account = read_id<AccountId>(fields, "account_id");
  out.selection.tariff = read_id<TariffId>(fields, "tariff_id");
  for (std::int64_t id : fields.integers("meter_ids", Presence::optional, kMetersMax))
    out.selection.meters.push_back({id});
  std::ranges::sort(out.selection.meters);
  if (fields.has("states")) {
    auto states = read_states(selection->as_object().at("states"));
    if (!states) return fail(states.error());
    out.selection.states = std::move(*states);
  }
  if (fields.problem()) return fail(*fields.problem());
  out.text = text_of(out.selection);
  return out;
}

}  // namespace paymeter::http
