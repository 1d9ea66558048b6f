// Platform wallets, their bills and charges, and notices to tenants.
#include "paymeter/base/assert.hpp"
#include "paymeter/http/directory.hpp"
#include "paymeter/http/handlers.hpp"
#include "paymeter/http/property_limit.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;
namespace rating = domain::rating;

namespace {

using domain::Money;

constexpr std::int64_t kTermFenMax = 100'000'000'000;
constexpr std::size_t kTextMax = 1'000;

service::Billing& billing_of(Context& context) {
  PAYMETER_ASSERT(context.station.billing != nullptr);
  return *context.station.billing;
}
service::Notices& notices_of(Context& context) {
  PAYMETER_ASSERT(context.station.notices != nullptr);
  return *context.station.notices;
}

/// The meter of the path; sets the audit line's subject. Errors: meter_unknown.
Result<const service::LiveMeter*> meter_of(Context& context, Call& call) {
  const auto* live = context.station.live.find(MeterId{call.ids.at(0)});
  call.subject = "meter " + (live == nullptr ? std::to_string(call.ids[0]) : live->meter.code);
  if (live == nullptr) return fail(Errc::meter_unknown, std::to_string(call.ids[0]));
  return live;
}

port::Async<json::object> render_notice(Context& context, domain::Notice notice) {
  const auto by = co_await context.directory->user_name(notice.recorded_by);
  const service::LiveMeter* live = context.station.live.find(notice.meter);
  json::object out{{"id", notice.id.value},
                   {"account_id", id_or_null(notice.account)},
                   {"meter_id", notice.meter.value}};
  out["meter_code"] = live == nullptr ? json::value(nullptr) : json::value(live->meter.code);
  out["room"] = or_null(room_of(context.station.live, notice.meter));
  out["level"] = domain::notice_level_name(notice.level);
  out["channel"] = domain::notice_channel_name(notice.channel);
  out["state"] = domain::notice_state_name(notice.state);
  out["recipient"] = notice.recipient;
  out["text"] = notice.text;
  out["balance_fen"] = notice.balance ? json::value(notice.balance->fen) : json::value(nullptr);
  out["evidence"] = notice.evidence;
  out["recorded_by"] = or_null(by);
  out["attempts"] = notice.attempts;
  out["trouble"] = reason(notice.trouble);
  out["created_at"] = format_rfc3339(notice.created_at);
  out["sent_at"] = time_or_null(notice.sent_at);
  out["delivered_at"] = time_or_null(notice.delivered_at);
  co_return out;
}

json::object render_terms(const domain::WalletTerms& terms) {
  return {{"unit", domain::wallet_unit_name(terms.unit)},
          {"emergency_credit_fen", terms.emergency_credit.fen},
          {"emergency_on", terms.emergency_on},
          {"friendly_from_minute", terms.friendly_from},
          {"friendly_to_minute", terms.friendly_to},
          {"package_name", terms.package_name},
          {"package_fee_fen", terms.package_fee.fen},
          {"package_included", terms.package_included},
          {"rise_per_hour_max", terms.rise_per_hour_max}};
}

json::object render_standing(const domain::WalletStanding& standing,
                             domain::EnforcementMode enforcement) {
  json::object out{{"account_id", standing.account.value},
                   {"is_shared", standing.is_shared},
                   {"ledger_fen", standing.ledger.fen},
                   {"unposted_fen", standing.unposted.fen},
                   {"balance_fen", standing.balance.fen}};
  out["quantity_left"] = or_null(standing.quantity_left);
  out["level"] = domain::wallet_level_name(standing.supply.level);
  out["is_postponed"] = standing.supply.is_postponed;
  out["left_fen"] = standing.supply.left.fen;
  out["enforcement"] = domain::enforcement_mode_name(enforcement);
  out["held"] = standing.held ? reason(standing.held->reason) : json::value(nullptr);
  out["held_since"] =
      standing.held ? json::value(format_rfc3339(standing.held->since)) : json::value(nullptr);
  out["billed_to"] = format_rfc3339(standing.billed_to);
  out["as_of"] = format_rfc3339(standing.as_of);
  return out;
}

json::object render_line(const rating::MonthLine& line) {
  json::array parts;
  for (const rating::MonthPart& part : line.parts) {
    const auto name = domain::tariff::read_era_name(part.version);
    parts.push_back(json::object{{"version_id", name.version.value},
                                 {"household_id", id_or_null(name.household)},
                                 {"rate", part.rate},
                                 {"step", part.step},
                                 {"quantity", part.quantity},
                                 {"unit_price_e8", part.unit_price.e8}});
  }
  return {{"name", line.name},
          {"quantity", line.quantity},
          {"amount_fen", line.amount.fen},
          {"parts", std::move(parts)}};
}

json::object render_bill(const service::WalletBill& bill) {
  json::array lines, fees;
  for (const rating::MonthLine& line : bill.bill.lines) lines.push_back(render_line(line));
  for (const rating::BillFee& fee : bill.bill.fees)
    fees.push_back(json::object{{"name", fee.name}, {"amount_fen", fee.amount.fen}});
  json::object out{{"account_id", bill.billing.account.value},
                   {"is_shared", !bill.billing.meter},
                   {"year", bill.bill.month.year},
                   {"month", bill.bill.month.month},
                   {"total_fen", bill.bill.total.fen}};
  out["lines"] = std::move(lines);
  out["fees"] = std::move(fees);
  out["to_at"] = format_rfc3339(bill.to_at);
  return out;
}

json::object render_charge(const port::ChargeLine& charge) {
  const auto month = port::month_of(charge.month);
  return {{"id", charge.id},
          {"document", charge.document},
          {"cause", charge.cause},
          {"year", month.year},
          {"month", month.month},
          {"from_at", format_rfc3339(charge.from.at)},
          {"from_value", charge.from.value},
          {"to_at", format_rfc3339(charge.to.at)},
          {"to_value", charge.to.value},
          {"amount_fen", charge.amount.fen},
          {"at", format_rfc3339(charge.at)}};
}

}  // namespace

