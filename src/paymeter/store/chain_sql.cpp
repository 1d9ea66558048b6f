// Sealing the books in batches, and walking the seals again.
#include <algorithm>
#include <limits>
#include <map>

#include "paymeter/codec/sha256.hpp"
#include "paymeter/store/chain_rows.hpp"
#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {
namespace {

using codec::sha256_hex;

using domain::ChainField;
using domain::ChainMember;
using domain::ChainRow;
using domain::ChainTable;
using domain::Seal;

constexpr std::int64_t kRowsMax = 256;  ///< postings, and acts, of one seal
constexpr std::size_t kSealsPerStep = 64;

constexpr const char* kSealColumns[] = {"property_id", "number",        "at",
                                        "posting_to",  "act_to",        "members",
                                        "rows_hash",   "previous_hash", "hash"};

std::string select_seals(const Db& db, const std::string& rest) {
  std::string out = "select ";
  for (const char* column : kSealColumns) out += (out.size() > 7 ? ", " : "") + text_of(db, column);
  return out + " from chain_seal " + rest;
}

/// Empty: a value that no seal was ever stored with.
std::optional<Seal> seal_of(const std::vector<ChainField>& fields) {
  const auto property = number_of(fields[0]), number = number_of(fields[1]),
             at = number_of(fields[2]), posting_to = number_of(fields[3]),
             act_to = number_of(fields[4]);
  if (!property || !number || !at || !posting_to || !act_to) return std::nullopt;
  if (!fields[5] || !fields[6] || !fields[7] || !fields[8]) return std::nullopt;
  return Seal{PropertyId{*property},
              *number,
              UtcMs{*at},
              *posting_to,
              *act_to,
              *fields[5],
              *fields[6],
              *fields[7],
              *fields[8]};
}

/// Stands before the first: rows that were given ids of 0 or less are not passed over.
Seal no_seal(PropertyId property) {
  Seal seal;
  seal.property = property;
  seal.posting_to = seal.act_to = std::numeric_limits<std::int64_t>::min();
  return seal;
}

/// The newest seal as it is stored, whatever the head says; number 0 = none.
std::optional<Seal> newest_seal(Db& db, PropertyId property) {
  std::optional<Seal> out = no_seal(property);
  each_text_row(
      db, select_seals(db, "where property_id = :property order by chain_seal.number desc limit 1"),
      std::size(kSealColumns), {to_cell(property)},
      [&](const std::vector<ChainField>& fields) { out = seal_of(fields); });
  return out;
}

struct StoredHead {
  ChainField number, hash;
};
std::optional<StoredHead> stored_head(Db& db, PropertyId property) {
  std::optional<StoredHead> out;
  each_text_row(db,
                "select " + text_of(db, "number") + ", " + text_of(db, "hash") +
                    " from chain_head where property_id = :property",
                2, {to_cell(property)}, [&](const std::vector<ChainField>& fields) {
                  out = StoredHead{fields[0], fields[1]};
                });
  return out;
}

// `+property_id` below: the index that begins with it knows no order of ids, and every look would
// read the whole property.

/// The id of the last of the first kRowsMax rows between, or `from` when there is none.
std::int64_t batch_end(Db& db, const std::string& table, PropertyId property, std::int64_t from,
                       std::int64_t to) {
  const auto end = db.value<std::optional<std::int64_t>>(
      "select max(id) from (select id from " + table +
          " where +property_id = :property and id > :from and id <= :to order by id limit :limit) "
          "batch",
      property, from, to, kRowsMax);
  return end && *end ? **end : from;
}

/// Why seal `number` cannot be followed. Empty: it is sound, or there is none and never was.
std::string damage_of_newest(Db& db, PropertyId property, const std::optional<Seal>& newest) {
  if (!newest) return "the newest seal makes no sense";
  const auto head = stored_head(db, property);
  if (newest->number == 0) return head ? "every seal is missing" : "";
  if (newest->hash != hash_of_seal(*newest, sha256_hex)) return "the newest seal was changed";
  if (!head || number_of(head->number) != newest->number || head->hash != newest->hash)
    return "the head is not the newest seal";
  return "";
}

/// Compares a seal's members with the rows that are there now.
class SealRows {
 public:
  SealRows(Db& db, const Seal& seal, std::vector<BadRow>& bad) : db_(db), seal_(seal), bad_(bad) {}

  /// `follows`: the seal before it; when there is a gap, what was added inside cannot be told.
  void check(const Seal& follows, bool gap) {
    const auto members = domain::parse_members(seal_.members);
    if (!members) return report("chain_seal", seal_.number, "has a list that makes no sense");
    load(follows, *members, gap);
    const std::size_t before = bad_.size();
    std::vector<ChainRow> rows;
    for (const ChainMember& member : *members) check_member(member, rows);
    if (!gap)
      for (const auto& [key, row] : present_)
        report(row.table, row.id, "was added after seal " + std::to_string(seal_.number));
    if (bad_.size() == before && hash_of_rows(rows, sha256_hex) != seal_.rows_hash)
      report("chain_seal", seal_.number, "does not fit its rows");
  }

