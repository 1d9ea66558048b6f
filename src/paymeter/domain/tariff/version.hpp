/// Versions of a tariff: who may do what with one, and which is in force when. Pure rules; the
/// store makes each act durable.
///
/// Source: docs/formats/tariff.md, Versions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/base/error.hpp"
#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"

namespace paymeter {
using TariffVersionId = Id<struct TariffVersionTag>;
}  // namespace paymeter

namespace paymeter::domain::tariff {

enum class VersionState : std::uint8_t { draft, submitted, approved, rejected, withdrawn };
std::string_view version_state_name(VersionState state);
std::optional<VersionState> version_state_from_name(std::string_view name);

struct TariffVersion {
  TariffVersionId id{};
  PropertyId property{};
  TariffId tariff{};
  std::int64_t number = 0;  ///< from 1 within the tariff
  VersionState state = VersionState::draft;
  UtcMs valid_from{};   ///< a midnight of the tariff's zone
  std::string content;  ///< canonical product format
  std::string digest;   ///< SHA-256 of content, hex
  std::string note;     ///< of the last act
  UserId written_by{}, submitted_by{}, decided_by{};
  UtcMs created_at{}, changed_at{};
  std::optional<UtcMs> submitted_at, decided_at;
  friend bool operator==(const TariffVersion&, const TariffVersion&) = default;
};

/// As people see it: what time has made of it.
enum class VersionStanding : std::uint8_t {
  draft,
  submitted,
  rejected,
  withdrawn,
  approved,   ///< not yet in force
  in_use,     ///< in force now
  superseded  ///< another one is in force, or will be from the same instant on
};
std::string_view version_standing_name(VersionStanding standing);

enum class VersionAct : std::uint8_t { edit, submit, approve, reject, withdraw };
std::string_view version_act_name(VersionAct act);
std::optional<VersionAct> version_act_from_name(std::string_view name);

/// What an act is judged by. Lifetime: of the call.
struct ActContext {
  UserId by{};
  UtcMs now{};
  std::span<const TariffVersion> all;  ///< the tariff's versions, the one in question among them
  std::span<const UserId> writers;     ///< everybody who wrote, edited or submitted it
};
/// The state after `act`.
/// Errors, in order: tariff_version_fixed (edit of what is no draft),
/// tariff_version_state_conflict, tariff_approval_own (approve, by one of the writers),
/// tariff_version_retroactive (approve, valid from before `now` where another version was in force;
/// withdraw, in force already).
Result<VersionState> after_act(const TariffVersion& version, VersionAct act,
                               const ActContext& context);

/// The approved version with the latest valid_from not after `at`; of two, the higher number. Null:
/// none. Lifetime: of `all`.
const TariffVersion* in_force(std::span<const TariffVersion> all, UtcMs at);
/// The versions in force at some time of [from, to), in order.
std::vector<const TariffVersion*> in_force_between(std::span<const TariffVersion> all, UtcMs from,
                                                   UtcMs to);

VersionStanding standing(std::span<const TariffVersion> all, const TariffVersion& version,
                         UtcMs now);

}  // namespace paymeter::domain::tariff
