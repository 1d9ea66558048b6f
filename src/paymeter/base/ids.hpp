/// Strong row identifiers: a meter's id cannot be passed where an account's is wanted.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace paymeter {

template <class Tag>
struct Id {
  std::int64_t value = 0;  ///< 0 = not stored yet
  friend constexpr auto operator<=>(Id, Id) = default;
  constexpr explicit operator bool() const { return value != 0; }
};

using PropertyId = Id<struct PropertyTag>;
using BuildingId = Id<struct BuildingTag>;
using RoomId = Id<struct RoomTag>;
using GatewayId = Id<struct GatewayTag>;
using BusId = Id<struct BusTag>;
using MeterId = Id<struct MeterTag>;
using TariffId = Id<struct TariffTag>;
using AccountId = Id<struct AccountTag>;
using VendId = Id<struct VendTag>;
using PostingId = Id<struct PostingTag>;
using CommandId = Id<struct CommandTag>;
using BatchId = Id<struct BatchTag>;
using AlarmId = Id<struct AlarmTag>;
using SettlementId = Id<struct SettlementTag>;
using ProposalId = Id<struct ProposalTag>;
using NoticeId = Id<struct NoticeTag>;
using UserId = Id<struct UserTag>;

}  // namespace paymeter

template <class Tag>
struct std::hash<paymeter::Id<Tag>> {
  std::size_t operator()(paymeter::Id<Tag> id) const noexcept {
    return std::hash<std::int64_t>{}(id.value);
  }
};
