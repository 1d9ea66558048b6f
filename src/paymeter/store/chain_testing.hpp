/// For tests only: a shop whose books hold every kind of vend and ending, and sealing it.
#pragma once

#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

/// Seals until nothing is left. Returns how many seals were added.
inline int seal_all(Shop& shop, PropertyId property = PropertyId{1}) {
  const auto horizon = shop.must(shop.store().chain_horizon(property));
  int added = 0;
  while (auto seal = shop.must(shop.store().draft_seal(property, horizon, kNow))) {
    shop.must(shop.store().add_seal(*seal));
    ++added;
  }
  return added;
}

/// Two days of a platform wallet that is kept in kWh.
inline void bill(Shop& shop, MeterId meter) {
  for (int day = 1; day <= 2; ++day) {
    const auto sale = shop.sell(meter, "quantity-" + std::to_string(day), 1'000);
    const auto input = shop.must(shop.store().billing_input(meter));
    port::BillingRunStep step;
    step.billing = input.billing;
    step.billing.checkpoint = "text";
    step.at = kNow + minutes(day);
    step.billing.posted = {step.at, 1'000 * day};
    port::DayPosting posting;
    posting.day = 20'000 + day;
    posting.from = {step.at - minutes(1), 1'000 * (day - 1)};
    posting.to = step.billing.posted;
    posting.months.push_back(
        {port::month_number({2026, 11}), {100}, {}, {100 * day}, "bill " + std::to_string(day)});
    step.postings.push_back(posting);
    step.lots.push_back({0, {}, {}, sale.id, kNow, {65'000'000}, {15'384, {1'000}}});
    shop.must(shop.store().store_billing_run(step));
  }
}

/// Tells the story of a book, sealing it now and then.
class Bookkeeper {
 public:
  explicit Bookkeeper(Shop& shop) : shop_(shop) {}

  /// Every kind of vend, every ending, an operator's acts; the last sale stays unsealed.
  void write_all() {
    shop_.open_all(2);
    const MeterId one = shop_.meter(1), two = shop_.meter(2);
    auto sale = make(one, domain::VendKind::sale, 10'000, 100);
    deliver(sale);
    correct(sale, domain::PaymentMethod::wechat);
    pay_out(deliver(make(one, domain::VendKind::refund, -500, 0)));
    seal_all(shop_);
    deliver(make(one, domain::VendKind::grant, 300, 0));
    deliver(make(one, domain::VendKind::adjustment, -200, 0));
    transfer(one, two, 400);
    seal_all(shop_);
    pay_out(burn(make(two, domain::VendKind::sale, 700, 0)));
    auto wrong = deliver(make(two, domain::VendKind::sale, 800, 0));
    reverse(wrong);
    seal_all(shop_);
    resolve(make(two, domain::VendKind::sale, 900, 10));
    deliver(make(one, domain::VendKind::sale, 1'000, 0));
    seal_all(shop_);
    make(one, domain::VendKind::sale, 1'100, 0);
  }

 private:
  domain::Vend make(MeterId meter, domain::VendKind kind, std::int64_t fen, std::int64_t fee) {
    auto vend = Shop::sale(meter, "book-" + std::to_string(++keys_), fen);
    vend.kind = kind;
    vend.fees = {fee};
    vend.to_meter = vend.captured - vend.fees;
    vend.operator_id = UserId{3};
    return shop_.must(shop_.store().create_paid_vend(vend)).vend;
  }
  domain::Vend deliver(const domain::Vend& vend) { return shop_.deliver(shop_.send(vend)); }
  domain::Vend burn(const domain::Vend& vend) {
    return shop_.must(shop_.store().step_vend(Shop::burn_step(shop_.send(vend))));
  }
  void reverse(const domain::Vend& sale) {
    auto vend = Shop::sale(sale.meter, "book-" + std::to_string(++keys_), -sale.captured.fen);
    vend.kind = domain::VendKind::reversal;
    vend.related = sale.id;
    deliver(shop_.must(shop_.store().create_paid_vend(vend)).vend);
  }
  void correct(const domain::Vend& sale, domain::PaymentMethod method) {
    shop_.must(shop_.store().correct_method({sale.id, method, UserId{7}, kNow, "by card"}));
  }
  void transfer(MeterId from, MeterId to, std::int64_t fen) {
    // Between the meters of one account: here the same one.
    static_cast<void>(to);
    const auto key = "book-" + std::to_string(++keys_);
    auto out = Shop::sale(from, key, -fen), in = Shop::sale(from, key, fen);
    out.kind = domain::VendKind::transfer_out;
    in.kind = domain::VendKind::transfer_in;
    const auto both = shop_.must(shop_.store().create_transfer(out, in));
    deliver(both.out);
    deliver(shop_.must(shop_.store().find_vend(both.in.id)));
  }
  void pay_out(const domain::Vend& vend) {
    port::VendStep step;
    step.vend = vend.id;
    step.from = vend.state;
    step.to = domain::VendState::refunded;
    step.at = kNow;
    step.by = UserId{4};
    step.paid_out_by = vend.method;
    step.posting = domain::paid_out_posting(vend, kNow);
    shop_.must(shop_.store().step_vend(step));
  }
  void resolve(domain::Vend vend) {
    vend = shop_.send(vend);
    auto step = Shop::delivery_step(vend);
    step.to = domain::VendState::quarantine;
    step.new_count.reset();
    step.posting = *domain::quarantine_posting(vend, kNow);
    vend = shop_.must(shop_.store().step_vend(step));
    step = {};
    step.vend = vend.id;
    step.from = domain::VendState::quarantine;
    step.to = domain::VendState::refund_due;
    step.at = kNow;
    step.by = UserId{5};
    step.note = "the meter was replaced";
    step.posting = domain::resolution_posting(vend, domain::Resolution::undelivered, kNow);
    shop_.must(shop_.store().step_vend(step));
  }

  Shop& shop_;
  int keys_ = 0;
};

}  // namespace paymeter::store::testing