 private:
  using Key = std::pair<ChainTable, std::int64_t>;
  static bool once_only(ChainTable table) {
    return table != ChainTable::vend && table != ChainTable::ledger_account;
  }

  void load(const Seal& follows, const std::vector<ChainMember>& members, bool gap) {
    ChainRange range{seal_.property, follows.posting_to, seal_.posting_to, follows.act_to,
                     seal_.act_to};
    if (gap) {
      range.posting_from = range.posting_to;
      range.act_from = range.act_to;
      for (const ChainMember& member : members) {
        if (member.table == ChainTable::posting)
          range.posting_from = std::min(range.posting_from, member.id - 1);
        if (member.table == ChainTable::vend_act)
          range.act_from = std::min(range.act_from, member.id - 1);
      }
    }
    for (ChainRow& row : load_chain_rows(db_, range)) {
      const Key key{row.table, row.id};
      if (once_only(row.table)) present_.emplace(key, std::move(row));
    }
  }

  void check_member(const ChainMember& member, std::vector<ChainRow>& rows) {
    std::optional<ChainRow> row;
    if (once_only(member.table)) {
      if (auto found = present_.extract({member.table, member.id})) row = std::move(found.mapped());
    } else {
      row = load_chain_row(db_, member.table, member.id);
    }
    const std::string sealed_in = " seal " + std::to_string(seal_.number);
    if (!row)
      return report(member.table, member.id, "is missing from where" + sealed_in + " has it");
    if (mark_of(*row, sha256_hex) != member.mark)
      return report(member.table, member.id, "was changed after" + sealed_in);
    rows.push_back(std::move(*row));
  }

  void report(ChainTable table, std::int64_t id, const std::string& what) {
    report(std::string(domain::chain_table_name(table)), id, what);
  }
  void report(const std::string& table, std::int64_t id, const std::string& what) {
    bad_.push_back({table, id, what, seal_.property});
  }

  Db& db_;
  const Seal& seal_;
  std::vector<BadRow>& bad_;
  std::map<Key, ChainRow> present_;
};

void walk_seal(Db& db, ChainWalk& walk, Seal seal) {
  const auto report = [&](std::int64_t number, const std::string& what) {
    walk.bad.push_back({"chain_seal", number, what, walk.property});
  };
  const bool gap = seal.number != walk.last.number + 1;
  if (gap) report(walk.last.number + 1, "is missing");
  if (hash_of_seal(seal, sha256_hex) != seal.hash) {
    report(seal.number, "was changed");
  } else {
    if (!gap && seal.previous_hash != walk.last.hash)
      report(seal.number, "does not follow seal " + std::to_string(walk.last.number));
    SealRows(db, seal, walk.bad).check(walk.last, gap);
  }
  ++walk.seals;
  walk.rows += std::ranges::count(seal.members, '\n');
  seal.members.clear();
  walk.last = std::move(seal);
}

void check_head(Db& db, ChainWalk& walk) {
  const auto head = stored_head(db, walk.property);
  const auto bad_head = [&](const std::string& what) {
    walk.bad.push_back({"chain_head", walk.property.value, what, walk.property});
  };
  if (!head) {
    if (walk.last.number > 0) bad_head("is missing");
    return;
  }
  const auto number = number_of(head->number);
  if (number == walk.last.number && head->hash == walk.last.hash) return;
  if (number && *number > walk.last.number && head->hash != walk.last.hash)
    walk.bad.push_back({"chain_seal", walk.last.number + 1,
                        "is missing: the chain was cut off at its end", walk.property});
  else
    bad_head("is not the newest seal");
}

std::vector<std::int64_t> first_ids(Db& db, const std::string& table, PropertyId property,
                                    std::int64_t after, int limit) {
  std::vector<std::int64_t> ids;
  db.each<std::int64_t>(
      "select id from " + table +
          " where +property_id = :property and id > :after order by id limit :limit",
      [&](std::int64_t id) { ids.push_back(id); }, property, after, limit);
  return ids;
}

std::int64_t count_after(Db& db, const std::string& table, PropertyId property,
                         std::int64_t after) {
  return db
      .value<std::int64_t>("select cast(count(*) as bigint) from " + table +
                               " where +property_id = :property and id > :after",
                           property, after)
      .value_or(0);
}

}  // namespace

Rows<PropertyId> chain_properties(Db& db) {
  std::vector<PropertyId> out;
  db.each<PropertyId>(
      "select distinct x.id from property x where "
      "exists (select 1 from posting p where p.property_id = x.id) "
      "or exists (select 1 from vend_act a where a.property_id = x.id) "
      "or exists (select 1 from chain_head h where h.property_id = x.id) "
      "or exists (select 1 from chain_seal s where s.property_id = x.id) order by x.id",
      [&](PropertyId id) { out.push_back(id); });
  return out;
}

