/// What a station with platform wallets has besides TestStation: billing, notices, cuts and the
/// watch over switches. Header only: whoever uses it links the adapters.
#pragma once

#include "paymeter/adapter/rate_format/tariff_format.hpp"
#include "paymeter/service/assurance.hpp"
#include "paymeter/service/billing.hpp"
#include "paymeter/service/enforcement.hpp"
#include "paymeter/service/notices.hpp"
#include "support/test_station.hpp"

namespace paymeter::test_support {

/// Made after its station and before that boots; the station's tasks are dropped before it ends.
struct CutServices {
  explicit CutServices(TestStation& station, service::Enforcement::Settings settings = {},
                       service::CutLooker::AskOrders ask = {})
      : billing({station.runtime, *station.store, format, station.live, *station.alarms,
                 station.events},
                {}),
        notices({station.runtime, *station.store, *station.alarms, station.live, station.events,
                 nullptr},
                {}),
        enforcement({station.runtime, *station.store, billing, station.live, *station.collector,
                     *station.alarms, station.events},
                    settings, std::move(ask)),
        assurance(
            {station.runtime, *station.store, station.live, *station.alarms, station.events}) {
    station.settlements->set_wallet_ender([this](MeterId meter, std::string cause, UserId by) {
      return billing.settle_to_end(meter, std::move(cause), by);
    });
  }
  void start() {
    billing.start();
    notices.start();
    enforcement.start();
    assurance.start();
  }

  adapter::rate_format::JsonTariffFormat format;
  service::Billing billing;
  service::Notices notices;
  service::Enforcement enforcement;
  service::Assurance assurance;
};

/// A flat price per kWh (10⁻⁸ yuan/kWh), approved by two, in force from `from` on.
inline port::VersionText flat_price(const port::TariffFormat& format, TariffId tariff,
                                    std::int64_t price_e8, UtcMs from) {
  domain::tariff::ProductTariff flat;
  flat.name = "flat";
  domain::tariff::ProductLine line;
  line.name = "energy";
  line.price = domain::Price{price_e8};
  flat.lines.push_back(line);
  port::VersionText text;
  text.tariff = tariff;
  text.valid_from = text.at = from;
  text.content = format.write_product(flat);
  text.digest = format.digest(text.content);
  text.by = UserId{1};
  return text;
}

}  // namespace paymeter::test_support
