/// The inputs of a cut decision as text, as they are stored: a stored decision can be read again
/// and decided again. One `name value` per line; `?` is what was not known.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "paymeter/base/error.hpp"
#include "paymeter/domain/cut.hpp"

namespace paymeter::domain {

std::string format_cut_inputs(const CutInputs& inputs);
/// Errors: request_invalid (detail names the line).
Result<CutInputs> parse_cut_inputs(std::string_view text);
/// Name and value of each line, in order: for people and for JSON.
std::vector<std::pair<std::string, std::string>> cut_input_lines(std::string_view text);

}  // namespace paymeter::domain