Result<UnsealedTail> unsealed_tail(Db& db, PropertyId property, int limit) {
  const Seal last = newest_seal(db, property).value_or(no_seal(property));
  UnsealedTail tail;
  tail.posting_count = count_after(db, "posting", property, last.posting_to);
  tail.act_count = count_after(db, "vend_act", property, last.act_to);
  tail.postings = first_ids(db, "posting", property, last.posting_to, limit);
  tail.acts = first_ids(db, "vend_act", property, last.act_to, limit);
  return tail;
}

Result<ChainHorizon> chain_horizon(Db& db, PropertyId property) {
  // Whoever has been given an id by either table holds a lock on it until its commit: when this
  // lock is granted, every id given out so far has been committed or will never be.
  if (db.dialect() == Dialect::postgresql) db.execute("lock table posting, vend_act in share mode");
  const auto highest = [&](const std::string& table) {
    return db
        .value<std::int64_t>("select cast(coalesce(max(id), 0) as bigint) from " + table +
                                 " where +property_id = :property",
                             property)
        .value_or(0);
  };
  return ChainHorizon{highest("posting"), highest("vend_act")};
}

Result<std::optional<Seal>> draft_seal(Db& db, PropertyId property, const ChainHorizon& horizon,
                                       UtcMs at) {
  const auto newest = newest_seal(db, property);
  // Nothing is built upon damage: it would look the sounder for it.
  if (auto damage = damage_of_newest(db, property, newest); !damage.empty())
    return fail(Errc::store_failed, damage + ": run paymeter verify");
  ChainRange range{property, newest->posting_to, 0, newest->act_to, 0};
  range.posting_to = batch_end(db, "posting", property, range.posting_from, horizon.posting);
  range.act_to = batch_end(db, "vend_act", property, range.act_from, horizon.act);
  if (range.posting_to == range.posting_from && range.act_to == range.act_from)
    return std::optional<Seal>{};
  Seal seal;
  seal.property = property;
  seal.number = newest->number + 1;
  seal.at = at;
  seal.posting_to = range.posting_to;
  seal.act_to = range.act_to;
  seal.previous_hash = newest->hash;
  return std::optional(sealed(std::move(seal), load_chain_rows(db, range), sha256_hex));
}

Result<ChainHead> add_seal(Db& db, const Seal& seal) {
  const auto head = chain_head(db, seal.property);
  if (!head) return head;
  if (head->number != seal.number - 1 || head->hash != seal.previous_hash)
    return fail(Errc::store_busy, "another station has sealed");
  db.execute(
      "insert into chain_seal (property_id, number, at, posting_to, act_to, members, rows_hash, "
      "previous_hash, hash) values (:property, :number, :at, :posting_to, :act_to, :members, "
      ":rows_hash, :previous_hash, :hash)",
      seal.property, seal.number, seal.at, seal.posting_to, seal.act_to, seal.members,
      seal.rows_hash, seal.previous_hash, seal.hash);
  db.execute(
      "insert into chain_head (property_id, number, hash) values (:property, :number, :hash) "
      "on conflict (property_id) do update set number = excluded.number, hash = excluded.hash",
      seal.property, seal.number, seal.hash);
  return ChainHead{seal.property, seal.number, seal.hash};
}

Result<ChainHead> chain_head(Db& db, PropertyId property) {
  const auto row = db.one<std::int64_t, std::string>(
      "select number, hash from chain_head where property_id = :property", property);
  if (!row) return ChainHead{property, 0, ""};
  return ChainHead{property, std::get<0>(*row), std::get<1>(*row)};
}

Result<std::optional<ChainHead>> find_head(Db& db, const std::string& hash) {
  const auto row = db.one<PropertyId, std::int64_t>(
      "select property_id, number from chain_seal where hash = :hash", hash);
  if (!row) return std::optional<ChainHead>{};
  return std::optional(ChainHead{std::get<0>(*row), std::get<1>(*row), hash});
}

Result<ChainWalk> walk_chain(Db& db, ChainWalk walk) {
  if (walk.last.number == 0) walk.last = no_seal(walk.property);
  std::vector<std::optional<Seal>> seals;
  each_text_row(db,
                select_seals(db,
                             "where property_id = :property and number > :after "
                             "order by chain_seal.number limit :limit"),
                std::size(kSealColumns),
                {to_cell(walk.property), to_cell(walk.last.number), to_cell(kSealsPerStep)},
                [&](const std::vector<ChainField>& fields) { seals.push_back(seal_of(fields)); });
  const std::int64_t before = walk.last.number;
  for (std::optional<Seal>& seal : seals) {
    if (seal)
      walk_seal(db, walk, std::move(*seal));
    else
      walk.bad.push_back(
          {"chain_seal", walk.last.number + 1, "holds a value that makes no sense", walk.property});
  }
  walk.finished = seals.size() < kSealsPerStep || walk.last.number == before;
  if (walk.finished) check_head(db, walk);
  return walk;
}

}  // namespace paymeter::store::sql
