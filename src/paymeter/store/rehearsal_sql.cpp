// The breaker of automatic cuts, and the rehearsals of coming days.
#include "paymeter/store/cut_columns.hpp"
#include "paymeter/store/cut_sql.hpp"
#include "paymeter/store/filter.hpp"

namespace paymeter::store::sql {
namespace {

using domain::CutBreaker;
using domain::Rehearsal;
using domain::RehearsalLine;
using domain::RehearsalState;

std::vector<RehearsalLine> lines_of(Db& db, domain::RehearsalId id) {
  return select<RehearsalLine>(
      db, "where cut_rehearsal_line.rehearsal_id = :id order by cut_rehearsal_line.id", id);
}

bool same_lines(std::vector<RehearsalLine> stored, const std::vector<RehearsalLine>& asked) {
  if (stored.size() != asked.size()) return false;
  for (std::size_t i = 0; i < stored.size(); ++i) {
    RehearsalLine line = asked[i];
    line.id = stored[i].id;
    line.property = stored[i].property;
    line.rehearsal = stored[i].rehearsal;
    if (line != stored[i]) return false;
  }
  return true;
}

}  // namespace

CutBreaker stored_breaker(Db& db, PropertyId property) {
  auto breaker = select_one<CutBreaker>(db, "where cut_breaker.property_id = :property", property);
  if (breaker) return std::move(*breaker);
  CutBreaker closed;
  closed.property = property;
  return closed;
}

void store_breaker(Db& db, const CutBreaker& breaker) {
  db.execute("delete from cut_breaker where property_id = :property", breaker.property);
  db.execute(
      "insert into cut_breaker (property_id, is_open, opened_at, cuts, asked_by, asked_at, reason, "
      "released_by, released_at) values (:property, :open, :opened, :cuts, :asked_by, :asked_at, "
      ":reason, :released_by, :released_at)",
      breaker.property, breaker.is_open, breaker.opened_at, breaker.cuts, breaker.asked_by,
      breaker.asked_at, breaker.reason, breaker.released_by, breaker.released_at);
}

Result<CutBreaker> ask_breaker_release(Db& db, PropertyId property, UserId by,
                                       const std::string& reason, UtcMs at) {
  CutBreaker breaker = stored_breaker(db, property);
  if (!breaker.is_open) return fail(Errc::breaker_not_open);
  breaker.asked_by = by;
  breaker.asked_at = at;
  breaker.reason = reason;
  store_breaker(db, breaker);
  return breaker;
}

Result<CutBreaker> release_breaker(Db& db, PropertyId property,
                                   const domain::BreakerRelease& release) {
  CutBreaker breaker = stored_breaker(db, property);
  if (auto ok = domain::may_release(breaker, release); !ok) return fail(ok.error());
  breaker.is_open = false;
  breaker.released_by = release.by;
  breaker.released_at = release.at;
  store_breaker(db, breaker);
  return breaker;
}

Result<Rehearsal> make_rehearsal(Db& db, Rehearsal draft, const std::vector<RehearsalLine>& lines) {
  auto stored = select_one<Rehearsal>(
      db, "where cut_rehearsal.property_id = :property and cut_rehearsal.day = :day",
      draft.property, draft.day);
  if (stored && stored->state != RehearsalState::draft) return std::move(*stored);
  if (stored && same_lines(lines_of(db, stored->id), lines)) return std::move(*stored);
  draft.state = RehearsalState::draft;
  draft.lines = static_cast<std::int64_t>(lines.size());
  draft.revision = stored ? stored->revision + 1 : 1;
  if (stored) {
    draft.id = stored->id;
    update(db, draft);
    db.execute("delete from cut_rehearsal_line where rehearsal_id = :id", draft.id);
  } else {
    draft.id = domain::RehearsalId{insert(db, draft)};
  }
  for (RehearsalLine line : lines) {
    line.property = draft.property;
    line.rehearsal = draft.id;
    insert(db, line);
  }
  return draft;
}

Result<Rehearsal> decide_rehearsal(Db& db, const CutStore::RehearsalAct& act) {
  auto stored = select_one<Rehearsal>(db, "where cut_rehearsal.id = :id", act.rehearsal);
  if (!stored) return fail(Errc::rehearsal_unknown, std::to_string(act.rehearsal.value));
  if (auto ok = domain::may_decide_rehearsal(*stored, act.revision, act.today); !ok)
    return fail(ok.error());
  stored->state = act.decision;
  stored->decided_by = act.by;
  stored->decided_at = act.at;
  stored->note = act.note;
  update(db, *stored);
  return std::move(*stored);
}

Result<CutStore::RehearsalSheet> find_rehearsal(Db& db, domain::RehearsalId id) {
  auto stored = select_one<Rehearsal>(db, "where cut_rehearsal.id = :id", id);
  if (!stored) return fail(Errc::rehearsal_unknown, std::to_string(id.value));
  return CutStore::RehearsalSheet{std::move(*stored), lines_of(db, id)};
}

Result<Listed<Rehearsal>> list_rehearsals(Db& db, PropertyId property, Page page) {
  Filter where;
  where.add("cut_rehearsal.property_id = :property", std::optional(property));
  return where.list<Rehearsal>(db, "", page);
}

}  // namespace paymeter::store::sql
