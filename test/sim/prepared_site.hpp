/// A site as seeds begin with it, made once per process and copied for each seed: database file
/// and the meters' memories.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "paymeter/domain/site.hpp"
#include "paymeter/sim/plant.hpp"
#include "support/test_station.hpp"

namespace paymeter::town {

/// Meters 1001…; on Modbus TCP, every second one on a serial bus if asked for.
domain::SitePlan town_plan(int meters, bool serial_bus);

/// A place for files that need not outlive the process: memory where the machine offers it.
std::string scratch_path(const std::string& name);
void remove_database(const std::string& path);

class PreparedSite {
 public:
  /// Imports the plan and, if asked, opens every account over a sound line.
  enum class Accounts : std::uint8_t { none, open };
  /// `further` happens last, in the open station; the station is gone afterwards.
  struct Preparation {
    UtcMs start{1'795'309'200'000};
    std::function<void(test_support::TestStation&, sim::Plant&)> further;
    std::string name{};          ///< tells its file from others that start in the same hour
    bool shared_wallet = false;  ///< of the first account, which has two meters
    std::int64_t shown_wh = 0;   ///< by every meter before its account is opened
  };
  PreparedSite(domain::SitePlan plan, Accounts accounts, Preparation preparation);
  PreparedSite(domain::SitePlan plan, Accounts accounts)
      : PreparedSite(std::move(plan), accounts, Preparation{}) {}
  ~PreparedSite();
  PreparedSite(const PreparedSite&) = delete;
  PreparedSite& operator=(const PreparedSite&) = delete;

  const domain::SitePlan& plan() const { return plan_; }
  const std::map<std::string, sim::ReferenceMemory>& memories() const { return memories_; }
  void copy_database(const std::string& to) const;
  void furnish(sim::Plant& plant) const;

 private:
  domain::SitePlan plan_;
  std::string path_;
  std::map<std::string, sim::ReferenceMemory> memories_;
};

}  // namespace paymeter::town
