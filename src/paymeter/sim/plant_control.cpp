// The words of the control line, one small function each.
#include "paymeter/sim/plant_control.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace paymeter::sim {
namespace {

constexpr std::int64_t kWattsMax = 1'000'000'000, kDarkSecondsMax = 86'400;

using Words = std::vector<std::string>;

Words split(std::string_view line) {
  Words words;
  bool inside = false;
  for (char c : line) {
    const bool is_space = c == ' ' || c == '\t' || c == '\r';
    if (!is_space && !inside) words.emplace_back();
    if (!is_space) words.back().push_back(c);
    inside = !is_space;
  }
  return words;
}

Result<std::int64_t> number(const std::string& text, std::int64_t max) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > max)
    return fail(Errc::request_invalid,
                "'" + text + "' is no number from 0 to " + std::to_string(max));
  return value;
}

Result<> lose_power(Plant& plant, const Words& words) {
  auto span = number(words[2], kDarkSecondsMax);
  if (!span) return fail(span.error());
  return plant.lose_power(words[1], seconds(*span));
}

Result<> set_load(Plant& plant, const Words& words) {
  if (words[2] == "curve") return plant.set_load(words[1], std::nullopt);
  auto watts = number(words[2], kWattsMax);
  if (!watts) return fail(watts.error());
  MeterLoad load;
  load.power_w = {*watts - 2 * (*watts / 3), *watts / 3, *watts / 3};
  return plant.set_load(words[1], load);
}

Result<> set_faults(Plant& plant, const Words& words) {
  auto rates = parse_fault_rates(words[1] == "none" ? "" : std::string_view(words[1]));
  if (!rates) return fail(rates.error());
  plant.set_faults(*rates);
  return {};
}

Result<> set_gateway(Plant& plant, const Words& words) {
  const bool known = std::any_of(plant.buses().begin(), plant.buses().end(),
                                 [&](const auto& bus) { return bus->gateway == words[1]; });
  if (!known) return fail(Errc::request_invalid, "no gateway '" + words[1] + "'");
  if (words[2] != "up" && words[2] != "down") return fail(Errc::request_invalid, "up or down");
  plant.set_gateway_down(words[1], words[2] == "down");
  return {};
}

struct Control {
  std::string_view name;
  std::size_t words;
  Result<> (*act)(Plant&, const Words&);
};

constexpr std::array kControls{
    Control{"kill", 2, [](Plant& p, const Words& w) { return p.kill_meter(w[1]); }},
    Control{"revive", 2, [](Plant& p, const Words& w) { return p.revive_meter(w[1]); }},
    Control{"reset", 2, [](Plant& p, const Words& w) { return p.reset_meter(w[1]); }},
    Control{"replace", 3, [](Plant& p, const Words& w) { return p.replace_meter(w[1], w[2]); }},
    Control{"cover", 2, [](Plant& p, const Words& w) { return p.open_cover(w[1]); }},
    Control{"clock", 2, [](Plant& p, const Words& w) { return p.lose_clock(w[1]); }},
    Control{"power", 3, lose_power},
    Control{"load", 3, set_load},
    Control{"faults", 2, set_faults},
    Control{"gateway", 3, set_gateway},
};

}  // namespace

Result<std::string> control_plant(Plant& plant, std::string_view line) {
  const Words words = split(line);
  if (words.empty() || words[0] == "help") return std::string(kPlantControlHelp);
  const auto* const at = std::find_if(kControls.begin(), kControls.end(),
                                      [&](const Control& c) { return c.name == words[0]; });
  if (at == kControls.end())
    return fail(Errc::request_invalid,
                "unknown '" + words[0] + "'; " + std::string(kPlantControlHelp));
  if (words.size() != at->words)
    return fail(Errc::request_invalid, words[0] + " takes " + std::to_string(at->words - 1) +
                                           " words; " + std::string(kPlantControlHelp));
  if (auto done = at->act(plant, words); !done) return fail(done.error());
  return "done: " + std::string(line);
}

}  // namespace paymeter::sim