Answer list_notices(Context& context, CallPtr call) {
  Query query = call->query();
  port::NoticeFilter filter;
  filter.text = query.text("q");
  if (const auto id = query.integer("meter_id", 1, kExactMax)) filter.meter = MeterId{*id};
  if (const auto id = query.integer("account_id", 1, kExactMax)) filter.account = AccountId{*id};
  filter.level = query.choice("level", domain::notice_level_from_name);
  filter.state = query.choice("state", domain::notice_state_from_name);
  filter.page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  auto limit = co_await property_limit(context, call);
  if (filter.meter || filter.account) limit.reset();  // theirs, or it would have been refused
  const auto notices = co_await list_within<domain::Notice>(
      limit, filter.page, [&context, filter](port::Page page) mutable {
        filter.page = page;
        return context.station.store.list_notices(filter);
      });
  if (!notices) co_return fail(notices.error());
  json::array rows;
  for (const auto& notice : notices->rows) rows.push_back(co_await render_notice(context, notice));
  co_return json_response(json::object{{"rows", std::move(rows)},
                                       {"total", notices->total},
                                       {"has_sender", notices_of(context).has_sender()}});
}

Answer record_notice(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  domain::Notice notice;
  notice.meter = MeterId{fields->integer("meter_id", 1)};
  notice.level = fields->choice("level", domain::notice_level_from_name);
  notice.channel = fields->choice("channel", domain::notice_channel_from_name);
  notice.recipient = fields->text("recipient", Presence::required, kTextMax);
  notice.evidence = fields->text("evidence", Presence::required, kTextMax);
  notice.text = fields->text("text", Presence::optional, kTextMax);
  const std::string at = fields->text("delivered_at", Presence::required, 40);
  if (fields->problem()) co_return fail(*fields->problem());
  const auto delivered = parse_rfc3339(at);
  if (!delivered) co_return fail(delivered.error());
  notice.delivered_at = *delivered;
  notice.recorded_by = call->user.id;
  call->subject = "meter #" + std::to_string(notice.meter.value);
  const auto stored = co_await notices_of(context).record(std::move(notice), call->idempotency_key);
  if (!stored) co_return fail(stored.error());
  call->detail = std::string(domain::notice_level_name(stored->level)) + " by " +
                 std::string(domain::notice_channel_name(stored->channel));
  if (stored->existed) call->detail += " (repeated key)";
  co_return created_response(co_await render_notice(context, stored->plain()),
                             stored->existed ? Novelty::repeated : Novelty::created);
}

