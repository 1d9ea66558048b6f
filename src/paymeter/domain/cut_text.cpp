// One list of fields, written and read.
#include "paymeter/domain/cut_text.hpp"

#include <charconv>

namespace paymeter::domain {
namespace {

constexpr std::string_view kUnknown = "?";

std::string to_text(bool value) { return value ? "yes" : "no"; }
std::string to_text(int value) { return std::to_string(value); }
std::string to_text(Millis value) { return std::to_string(value.value); }
std::string to_text(UtcMs value) { return std::to_string(value.value); }
std::string to_text(Money value) { return std::to_string(value.fen); }
std::string to_text(Wallet value) { return std::string(wallet_name(value)); }
std::string to_text(EnforcementMode value) { return std::string(enforcement_mode_name(value)); }
std::string to_text(CutDayKind value) { return std::string(cut_day_kind_name(value)); }

bool from_text(std::string_view text, std::int64_t& value) {
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc{} && read.ptr == end;
}
bool from_text(std::string_view text, int& value) {
  std::int64_t wide = 0;
  if (!from_text(text, wide) || wide < INT32_MIN || wide > INT32_MAX) return false;
  value = static_cast<int>(wide);
  return true;
}
bool from_text(std::string_view text, bool& value) {
  value = text == "yes";
  return value || text == "no";
}
bool from_text(std::string_view text, Millis& value) { return from_text(text, value.value); }
bool from_text(std::string_view text, UtcMs& value) { return from_text(text, value.value); }
bool from_text(std::string_view text, Money& value) { return from_text(text, value.fen); }

template <class E>
bool take(std::optional<E> found, E& value) {
  if (found) value = *found;
  return found.has_value();
}
bool from_text(std::string_view text, Wallet& value) { return take(wallet_from_name(text), value); }
bool from_text(std::string_view text, EnforcementMode& value) {
  return take(enforcement_mode_from_name(text), value);
}
bool from_text(std::string_view text, CutDayKind& value) {
  for (int i = 0; i <= static_cast<int>(CutDayKind::unknown); ++i) {
    value = static_cast<CutDayKind>(i);
    if (cut_day_kind_name(value) == text) return true;
  }
  return false;
}

/// Writes `name value` lines.
struct Writer {
  std::string out;
  template <class T>
  void operator()(std::string_view name, T& value) {
    line(name, to_text(value));
  }
  template <class T>
  void operator()(std::string_view name, std::optional<T>& value) {
    line(name, value ? to_text(*value) : std::string(kUnknown));
  }
  void line(std::string_view name, const std::string& text) {
    out.append(name).append(" ").append(text).append("\n");
  }
  /// A group that may be unknown as a whole: its first field says so.
  template <class T>
  T* group(std::string_view, std::optional<T>& value) {
    return value ? &*value : nullptr;
  }
};

/// Reads them in the same order.
struct Reader {
  std::vector<std::pair<std::string, std::string>> lines;
  std::size_t next = 0;
  std::string bad;

  template <class T>
  void operator()(std::string_view name, T& value) {
    const std::string_view text = take_line(name);
    if (bad.empty() && !from_text(text, value)) bad = name;
  }
  template <class T>
  void operator()(std::string_view name, std::optional<T>& value) {
    const std::string_view text = take_line(name);
    if (!bad.empty() || text == kUnknown) return;
    if (!from_text(text, value.emplace())) bad = name;
  }
  std::string_view take_line(std::string_view name) {
    if (!bad.empty()) return {};
    if (next < lines.size() && lines[next].first == name) return lines[next++].second;
    bad = name;
    return {};
  }
  template <class T>
  T* group(std::string_view first, std::optional<T>& value) {
    const bool is_there = next < lines.size() && lines[next].first == first;
    if (is_there) value.emplace();
    return value ? &*value : nullptr;
  }
};

template <class Io>
void rule_fields(Io& io, CutRules& rules) {
  io("rule_version", rules.version);
  io("hours_from_ms", rules.hours_from);
  io("hours_to_ms", rules.hours_to);
  io("fresh_age_max_ms", rules.fresh_age_max);
  io("previous_age_max_ms", rules.previous_age_max);
  io("notice_age_min_alarm1_ms", rules.notice_age_min[0]);
  io("notice_age_min_alarm2_ms", rules.notice_age_min[1]);
  io("notice_age_min_arrears_ms", rules.notice_age_min[2]);
  io("clock_skew_max_ms", rules.clock_skew_max);
}

template <class Io>
void reading_fields(Io& io, const std::string& name, std::optional<CutReading>& reading) {
  CutReading* found = io.group(name + "_at", reading);
  if (found == nullptr) return;
  io(name + "_at", found->at);
  io(name + "_sound", found->is_sound);
  io(name + "_balance_fen", found->balance);
}

template <class Io>
void notice_fields(Io& io, const std::string& name, std::optional<CutNotice>& notice) {
  CutNotice* found = io.group(name + "_required", notice);
  if (found == nullptr) return;
  io(name + "_required", found->is_required);
  io(name + "_delivered_at", found->delivered_at);
}

template <class Io>
void fields(Io& io, CutInputs& in) {
  io("now", in.now);
  rule_fields(io, in.rules);
  io("wallet", in.wallet);
  io("account_open", in.account_open);
  io("settling", in.settling);
  io("quarantined", in.quarantined);
  io("enforcement", in.enforcement);
  io("protected", in.is_protected);
  io("held_off", in.held_off);
  io("own_cut", in.own_cut);
  io("relay_open", in.relay_open);
  reading_fields(io, "fresh", in.fresh);
  reading_fields(io, "previous", in.previous);
  io("threshold_fen", in.threshold);
  notice_fields(io, "notice_alarm1", in.notices[0]);
  notice_fields(io, "notice_alarm2", in.notices[1]);
  notice_fields(io, "notice_arrears", in.notices[2]);
  io("vends_under_way", in.vends_under_way);
  io("orders_asked", in.orders_asked);
  if (CutMoment* moment = io.group("day", in.moment)) {
    io("day", moment->day);
    io("since_midnight_ms", moment->since_midnight);
  }
  if (FriendlyHours* friendly = io.group("friendly_from", in.friendly)) {
    io("friendly_from", friendly->from);
    io("friendly_to", friendly->to);
  }
  io("uses_meter_clock", in.uses_meter_clock);
  io("clock_skew_ms", in.clock_skew);
  if (in.rules.version >= 2) {
    io("station_clock_wander_ms", in.clock.wander);
    io("station_clock_apart_ms", in.clock.apart);
    io("station_clock_disciplined", in.clock.disciplined);
  }
  io("collector_healthy", in.collector_healthy);
  io("breaker_open", in.breaker_open);
  io("rehearsed", in.is_rehearsed);
  io("paced", in.is_paced);
}

}  // namespace

std::string format_cut_inputs(const CutInputs& inputs) {
  CutInputs copy = inputs;
  Writer writer;
  fields(writer, copy);
  return std::move(writer.out);
}

std::vector<std::pair<std::string, std::string>> cut_input_lines(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) continue;
    out.emplace_back(line.substr(0, space), line.substr(space + 1));
  }
  return out;
}

Result<CutInputs> parse_cut_inputs(std::string_view text) {
  Reader reader{cut_input_lines(text), 0, {}};
  CutInputs out;
  fields(reader, out);
  if (reader.bad.empty() && reader.next != reader.lines.size())
    reader.bad = reader.lines[reader.next].first;
  if (!reader.bad.empty()) return fail(Errc::request_invalid, reader.bad);
  return out;
}

}  // namespace paymeter::domain
