/// Makes the driver of a meter from its model.
#pragma once

#include <memory>
#include <vector>

#include "paymeter/driver/model.hpp"
#include "paymeter/driver/register_driver.hpp"
#include "paymeter/port/meter_driver.hpp"

namespace paymeter::driver {

class ModelDriverFactory final : public port::MeterDriverFactory {
 public:
  /// Requires: valid models (parse_model, load_models). With the same name the later one wins.
  explicit ModelDriverFactory(std::vector<Model> models);

  /// Errors: model_unknown (detail: the name).
  Result<std::unique_ptr<port::MeterDriver>> make(const domain::Meter& meter) override;
  /// By name.
  std::vector<port::MeterModelInfo> models() const override;

 private:
  std::vector<std::shared_ptr<const PreparedModel>> models_;
};

}  // namespace paymeter::driver
