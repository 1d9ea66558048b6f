// Lists as files: every sale that a filter finds, and a site workbook with its errors in it.
#include <algorithm>
#include <array>

#include "paymeter/http/handlers.hpp"
#include "paymeter/http/property_limit.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {

namespace json = boost::json;

namespace {

constexpr int kPageRows = 1'000;
constexpr std::int64_t kRowsMax =
    200'000;  ///< a body of some 50 MB; beyond, ask for a shorter span

constexpr std::array<std::string_view, 19> kVendColumns{
    "slip_number",        "created_at",        "finished_at",   "meter_code", "room",
    "account_number",     "customer_name",     "kind",          "method",     "state",
    "captured_fen",       "fees_fen",          "to_meter_fen",  "wallet",     "paid_out_by",
    "paid_out_reference", "balance_after_fen", "operator_name", "note"};

/// RFC 4180. A spreadsheet takes a cell that begins like a formula for one: an apostrophe stops it.
void append_cell(std::string& out, const json::value& value) {
  if (value.is_int64()) out += std::to_string(value.as_int64());
  if (!value.is_string()) return;
  std::string text(value.as_string());
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    text.insert(0, "'");
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  out += '"';
}

std::string csv_head() {
  std::string out = "\xEF\xBB\xBF";  // spreadsheets read UTF-8 only behind its mark
  for (const std::string_view column : kVendColumns)
    out.append(out.size() > 3 ? "," : "").append(column);
  return out + "\r\n";
}

void append_row(std::string& out, const json::object& vend) {
  for (std::size_t i = 0; i < kVendColumns.size(); ++i) {
    if (i > 0) out += ',';
    append_cell(out, vend.at(kVendColumns[i]));
  }
  out += "\r\n";
}

}  // namespace

Answer export_vends(Context& context, CallPtr call) {
  Query query = call->query();
  port::VendFilter filter;
  filter.text = query.text("text");
  if (const auto id = query.integer("meter_id", 1, kExactMax)) filter.meter = MeterId{*id};
  if (const auto id = query.integer("account_id", 1, kExactMax)) filter.account = AccountId{*id};
  filter.state = query.choice("state", domain::vend_state_from_name);
  filter.from = query.time("from");
  filter.to = query.time("to");
  if (query.problem()) co_return fail(*query.problem());
  // What is sold while the pages are read must not push rows from one page to the next.
  const UtcMs now = context.station.runtime.now();
  filter.to = std::min(filter.to.value_or(now), now);
  filter.page.limit = kPageRows;
  const auto limit = co_await property_limit(context, call);
  net::Response response;
  response.body = csv_head();
  for (std::int64_t rows = 0;; filter.page.offset += kPageRows) {
    const auto page = co_await context.station.store.list_vends(filter);
    if (!page) co_return fail(page.error());
    if (page->total > kRowsMax)
      co_return fail(Errc::request_invalid, "from: at most " + std::to_string(kRowsMax) +
                                                " rows, these are " + std::to_string(page->total));
    for (const domain::Vend& vend : page->rows)
      if (!limit || vend.property == *limit)
        append_row(response.body, co_await render_vend(context, vend));
    rows += static_cast<std::int64_t>(page->rows.size());
    if (page->rows.empty() || rows >= page->total) break;
  }
  response.set("Content-Type", "text/csv; charset=utf-8");
  response.set("Content-Disposition", "attachment; filename=\"paymeter-sales.csv\"");
  response.set("Cache-Control", "no-store");
  co_return response;
}

Answer annotate_import(Context& context, CallPtr call) {
  const auto& body = call->request.body;
  if (body.empty()) co_return fail(Errc::sheet_not_workbook, "the body is empty");
  call->subject = "site";
  const Buffer file(body.begin(), body.end());
  const auto report = co_await context.station.importer.import(
      file, port::SiteStore::Apply::dry_run, context.station.runtime.now());
  if (!report) co_return fail(report.error());
  call->detail = "annotated (" + std::to_string(report->issues.size()) + " issues)";
  const auto book = context.station.importer.annotated(file, report->issues);
  if (!book) co_return fail(book.error());
  co_return workbook_response(*book, "paymeter-site-errors.xlsx");
}

}  // namespace paymeter::http
