// Crashes: at every commit of a sale's life, and kill -9 in the middle of everything.
#include <signal.h>
#include <sys/wait.h>

#include <functional>

#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {
namespace {

using domain::Vend;
using domain::VendState;

struct SimulatedCrash {};

/// A shop whose store dies at chosen commits and is opened again on the same file.
class CrashingShop {
 public:
  CrashingShop() : shop_(open()) { shop_.open_all(1); }
  /// Dies at the positions (counted from 0 from now on), each counted after the one before.
  void crash_at(std::vector<int> positions) { positions_ = std::move(positions); }
  bool all_struck() const { return positions_.empty(); }

  /// Does `work`, and after each crash opens the store and does it again.
  void survive(const std::function<void(Shop&)>& work) {
    for (;;) {
      try {
        return work(shop_);
      } catch (const SimulatedCrash&) {
        shop_.replace_store(nullptr);
        shop_.replace_store(open());
      }
    }
  }
  Shop& shop() { return shop_; }

 private:
  std::unique_ptr<port::Store> open() {
    auto options = quick_options(folder_.file(), ExecutionMode::inline_);
    options.commit_hook = [this](CommitPoint) {
      if (positions_.empty() || positions_.front()-- > 0) return;
      positions_.erase(positions_.begin());
      throw SimulatedCrash{};
    };
    return std::move(*open_sqlite(options));
  }

  TempFolder folder_;
  std::vector<int> positions_;
  Shop shop_;
};

/// What a station does from start to end: it asks the store where the sale stands, never itself.
void carry_to_delivery(Shop& shop) {
  Vend vend = shop.sell(MeterId{1}, "one-sale", 10'000);
  while (vend.state != VendState::delivered) {
    if (vend.state == VendState::paid) {
      vend = shop.send(vend);
    } else {
      vend = shop.must(shop.store().count_attempt(vend.id, VendState::sent, kNow));
      vend = shop.deliver(vend);
    }
  }
}

void carry_to_refund(Shop& shop) {
  Vend vend = shop.sell(MeterId{1}, "one-sale", 10'000);
  while (vend.state != VendState::refund_due) {
    if (vend.state == VendState::paid) {
      vend = shop.send(vend);
    } else if (vend.state == VendState::sent) {
      port::VendStep step;
      step.vend = vend.id;
      step.from = VendState::sent;
      step.to = VendState::cancelling;
      step.at = kNow;
      step.reason = Errc::vend_cancelled;
      vend = shop.must(shop.store().step_vend(step));
    } else {
      vend = shop.must(shop.store().step_vend(Shop::burn_step(vend)));
    }
  }
}

void expect_one_sale(Shop& shop, VendState state) {
  EXPECT_EQ(shop.problems(), std::vector<std::string>{});
  const auto vends = shop.must(shop.store().list_vends({}));
  ASSERT_EQ(vends.total, 1);
  EXPECT_EQ(vends.rows[0].state, state);
  EXPECT_EQ(vends.rows[0].slip_number, "000001");
  const auto money = shop.must(shop.store().meter_money(MeterId{1}));
  EXPECT_EQ(money.purchase_count, 1);
  EXPECT_FALSE(money.in_flight);
}

}  // namespace

TEST(Crash, AtEveryCommitOfASalesLife) {
  for (auto [carry, end] : {std::pair{&carry_to_delivery, VendState::delivered},
                            std::pair{&carry_to_refund, VendState::refund_due}}) {
    int position = 0;
    for (bool struck = true; struck; ++position) {
      CrashingShop crashing;
      crashing.crash_at({position});
      crashing.survive(carry);
      struck = crashing.all_struck();
      crashing.crash_at({});
      expect_one_sale(crashing.shop(), end);
    }
    EXPECT_GE(position, 7);  // at least three commits with two places each, and the quiet run
  }
}

TEST(Crash, AgainDuringRecovery) {
  for (int first = 0; first < 8; ++first)
    for (int second = 0; second < 8; ++second) {
      CrashingShop crashing;
      crashing.crash_at({first, second});
      crashing.survive(&carry_to_delivery);
      crashing.crash_at({});
      SCOPED_TRACE(std::to_string(first) + ", then " + std::to_string(second));
      expect_one_sale(crashing.shop(), VendState::delivered);
    }
}

TEST(Crash, CrashedStoreAnswersNoMore) {
  CrashingShop crashing;
  crashing.crash_at({0});
  EXPECT_THROW(crashing.shop().sell(MeterId{1}, "one-sale", 100), SimulatedCrash);
  const auto answer = crashing.shop().ask(crashing.shop().store().count_users());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::store_failed);
}

namespace {

port::Async<> sell_for_ever(port::Store& store, MeterId meter, int pipe) {
  for (int i = 0;; ++i) {
    const std::string key = "m" + std::to_string(meter.value) + "-" + std::to_string(i);
    auto created = co_await store.create_paid_vend(Shop::sale(meter, key, 100));
    if (!created) co_return;
    auto sent = co_await store.step_vend(
        Shop::reserve_step(created->vend, static_cast<std::uint16_t>(i + 1)));
    if (!sent) co_return;
    auto delivered = co_await store.step_vend(Shop::delivery_step(*sent));
    if (!delivered) co_return;
    const std::int64_t id = delivered->id.value;
    if (write(pipe, &id, sizeof id) != sizeof id) co_return;
  }
}

/// In the child process: sells on every meter until it is killed.
[[noreturn]] void run_child(const std::string& path, int pipe) {
  SqliteOptions options;
  options.path = path;
  auto store = open_sqlite(options);
  if (!store) _exit(2);
  boost::asio::io_context io;
  for (int m = 1; m <= 8; ++m)
    boost::asio::co_spawn(io, sell_for_ever(**store, MeterId{m}, pipe), boost::asio::detached);
  io.run();
  _exit(3);
}

}  // namespace

TEST(Crash, KilledProcessLosesNothingAcknowledged) {
  TempFolder folder;
  Shop(std::move(*open_sqlite(quick_options(folder.file(), ExecutionMode::threads)))).open_all(8);
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    close(pipe_ends[0]);
    run_child(folder.file(), pipe_ends[1]);
  }
  close(pipe_ends[1]);
  std::vector<std::int64_t> acknowledged;
  std::int64_t id = 0;
  while (read(pipe_ends[0], &id, sizeof id) == sizeof id) {
    acknowledged.push_back(id);
    if (acknowledged.size() == 300) kill(child, SIGKILL);
  }
  close(pipe_ends[0]);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << status;
  ASSERT_GE(acknowledged.size(), 300U);

  Shop shop(std::move(*open_sqlite(quick_options(folder.file(), ExecutionMode::threads))));
  for (std::int64_t vend : acknowledged)
    EXPECT_EQ(shop.must(shop.store().find_vend(VendId{vend})).state, VendState::delivered) << vend;
  EXPECT_EQ(shop.problems(), std::vector<std::string>{});
}

}  // namespace paymeter::store::testing
