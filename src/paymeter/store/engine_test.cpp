// The engines: batches, bounded queues, a full disk, failed commits.
#include <atomic>
#include <future>
#include <semaphore>

#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {
namespace {

/// Stops the writer inside a commit until told to go on.
class Gate {
 public:
  CommitHook hook() {
    return [this](CommitPoint point) {
      if (point != CommitPoint::before || !closed_) return;
      arrived_.release();
      open_.acquire();
    };
  }
  void close() { closed_ = true; }
  void wait_for_writer() { arrived_.acquire(); }
  void open() {
    closed_ = false;
    open_.release();
  }

 private:
  std::atomic<bool> closed_{false};
  std::counting_semaphore<> arrived_{0}, open_{0};
};

port::AuditLine audit_line(int i) {
  port::AuditLine line;
  line.action = "number_" + std::to_string(i);
  return line;
}

struct Tally {
  int ok = 0, busy = 0, failed = 0;
};

void count_into(Tally& tally, boost::asio::io_context& io, port::Async<Result<>> task) {
  boost::asio::co_spawn(io, std::move(task), [&tally](const std::exception_ptr&, Result<> answer) {
    if (answer)
      ++tally.ok;
    else if (answer.error().code == Errc::store_busy)
      ++tally.busy;
    else
      ++tally.failed;
  });
}

}  // namespace

TEST(ThreadedEngine, FullQueueAnswersBusyAndReadsGoOn) {
  TempFolder folder;
  Gate gate;
  auto options = quick_options(folder.file(), ExecutionMode::threads);
  options.write_queue_max = 5;
  options.commit_hook = gate.hook();
  Shop shop(std::move(*open_sqlite(options)));
  Tally tally;
  gate.close();
  count_into(tally, shop.io(), shop.store().append_audit(audit_line(0)));
  shop.io().poll();
  gate.wait_for_writer();  // one write is inside its commit, the queue is empty
  for (int i = 1; i <= 8; ++i)
    count_into(tally, shop.io(), shop.store().append_audit(audit_line(i)));
  shop.io().poll();
  // A report in the middle of it is not held up.
  auto report =
      boost::asio::co_spawn(shop.io(), shop.store().count_users(), boost::asio::use_future);
  while (report.wait_for(std::chrono::seconds(0)) != std::future_status::ready) shop.io().run_one();
  EXPECT_EQ(report.get(), 0);
  gate.open();
  shop.io().run();
  EXPECT_EQ(tally.ok, 6);
  EXPECT_EQ(tally.busy, 3);
  EXPECT_EQ(shop.must(shop.store().list_audit("", {})).total, 6);
}

TEST(ThreadedEngine, OneFailureLeavesItsBatchAlone) {
  TempFolder folder;
  Gate gate;
  auto options = quick_options(folder.file(), ExecutionMode::threads);
  options.commit_hook = gate.hook();
  Shop shop(std::move(*open_sqlite(options)));
  shop.open_all(1);
  const MeterId m1 = shop.meter(1);
  gate.close();
  Tally tally;
  shop.io().restart();
  count_into(tally, shop.io(), shop.store().append_audit(audit_line(0)));
  shop.io().poll();
  gate.wait_for_writer();
  // These wait together and become one batch; the third breaks inside SQL, the fourth by rule.
  domain::Reading unknown;
  unknown.meter = MeterId{99};
  count_into(tally, shop.io(), shop.store().append_audit(audit_line(1)));
  auto sale = boost::asio::co_spawn(shop.io(),
                                    shop.store().create_paid_vend(Shop::sale(m1, "sale-0001", 100)),
                                    boost::asio::use_future);
  count_into(tally, shop.io(), shop.store().append({unknown}));
  auto refused = boost::asio::co_spawn(
      shop.io(), shop.store().create_paid_vend(Shop::sale(m1, "sale-0001", 200)),
      boost::asio::use_future);
  shop.io().poll();
  gate.open();
  shop.io().run();
  EXPECT_EQ(tally.ok, 2);
  EXPECT_EQ(tally.failed, 1);
  EXPECT_TRUE(sale.get());
  EXPECT_EQ(refused.get().error().code, Errc::vend_exists_with_different_request);
  EXPECT_EQ(shop.problems(), std::vector<std::string>{});
}

