// Spellings of meter words and the six states of the matrix.
#include "paymeter/domain/meter.hpp"

#include <algorithm>

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {
constexpr std::array<std::string_view, 6> kTiles{"not_opened", "opened",  "alarm1",
                                                 "alarm2",     "arrears", "lost"};
constexpr std::array<std::string_view, 3> kUtilities{"electricity", "water", "heat"};
constexpr std::array<std::string_view, 2> kWallets{"meter", "platform"};
}  // namespace

std::string_view tile_state_name(TileState state) { return spell(kTiles, state); }
std::string_view utility_name(Utility utility) { return spell(kUtilities, utility); }
std::string_view wallet_name(Wallet wallet) { return spell(kWallets, wallet); }
std::optional<Utility> utility_from_name(std::string_view name) {
  return unspell<Utility>(kUtilities, name);
}
std::optional<Wallet> wallet_from_name(std::string_view name) {
  return unspell<Wallet>(kWallets, name);
}

bool has_zero_key(const Meter& meter) {
  return std::all_of(meter.key.begin(), meter.key.end(), [](auto byte) { return byte == 0; });
}

TileState tile_state(bool lost, bool account_open, const std::optional<PrepaidState>& prepaid) {
  if (lost) return TileState::lost;
  if (!account_open) return TileState::not_opened;
  if (!prepaid) return TileState::opened;
  if (prepaid->arrears) return TileState::arrears;
  if (prepaid->alarm2) return TileState::alarm2;
  if (prepaid->alarm1) return TileState::alarm1;
  return TileState::opened;
}

}  // namespace paymeter::domain