Answer get_wallet(Context& context, CallPtr call) {
  const auto live = meter_of(context, *call);
  if (!live) co_return fail(live.error());
  if ((*live)->meter.wallet != domain::Wallet::platform)
    co_return fail(Errc::vend_wallet_unsupported);
  const auto standing = (*live)->wallet;
  const auto terms = co_await context.station.store.wallet_terms(MeterId{call->ids[0]});
  if (!terms) co_return fail(terms.error());
  const domain::Meter meter = (*live)->meter;
  const auto settings = co_await context.station.store.enforcement(meter.property);
  if (!settings) co_return fail(settings.error());
  const domain::Room* room = meter.room ? context.station.live.room(*meter.room) : nullptr;
  const auto mode =
      domain::enforcement_of(*settings, room == nullptr ? BuildingId{} : room->building, meter.id)
          .mode;
  json::object out{{"terms", render_terms(*terms)}};
  out["standing"] = standing ? json::value(render_standing(*standing, mode)) : json::value(nullptr);
  co_return json_response(out);
}

Answer set_wallet_terms(Context& context, CallPtr call) {
  auto fields = call->fields();
  if (!fields) co_return fail(fields.error());
  const auto live = meter_of(context, *call);
  if (!live) co_return fail(live.error());
  if ((*live)->meter.wallet != domain::Wallet::platform)
    co_return fail(Errc::vend_wallet_unsupported);
  domain::WalletTerms terms;
  terms.meter = MeterId{call->ids[0]};
  terms.unit = fields->choice("unit", domain::wallet_unit_from_name);
  terms.emergency_credit = {fields->integer("emergency_credit_fen", 0, kTermFenMax)};
  terms.emergency_on = fields->integer("emergency_on", 0, 1) == 1;
  terms.friendly_from = static_cast<int>(fields->integer("friendly_from_minute", 0, 1'439));
  terms.friendly_to = static_cast<int>(fields->integer("friendly_to_minute", 0, 1'439));
  terms.package_name = fields->text("package_name", Presence::optional, 128);
  terms.package_fee = {fields->integer_or("package_fee_fen", 0, 0, kTermFenMax)};
  terms.package_included = fields->integer_or("package_included", 0, 0, kExactMax);
  terms.rise_per_hour_max = fields->integer_or("rise_per_hour_max", 0, 0, kExactMax);
  if (fields->problem()) co_return fail(*fields->problem());
  terms.changed_by = call->user.id;
  terms.changed_at = context.station.runtime.now();
  if (auto ok = domain::check_wallet_terms(terms); !ok) co_return fail(ok.error());
  const auto stored = co_await context.station.store.set_wallet_terms(terms);
  if (!stored) co_return fail(stored.error());
  // Nobody waits for the levels to follow.
  (void)co_await billing_of(context).bill(terms.meter);
  co_return json_response(render_terms(*stored));
}

Answer get_wallet_bill(Context& context, CallPtr call) {
  const auto live = meter_of(context, *call);
  if (!live) co_return fail(live.error());
  const rating::Month month{static_cast<int>(call->ids[1] / 100),
                            static_cast<int>(call->ids[1] % 100)};
  if (call->ids[1] > 999'912 || month.month < 1 || month.month > 12)
    co_return fail(Errc::bill_unknown);
  const auto bills = co_await billing_of(context).bills(MeterId{call->ids[0]}, month);
  if (!bills) co_return fail(bills.error());
  json::array rows;
  for (const service::WalletBill& bill : *bills) rows.push_back(render_bill(bill));
  co_return json_response(json::object{{"bills", std::move(rows)}});
}

Answer list_charges(Context& context, CallPtr call) {
  const auto live = meter_of(context, *call);
  if (!live) co_return fail(live.error());
  Query query = call->query();
  port::ChargeFilter filter;
  filter.meter = MeterId{call->ids[0]};
  if (const auto month = query.integer("month", 100, 999'912))
    filter.month = 12 * (*month / 100) + *month % 100 - 1;
  filter.page = page_of(query);
  if (query.problem()) co_return fail(*query.problem());
  const auto charges = co_await context.station.store.list_charges(std::move(filter));
  if (!charges) co_return fail(charges.error());
  json::array rows;
  for (const auto& charge : charges->rows) rows.push_back(render_charge(charge));
  co_return json_response(json::object{{"rows", std::move(rows)}, {"total", charges->total}});
}

}  // namespace paymeter::http
