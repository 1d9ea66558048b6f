/// The fixture of the API tests: a station on the bench with the HTTP interface on top, without
/// sockets; requests run in virtual time.
#pragma once

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "../service/bench_test.hpp"
#include "paymeter/adapter/rate_format/tariff_format.hpp"
#include "paymeter/adapter/report/signed_report.hpp"
#include "paymeter/adapter/spreadsheet/xlsx_xls_format.hpp"
#include "paymeter/http/api.hpp"
#include "paymeter/service/wallet_settling.hpp"
#include "schema_check.hpp"

namespace paymeter::http {

namespace json = boost::json;

/// Hashing that costs nothing; the real one has its own tests.
class PlainHasher final : public port::PasswordHasher {
 public:
  port::Async<std::string> hash(std::string password) override { co_return "hash " + password; }
  port::Async<bool> verify(std::string hash, std::string password) override {
    co_return hash == "hash " + password;
  }
  std::string random_token() override { return "token" + std::to_string(++tokens_); }
  std::string random_password() override { return "one-time-pass-word"; }
  std::string digest(std::string_view text) override { return "digest " + std::string{text}; }

 private:
  int tokens_ = 0;
};

/// The real reports, drawn on the test's own thread: virtual time waits for no other.
class PlainReports final : public port::ReportFormat {
 public:
  explicit PlainReports(std::string key_file) : real_(std::move(key_file)) {}
  Result<domain::commissioning::SignedReport> sign(const port::ReportData& data) override {
    return real_.sign(data);
  }
  std::string file(const domain::commissioning::SignedReport& report) override {
    return real_.file(report);
  }
  port::Async<Result<Buffer>> pdf(domain::commissioning::SignedReport report,
                                  port::ReportLanguage language) override {
    co_return adapter::draw_report(report, real_.file(report), language);
  }

 private:
  adapter::SignedReportFormat real_;
};

/// What a test sends; `session` is a cookie value, headers replace the default ones by name.
struct Send {
  std::string method = "GET", path, body = {}, session = {}, key = {};
  std::vector<net::Header> headers = {};
};

struct Reply {
  int status = 0;
  json::value body;
  net::Response raw;
  std::string code() const {
    const auto* error = body.is_object() ? body.as_object().if_contains("error") : nullptr;
    return error == nullptr ? "" : std::string{error->at("code").as_string()};
  }
};

class ApiTest : public bench_station::BenchTest {
 protected:
  void SetUp() override {
    BenchTest::SetUp();
    station = std::make_unique<bench_station::Station>(world, site, path_);
    station->start();
    keeper.emplace(*station->store, station->live, *station->collector, station->events);
    importer.emplace(*station->store, workbooks, station->drivers);
    service_charges.emplace(station->runtime, *station->store, domain::Money{10'000'000});
    login.emplace(station->runtime, *station->store, hasher);
    Station parts{station->runtime,   *station->store,
                  workbooks,          station->drivers,
                  station->live,      *station->collector,
                  *station->vending,  *station->refunds,
                  *station->credits,  *station->proposals,
                  *station->commands, *station->accounts,
                  *station->tenancy,  *station->settlements,
                  *station->alarms,   *login,
                  *importer,          *keeper,
                  *service_charges,   station->events};
    tariffs.emplace(service::Tariffs::Deps{station->runtime, *station->store, tariff_format,
                                           station->live, *keeper});
    parts.tariffs = &*tariffs;
    billing.emplace(service::Billing::Deps{station->runtime, *station->store, tariff_format,
                                           station->live, *station->alarms, station->events},
                    service::Billing::Settings{});
    notices.emplace(service::Notices::Deps{station->runtime, *station->store, *station->alarms,
                                           station->live, station->events, nullptr},
                    service::Notices::Settings{});
    parts.billing = &*billing;
    parts.batches = &*station->batches;
    parts.limiting = &*station->limiting;
    parts.poll_intervals = &*station->poll_intervals;
    station->vending->set_wallet_settler([this](MeterId meter, service::Vending::WalletLook look) {
      return service::settle_wallet(*station->collector, *billing, meter, look);
    });
    station->settlements->set_wallet_ender([this](MeterId meter, std::string cause, UserId by) {
      return billing->settle_to_end(meter, std::move(cause), by);
    });
    station->vending->set_fee_rule([this](MeterId meter, domain::Money captured) {
      return tariffs->service_fee(meter, captured);
    });
    parts.notices = &*notices;
    enforcement.emplace(
        service::Enforcement::Deps{station->runtime, *station->store, *billing, station->live,
                                   *station->collector, *station->alarms, station->events},
        service::Enforcement::Settings{}, service::CutLooker::AskOrders{});
    parts.enforcement = &*enforcement;
    parts.watch = station->watch.get();
    reports.emplace(path_ + "-report.key");
    commissioning.emplace(service::Commissioning::Deps{station->runtime, *station->store,
                                                       station->drivers, *station->collector,
                                                       station->live, station->events, *reports});
    parts.commissioning = &*commissioning;
    parts.reports = &*reports;
    api.emplace(std::move(parts));
    const auto property = station->live.site().properties.front().id;
    one_time_password = *station->run(login->create_first_administrator(property));
  }
  void TearDown() override {
    if (station) station->runtime.drop_tasks();  // SetUp of the base comes by here too
    api.reset();
    enforcement.reset();
    notices.reset();
    commissioning.reset();
    std::filesystem::remove(path_ + "-report.key");
    billing.reset();
    station.reset();
    BenchTest::TearDown();
  }