TEST(ThreadedEngine, FailedCommitStopsForGood) {
  TempFolder folder;
  std::atomic<bool> broken{false};
  std::atomic<int> fatal{0};
  auto options = quick_options(folder.file(), ExecutionMode::threads);
  options.commit_hook = [&](CommitPoint point) {
    if (broken && point == CommitPoint::before) throw std::runtime_error("sync failed");
  };
  options.on_fatal = [&](const std::string& reason) {
    EXPECT_EQ(reason, "sync failed");
    ++fatal;
  };
  Shop shop(std::move(*open_sqlite(options)));
  shop.open_all(1);
  const MeterId m1 = shop.meter(1);
  shop.sell(m1, "sale-0001", 100);
  broken = true;
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(
        shop.ask(shop.store().create_paid_vend(Shop::sale(m1, "sale-0002", 100))).error().code,
        Errc::store_failed);
  broken = false;  // too late: what is on the disk is unknown until somebody opens it anew
  EXPECT_FALSE(shop.ask(shop.store().append_audit(audit_line(1))));
  EXPECT_EQ(fatal, 1);
  shop.replace_store(nullptr);
  shop.replace_store(std::move(*open_sqlite(quick_options(folder.file(), ExecutionMode::threads))));
  EXPECT_EQ(shop.must(shop.store().list_vends({})).total, 1);
  EXPECT_EQ(shop.problems(), std::vector<std::string>{});
}

TEST(ThreadedEngine, NearlyFullDiskStopsOnlySales) {
  for (ExecutionMode mode : {ExecutionMode::threads, ExecutionMode::inline_}) {
    TempFolder folder;
    std::atomic<std::uint64_t> free_bytes{1000};
    auto options = quick_options(folder.file(), mode);
    options.free_bytes_min = 500;
    options.free_bytes = [&] { return free_bytes.load(); };
    Shop shop(std::move(*open_sqlite(options)));
    shop.open_all(1);
    const MeterId m1 = shop.meter(1);
    const auto sold = shop.sell(m1, "sale-0001", 100);
    free_bytes = 499;
    EXPECT_EQ(
        shop.ask(shop.store().create_paid_vend(Shop::sale(m1, "sale-0002", 100))).error().code,
        Errc::store_full);
    // What is under way is finished, repeated questions are answered, readings go on.
    EXPECT_TRUE(shop.must(shop.store().create_paid_vend(Shop::sale(m1, "sale-0001", 100))).existed);
    shop.deliver(shop.send(sold));
    shop.must(shop.store().append_audit(audit_line(1)));
    free_bytes = 500;
    shop.sell(m1, "sale-0002", 100);
  }
}

TEST(ThreadedEngine, RunningOutOfSpaceUndoesTheBatchAndRecovers) {
  TempFolder folder;
  std::atomic<int> full{0};
  auto options = quick_options(folder.file(), ExecutionMode::threads);
  options.commit_hook = [&](CommitPoint point) {
    if (point == CommitPoint::before && full.exchange(0) == 1)
      throw DbError(DbError::Kind::full, "database or disk is full");
  };
  Shop shop(std::move(*open_sqlite(options)));
  shop.open_all(1);
  const MeterId m1 = shop.meter(1);
  full = 1;
  EXPECT_EQ(shop.ask(shop.store().create_paid_vend(Shop::sale(m1, "sale-0001", 100))).error().code,
            Errc::store_full);
  EXPECT_EQ(shop.sell(m1, "sale-0002", 100).slip_number, "000001");
  EXPECT_EQ(shop.problems(), std::vector<std::string>{});
}

TEST(ThreadedEngine, DestructionFinishesWhatWasTaken) {
  TempFolder folder;
  Tally tally;
  boost::asio::io_context io;
  {
    auto store = std::move(*open_sqlite(quick_options(folder.file(), ExecutionMode::threads)));
    for (int i = 0; i < 50; ++i) count_into(tally, io, store->append_audit(audit_line(i)));
    io.poll();
  }
  io.run();
  EXPECT_EQ(tally.ok, 50);
}

}  // namespace paymeter::store::testing
