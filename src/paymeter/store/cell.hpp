/// How each C++ type travels through SQL: as one number or one text, or null. The same for every
/// engine, because dynamic column types differ between them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "paymeter/base/hex.hpp"
#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/account.hpp"
#include "paymeter/domain/alarm.hpp"
#include "paymeter/domain/ledger.hpp"
#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/notice.hpp"
#include "paymeter/domain/proposal.hpp"
#include "paymeter/domain/settlement.hpp"
#include "paymeter/domain/site.hpp"
#include "paymeter/domain/supply.hpp"
#include "paymeter/domain/vend.hpp"
#include "paymeter/port/store.hpp"

namespace paymeter::store {

/// A stored value that this program cannot understand: damage, or a newer program's row.
class BadValue : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One value on its way into or out of a statement. Its address must stay while it is bound.
struct Cell {
  bool is_text = false;
  bool is_blob = false;  ///< bytes in `text`; set for parameters only, together with is_text
  bool null = false;
  std::int64_t number = 0;
  std::string text;

  bool is_null() const { return null; }
  friend bool operator==(const Cell& a, const Cell& b) {
    if (a.is_null() || b.is_null()) return a.is_null() == b.is_null();
    return a.is_text == b.is_text && (a.is_text ? a.text == b.text : a.number == b.number);
  }
};

/// Enums are stored as their spelling, so that a row means the same to people and to later
/// programs. Specialised below with the enum's name function and last value.
template <class E>
struct Spelling;

#define PAYMETER_SPELLING(Enum, name_function, last_value)                    \
  template <>                                                                 \
  struct Spelling<Enum> {                                                     \
    static std::string_view name(Enum value) { return name_function(value); } \
    static constexpr Enum last = Enum::last_value;                            \
  };

PAYMETER_SPELLING(domain::VendState, domain::vend_state_name, moved)
PAYMETER_SPELLING(domain::VendKind, domain::vend_kind_name, transfer_in)
PAYMETER_SPELLING(domain::PaymentMethod, domain::payment_method_name, unionpay)
PAYMETER_SPELLING(domain::AccountState, domain::account_state_name, closed)
PAYMETER_SPELLING(domain::CommandKind, domain::command_kind_name, set_clock)
PAYMETER_SPELLING(domain::CommandState, domain::command_state_name, superseded)
PAYMETER_SPELLING(domain::CommandOrigin, domain::command_origin_name, clock_sync)
PAYMETER_SPELLING(domain::LimitingMode, domain::limiting_mode_name, rota)
PAYMETER_SPELLING(domain::LimitingState, domain::limiting_state_name, ended)
PAYMETER_SPELLING(domain::BatchState, domain::batch_state_name, finished)
PAYMETER_SPELLING(domain::AlarmKind, domain::alarm_kind_name, limiting_blind)
static_assert(Spelling<domain::AlarmKind>::last == domain::kLastAlarmKind);
PAYMETER_SPELLING(domain::LedgerAccountKind, domain::ledger_account_kind_name, shared_area)
PAYMETER_SPELLING(domain::PostingKind, domain::posting_kind_name, service_payment)
PAYMETER_SPELLING(domain::BusTransport, domain::bus_transport_name, serial)
PAYMETER_SPELLING(domain::Parity, domain::parity_name, odd)
PAYMETER_SPELLING(domain::Utility, domain::utility_name, heat)
PAYMETER_SPELLING(domain::Wallet, domain::wallet_name, platform)
PAYMETER_SPELLING(domain::Resolution, domain::resolution_name, moved)
PAYMETER_SPELLING(domain::SettlementKind, domain::settlement_kind_name, change_over)
PAYMETER_SPELLING(domain::SettlementState, domain::settlement_state_name, cancelled)
PAYMETER_SPELLING(domain::ProposalKind, domain::proposal_kind_name, settle_without_meter)
PAYMETER_SPELLING(domain::ProposalState, domain::proposal_state_name, rejected)
PAYMETER_SPELLING(domain::NoticeLevel, domain::notice_level_name, credited)
PAYMETER_SPELLING(domain::NoticeChannel, domain::notice_channel_name, call)
PAYMETER_SPELLING(domain::NoticeState, domain::notice_state_name, failed)
PAYMETER_SPELLING(port::Role, port::role_name, viewer)
#undef PAYMETER_SPELLING

template <class E>
E enum_from_text(const std::string& text) {
  for (int i = 0; i <= static_cast<int>(Spelling<E>::last); ++i)
    if (Spelling<E>::name(static_cast<E>(i)) == text) return static_cast<E>(i);
  throw BadValue("unknown spelling '" + text + "'");
}

/// Sql<T>: `text` says which half of the cell is used; put and get convert. `get` is never called
/// on null except for optional.
template <class T, class = void>
struct Sql;

template <class T>
struct Sql<T, std::enable_if_t<std::is_integral_v<T>>> {
  static constexpr bool text = false;
  static void put(Cell& cell, T value) { cell.number = static_cast<std::int64_t>(value); }
  static void get(const Cell& cell, T& value) {
    if (!std::is_same_v<T, bool> &&
        !std::in_range<std::conditional_t<std::is_same_v<T, bool>, int, T>>(cell.number))
      throw BadValue("number out of range: " + std::to_string(cell.number));
    value = static_cast<T>(cell.number);
  }
};

template <>
struct Sql<std::string> {
  static constexpr bool text = true;
  static void put(Cell& cell, const std::string& value) { cell.text = value; }
  static void get(const Cell& cell, std::string& value) { value = cell.text; }
};

/// Bytes as they are: blob in SQLite, bytea in PostgreSQL.
template <>
struct Sql<std::vector<std::uint8_t>> {
  static constexpr bool text = true;
  static void put(Cell& cell, const std::vector<std::uint8_t>& value) {
    cell.is_blob = true;
    cell.text.assign(value.begin(), value.end());
  }
  static void get(const Cell& cell, std::vector<std::uint8_t>& value) {
    value.assign(cell.text.begin(), cell.text.end());
  }
};

template <class E>
struct Sql<E, std::enable_if_t<std::is_enum_v<E>>> {
  static constexpr bool text = true;
  static void put(Cell& cell, E value) { cell.text = Spelling<E>::name(value); }
  static void get(const Cell& cell, E& value) { value = enum_from_text<E>(cell.text); }
};

template <>
struct Sql<Errc> {
  static constexpr bool text = true;
  static void put(Cell& cell, Errc value) { cell.text = error_name(value); }
  static void get(const Cell& cell, Errc& value) { value = error_from_name(cell.text); }
};

/// The plain wrappers of one integer.
template <class T, auto Member>
struct SqlWrapped {
  static constexpr bool text = false;
  static void put(Cell& cell, const T& value) { cell.number = value.*Member; }
  static void get(const Cell& cell, T& value) { value.*Member = cell.number; }
};
template <class Tag>
struct Sql<Id<Tag>> : SqlWrapped<Id<Tag>, &Id<Tag>::value> {};
template <>
struct Sql<UtcMs> : SqlWrapped<UtcMs, &UtcMs::value> {};
template <>
struct Sql<Millis> : SqlWrapped<Millis, &Millis::value> {};
template <>
struct Sql<domain::Money> : SqlWrapped<domain::Money, &domain::Money::fen> {};
template <>
struct Sql<domain::Energy> : SqlWrapped<domain::Energy, &domain::Energy::wh> {};
template <>
struct Sql<domain::Price> : SqlWrapped<domain::Price, &domain::Price::e8> {};

/// Secrets of 16 bytes, in hexadecimal.
template <>
struct Sql<std::array<std::uint8_t, 16>> {
  static constexpr bool text = true;
  static void put(Cell& cell, const std::array<std::uint8_t, 16>& value) {
    cell.text = format_hex(value, '\0');
  }
  static void get(const Cell& cell, std::array<std::uint8_t, 16>& value) {
    const auto bytes = parse_hex(cell.text);
    if (!bytes || bytes->size() != value.size()) throw BadValue("a key is not 16 bytes of hex");
    std::copy(bytes->begin(), bytes->end(), value.begin());
  }
};

template <class T>
struct Sql<std::optional<T>> {
  static constexpr bool text = Sql<T>::text;
  static void put(Cell& cell, const std::optional<T>& value) {
    cell.null = !value;
    if (value) Sql<T>::put(cell, *value);
  }
  static void get(const Cell& cell, std::optional<T>& value) {
    value.reset();
    if (!cell.is_null()) Sql<T>::get(cell, value.emplace());
  }
};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
Cell to_cell(const T& value) {
  Cell cell;
  cell.is_text = Sql<T>::text;
  Sql<T>::put(cell, value);
  return cell;
}
inline Cell to_cell(const char* value) { return to_cell(std::string(value)); }
inline Cell to_cell(std::string_view value) { return to_cell(std::string(value)); }
inline const Cell& to_cell(const Cell& value) { return value; }

template <class T>
void from_cell(const Cell& cell, T& value) {
  if constexpr (!IsOptional<T>::value)
    if (cell.is_null()) throw BadValue("null where a value must be");
  Sql<T>::get(cell, value);
}

}  // namespace paymeter::store
