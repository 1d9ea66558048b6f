// Points and traces as texts, and pulse tests as rows.
#include "paymeter/store/commissioning_columns.hpp"

#include <charconv>
#include <sstream>

#include "paymeter/store/id_list.hpp"

namespace paymeter::store {
namespace {

using domain::commissioning::PointResult;
using domain::commissioning::PowerTrace;
using domain::commissioning::PulseTest;

std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size()) throw BadValue("bad number");
  return value;
}

}  // namespace

std::string points_to_text(const std::vector<PointResult>& points) {
  std::string out;
  for (const PointResult& point : points) {
    out += std::string(point_name(point.point)) + ' ' + std::string(verdict_name(point.verdict));
    if (!point.detail.empty()) out += ' ' + one_line(point.detail);
    out += '\n';
  }
  return out;
}

std::vector<PointResult> points_from_text(const std::string& text) {
  std::vector<PointResult> out;
  for (const std::string& line : lines_of(text)) {
    const auto first = line.find(' ');
    if (first == std::string::npos) throw BadValue("bad point");
    const auto second = line.find(' ', first + 1);
    PointResult point;
    point.point = enum_from_text<domain::commissioning::Point>(line.substr(0, first));
    point.verdict = enum_from_text<domain::commissioning::Verdict>(
        line.substr(first + 1, second == std::string::npos ? second : second - first - 1));
    if (second != std::string::npos) point.detail = line.substr(second + 1);
    out.push_back(std::move(point));
  }
  return out;
}

std::string traces_to_text(const std::vector<PowerTrace>& traces) {
  std::string out;
  for (const PowerTrace& trace : traces) {
    out += std::to_string(trace.meter.value) + (trace.is_main ? " main" : " sub");
    for (const auto& power : trace.power_w) out += ' ' + (power ? std::to_string(*power) : "-");
    out += '\n';
  }
  return out;
}

std::vector<PowerTrace> traces_from_text(const std::string& text) {
  std::vector<PowerTrace> out;
  for (const std::string& line : lines_of(text)) {
    std::istringstream in(line);
    std::string word;
    if (!(in >> word)) throw BadValue("bad trace");
    PowerTrace trace;
    trace.meter = {number(word)};
    if (!(in >> word) || (word != "main" && word != "sub")) throw BadValue("bad trace");
    trace.is_main = word == "main";
    while (in >> word)
      trace.power_w.push_back(word == "-" ? std::nullopt : std::optional(number(word)));
    out.push_back(std::move(trace));
  }
  return out;
}

PulseRow row_of(const PulseTest& test) {
  PulseRow row;
  row.test = test;
  row.rounds_done = domain::commissioning::rounds_done(test);
  row.traces = traces_to_text(test.traces);
  if (!test.result) return row;
  row.verdict = test.result->verdict;
  row.seen = test.result->seen;
  row.step_w = test.result->step_w;
  row.factor_e3 = test.result->factor_e3;
  row.candidates = ids_to_text(test.result->candidates);
  return row;
}

PulseTest test_of(PulseRow row) {
  PulseTest test = std::move(row.test);
  test.traces = traces_from_text(row.traces);
  if (row.verdict)
    test.result = domain::commissioning::PulseResult{
        *row.verdict, row.seen.value_or(MeterId{}), row.step_w.value_or(0),
        row.factor_e3.value_or(0), ids_from_text(row.candidates.value_or(""))};
  return test;
}

}  // namespace paymeter::store