  net::Response raw(Send send) {
    net::Request request;
    request.method = send.method;
    const auto mark = send.path.find('?');
    request.path = send.path.substr(0, mark);
    if (mark != std::string::npos) request.query = send.path.substr(mark + 1);
    request.body = std::move(send.body);
    request.headers = std::move(send.headers);
    request.headers.push_back({"Host", "127.0.0.1:8080"});
    if (send.method != "GET") request.headers.push_back({"X-Paymeter-Request", "1"});
    if (!send.session.empty())
      request.headers.push_back({"Cookie", "paymeter_session=" + send.session});
    if (!send.key.empty()) request.headers.push_back({"Idempotency-Key", send.key});
    request.remote_address = "10.0.0.5";
    return station->run(api->handle(std::move(request)));
  }
  Reply send(Send what) {
    Reply reply;
    reply.raw = raw(std::move(what));
    reply.status = reply.raw.status;
    if (reply.raw.header("Content-Type").starts_with("application/json"))
      reply.body = json::parse(reply.raw.body);
    return reply;
  }
  Reply get(std::string path) { return send({.path = "/api/v1" + path, .session = session}); }
  Reply post(std::string path, std::string body, std::string key = {}) {
    return send({.method = "POST",
                 .path = "/api/v1" + path,
                 .body = std::move(body),
                 .session = session,
                 .key = std::move(key)});
  }
  /// A user of `role` with a session; no password to change. Of the first property.
  std::string session_of(port::Role role) {
    return session_of(role, station->live.site().properties.front().id);
  }
  std::string session_of(port::Role role, PropertyId property) {
    port::User user;
    user.property = property;
    user.name = std::string{port::role_name(role)} + "-user";
    user.password_hash = "hash secret";
    user.role = role;
    user.created_at = station->runtime.now();
    EXPECT_TRUE(station->run(station->store->add_user(user)));
    return station->run(login->login(user.name, "secret", "10.0.0.5"))->token;
  }
  void log_in(port::Role role = port::Role::administrator) { session = session_of(role); }
  std::string meter_path(int unit) {
    return "/meters/" + std::to_string(station->meter_id(unit).value);
  }
  /// Opens the account of a meter through the interface and waits for the meter.
  void open_account(int unit) { station->open(unit); }
  std::vector<port::AuditLine> audit() {
    return station->run(station->store->list_audit("", {100, 0}))->rows;
  }

  adapter::XlsxXlsFormat workbooks;
  adapter::rate_format::JsonTariffFormat tariff_format;
  PlainHasher hasher;
  std::unique_ptr<bench_station::Station> station;
  std::optional<service::SiteKeeper> keeper;
  std::optional<service::ServiceCharges> service_charges;
  std::optional<service::Importer> importer;
  std::optional<service::Tariffs> tariffs;
  std::optional<service::Billing> billing;
  std::optional<service::Notices> notices;
  std::optional<service::Enforcement> enforcement;
  std::optional<PlainReports> reports;
  std::optional<service::Commissioning> commissioning;
  std::optional<service::Login> login;
  std::optional<Api> api;
  std::string one_time_password, session;
};

}  // namespace paymeter::http
