// The charger's state as text and back; what is read must be what would be written.
#include <algorithm>
#include <charconv>

#include "paymeter/base/assert.hpp"
#include "paymeter/domain/rating/versioned_charger.hpp"

namespace paymeter::domain::rating {
namespace {

constexpr std::string_view kHeader = "charger-state 1\n";

template <class... T>
std::string row(std::string_view word, const T&... numbers) {
  std::string out(word);
  ((out += ' ' + std::to_string(numbers)), ...);
  return out;
}

std::string bill_text(const Timeline& timeline, const OpenBill& bill) {
  const Schedule* schedule = timeline.find(bill.version);
  PAYMETER_ASSERT(schedule != nullptr);
  std::string out =
      row("bill", bill.month.year, bill.month.month, bill.last_day, bill.day_count, bill.version) +
      '\n';
  for (std::size_t i = 0; i < bill.lines.size(); ++i) {
    out += "line " + schedule->tariff().lines[i].name + '\n';
    for (const Part& part : bill.lines[i])
      out += row("part", part.step, part.quantity, part.unit_price.e8) + ' ' +
             schedule->rates()[part.rate] + '\n';
  }
  return out;
}

/// Takes words and numbers from the front of one line.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : rest_(line) {}
  std::string_view word() {
    const std::size_t end = std::min(rest_.find(' '), rest_.size());
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return word;
  }
  template <class T>
  bool number(T& value) {
    const std::string_view text = word();
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && stop == text.data() + text.size();
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

class StateReader {
 public:
  explicit StateReader(const Timeline& timeline) : timeline_(timeline) {}

  bool take(std::string_view line) {
    LineReader reader(line);
    const std::string_view word = reader.word();
    RegisterReading& last = state_.state.last;
    if (word == "last")
      return reader.number(last.at.value) && reader.number(last.value) && last.value >= 0 &&
             last.value <= kReadingMax;
    if (word == "cycle")
      return reader.number(state_.state.cycle_start) && reader.number(state_.state.cycle_used) &&
             state_.state.cycle_used >= 0;
    if (word == "bill") return take_bill(reader);
    if (word == "line") return take_line(reader.rest());
    if (word == "part") return take_part(reader);
    return false;
  }

  /// The last bill is the one in progress.
  VersionedState state() {
    if (!bills_.empty()) {
      state_.state.bill = std::move(bills_.back());
      bills_.pop_back();
    }
    state_.earlier = std::move(bills_);
    return std::move(state_);
  }
  bool lines_complete() const {
    return std::ranges::all_of(bills_, [&](const OpenBill& bill) {
      return bill.lines.size() == timeline_.find(bill.version)->tariff().lines.size() &&
             bill.month == bills_.back().month;
    });
  }

 private:
  bool take_bill(LineReader& reader) {
    OpenBill& bill = bills_.emplace_back();
    return reader.number(bill.month.year) && reader.number(bill.month.month) &&
           reader.number(bill.last_day) && reader.number(bill.day_count) &&
           reader.number(bill.version) && timeline_.find(bill.version) != nullptr;
  }
  bool take_line(std::string_view name) {
    if (bills_.empty()) return false;
    OpenBill& bill = bills_.back();
    const auto& lines = timeline_.find(bill.version)->tariff().lines;
    bill.lines.emplace_back();
    return bill.lines.size() <= lines.size() && lines[bill.lines.size() - 1].name == name;
  }
  bool take_part(LineReader& reader) {
    if (bills_.empty() || bills_.back().lines.empty()) return false;
    Part part;
    if (!reader.number(part.step) || !reader.number(part.quantity) ||
        !reader.number(part.unit_price.e8) || part.step < 0 || part.quantity <= 0)
      return false;
    const auto& rates = timeline_.find(bills_.back().version)->rates();
    const auto rate = std::ranges::find(rates, reader.rest());
    part.rate = static_cast<RateIndex>(rate - rates.begin());
    bills_.back().lines.back().push_back(part);
    return rate != rates.end();
  }

  const Timeline& timeline_;
  VersionedState state_;
  std::vector<OpenBill> bills_;
};

}  // namespace

std::string write_state(const Timeline& timeline, const VersionedState& state) {
  std::string out(kHeader);
  out += row("last", state.state.last.at.value, state.state.last.value) + '\n';
  out += row("cycle", state.state.cycle_start, state.state.cycle_used) + '\n';
  for (const OpenBill& bill : state.earlier) out += bill_text(timeline, bill);
  if (state.state.bill) out += bill_text(timeline, *state.state.bill);
  return out;
}

Result<VersionedState> read_state(const Timeline& timeline, std::string_view text) {
  if (!text.starts_with(kHeader)) return fail(Errc::rating_state_invalid, "line 1");
  StateReader reader(timeline);
  std::string_view rest = text.substr(kHeader.size());
  for (int number = 2; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1);
    if (rest[end] != '\n' || !reader.take(rest.substr(0, end)))
      return fail(Errc::rating_state_invalid, "line " + std::to_string(number));
    rest.remove_prefix(end + 1);
  }
  if (!reader.lines_complete()) return fail(Errc::rating_state_invalid, "a line is missing");
  VersionedState state = reader.state();
  // Rows left out, twice or in another order, and other spellings of numbers, end here.
  if (write_state(timeline, state) != text)
    return fail(Errc::rating_state_invalid, "not as it would be written");
  return state;
}

}  // namespace paymeter::domain::rating
