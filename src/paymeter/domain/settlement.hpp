/// Settling a meter: closing 销户 and change-over 新老表切换. Trip, read, take the balance out,
/// clear at 0; then the account ends, or the new device is opened and the money carried in. Pure
/// rules. Source: docs/vending.md, "Opening, closing, changing over".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/money.hpp"

namespace paymeter::domain {

enum class SettlementKind : std::uint8_t {
  closing,      ///< 销户: the balance is refunded, the meter leaves the account
  change_over,  ///< 换表: the balance is carried to the device that replaces this one
};
std::string_view settlement_kind_name(SettlementKind kind);
std::optional<SettlementKind> settlement_kind_from_name(std::string_view name);

enum class SettlementState : std::uint8_t {
  tripping,   ///< the supply is being forced open, so that the balance stands still
  returning,  ///< final reading taken; the balance is being taken out
  debt,       ///< the balance is below 0: a sale or an adjustment must bring it to 0
  clearing,   ///< balance 0: the clear is under way
  replacing,  ///< change-over: waiting for the new device
  opening,    ///< change-over: the new device is being opened
  done,
  cancelled,  ///< called off before the clear
};
std::string_view settlement_state_name(SettlementState state);
std::optional<SettlementState> settlement_state_from_name(std::string_view name);
bool is_over(SettlementState state);

struct Settlement {
  SettlementId id{};
  PropertyId property{};
  AccountId account{};
  MeterId meter{};
  SettlementKind kind = SettlementKind::closing;
  SettlementState state = SettlementState::tripping;
  std::string number;  ///< on the slip, unique within the property
  std::string idempotency_key;
  std::string reason;
  UserId operator_id{};
  UtcMs created_at{};
  std::optional<UtcMs> finished_at;
  std::optional<Epoch> epoch;  ///< of the device that is settled; the clear is bound to it
  std::optional<UtcMs> final_at;
  std::optional<std::int64_t> final_wh;  ///< the old device's last register, primary side
  std::optional<Money> final_balance;    ///< before anything was taken out
  std::optional<VendId> vend;            ///< the refund, or the first half of the transfer
  bool without_meter = false;            ///< the device is dead: two people agreed on the balance
  std::string new_serial;                ///< change-over: of the device that replaces it
  std::optional<std::int64_t> start_wh;  ///< change-over: the new device's first register
  std::optional<Errc> trouble;           ///< why it does not go on; cleared when it does
};

/// What a fresh read of the meter that is being settled asks for next.
enum class SettlementMove : std::uint8_t {
  wait,         ///< a vend is still under way, or the relay is not open yet
  take_out,     ///< balance above 0: refund or transfer exactly this much
  need_money,   ///< balance below 0
  clear,        ///< balance 0
  cleared,      ///< the clear has happened (also when its reply was lost)
  wrong_meter,  ///< another serial, cleared by somebody else, or without an account: people decide
};
struct SettlementFacts {
  Epoch epoch;  ///< when the settlement began
  bool vend_under_way = false;
  bool clear_sent = false;  ///< a clear was stored as under way
};
/// Requires: `read` started after the facts were stored.
SettlementMove next_move(const SettlementFacts& facts, const PrepaidState& read);

/// May this move follow that one? Closing: tripping → returning ⇄ debt → clearing → done.
/// Change-over: … clearing → replacing → opening → done. cancelled: from tripping, returning, debt.
bool may_follow(SettlementKind kind, SettlementState from, SettlementState to);

}  // namespace paymeter::domain
