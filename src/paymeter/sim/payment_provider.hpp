/// A payment provider for simulation: orders, people who pay or do not, signed notices that come
/// twice, late, out of order, forged or for another amount, refunds, and answers that get lost.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "paymeter/port/payment_channel.hpp"
#include "paymeter/sim/dice.hpp"
#include "paymeter/sim/sim_runtime.hpp"

namespace paymeter::sim {

/// Each in 1/10,000.
struct ProviderHabits {
  int pays = 8'500;        ///< orders that somebody pays
  int pays_late = 300;     ///< captured although the order had been closed
  int lost_answers = 500;  ///< of our calls, after they had their effect
  int lost_notices = 1'500;
  int doubled_notices = 3'000;
  int forged_notices = 1'000;  ///< an unsigned one, for an order nobody paid
  int wrong_amounts = 500;     ///< a signed one that speaks of another amount
  int refuses_refunds = 500;   ///< for good
  Millis pays_within = minutes(20);
  Millis notice_delay_max = minutes(3);
};

class PaymentProvider {
 public:
  struct Order {
    port::PaymentTerms terms;
    port::OrderStanding standing = port::OrderStanding::open;
    std::string transaction;
    std::string refund_number;
    port::RefundStanding refund = port::RefundStanding::unknown;
    int paid_back = 0;     ///< refunds that were done: one per refund number
    bool willing = false;  ///< somebody is going to pay
    bool notified = false;
  };
  /// `runtime` is the provider's own process. Requires: it outlives the provider.
  PaymentProvider(SimRuntime& runtime, std::uint64_t seed, ProviderHabits habits);

  /// Who gets the notices.
  void set_listener(std::function<void(port::PaymentNotice)> listener);
  /// Nobody is going to pay any more and no notice is on its way.
  bool is_quiet() const { return coming_ == 0; }
  /// What really happened, by order number.
  const std::map<std::string, Order>& orders() const { return orders_; }

  // The provider's side of port::PaymentChannel; every call may be repeated.
  Result<std::string> create(const port::PaymentTerms& terms);
  Result<port::PaymentFact> query(const std::string& order_number) const;
  Result<port::PaymentFact> close(const std::string& order_number);
  Result<port::RefundStanding> refund(const std::string& order_number,
                                      const std::string& refund_number, domain::Money amount);
  Result<port::RefundStanding> query_refund(const std::string& refund_number) const;
  bool loses_answer() { return dice_.chance(habits_.lost_answers); }

  static port::PaymentNotice sign(const port::PaymentFact& fact, const std::string& secret);

 private:
  void pay(const std::string& order_number);
  void notify(const std::string& order_number);
  void send(port::PaymentNotice notice);
  void forge(const port::PaymentTerms& terms);
  port::PaymentFact fact_of(const Order& order) const;
  MonoMs soon(Millis within);
  void later(MonoMs at, std::function<void()> deed);

  SimRuntime& runtime_;
  Dice dice_;
  ProviderHabits habits_;
  std::map<std::string, Order> orders_;
  int coming_ = 0;
  std::function<void(port::PaymentNotice)> listener_;
};

/// A station's line to the provider.
class ProviderChannel final : public port::PaymentChannel {
 public:
  static constexpr const char* kMerchant = "M-1001";
  static constexpr const char* kSecret = "the merchant's secret";
  /// Both outlive the channel.
  ProviderChannel(SimRuntime& station, PaymentProvider& provider)
      : runtime_(station), provider_(provider) {}

  domain::PaymentMethod method() const override { return domain::PaymentMethod::wechat; }
  std::string merchant() const override { return kMerchant; }
  port::Async<Result<std::string>> create_order(port::PaymentTerms terms, UtcMs) override;
  port::Async<Result<port::PaymentFact>> query_order(std::string order_number) override;
  port::Async<Result<port::PaymentFact>> close_order(std::string order_number) override;
  port::Async<Result<port::RefundStanding>> refund(std::string order_number,
                                                   std::string refund_number,
                                                   domain::Money amount) override;
  port::Async<Result<port::RefundStanding>> query_refund(std::string refund_number) override;
  bool is_authentic(const port::PaymentNotice& notice) const override;
  Result<port::PaymentFact> parse(const port::PaymentNotice& notice) const override;

 private:
  template <class T>
  port::Async<Result<T>> answer(Result<T> result);

  SimRuntime& runtime_;
  PaymentProvider& provider_;
};

}  // namespace paymeter::sim
