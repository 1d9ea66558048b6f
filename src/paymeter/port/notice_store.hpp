/// Notices in the store, and how long a warning level has been present. Part of port::Store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/notice.hpp"
#include "paymeter/port/page.hpp"
#include "paymeter/port/stored.hpp"

namespace paymeter::port {

struct NoticeFilter {
  std::string text;  ///< recipient, meter code, account number or name
  std::optional<MeterId> meter;
  std::optional<AccountId> account;
  std::optional<domain::NoticeLevel> level;
  std::optional<domain::NoticeState> state;
  Page page;
};

/// One conditional step; happens only if the notice is in `from`. from = to notes a try and its
/// trouble.
struct NoticeStep {
  NoticeId notice{};
  domain::NoticeState from = domain::NoticeState::queued;
  domain::NoticeState to = domain::NoticeState::queued;
  UtcMs at{};
  bool is_attempt = false;
  std::optional<Errc> trouble;  ///< empty clears it
};

/// The warning levels that a meter shows now. A level that begins adds its notice, once; it can
/// begin again only after it was left.
struct LevelReport {
  MeterId meter{};
  UtcMs at{};
  std::vector<domain::NoticeLevel> present;
  std::vector<domain::Notice> notices;  ///< one per level present that should be told
};

/// A level without a break, and the latest delivered notice of it since it began: what the cutting
/// rules read.
struct LevelEpisode {
  domain::NoticeLevel level{};
  UtcMs began_at{};
  NoticeId notice{};  ///< 0 = none delivered
  std::optional<UtcMs> delivered_at;
  friend bool operator==(const LevelEpisode&, const LevelEpisode&) = default;
};

class NoticeStore {
 public:
  virtual ~NoticeStore() = default;
  /// Returns the notices that were added. Errors: meter_unknown.
  virtual Async<Result<std::vector<domain::Notice>>> report_levels(LevelReport report) = 0;
  /// The same key returns the stored one (`existed`). Errors: meter_unknown,
  /// vend_exists_with_different_request (the key was used for another meter, level or channel).
  virtual Async<Result<Stored<domain::Notice>>> add_notice(domain::Notice notice,
                                                           std::string key) = 0;
  /// Errors: notice_unknown, notice_state_conflict (not in `from`, or may_follow says no).
  virtual Async<Result<domain::Notice>> step_notice(NoticeStep step) = 0;
  virtual Async<Result<domain::Notice>> find_notice(NoticeId id) = 0;
  virtual Async<Result<Listed<domain::Notice>>> list_notices(NoticeFilter filter) = 0;
  /// Oldest first.
  virtual Async<Result<std::vector<domain::Notice>>> queued_notices(int limit) = 0;
  /// The episodes that last. By level.
  virtual Async<Result<std::vector<LevelEpisode>>> level_episodes(MeterId meter) = 0;
  /// Meters with an episode that lasts.
  virtual Async<Result<std::vector<MeterId>>> meters_with_levels() = 0;
};

}  // namespace paymeter::port
