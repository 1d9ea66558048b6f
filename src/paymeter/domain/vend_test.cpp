// The rules of a sale: the deciding read, reservation, request checks.
#include "paymeter/domain/vend.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace paymeter::domain {
namespace {

const Epoch kEpoch{"PM00000001", 2};

Vend sent(VendState state = VendState::sent) {
  Vend vend;
  vend.state = state;
  vend.n = 5;
  vend.epoch = kEpoch;
  vend.tag = 0xA1B2C3D4;
  vend.captured = vend.to_meter = {10000};
  return vend;
}

PrepaidState read(std::uint16_t count, Money last_amount, std::uint32_t last_tag,
                  Epoch epoch = kEpoch) {
  PrepaidState state;
  state.epoch = std::move(epoch);
  state.purchase_count = count;
  state.last_amount = last_amount;
  state.last_tag = last_tag;
  state.account_open = true;
  return state;
}

}  // namespace

TEST(Vend, TheMeterIsTheJudge) {
  const std::uint32_t ours = 0xA1B2C3D4, burn = burn_tag(ours), other = 0x11111111;
  PrepaidState refused = read(4, {500}, other);
  refused.last_refusal = 5;
  PrepaidState replaced = read(5, {10000}, ours, {"PM99999999", 2});
  PrepaidState cleared = read(0, {}, 0, {"PM00000001", 3});
  struct Row {
    const char* reason;
    VendState state;
    PrepaidState read;
    Refusal refusal;
    VendDecision expect;
  };
  using S = VendState;
  using V = VendVerdict;
  const auto no = Refusal::none, yes = Refusal::explicit_refusal;
  for (const Row& row :
       {Row{"our n, tag and amount", S::sent, read(5, {10000}, ours), no, {V::delivered, {}}},
        Row{"delivered although cancelled: too late to cancel",
            S::cancelling,
            read(5, {10000}, ours),
            no,
            {V::delivered, {}}},
        Row{"a doubled frame was refused, but the first copy arrived",
            S::sent,
            [&] {
              auto r = read(5, {10000}, ours);
              r.last_refusal = 4;
              return r;
            }(),
            yes,
            {V::delivered, {}}},
        Row{"our burn", S::cancelling, read(5, {}, burn), no, {V::burned, {}}},
        Row{"nothing arrived", S::sent, read(4, {500}, other), no, {V::retransmit, {}}},
        Row{"refused with a reason", S::sent, refused, yes, {V::cancel, Errc::vend_meter_refused}},
        Row{"an old refusal in the register is not an answer to us",
            S::sent,
            refused,
            no,
            {V::retransmit, {}}},
        Row{"cancelling, nothing arrived",
            S::cancelling,
            read(4, {500}, other),
            no,
            {V::burn_again, {}}},
        Row{"cancelling, burn refused: burn again, never assume",
            S::cancelling,
            refused,
            yes,
            {V::burn_again, {}}},
        Row{"same n, foreign tag",
            S::sent,
            read(5, {10000}, other),
            no,
            {V::quarantine, Errc::vend_foreign_sale}},
        Row{"same n and tag, other amount",
            S::sent,
            read(5, {9999}, ours),
            no,
            {V::quarantine, Errc::vend_foreign_sale}},
        Row{"count ran ahead",
            S::sent,
            read(6, {10000}, ours),
            no,
            {V::quarantine, Errc::vend_count_mismatch}},
        Row{"count fell behind",
            S::sent,
            read(3, {10000}, ours),
            no,
            {V::quarantine, Errc::vend_count_mismatch}},
        Row{"another meter answers, even with our tag",
            S::sent,
            replaced,
            no,
            {V::quarantine, Errc::vend_epoch_changed}},
        Row{"cleared in between",
            S::cancelling,
            cleared,
            no,
            {V::quarantine, Errc::vend_epoch_changed}}})
    EXPECT_EQ(decide(sent(row.state), row.read, row.refusal), row.expect) << row.reason;
}

