/// Faults on request: one line of text does one thing to a plant, as a hand on site would.
#pragma once

#include <string>
#include <string_view>

#include "paymeter/base/error.hpp"
#include "paymeter/sim/plant.hpp"

namespace paymeter::sim {

/// `kill CODE` · `revive CODE` · `reset CODE` · `replace CODE SERIAL` · `power CODE SECONDS` ·
/// `cover CODE` · `clock CODE` · `load CODE WATTS|curve` · `faults name=rate,…|none` ·
/// `gateway NAME up|down` · `help`.
inline constexpr std::string_view kPlantControlHelp =
    "kill CODE, revive CODE, reset CODE, replace CODE SERIAL, power CODE SECONDS, cover CODE, "
    "clock CODE, load CODE WATTS|curve, faults NAME=RATE,...|none (per 10,000), "
    "gateway NAME up|down, help";

/// Does what the line says and answers in a few words. Errors: request_invalid (unknown word, wrong
/// number of words, not a number in range; detail says which), meter_unknown, meter_unsupported,
/// import_value_invalid (serial).
Result<std::string> control_plant(Plant& plant, std::string_view line);

}  // namespace paymeter::sim
