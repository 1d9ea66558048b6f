// Tariff versions: drafts change, nothing else does; every act leaves a line.
#include <set>

#include "paymeter/store/sql.hpp"
#include "paymeter/store/tariff_columns.hpp"

namespace paymeter::store::sql {
namespace {

using domain::tariff::TariffVersion;
using domain::tariff::VersionAct;
using domain::tariff::VersionState;

constexpr std::string_view kWrite = "write";

std::optional<PropertyId> property_of_tariff(Db& db, TariffId tariff) {
  return db.value<PropertyId>("select property_id from tariff where id = :tariff", tariff);
}

std::vector<TariffVersion> versions(Db& db, TariffId tariff) {
  return select<TariffVersion>(
      db, "where tariff_version.tariff_id = :tariff order by tariff_version.number", tariff);
}

std::vector<TariffVersion> approved(Db& db, TariffId tariff) {
  return select<TariffVersion>(
      db,
      "where tariff_version.tariff_id = :tariff and tariff_version.state = :state "
      "order by tariff_version.number",
      tariff, VersionState::approved);
}

Result<TariffVersion> version_of(Db& db, TariffId tariff, std::int64_t number) {
  auto found = select_one<TariffVersion>(
      db, "where tariff_version.tariff_id = :tariff and tariff_version.number = :number", tariff,
      number);
  if (!found) return fail(Errc::tariff_version_unknown, std::to_string(number));
  return std::move(*found);
}

void add_act(Db& db, const TariffVersion& version, std::string_view act, UserId by, UtcMs at,
             const std::string& note) {
  insert(db, VersionActLine{0, version.property, version.id, std::string(act), by, at, note,
                            version.digest});
}

std::vector<UserId> writers_of(Db& db, TariffVersionId version) {
  std::set<UserId> users;
  db.each<UserId, std::string>(
      "select user_id, act from tariff_act where version_id = :version",
      [&](UserId user, const std::string& act) {
        if (act == kWrite || act == version_act_name(VersionAct::submit)) users.insert(user);
      },
      version);
  return {users.begin(), users.end()};
}

/// One writer at a time per tariff: numbers and judgements must not race on PostgreSQL.
Result<PropertyId> lock_tariff(Db& db, TariffId tariff) {
  db.execute("update tariff set name = name where id = :tariff", tariff);
  const auto property = property_of_tariff(db, tariff);
  if (!property) return fail(Errc::tariff_unknown, std::to_string(tariff.value));
  return *property;
}

/// Was use billed that the tariff prices? Of meters that have left their account only what lies
/// after `from`; the others are counted again from their last months, and a time without a version
/// took the price of the first.
bool was_billed(Db& db, TariffId tariff, UtcMs from) {
  return db
      .value<AccountId>(
          "select billing.account_id from billing "
          "join account_meter on account_meter.account_id = billing.account_id "
          "and (billing.meter_id = account_meter.meter_id or billing.meter_id = 0) "
          "join meter on meter.id = account_meter.meter_id "
          "left join tariff_profile on tariff_profile.own_meter_id = meter.id "
          "where (meter.tariff_id = :tariff or tariff_profile.tariff_id = :own) "
          "and billing.revision > 0 "
          "and (account_meter.to_at is null or billing.posted_at > :from) limit 1",
          tariff, tariff, from)
      .has_value();
}

TariffVersion new_version(Db& db, TariffId tariff, PropertyId property, UtcMs at) {
  TariffVersion version;
  version.property = property;
  version.tariff = tariff;
  version.created_at = at;
  version.number = db.value<std::int64_t>(
                         "select coalesce(max(number), 0) + 1 from tariff_version "
                         "where tariff_id = :tariff",
                         tariff)
                       .value_or(1);
  return version;
}

}  // namespace

Result<TariffProfile> add_tariff(Db& db, TariffProfile profile) {
  const auto taken =
      db.value<TariffId>("select id from tariff where property_id = :property and name = :name",
                         profile.property, profile.name);
  if (taken) return fail(Errc::tariff_value_invalid, "the name " + profile.name + " is taken");
  if (profile.own_meter) {
    if (property_of_meter(db, *profile.own_meter) != profile.property)
      return fail(Errc::meter_unknown, std::to_string(profile.own_meter->value));
    if (db.value<TariffId>("select tariff_id from tariff_profile where own_meter_id = :meter",
                           *profile.own_meter))
      return fail(Errc::tariff_version_state_conflict, "the meter has an own tariff");
  }
  domain::Tariff tariff;
  tariff.property = profile.property;
  tariff.name = profile.name;
  profile.id = TariffId{insert(db, tariff)};
  db.execute(
      "insert into tariff_profile (tariff_id, property_id, own_meter_id, applied_number) "
      "values (:tariff, :property, :meter, 0)",
      profile.id, profile.property, profile.own_meter);
  return profile;
}

Rows<TariffProfile> list_tariffs(Db& db, PropertyId property) {
  std::vector<TariffProfile> out;
  db.each<TariffId, std::string, std::optional<MeterId>, std::int64_t, std::int64_t>(
      "select tariff.id, tariff.name, tariff_profile.own_meter_id, "
      "cast(coalesce(tariff_profile.applied_number, 0) as bigint), "
      "(select count(*) from meter where meter.tariff_id = tariff.id) from tariff "
      "left join tariff_profile on tariff_profile.tariff_id = tariff.id "
      "where tariff.property_id = :property order by tariff.id",
      [&](TariffId id, const std::string& name, std::optional<MeterId> own, std::int64_t applied,
          std::int64_t meters) { out.push_back({id, property, name, own, applied, meters}); },
      property);
  return out;
}

Result<TariffVersion> write_version(Db& db, const VersionText& text) {
  const auto property = lock_tariff(db, text.tariff);
  if (!property) return fail(property.error());
  TariffVersion version;
  if (text.number == 0) {
    version = new_version(db, text.tariff, *property, text.at);
  } else {
    auto stored = version_of(db, text.tariff, text.number);
    if (!stored) return stored;
    version = std::move(*stored);
    const auto allowed = after_act(version, VersionAct::edit, {text.by, text.at, {}, {}});
    if (!allowed) return fail(allowed.error());
  }
  version.valid_from = text.valid_from;
  version.content = text.content;
  version.digest = text.digest;
  version.note = text.note;
  version.written_by = text.by;
  version.changed_at = text.at;
  if (version.id)
    update(db, version);
  else
    version.id = TariffVersionId{insert(db, version)};
  add_act(db, version, kWrite, text.by, text.at, text.note);
  return version;
}

Result<TariffVersion> act_on_version(Db& db, const VersionActRequest& request) {
  if (auto locked = lock_tariff(db, request.tariff); !locked)
    return fail(Errc::tariff_version_unknown, std::to_string(request.number));
  auto version = version_of(db, request.tariff, request.number);
  if (!version) return version;
  const auto all = versions(db, request.tariff);
  const auto writers = writers_of(db, version->id);
  const auto state = after_act(*version, request.act, {request.by, request.at, all, writers});
  if (!state) return fail(state.error());
  if (request.act == VersionAct::approve && version->valid_from < request.at &&
      was_billed(db, request.tariff, version->valid_from))
    return fail(Errc::tariff_version_retroactive, "use from then on has been billed");
  version->state = *state;
  version->note = request.note;
  version->changed_at = request.at;
  if (request.act == VersionAct::submit) {
    version->submitted_by = request.by;
    version->submitted_at = request.at;
  } else {
    version->decided_by = request.by;
    version->decided_at = request.at;
  }
  update(db, *version);
  add_act(db, *version, version_act_name(request.act), request.by, request.at, request.note);
  return version;
}

Rows<TariffVersion> list_versions(Db& db, TariffId tariff) {
  if (!property_of_tariff(db, tariff))
    return fail(Errc::tariff_unknown, std::to_string(tariff.value));
  return versions(db, tariff);
}

Rows<VersionActLine> version_history(Db& db, TariffId tariff, std::int64_t number) {
  const auto version = version_of(db, tariff, number);
  if (!version) return fail(version.error());
  return select<VersionActLine>(db, "where tariff_act.version_id = :version order by tariff_act.id",
                                version->id);
}

Result<TariffStore::MeterVersions> versions_of_meter(Db& db, MeterId meter) {
  TariffStore::MeterVersions out;
  const auto place = db.one<PropertyId, std::string, std::optional<TariffId>>(
      "select meter.property_id, property.time_zone, meter.tariff_id from meter "
      "join property on property.id = meter.property_id where meter.id = :meter",
      meter);
  if (!place) return fail(Errc::meter_unknown, std::to_string(meter.value));
  std::optional<TariffId> set_up;
  std::tie(out.property, out.time_zone, set_up) = *place;
  if (set_up) out.set_up = approved(db, *set_up);
  const auto own =
      db.value<TariffId>("select tariff_id from tariff_profile where own_meter_id = :meter", meter);
  if (own) out.own = approved(db, *own);
  return out;
}

Result<> apply_prices(Db& db, TariffId tariff, std::int64_t number,
                      const domain::PriceTable& prices) {
  auto stored = select_one<domain::Tariff>(db, "where tariff.id = :tariff", tariff);
  if (!stored || !version_of(db, tariff, number))
    return fail(Errc::tariff_version_unknown, std::to_string(number));
  stored->prices = prices;
  store_prices(db, *stored);
  db.execute(
      "insert into tariff_profile (tariff_id, property_id, own_meter_id, applied_number) "
      "values (:tariff, :property, null, :number) on conflict (tariff_id) do update "
      "set applied_number = excluded.applied_number",
      tariff, stored->property, number);
  return {};
}

}  // namespace paymeter::store::sql
