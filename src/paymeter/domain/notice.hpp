/// Notices: messages to a tenant about money, kept as records with a visible life. The cutting
/// rules read them, so "delivered" means that somebody or something said so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "paymeter/base/error.hpp"
#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/domain/money.hpp"

namespace paymeter::domain {

/// The three warnings (W1), plus what follows from them.
enum class NoticeLevel : std::uint8_t { alarm1, alarm2, arrears, cut_announced, credited };
std::string_view notice_level_name(NoticeLevel level);
std::optional<NoticeLevel> notice_level_from_name(std::string_view name);

enum class NoticeChannel : std::uint8_t { sms, message, paper, call };
std::string_view notice_channel_name(NoticeChannel channel);
std::optional<NoticeChannel> notice_channel_from_name(std::string_view name);

/// queued → sent → delivered, or failed. Paper and calls are recorded as delivered by an operator.
enum class NoticeState : std::uint8_t { queued, sent, delivered, failed };
std::string_view notice_state_name(NoticeState state);
std::optional<NoticeState> notice_state_from_name(std::string_view name);
bool may_follow(NoticeState from, NoticeState to);

struct Notice {
  NoticeId id{};
  PropertyId property{};
  AccountId account{};
  MeterId meter{};
  NoticeLevel level = NoticeLevel::alarm1;
  NoticeChannel channel = NoticeChannel::sms;
  NoticeState state = NoticeState::queued;
  std::string recipient;  ///< phone number, or who took the paper
  std::string text;
  std::optional<Money> balance;  ///< when it was written
  std::string evidence;          ///< paper, call: who handed it over, where the copy is
  UserId recorded_by{};          ///< 0 = the station itself
  int attempts = 0;
  std::optional<Errc> trouble;
  UtcMs created_at{};
  std::optional<UtcMs> sent_at, delivered_at;
};

/// Paper and calls need a recipient and evidence, and happened in the past. Errors: notice_invalid
/// (detail names the field).
Result<> check_recorded_notice(const Notice& notice, UtcMs now);

}  // namespace paymeter::domain