TEST(Vend, ReservesOnlyWhenMeterAndPlatformAgree) {
  Vend vend = sent(VendState::paid);
  MeterMoney money;
  money.epoch = kEpoch;
  money.purchase_count = 4;
  const PrepaidState fresh = read(4, {}, 0);
  EXPECT_EQ(may_reserve(vend, money, fresh), 5);

  struct Row {
    const char* reason;
    std::function<void(MeterMoney&, PrepaidState&)> change;
    Errc expect;
  };
  for (const Row& row : {
           Row{"quarantined", [](auto& m, auto&) { m.quarantined = true; },
               Errc::meter_quarantined},
           Row{"another in flight", [](auto& m, auto&) { m.in_flight = VendId{9}; },
               Errc::vend_meter_busy},
           Row{"closed in the meter", [](auto&, auto& f) { f.account_open = false; },
               Errc::account_not_open},
           Row{"never opened here", [](auto& m, auto&) { m.epoch.reset(); },
               Errc::account_not_open},
           Row{"replaced", [](auto&, auto& f) { f.epoch.serial = "X"; }, Errc::vend_epoch_changed},
           Row{"cleared", [](auto&, auto& f) { f.epoch.clear_count = 3; },
               Errc::vend_epoch_changed},
           Row{"replaced by a meter without an account",
               [](auto&, auto& f) {
                 f.epoch.serial = "X";
                 f.account_open = false;
               },
               Errc::vend_epoch_changed},
           Row{"sold elsewhere", [](auto&, auto& f) { f.purchase_count = 5; },
               Errc::vend_count_mismatch},
           Row{"numbers used up",
               [](auto& m, auto& f) { m.purchase_count = f.purchase_count = 65535; },
               Errc::vend_count_exhausted},
       }) {
    MeterMoney m = money;
    PrepaidState f = fresh;
    row.change(m, f);
    EXPECT_EQ(may_reserve(vend, m, f).error().code, row.expect) << row.reason;
  }
}

TEST(Vend, TakingOutEndsWhenTheMeterHoldsLess) {
  Vend refund = sent();
  refund.kind = VendKind::refund;
  refund.captured = refund.to_meter = {-1000};
  PrepaidState too_low = read(4, {500}, 0x11111111);
  too_low.last_refusal = 5;
  const VendDecision burn{VendVerdict::cancel, Errc::vend_refund_exceeds_balance};
  EXPECT_EQ(decide(refund, too_low, Refusal::explicit_refusal), burn);
  too_low.last_refusal = 3;
  const VendDecision other{VendVerdict::cancel, Errc::vend_meter_refused};
  EXPECT_EQ(decide(refund, too_low, Refusal::explicit_refusal), other) << "not for its balance";

  refund.state = VendState::paid;
  MeterMoney money;
  money.epoch = kEpoch;
  money.purchase_count = 4;
  PrepaidState fresh = read(4, {}, 0);
  fresh.balance = {1000};
  EXPECT_EQ(may_reserve(refund, money, fresh), 5) << "exactly enough";
  fresh.balance = {999};
  EXPECT_EQ(may_reserve(refund, money, fresh).error().code, Errc::vend_refund_exceeds_balance);
}

TEST(Vend, RequestsAreCheckedBeforeAnythingIsStored) {
  const Money limit{1'000'000};
  EXPECT_TRUE(check_sale("key-00000001", {1}, limit));
  EXPECT_TRUE(check_sale("key-00000001", limit, limit));
  struct Row {
    const char* reason;
    std::string key;
    Money amount;
    Errc expect;
  };
  for (const Row& row :
       {Row{"nothing", "key-00000001", {0}, Errc::vend_amount_not_positive},
        Row{"negative", "key-00000001", {-1}, Errc::vend_amount_not_positive},
        Row{"one fen too much", "key-00000001", {1'000'001}, Errc::vend_amount_too_large},
        Row{"short key", "1234567", {1}, Errc::vend_key_invalid},
        Row{"long key", std::string(65, 'a'), {1}, Errc::vend_key_invalid},
        Row{"key with a space", "key 00000001", {1}, Errc::vend_key_invalid}})
    EXPECT_EQ(check_sale(row.key, row.amount, limit).error().code, row.expect) << row.reason;
}

TEST(Vend, EveryStateHasASpelling) {
  for (int i = 0; i <= static_cast<int>(VendState::closed); ++i) {
    const auto state = static_cast<VendState>(i);
    EXPECT_EQ(vend_state_from_name(vend_state_name(state)), state);
  }
  EXPECT_FALSE(vend_state_from_name("lost"));
  EXPECT_EQ(is_final(VendState::cancelling), false);
  EXPECT_EQ(is_final(VendState::quarantine), true);
}

}  // namespace paymeter::domain
