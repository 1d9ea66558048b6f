// Billing of platform wallets: one conditional step posts the charges and moves the state on.
#include <cstdio>
#include <span>

#include "paymeter/base/assert.hpp"
#include "paymeter/store/wallet_columns.hpp"
#include "paymeter/store/wallet_sql.hpp"

namespace paymeter::store::sql {
namespace {

using domain::LedgerAccountKey;
using domain::LedgerAccountKind;
using domain::WalletTerms;
using domain::WalletUnit;

/// A run may look back over its window of late readings: a few months.
constexpr MonthNumber kMonthsBack = 4;
constexpr std::string_view kFees = "fees";

struct Place {
  PropertyId property{};
  domain::Wallet wallet = domain::Wallet::meter;
  domain::Utility utility = domain::Utility::electricity;
  std::string code, time_zone;
};

Result<Place> place_of(Db& db, MeterId meter) {
  auto row = db.one<PropertyId, domain::Wallet, domain::Utility, std::string, std::string>(
      "select meter.property_id, meter.wallet, meter.utility, meter.code, property.time_zone "
      "from meter join property on property.id = meter.property_id where meter.id = :meter",
      meter);
  if (!row) return fail(Errc::meter_unknown, std::to_string(meter.value));
  auto& [property, wallet, utility, code, zone] = *row;
  return Place{property, wallet, utility, std::move(code), std::move(zone)};
}

/// Where the meter's register breaks off. Between an old device's end and the first register of
/// the next, and after the final reading of a closing, no device is known: what is read then
/// counts for nobody.
std::vector<DeviceEnd> devices_of(Db& db, AccountId account, MeterId meter) {
  std::vector<DeviceEnd> out;
  using Register = std::optional<std::int64_t>;
  db.each<UtcMs, Register, Register, std::optional<UtcMs>>(
      "select to_at, final_wh, next_start_wh, next_from_at from device where meter_id = :meter "
      "order by to_at, id",
      [&](UtcMs at, Register last, Register first, std::optional<UtcMs> first_at) {
        out.push_back({at, last, first_at ? Register{} : first});
        if (first_at) out.push_back({*first_at, {}, first});
      },
      meter);
  db.each<UtcMs, Register>(
      "select final_at, final_wh from settlement where meter_id = :meter "
      "and account_id = :account and kind = 'closing' and final_at is not null "
      "and state not in ('tripping', 'cancelled') order by id desc limit 1",
      [&](UtcMs at, Register last) { out.push_back({at, last, {}}); }, meter, account);
  return out;
}

/// The meters that the wallet pays for, each since it was opened on the account, and never from
/// before it joined: rows of added meters once said the account's own opening.
std::vector<BilledMeter> billed_meters(Db& db, AccountId account, std::optional<MeterId> only) {
  std::vector<BilledMeter> out;
  db.each<MeterId, std::string, UtcMs, std::optional<UtcMs>>(
      "select account_meter.meter_id, meter.code, case when account_meter.opened_at < "
      "account_meter.from_at then account_meter.from_at else account_meter.opened_at end, "
      "account_meter.to_at from account_meter join meter on meter.id = account_meter.meter_id "
      "where account_meter.account_id = :account and account_meter.opened_at is not null "
      "and meter.wallet = 'platform' order by account_meter.meter_id",
      [&](MeterId meter, const std::string& code, UtcMs from, std::optional<UtcMs> to) {
        if (!only || *only == meter) out.push_back({meter, code, from, to, {}});
      },
      account);
  for (BilledMeter& meter : out) meter.devices = devices_of(db, account, meter.meter);
  return out;
}

LedgerAccountKey wallet_of(const Billing& billing) {
  if (billing.meter) return {LedgerAccountKind::wallet, billing.meter, {}, {}};
  return {LedgerAccountKind::wallet, {}, {}, billing.account};
}

std::vector<WalletVend> new_vends(Db& db, const Billing& billing) {
  std::vector<WalletVend> out;
  db.each<VendId, UtcMs, domain::Money>(
      "select vend.id, vend.finished_at, vend.to_meter_fen from vend "
      "left join billing_lot on billing_lot.vend_id = vend.id "
      "where vend.meter_id = :meter and vend.account_id = :account "
      "and vend.wallet = 'platform' and vend.shared_wallet = 0 and billing_lot.id is null "
      "and (vend.state = 'delivered' or vend.to_meter_fen < 0 "
      "and vend.state in ('refund_due', 'refunded', 'refund_failed')) "
      "order by vend.finished_at, vend.id",
      [&](VendId vend, UtcMs at, domain::Money amount) { out.push_back({vend, at, amount}); },
      billing.meter, billing.account);
  return out;
}

std::string date_text(domain::rating::DayNumber day) {
  const auto date = domain::rating::local_day(day).date;
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", date.year, date.month, date.day);
  return text;
}

/// `charge 1203 2026-11-22#1`: the first of that day for the meter; `charge account 000017 …`.
std::string document_for(Db& db, const Billing& billing, const std::string& subject,
                         domain::rating::DayNumber day) {
  const auto before = db.value<std::int64_t>(
      "select count(distinct billing_charge.document) from billing_charge "
      "join billing on billing.id = billing_charge.billing_id "
      "where billing.meter_id = :meter and (billing.meter_id <> 0 or billing.account_id = "
      ":account) "
      "and billing_charge.day = :day",
      billing.meter, billing.account, day);
  return "charge " + subject + " " + date_text(day) + "#" + std::to_string(*before + 1);
}

void store_month(Db& db, const Billing& billing, const MonthCharge& charge, UtcMs to_at) {
  const BilledMonth row{0,    billing.property, billing.id, charge.month, charge.total, charge.bill,
                        to_at};
  db.execute(
      "insert into billing_month (property_id, billing_id, month, total_fen, bill, to_at, mark) "
      "values (:property, :billing, :month, :total, :bill, :to_at, :mark) "
      "on conflict (billing_id, month) do update set total_fen = excluded.total_fen, "
      "bill = excluded.bill, to_at = excluded.to_at, mark = excluded.mark",
      row.property, row.billing, row.month, row.total, row.bill, row.to_at, mark_of_row(row));
}

struct Subject {
  std::string name, utility;
};

bool is_nothing(const MonthCharge& charge) {
  return charge.lines == domain::Money{} && charge.fees == domain::Money{};
}

/// One document: the months' charges, and the posting that they add up to.
Result<> post_document(Db& db, const BillingRunStep& step, const Billing& billing,
                       const Subject& subject, const DayPosting& day,
                       std::span<const MonthCharge> months) {
  const std::string document = document_for(db, billing, subject.name, day.day);
  domain::Money lines{}, fees{};
  for (const MonthCharge& month : months) {
    // Lines and fees that cancel out are a charge of 0: the posting needs its row.
    if (is_nothing(month)) continue;
    lines = lines + month.lines;
    fees = fees + month.fees;
    insert(db, ChargeLine{0, billing.property, billing.id, document, day.cause, day.day,
                          month.month, day.from, day.to, month.lines + month.fees, step.at});
  }
  domain::Posting posting{
      billing.property, domain::PostingKind::charge, {}, step.at, step.by, day.cause, {}, document};
  const auto add = [&](LedgerAccountKey account, domain::Money amount) {
    if (amount != domain::Money{}) posting.entries.push_back({std::move(account), amount});
  };
  add(wallet_of(billing), lines + fees);
  add({LedgerAccountKind::revenue, {}, subject.utility, {}}, -lines);
  add({LedgerAccountKind::revenue, {}, std::string(kFees), {}}, -fees);
  return post(db, posting);
}

Result<> post_day(Db& db, const BillingRunStep& step, const Billing& billing,
                  const Subject& subject, const DayPosting& day) {
  domain::Money lines{}, fees{};
  for (const MonthCharge& month : day.months) {
    lines = lines + month.lines;
    fees = fees + month.fees;
    store_month(db, billing, month, day.to.at);
  }
  const std::span<const MonthCharge> months = day.months;
  if (lines != domain::Money{} || fees != domain::Money{})
    return post_document(db, step, billing, subject, day, months);
  // What one month has less the other has more: a posting of nothing is none, so each has its own.
  for (std::size_t i = 0; i < months.size(); ++i)
    if (!is_nothing(months[i]))
      if (auto ok = post_document(db, step, billing, subject, day, months.subspan(i, 1)); !ok)
        return ok;
  return {};
}

/// What the documents are named after, and what the revenue is for.
Subject subject_of(Db& db, const Billing& billing) {
  const auto named =
      billing.meter
          ? db.one<std::string, std::string>("select code, utility from meter where id = :meter",
                                             billing.meter)
          : db.one<std::string, std::string>(
                "select 'account ' || account.number, meter.utility from account "
                "join account_meter on account_meter.account_id = account.id "
                "join meter on meter.id = account_meter.meter_id where account.id = :account "
                "order by meter.id limit 1",
                billing.account);
  PAYMETER_ASSERT(named.has_value());
  return {std::get<0>(*named), std::get<1>(*named)};
}

/// Once the wallet has left its account nothing more is charged: what was paid out stays right.
bool has_ended(Db& db, const Billing& billing) {
  std::string live =
      "select meter_id from account_meter where account_id = :account "
      "and to_at is null";
  if (!billing.meter) return !db.value<MeterId>(live + " limit 1", billing.account);
  return !db.value<MeterId>(live + " and meter_id = :meter", billing.account, billing.meter);
}

/// The number of the meter's live account, if its use of this wallet has been billed.
std::optional<std::string> billed_account(Db& db, MeterId meter) {
  return db.value<std::string>(
      "select account.number from account_meter "
      "join account on account.id = account_meter.account_id "
      "join billing on billing.account_id = account.id "
      "and (billing.meter_id = account_meter.meter_id or billing.meter_id = 0) "
      "where account_meter.meter_id = :meter and account_meter.to_at is null "
      "and billing.revision > 0",
      meter);
}

/// What has been billed keeps its unit and its package: both would count from the first month on.
Result<> check_billed_terms(Db& db, const WalletTerms& stored, const WalletTerms& wanted) {
  const bool same_unit = stored.unit == wanted.unit;
  const bool same_package = stored.package_name == wanted.package_name &&
                            stored.package_fee == wanted.package_fee &&
                            stored.package_included == wanted.package_included;
  if (same_unit && same_package) return {};
  const auto account = billed_account(db, wanted.meter);
  if (!account) return {};
  return fail(Errc::wallet_terms_invalid,
              std::string(same_unit ? "package" : "unit") + ": account " + *account +
                  " has been billed without the change, which would change months that are over: "
                  "close the account, then set it before the next opening");
}

/// Takes the next revision, if nobody else did.
Result<Billing> next_revision(Db& db, Billing billing) {
  if (has_ended(db, billing)) return fail(Errc::account_not_open);
  const std::int64_t before = billing.revision++;
  const auto stored = db.one<std::int64_t, std::int64_t>(
      "select id, revision from billing where meter_id = :meter and account_id = :account",
      billing.meter, billing.account);
  if ((stored ? std::get<1>(*stored) : 0) != before) return fail(Errc::billing_state_conflict);
  if (!stored) {
    billing.id = BillingId{insert(db, billing)};
    return billing;
  }
  billing.id = BillingId{std::get<0>(*stored)};
  update(db, billing);
  return billing;
}

}  // namespace

Result<BillingInput> billing_input(Db& db, MeterId meter) {
  const auto place = place_of(db, meter);
  if (!place) return fail(place.error());
  if (place->wallet != domain::Wallet::platform) return fail(Errc::vend_wallet_unsupported);
  const auto account = db.one<AccountId, bool, std::string>(
      "select account.id, account.shared_wallet, account.number from account_meter "
      "join account on account.id = account_meter.account_id "
      "where account_meter.meter_id = :meter and account_meter.opened_at is not null "
      "order by account_meter.from_at desc, account.id desc limit 1",
      meter);
  if (!account) return fail(Errc::account_not_open);
  BillingInput out;
  const auto& [account_id, is_shared, number] = *account;
  out.is_shared = is_shared;
  out.account_number = number;
  out.time_zone = place->time_zone;
  out.utility = place->utility;
  const MeterId own = is_shared ? MeterId{} : meter;
  if (auto stored = select_one<Billing>(
          db, "where billing.meter_id = :meter and billing.account_id = :account", own, account_id))
    out.billing = std::move(*stored);
  out.billing.property = place->property;
  out.billing.meter = own;
  out.billing.account = account_id;
  out.meters =
      billed_meters(db, account_id, is_shared ? std::nullopt : std::optional<MeterId>(meter));
  out.wallet = -ledger_balance(db, place->property, wallet_of(out.billing));
  out.charged = db.value<domain::Money>(
                      "select cast(coalesce(sum(total_fen), 0) as bigint) from billing_month "
                      "where billing_id = :billing",
                      out.billing.id)
                    .value_or(domain::Money{});
  const CivilTime posted = civil_time(out.billing.posted.at, Millis{});
  out.months = select<BilledMonth>(
      db,
      "where billing_month.billing_id = :billing and billing_month.month >= :month "
      "order by billing_month.month",
      out.billing.id, month_number({posted.year, posted.month}) - kMonthsBack);
  const auto terms = wallet_terms(db, meter);
  if (!terms) return fail(terms.error());
  if (terms->unit != WalletUnit::quantity || is_shared) return out;
  out.lots = select<StoredLot>(
      db, "where billing_lot.billing_id = :billing order by billing_lot.id", out.billing.id);
  out.new_vends = new_vends(db, out.billing);
  return out;
}

Result<Billing> store_billing_run(Db& db, const BillingRunStep& step) {
  auto billing = step.billing;
  billing.changed_at = step.at;
  auto taken = next_revision(db, std::move(billing));
  if (!taken) return taken;
  const Subject subject = subject_of(db, *taken);
  for (const DayPosting& day : step.postings)
    if (auto posted = post_day(db, step, *taken, subject, day); !posted)
      return fail(posted.error());
  for (StoredLot lot : step.lots) {
    lot.property = taken->property;
    lot.billing = taken->id;
    if (lot.id == 0)
      insert(db, lot);
    else
      update(db, lot);
  }
  return taken;
}

Result<WalletTerms> wallet_terms(Db& db, MeterId meter) {
  const auto property = property_of_meter(db, meter);
  if (!property) return fail(Errc::meter_unknown, std::to_string(meter.value));
  if (auto stored = select_one<WalletTerms>(db, "where wallet_terms.meter_id = :meter", meter))
    return std::move(*stored);
  WalletTerms terms;
  terms.meter = meter;
  terms.property = *property;
  return terms;
}

Result<WalletTerms> set_wallet_terms(Db& db, WalletTerms terms) {
  const auto property = property_of_meter(db, terms.meter);
  if (!property) return fail(Errc::meter_unknown, std::to_string(terms.meter.value));
  terms.property = *property;
  if (terms.unit == WalletUnit::quantity) {
    const auto shared = db.value<std::string>(
        "select account.number from account_meter "
        "join account on account.id = account_meter.account_id "
        "where account_meter.meter_id = :meter and account_meter.to_at is null "
        "and account.shared_wallet = 1",
        terms.meter);
    if (shared)
      return fail(Errc::wallet_terms_invalid,
                  "unit: account " + *shared + " shares one wallet, which is kept in money");
  }
  const auto stored = wallet_terms(db, terms.meter);
  if (!stored) return stored;
  if (auto ok = check_billed_terms(db, *stored, terms); !ok) return fail(ok.error());
  db.execute("delete from wallet_terms where meter_id = :meter", terms.meter);
  db.execute(
      "insert into wallet_terms (meter_id, property_id, unit, emergency_credit_fen, emergency_on, "
      "friendly_from, friendly_to, package_name, package_fee_fen, package_included, "
      "rise_per_hour_max, changed_by, changed_at) values (:meter, :property, :unit, :credit, :on, "
      ":from, :to, :package, :fee, :included, :rise, :by, :at)",
      terms.meter, terms.property, terms.unit, terms.emergency_credit, terms.emergency_on,
      terms.friendly_from, terms.friendly_to, terms.package_name, terms.package_fee,
      terms.package_included, terms.rise_per_hour_max, terms.changed_by, terms.changed_at);
  return terms;
}

}  // namespace paymeter::store::sql
