// Money as text: decimal for people and files, formal capitals for receipts.
#include "paymeter/domain/money.hpp"

#include <array>
#include <cstdlib>
#include <vector>

namespace paymeter::domain {
namespace {

constexpr std::array<std::string_view, 10> kDigits{"零", "壹", "贰", "叁", "肆",
                                                   "伍", "陆", "柒", "捌", "玖"};
constexpr std::array<std::string_view, 4> kPlaces{"", "拾", "佰", "仟"};
constexpr std::array<std::string_view, 5> kGroups{"", "万", "亿", "万亿", "亿亿"};

/// One group of four digits, 1–9999. `pad`: a zero is spoken before a group below 1000.
std::string group_in_words(int group) {
  std::string out;
  bool pending_zero = false;
  for (int place = 3, unit = 1000; place >= 0; --place, unit /= 10) {
    const int digit = group / unit % 10;
    if (digit == 0) {
      pending_zero = !out.empty();
      continue;
    }
    if (pending_zero) out += "零";
    pending_zero = false;
    out += kDigits[static_cast<std::size_t>(digit)];
    out += kPlaces[static_cast<std::size_t>(place)];
  }
  return out;
}

std::string yuan_in_words(std::int64_t yuan) {
  std::vector<int> groups;
  for (; yuan > 0; yuan /= 10'000) groups.push_back(static_cast<int>(yuan % 10'000));
  std::string out;
  bool gap = false;
  for (std::size_t i = groups.size(); i-- > 0;) {
    if (groups[i] == 0) {
      gap = !out.empty();
      continue;
    }
    if (!out.empty() && (gap || groups[i] < 1000)) out += "零";
    gap = false;
    out += group_in_words(groups[i]);
    out += kGroups[i];
  }
  return out;
}

}  // namespace

Result<Money> checked_add(Money a, Money b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a.fen, b.fen, &sum) || sum > kMoneyMax.fen || sum < -kMoneyMax.fen)
    return fail(Errc::ledger_overflow);
  return Money{sum};
}

std::string format_money(Money money) {
  const std::int64_t fen = std::abs(money.fen);
  std::string out = money.fen < 0 ? "-" : "";
  out += std::to_string(fen / 100) + '.';
  out += static_cast<char>('0' + fen / 10 % 10);
  out += static_cast<char>('0' + fen % 10);
  return out;
}

Result<Money> parse_money(std::string_view text) {
  const auto bad = [&] { return fail(Errc::request_invalid, "money '" + std::string(text) + "'"); };
  std::string_view rest = text;
  const auto skip = [&](std::string_view prefix) {
    if (!rest.starts_with(prefix)) return false;
    rest.remove_prefix(prefix.size());
    return true;
  };
  bool negative = skip("-");
  if (skip("¥") || skip("￥")) negative = negative || skip("-");
  std::int64_t fen = 0;
  int places = -1, digits = 0;
  for (char c : rest) {
    if (c == '.' && places < 0) {
      places = 0;
      continue;
    }
    if (c < '0' || c > '9' || places == 2 || digits == 16) return bad();
    fen = fen * 10 + (c - '0');
    ++digits;
    if (places >= 0) ++places;
  }
  if (digits == 0 || places == 0) return bad();
  for (int missing = 2 - (places < 0 ? 0 : places); missing > 0; --missing) fen *= 10;
  if (fen > kMoneyMax.fen) return bad();
  return Money{negative ? -fen : fen};
}

std::string money_in_words_zh(Money money) {
  const std::int64_t fen = std::abs(money.fen);
  const std::int64_t yuan = fen / 100, jiao = fen / 10 % 10, rest = fen % 10;
  if (fen == 0) return "零元整";
  std::string out = money.fen < 0 ? "负" : "";
  if (yuan > 0) out += yuan_in_words(yuan) + "元";
  if (jiao > 0) out += std::string(kDigits[static_cast<std::size_t>(jiao)]) + "角";
  if (jiao == 0 && rest > 0 && yuan > 0) out += "零";
  if (rest > 0) out += std::string(kDigits[static_cast<std::size_t>(rest)]) + "分";
  if (rest == 0) out += "整";
  return out;
}

}  // namespace paymeter::domain
