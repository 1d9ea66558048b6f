/// Other people's hands on the meters: sales by card or handheld, forced clears, replacement.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "actor.hpp"

namespace paymeter::town {

class Tampering final : public Actor {
 public:
  explicit Tampering(const Scene& scene);

  /// Draws what is going to happen and when: at some moment, or while a sale is being sent.
  void begin() override;
  /// Strikes at what has just been stored as SENT.
  void after_commit() override;
  void count(Counts& counts) const override;

 private:
  enum class Deed : std::uint8_t { foreign_sale, reset, replacement };
  void add(Deed deed, int times);
  void commit(Deed deed, const std::string& code);
  void sell_elsewhere(const std::string& code);
  void reset(const std::string& code);
  void replace(const std::string& code);
  const VendRow* in_flight_on(const std::string& code) const;

  const Scene scene_;
  sim::Dice dice_;
  std::vector<Deed> armed_;  ///< wait for a sale that is being sent
  VendId last_seen_sent_{};
  std::int64_t foreign_sales_ = 0, resets_ = 0, replacements_ = 0;
};

}  // namespace paymeter::town
