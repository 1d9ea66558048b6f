/// Live events inside the station: services publish, the event stream and tests subscribe.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "paymeter/domain/account.hpp"
#include "paymeter/domain/alarm.hpp"
#include "paymeter/domain/batch.hpp"
#include "paymeter/domain/commissioning/check.hpp"
#include "paymeter/domain/commissioning/pulse.hpp"
#include "paymeter/domain/limiting.hpp"
#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/settlement.hpp"
#include "paymeter/domain/supply.hpp"
#include "paymeter/domain/vend.hpp"

namespace paymeter::service {

struct MeterChanged {
  MeterId meter;
};  ///< the live table has something new for this meter
struct VendChanged {
  domain::Vend vend;
};
struct CommandChanged {
  domain::Command command;
};
struct BatchChanged {
  domain::Batch batch;
  domain::BatchCounts counts;
};  ///< at most once a second per batch while it runs
struct AlarmChanged {
  domain::Alarm alarm;
};
struct AccountChanged {
  domain::Account account;
};
struct SettlementChanged {
  domain::Settlement settlement;
};
struct ReadingsStored {
  std::vector<MeterId> meters;
};  ///< readings of these meters are durable now
struct CheckChanged {
  domain::commissioning::SiteCheck check;
};  ///< a commissioning check went on or ended
struct PulseChanged {
  domain::commissioning::PulseTest test;
};  ///< a pulse test waits for the installer, or ended
struct LimitingChanged {
  PropertyId property;
  domain::LimitingRunId run;
  domain::LimitingState state;
};  ///< a limiting run began, took a step or ended
enum class CutPart : std::uint8_t { setting, breaker, rehearsal, decision, own_cut };
constexpr std::string_view cut_part_name(CutPart part) {
  switch (part) {
    case CutPart::setting:
      return "setting";
    case CutPart::breaker:
      return "breaker";
    case CutPart::rehearsal:
      return "rehearsal";
    case CutPart::decision:
      return "decision";
    case CutPart::own_cut:
      return "own_cut";
  }
  return {};
}
struct CutsChanged {
  CutPart part;
  MeterId meter;  ///< 0: of no single meter
};  ///< automatic cuts: what people read about them is stored anew
struct SiteChanged {};  ///< an import was applied: reload lists
using Event = std::variant<MeterChanged, VendChanged, CommandChanged, AlarmChanged, AccountChanged,
                           SettlementChanged, BatchChanged, ReadingsStored, CheckChanged,
                           PulseChanged, LimitingChanged, CutsChanged, SiteChanged>;

/// Synchronous fan-out on the station's thread. Subscribers must return at once and must not
/// subscribe or unsubscribe from within a call.
class EventHub {
 public:
  using Subscriber = std::function<void(const Event&)>;
  /// The subscription ends when the token is destroyed. Requires: the hub outlives the token.
  class Token {
   public:
    Token() = default;
    Token(EventHub* hub, std::uint64_t id) : hub_(hub), id_(id) {}
    Token(Token&& other) noexcept : hub_(other.hub_), id_(other.id_) { other.hub_ = nullptr; }
    Token& operator=(Token&& other) noexcept {
      std::swap(hub_, other.hub_);
      std::swap(id_, other.id_);
      return *this;
    }
    Token(const Token&) = delete;
    Token& operator=(const Token&) = delete;
    ~Token() {
      if (hub_ != nullptr) hub_->subscribers_.erase(id_);
    }

   private:
    EventHub* hub_ = nullptr;
    std::uint64_t id_ = 0;
  };

  [[nodiscard]] Token subscribe(Subscriber subscriber) {
    const std::uint64_t id = ++last_id_;
    subscribers_.emplace(id, std::move(subscriber));
    return Token{this, id};
  }
  void publish(const Event& event) const {
    for (const auto& [id, subscriber] : subscribers_) subscriber(event);
  }
  std::size_t size() const { return subscribers_.size(); }

 private:
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, Subscriber> subscribers_;
};

}  // namespace paymeter::service
