// The life of a version, and which one counts.
#include "paymeter/domain/tariff/version.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain::tariff {
namespace {

constexpr std::array<std::string_view, 5> kStates{"draft", "submitted", "approved", "rejected",
                                                  "withdrawn"};
constexpr std::array<std::string_view, 7> kStandings{
    "draft", "submitted", "rejected", "withdrawn", "approved", "in_use", "superseded"};
constexpr std::array<std::string_view, 5> kActs{"edit", "submit", "approve", "reject", "withdraw"};

/// Who comes later counts.
auto rank(const TariffVersion& version) { return std::tuple(version.valid_from, version.number); }

Result<VersionState> approve(const TariffVersion& version, const ActContext& context) {
  if (std::ranges::find(context.writers, context.by) != context.writers.end())
    return fail(Errc::tariff_approval_own);
  // Where nothing was in force the past may be filled in, unless the store knows of bills.
  const bool was_priced =
      version.valid_from < context.now && in_force(context.all, version.valid_from) != nullptr;
  if (was_priced) return fail(Errc::tariff_version_retroactive);
  return VersionState::approved;
}

}  // namespace

std::string_view version_state_name(VersionState state) { return spell(kStates, state); }
std::optional<VersionState> version_state_from_name(std::string_view name) {
  return unspell<VersionState>(kStates, name);
}
std::string_view version_standing_name(VersionStanding standing) {
  return spell(kStandings, standing);
}
std::string_view version_act_name(VersionAct act) { return spell(kActs, act); }
std::optional<VersionAct> version_act_from_name(std::string_view name) {
  return unspell<VersionAct>(kActs, name);
}

Result<VersionState> after_act(const TariffVersion& version, VersionAct act,
                               const ActContext& context) {
  const auto conflict = [&] {
    return fail(Errc::tariff_version_state_conflict,
                std::string(version_act_name(act)) + " of " +
                    std::string(version_state_name(version.state)));
  };
  switch (act) {
    case VersionAct::edit:
      if (version.state != VersionState::draft) return fail(Errc::tariff_version_fixed);
      return VersionState::draft;
    case VersionAct::submit:
      if (version.state != VersionState::draft) return conflict();
      return VersionState::submitted;
    case VersionAct::approve:
      if (version.state != VersionState::submitted) return conflict();
      return approve(version, context);
    case VersionAct::reject:
      if (version.state != VersionState::submitted) return conflict();
      return VersionState::rejected;
    case VersionAct::withdraw:
      if (version.state != VersionState::approved) return conflict();
      if (version.valid_from <= context.now) return fail(Errc::tariff_version_retroactive);
      return VersionState::withdrawn;
  }
  return conflict();
}

const TariffVersion* in_force(std::span<const TariffVersion> all, UtcMs at) {
  const TariffVersion* found = nullptr;
  for (const TariffVersion& version : all)
    if (version.state == VersionState::approved && version.valid_from <= at &&
        (found == nullptr || rank(*found) < rank(version)))
      found = &version;
  return found;
}

std::vector<const TariffVersion*> in_force_between(std::span<const TariffVersion> all, UtcMs from,
                                                   UtcMs to) {
  std::vector<UtcMs> instants{from};
  for (const TariffVersion& version : all)
    if (version.valid_from > from && version.valid_from < to)
      instants.push_back(version.valid_from);
  std::ranges::sort(instants);
  std::vector<const TariffVersion*> out;
  for (const UtcMs at : instants)
    if (const TariffVersion* version = in_force(all, at))
      if (out.empty() || out.back() != version) out.push_back(version);
  return out;
}

VersionStanding standing(std::span<const TariffVersion> all, const TariffVersion& version,
                         UtcMs now) {
  switch (version.state) {
    case VersionState::draft:
      return VersionStanding::draft;
    case VersionState::submitted:
      return VersionStanding::submitted;
    case VersionState::rejected:
      return VersionStanding::rejected;
    case VersionState::withdrawn:
      return VersionStanding::withdrawn;
    case VersionState::approved:
      break;
  }
  const TariffVersion* at_start = in_force(all, version.valid_from);
  if (at_start != nullptr && at_start->id != version.id) return VersionStanding::superseded;
  if (version.valid_from > now) return VersionStanding::approved;
  const TariffVersion* current = in_force(all, now);
  return current != nullptr && current->id == version.id ? VersionStanding::in_use
                                                         : VersionStanding::superseded;
}

}  // namespace paymeter::domain::tariff
