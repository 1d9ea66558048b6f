// The memory of virtual meters as text: one list of fields writes and reads it.
#include "paymeter/sim/meter_memory.hpp"

#include <boost/json.hpp>

#include "paymeter/base/hex.hpp"

namespace paymeter::sim {
namespace {

namespace json = boost::json;

std::string to_decimal(Int128 value) {
  const bool negative = value < 0;
  Uint128 rest = negative ? Uint128{0} - static_cast<Uint128>(value) : static_cast<Uint128>(value);
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  } while (rest > 0);
  return negative ? "-" + digits : digits;
}

/// Errors: request_invalid.
Result<Int128> from_decimal(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > 37) return fail(Errc::request_invalid);  // 10^37 < 2^127
  Int128 value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return fail(Errc::request_invalid);
    value = value * 10 + (digit - '0');
  }
  return negative ? -value : value;
}

/// Field by field into an object.
class Writer {
 public:
  template <class Integer>
  void integer(std::string_view name, const Integer& value) {
    object_[name] = to_decimal(static_cast<Int128>(value));
  }
  template <std::size_t N>
  void bytes(std::string_view name, const std::array<std::uint8_t, N>& value) {
    object_[name] = format_hex(value, '\0');
  }
  std::string text() const { return json::serialize(object_); }

 private:
  json::object object_;
};

/// Field by field out of one; the first that is missing or wrong makes all of it fail.
class Reader {
 public:
  explicit Reader(const json::object& object) : object_(object) {}
  template <class Integer>
  void integer(std::string_view name, Integer& value) {
    const auto parsed = from_decimal(field(name));
    const Integer narrowed = parsed ? static_cast<Integer>(*parsed) : Integer{};
    if (!parsed || static_cast<Int128>(narrowed) != *parsed) return mark(name);
    value = narrowed;
  }
  template <std::size_t N>
  void bytes(std::string_view name, std::array<std::uint8_t, N>& value) {
    const auto parsed = parse_hex(field(name));
    if (!parsed || parsed->size() != N) return mark(name);
    std::copy(parsed->begin(), parsed->end(), value.begin());
  }
  Result<> outcome() const {
    if (bad_.empty()) return {};
    return fail(Errc::request_invalid, bad_);
  }

 private:
  std::string_view field(std::string_view name) const {
    const auto* value = object_.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : "";
  }
  void mark(std::string_view name) {
    if (bad_.empty()) bad_ = name;
  }
  const json::object& object_;
  std::string bad_;
};

template <class Visitor, class Data>
void visit_metering(Visitor& visitor, Data& metering) {
  std::int64_t clock = metering.clock.total_seconds();
  visitor.integer("clock_s", clock);
  metering.clock = MeterClock(clock);
  visitor.integer("phase_ms", metering.phase_ms);
  visitor.integer("pending_mj", metering.pending_mj);
  visitor.integer("energy_mj", metering.energy_mj);
  for (std::size_t i = 0; i < metering.rate_energy_mj.size(); ++i)
    visitor.integer("rate_energy_mj_" + std::to_string(i + 1), metering.rate_energy_mj[i]);
  visitor.bytes("day_table_1", metering.day_tables[0]);
  visitor.bytes("day_table_2", metering.day_tables[1]);
  visitor.bytes("seasons", metering.seasons);
}

template <class Visitor>
void visit_flag(Visitor& visitor, std::string_view name, bool& flag) {
  std::uint8_t value = flag ? 1 : 0;
  visitor.integer(name, value);
  flag = value != 0;
}

template <class Visitor>
void visit_reference(Visitor& visitor, ReferenceMemory& memory) {
  visit_metering(visitor, memory.metering);
  visitor.integer("balance_fine", memory.balance_fine);
  visitor.integer("sold_total", memory.sold_total);
  visitor.integer("purchase_count", memory.purchase_count);
  visitor.integer("last_amount", memory.last_amount);
  visitor.integer("last_tag", memory.last_tag);
  visitor.integer("clear_count", memory.clear_count);
  visitor.integer("customer_number", memory.customer_number);
  visitor.integer("cleared_balance", memory.cleared_balance);
  auto refusal = static_cast<std::uint16_t>(memory.last_refusal);
  visitor.integer("last_refusal", refusal);
  memory.last_refusal = static_cast<codec::reference_nk::Refusal>(refusal);
  visitor.integer("settings_version", memory.settings.version);
  visitor.integer("alarm1", memory.settings.alarm1);
  visitor.integer("alarm2", memory.settings.alarm2);
  visitor.integer("overload_w", memory.settings.overload_w);
  visitor.integer("overdraft", memory.settings.overdraft);
  visitor.bytes("price_block", memory.price_block);
  visitor.integer("clock_sequence", memory.clock_sequence);
  visitor.integer("cycle_mj", memory.cycle_mj);
  visitor.integer("cycle_month", memory.cycle_month);
  visitor.integer("relay_mode", memory.relay_mode);
  visitor.integer("relay_position", memory.relay_position);
  visit_flag(visitor, "arrears_trip", memory.arrears_trip);
  visit_flag(visitor, "overload_trip", memory.overload_trip);
  visitor.integer("overload_seconds", memory.overload_seconds);
  visit_flag(visitor, "cover_opened", memory.cover_opened);
  visit_flag(visitor, "clock_fault", memory.clock_fault);
}

template <class Visitor>
void visit_public(Visitor& visitor, PublicMemory& memory) {
  visit_metering(visitor, memory.metering);
  visitor.integer("relay_mode", memory.relay_mode);
  visitor.integer("relay_position", memory.relay_position);
}

template <class Memory, class Visit>
Result<Memory> parse(std::string_view text, Memory memory, Visit visit) {
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed);
  if (failed || !value.is_object()) return fail(Errc::request_invalid, "not a JSON object");
  Reader reader(value.get_object());
  visit(reader, memory);
  if (const auto outcome = reader.outcome(); !outcome) return fail(outcome.error());
  return memory;
}

}  // namespace

std::string format_memory(ReferenceMemory memory) {
  Writer writer;
  visit_reference(writer, memory);
  return writer.text();
}

Result<ReferenceMemory> parse_reference_memory(std::string_view text) {
  auto parsed = parse(text, ReferenceMemory{}, [](Reader& reader, ReferenceMemory& memory) {
    visit_reference(reader, memory);
  });
  if (parsed && !codec::reference_nk::decode_prices(parsed->price_block))
    return fail(Errc::request_invalid, "price_block");
  return parsed;
}

std::string format_memory(PublicMemory memory) {
  Writer writer;
  visit_public(writer, memory);
  return writer.text();
}

Result<PublicMemory> parse_public_memory(std::string_view text) {
  return parse(text, PublicMemory{},
               [](Reader& reader, PublicMemory& memory) { visit_public(reader, memory); });
}

}  // namespace paymeter::sim
