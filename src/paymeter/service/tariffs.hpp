/// Tariffs as people work on them: drafts, approval by a second person, what is in force, what
/// meters download, and exports that anybody can recompute.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/rating/month_bill.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/site_keeper.hpp"
#include "paymeter/service/tariff_timeline.hpp"

namespace paymeter::service {

struct TariffDraft {
  TariffId tariff{};
  std::int64_t number = 0;  ///< of the draft to change; 0 = a new version
  UtcMs valid_from{};
  std::string product;  ///< product format, any spelling
  std::string note;
  UserId by{};
};
struct WrittenVersion {
  domain::tariff::TariffVersion version;
  domain::tariff::Warnings warnings;
};

/// A month on one meter, as the running system bills it, with what prices it again offline.
struct BillExport {
  domain::rating::MonthBill bill;
  std::string tariff_json, readings_csv;
  std::string statement_json;  ///< what `paymeter rate` prints for the two; holds the same bill
  domain::tariff::Warnings warnings;
};

class Tariffs {
 public:
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    const port::TariffFormat& format;
    LiveTable& live;
    SiteKeeper& site;
  };
  explicit Tariffs(Deps deps) : deps_(deps) {}

  /// Checks, makes the text canonical, stores a draft. Errors: those of TariffFormat;
  /// tariff_value_invalid (valid_from is no midnight of the tariff's zone), those of
  /// TariffStore::write_version.
  port::Async<Result<WrittenVersion>> write(TariffDraft draft);

  /// submit, approve, reject, withdraw. Errors: those of TariffStore::act_on_version.
  port::Async<Result<domain::tariff::TariffVersion>> act(port::VersionActRequest request);

  /// Errors: tariff_unknown, tariff_version_unknown.
  port::Async<Result<domain::tariff::TariffVersion>> find(TariffId tariff, std::int64_t number);

  /// The version that prices a meter at an instant. Errors: meter_unknown, tariff_not_in_force.
  port::Async<Result<domain::tariff::TariffVersion>> in_force(MeterId meter, UtcMs at);

  /// What of a payment for the meter is the service fee of the version in force, rounded half up to
  /// the fen; 0 without a version. Errors: meter_unknown, those of TariffFormat.
  port::Async<Result<domain::Money>> service_fee(MeterId meter, domain::Money captured);

  /// Whose limits an export says: what the asker gives, else the account's in that month, else one
  /// household.
  struct HouseholdChoice {
    std::optional<domain::tariff::Household> given{};
    AccountId account{};
  };

  /// tariff.json of a version for a month, for who counts from the beginning of its cycle.
  /// Errors: those of find; tariff_export_impossible (a season begins within the month), those of
  /// compile.
  struct RateExport {
    std::string tariff_json;
    domain::tariff::Warnings warnings;
  };
  port::Async<Result<RateExport>> export_version(TariffId tariff, std::int64_t number,
                                                 domain::rating::Month month,
                                                 HouseholdChoice household);

  /// Prices a month of a meter from its stored readings, those that the gate lets pass, and says
  /// it in the interchange formats. Without a household it is that of the account which was billed
  /// for the month last, else of the meter's. Errors: meter_unknown, tariff_not_in_force,
  /// readings_empty (no time of the month is covered), tariff_export_impossible, those of rating.
  port::Async<Result<BillExport>> export_bill(MeterId meter, domain::rating::Month month,
                                              std::optional<domain::tariff::Household> household);

  /// Gives the tariffs whose version in force changed the prices that its meters download, and
  /// reloads the site. Versions that a meter cannot hold are left out: their tariff keeps its
  /// prices for download. Returns the tariffs changed. Errors: those of the store.
  port::Async<Result<std::vector<TariffId>>> apply_due(PropertyId property);
  /// apply_due of every property, each minute, until the runtime stops. What fails is tried again.
  port::Async<> keep_applied();

 private:
  port::Async<Result<std::vector<domain::tariff::DatedHousehold>>> households_of(
      HouseholdChoice choice);
  port::Async<Result<bool>> apply_version_in_force(port::TariffProfile profile);

  Deps deps_;
  std::map<std::int64_t, std::int64_t> service_e4_;  ///< by version: approved ones never change
};

}  // namespace paymeter::service
