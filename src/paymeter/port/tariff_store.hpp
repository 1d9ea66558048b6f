/// Tariffs with their versions in the store. Part of port::Store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/tariff/version.hpp"
#include "paymeter/port/async.hpp"

namespace paymeter::port {

/// A tariff as a name for versions.
struct TariffProfile {
  TariffId id{};
  PropertyId property{};
  std::string name;                  ///< unique within the property
  std::optional<MeterId> own_meter;  ///< the meter's own: comes before the one it was set up with
  std::int64_t applied_number = 0;  ///< the version whose prices are downloaded to meters; 0 = none
  std::int64_t meters = 0;          ///< set up with this tariff
};

/// One line of a version's history.
struct VersionActLine {
  std::int64_t id = 0;
  PropertyId property{};
  TariffVersionId version{};
  std::string act;  ///< `write`, or the spelling of a VersionAct
  UserId by{};
  UtcMs at{};
  std::string note;
  std::string digest;  ///< of the content at that time
};

struct VersionActRequest {
  TariffId tariff{};
  std::int64_t number = 0;
  domain::tariff::VersionAct act = domain::tariff::VersionAct::submit;
  UserId by{};
  UtcMs at{};
  std::string note;
};

/// A version's content as an editor leaves it.
struct VersionText {
  TariffId tariff{};
  std::int64_t number = 0;  ///< of the draft to change; 0 = a new version
  UtcMs valid_from{};
  std::string content, digest, note;
  UserId by{};
  UtcMs at{};
};

class TariffStore {
 public:
  virtual ~TariffStore() = default;
  /// A tariff that no workbook has. Its prices for download are unknown until a version is applied.
  /// Errors: tariff_value_invalid (the name is taken), meter_unknown, tariff_version_state_conflict
  /// (the meter has an own tariff already).
  virtual Async<Result<TariffProfile>> add_tariff(TariffProfile profile) = 0;
  virtual Async<Result<std::vector<TariffProfile>>> list_tariffs(PropertyId property) = 0;

  /// Stores a draft, new or changed. Errors: tariff_unknown, tariff_version_unknown,
  /// tariff_version_fixed (no draft any more).
  virtual Async<Result<domain::tariff::TariffVersion>> write_version(VersionText text) = 0;
  /// submit, approve, reject, withdraw: judged by domain::tariff::after_act within the transaction.
  /// Errors: tariff_version_unknown, those of after_act (retroactive, too, where use was billed).
  virtual Async<Result<domain::tariff::TariffVersion>> act_on_version(
      VersionActRequest request) = 0;
  /// By number. Errors: tariff_unknown.
  virtual Async<Result<std::vector<domain::tariff::TariffVersion>>> list_versions(
      TariffId tariff) = 0;
  /// In the order it happened. Errors: tariff_version_unknown.
  virtual Async<Result<std::vector<VersionActLine>>> version_history(TariffId tariff,
                                                                     std::int64_t number) = 0;

  /// Approved versions that a meter may be priced by: its own tariff's and its set-up tariff's.
  /// Errors: meter_unknown.
  struct MeterVersions {
    PropertyId property{};
    std::string time_zone;  ///< of the property
    std::vector<domain::tariff::TariffVersion> own, set_up;
  };
  virtual Async<Result<MeterVersions>> versions_of_meter(MeterId meter) = 0;

  /// Replaces the prices that are downloaded to the tariff's meters by those of a version.
  /// Errors: tariff_version_unknown.
  virtual Async<Result<>> apply_prices(TariffId tariff, std::int64_t number,
                                       domain::PriceTable prices) = 0;
};

}  // namespace paymeter::port
