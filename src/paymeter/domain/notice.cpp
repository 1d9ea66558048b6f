// Spellings and checks of notices.
#include "paymeter/domain/notice.hpp"

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {

constexpr std::array<std::string_view, 5> kLevels{"alarm1", "alarm2", "arrears", "cut_announced",
                                                  "credited"};
constexpr std::array<std::string_view, 4> kChannels{"sms", "message", "paper", "call"};
constexpr std::array<std::string_view, 4> kStates{"queued", "sent", "delivered", "failed"};
constexpr std::size_t kTextBytesMax = 1'000;

}  // namespace

std::string_view notice_level_name(NoticeLevel level) { return spell(kLevels, level); }
std::optional<NoticeLevel> notice_level_from_name(std::string_view name) {
  return unspell<NoticeLevel>(kLevels, name);
}
std::string_view notice_channel_name(NoticeChannel channel) { return spell(kChannels, channel); }
std::optional<NoticeChannel> notice_channel_from_name(std::string_view name) {
  return unspell<NoticeChannel>(kChannels, name);
}
std::string_view notice_state_name(NoticeState state) { return spell(kStates, state); }
std::optional<NoticeState> notice_state_from_name(std::string_view name) {
  return unspell<NoticeState>(kStates, name);
}

bool may_follow(NoticeState from, NoticeState to) {
  if (from == NoticeState::queued) return to != NoticeState::queued;
  // A report of delivery may come after a sender gave up waiting for it.
  if (from == NoticeState::sent || from == NoticeState::failed)
    return to == NoticeState::delivered || (from == NoticeState::sent && to == NoticeState::failed);
  return false;
}

Result<> check_recorded_notice(const Notice& notice, UtcMs now) {
  const auto bad = [](const char* field) { return fail(Errc::notice_invalid, field); };
  if (notice.channel != NoticeChannel::paper && notice.channel != NoticeChannel::call)
    return bad("channel");
  if (!notice.recorded_by) return bad("recorded_by");
  if (notice.recipient.empty() || notice.recipient.size() > kTextBytesMax) return bad("recipient");
  if (notice.evidence.empty() || notice.evidence.size() > kTextBytesMax) return bad("evidence");
  if (notice.text.size() > kTextBytesMax) return bad("text");
  if (!notice.delivered_at || *notice.delivered_at > now) return bad("delivered_at");
  return {};
}

}  // namespace paymeter::domain
