/// What the HTTP interface serves: references to the parts of a running station. app/ fills it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "paymeter/port/meter_driver.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/port/workbook.hpp"
#include "paymeter/service/accounts.hpp"
#include "paymeter/service/alarms.hpp"
#include "paymeter/service/batches.hpp"
#include "paymeter/service/billing.hpp"
#include "paymeter/service/collector.hpp"
#include "paymeter/service/commands.hpp"
#include "paymeter/service/commissioning.hpp"
#include "paymeter/service/credits.hpp"
#include "paymeter/service/enforcement.hpp"
#include "paymeter/service/events.hpp"
#include "paymeter/service/importer.hpp"
#include "paymeter/service/limiting.hpp"
#include "paymeter/service/live_table.hpp"
#include "paymeter/service/login.hpp"
#include "paymeter/service/notices.hpp"
#include "paymeter/service/poll_intervals.hpp"
#include "paymeter/service/proposals.hpp"
#include "paymeter/service/refunds.hpp"
#include "paymeter/service/service_charges.hpp"
#include "paymeter/service/settlements.hpp"
#include "paymeter/service/site_keeper.hpp"
#include "paymeter/service/tariff_rollout.hpp"
#include "paymeter/service/tariffs.hpp"
#include "paymeter/service/tenancy.hpp"
#include "paymeter/service/vending.hpp"
#include "paymeter/service/watch.hpp"

namespace paymeter::http {

/// Are the meters real?
enum class Meters : std::uint8_t { real, simulated };
/// `https_only` marks the session cookie Secure: for stations behind a TLS proxy.
enum class Cookies : std::uint8_t { plain, https_only };

/// Every reference must outlive the Api.
struct Station {
  port::Runtime& runtime;
  port::Store& store;
  port::WorkbookFormat& workbooks;
  port::MeterDriverFactory& drivers;
  service::LiveTable& live;
  service::Collector& collector;
  service::Vending& vending;
  service::Refunds& refunds;
  service::Credits& credits;
  service::Proposals& proposals;
  service::Commands& commands;
  service::Accounts& accounts;
  service::Tenancy& tenancy;
  service::Settlements& settlements;
  service::AlarmService& alarms;
  service::Login& login;
  service::Importer& importer;
  service::SiteKeeper& site;
  service::ServiceCharges& service_charges;
  service::EventHub& events;
  Meters meters = Meters::real;
  Cookies cookies = Cookies::plain;
  /// Folder of the built web apps (index.html, assets/, docs/). May be missing.
  std::filesystem::path web_root{};
  /// Names besides `localhost` and IP addresses under which browsers may reach the station; any
  /// other Host is refused, which stops DNS rebinding. `*` allows every name.
  std::vector<std::string> host_names{};
  /// What is wrong, in words, besides what /healthz checks itself. May be empty.
  std::function<std::vector<std::string>()> health_problems{};
  /// Writes waiting in the store. May be empty.
  std::function<std::int64_t()> store_queue_length{};
  /// Never null on a running station.
  service::Tariffs* tariffs = nullptr;
  service::Billing* billing = nullptr;
  service::Notices* notices = nullptr;
  service::Batches* batches = nullptr;
  service::TariffRollout* rollout = nullptr;
  service::Limiting* limiting = nullptr;
  service::PollIntervals* poll_intervals = nullptr;
  service::Watch* watch = nullptr;
  service::Commissioning* commissioning = nullptr;
  port::ReportFormat* reports = nullptr;
  service::Enforcement* enforcement = nullptr;
};

}  // namespace paymeter::http
