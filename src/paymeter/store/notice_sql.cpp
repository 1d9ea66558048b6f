// Notices: added once per level and episode, moved by conditional updates.
#include "paymeter/store/filter.hpp"
#include "paymeter/store/wallet_columns.hpp"
#include "paymeter/store/wallet_sql.hpp"

namespace paymeter::store::sql {
namespace {

using domain::Notice;
using domain::NoticeLevel;
using domain::NoticeState;

constexpr NoticeLevel kWarnings[] = {NoticeLevel::alarm1, NoticeLevel::alarm2,
                                     NoticeLevel::arrears};

template <class T, class V>
bool contains(const T& values, const V& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

Notice stored(Db& db, Notice notice, PropertyId property) {
  notice.property = property;
  notice.id = NoticeId{insert(db, notice)};
  return notice;
}

}  // namespace

Rows<Notice> report_levels(Db& db, const LevelReport& report) {
  const auto property = property_of_meter(db, report.meter);
  if (!property) return fail(Errc::meter_unknown, std::to_string(report.meter.value));
  std::vector<Notice> added;
  for (const NoticeLevel level : kWarnings) {
    const auto episode = db.value<std::int64_t>(
        "select id from notice_episode where meter_id = :meter and level = :level "
        "and ended_at is null",
        report.meter, level);
    const bool present = contains(report.present, level);
    if (episode && !present)
      db.execute("update notice_episode set ended_at = :at where id = :id", report.at, *episode);
    if (episode || !present) continue;
    db.execute(
        "insert into notice_episode (property_id, meter_id, level, began_at) "
        "values (:property, :meter, :level, :at)",
        *property, report.meter, level, report.at);
    for (const Notice& notice : report.notices)
      if (notice.level == level) added.push_back(stored(db, notice, *property));
  }
  return added;
}

Result<port::Stored<Notice>> add_notice(Db& db, Notice notice, const std::string& key) {
  const auto property = property_of_meter(db, notice.meter);
  if (!property) return fail(Errc::meter_unknown, std::to_string(notice.meter.value));
  const auto known = db.value<NoticeId>(
      "select notice_id from notice_key where property_id = :property and idempotency_key = :key",
      *property, key);
  if (known) {
    auto earlier = find_notice(db, *known);
    if (!earlier) return fail(earlier.error());
    if (earlier->meter != notice.meter || earlier->level != notice.level ||
        earlier->channel != notice.channel)
      return fail(Errc::vend_exists_with_different_request,
                  "notice " + std::to_string(known->value));
    return port::Stored<Notice>{std::move(*earlier), true};
  }
  notice = stored(db, std::move(notice), *property);
  db.execute(
      "insert into notice_key (property_id, idempotency_key, notice_id) "
      "values (:property, :key, :notice)",
      *property, key, notice.id);
  return port::Stored<Notice>{std::move(notice), false};
}

Result<Notice> step_notice(Db& db, const NoticeStep& step) {
  auto notice = find_notice(db, step.notice);
  if (!notice) return notice;
  if (notice->state != step.from ||
      (step.from != step.to && !domain::may_follow(step.from, step.to)))
    return fail(Errc::notice_state_conflict, std::string(notice_state_name(notice->state)));
  notice->state = step.to;
  notice->trouble = step.trouble;
  if (step.is_attempt) ++notice->attempts;
  if (step.to != NoticeState::queued && step.to != NoticeState::failed && !notice->sent_at)
    notice->sent_at = step.at;
  if (step.to == NoticeState::delivered) notice->delivered_at = step.at;
  const auto moved = db.execute(
      "update notice set state = :state, trouble = :trouble, attempts = :attempts, "
      "sent_at = :sent, delivered_at = :delivered where id = :id and state = :from",
      notice->state, notice->trouble, notice->attempts, notice->sent_at, notice->delivered_at,
      notice->id, step.from);
  if (moved != 1) return fail(Errc::notice_state_conflict);
  return notice;
}

Result<Notice> find_notice(Db& db, NoticeId id) {
  auto notice = select_one<Notice>(db, "where notice.id = :id", id);
  if (!notice) return fail(Errc::notice_unknown, std::to_string(id.value));
  return std::move(*notice);
}

Result<Listed<Notice>> list_notices(Db& db, const NoticeFilter& filter) {
  Filter where;
  where.add("notice.meter_id = :meter", filter.meter);
  where.add("notice.account_id = :account", filter.account);
  where.add("notice.level = :level", filter.level);
  where.add("notice.state = :state", filter.state);
  where.add_text(
      {{"notice.recipient"}, {"meter.code"}, {"account.number"}, {"account.customer_name"}},
      filter.text);
  return where.list<Notice>(db,
                            "join meter on meter.id = notice.meter_id "
                            "left join account on account.id = notice.account_id",
                            filter.page);
}

Rows<Notice> queued_notices(Db& db, int limit) {
  return select<Notice>(db, "where notice.state = 'queued' order by notice.id limit :limit", limit);
}

Rows<LevelEpisode> level_episodes(Db& db, MeterId meter) {
  std::vector<LevelEpisode> out;
  db.each<NoticeLevel, UtcMs>(
      "select level, began_at from notice_episode where meter_id = :meter and ended_at is null "
      "order by id",
      [&](NoticeLevel level, UtcMs began_at) {
        out.push_back({level, began_at, NoticeId{}, std::nullopt});
      },
      meter);
  std::sort(out.begin(), out.end(),
            [](const LevelEpisode& a, const LevelEpisode& b) { return a.level < b.level; });
  for (LevelEpisode& episode : out) {
    // Told before it began is told for something else.
    const auto told = db.one<NoticeId, UtcMs>(
        "select id, delivered_at from notice where meter_id = :meter and level = :level "
        "and state = 'delivered' and delivered_at >= :began order by delivered_at desc, id desc "
        "limit 1",
        meter, episode.level, episode.began_at);
    if (told) std::tie(episode.notice, episode.delivered_at) = *told;
  }
  return out;
}

Rows<MeterId> meters_with_levels(Db& db) {
  std::vector<MeterId> out;
  db.each<MeterId>(
      "select distinct meter_id from notice_episode where ended_at is null order by meter_id",
      [&](MeterId meter) { out.push_back(meter); });
  return out;
}

}  // namespace paymeter::store::sql
