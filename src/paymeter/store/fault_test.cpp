// The disk fails under the real store: at every write and every sync of a sale's life, in a
// checkpoint, and by being full.
#include <sys/mount.h>
#include <sys/statvfs.h>

#include <fstream>
#include <future>

#include "paymeter/store/faulty_disk_testing.hpp"
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {
namespace {

using domain::Vend;
using domain::VendState;

/// A closed database with an open account on M1, to be copied.
class Original {
 public:
  Original() {
    Shop(std::move(*open_sqlite(quick_options(folder_.file(), ExecutionMode::inline_))))
        .open_all(1);
  }
  void copy_to(const std::string& path) const {
    for (const char* tail : {"", "-wal", "-shm"}) {
      std::filesystem::remove(path + tail);
      if (std::filesystem::exists(folder_.file() + tail))
        std::filesystem::copy_file(folder_.file() + tail, path + tail);
    }
  }

 private:
  TempFolder folder_;
};

/// One sale, step by step as a station does it, until the store fails or the meter has it.
class Sale {
 public:
  explicit Sale(Shop& shop) : shop_(shop) {}

  /// The first error, if any.
  std::optional<Errc> carry() {
    auto created =
        shop_.ask(shop_.store().create_paid_vend(Shop::sale(MeterId{1}, "one-sale", 10'000)));
    if (!created) return created.error().code;
    vend_ = created->vend;
    while (vend_->state != VendState::delivered) {
      auto next = shop_.ask(shop_.store().step_vend(vend_->state == VendState::paid
                                                        ? Shop::reserve_step(*vend_, 1)
                                                        : Shop::delivery_step(*vend_)));
      if (!next) return next.error().code;
      vend_ = *next;
    }
    return std::nullopt;
  }
  /// What the store has said last.
  const std::optional<Vend>& acknowledged() const { return vend_; }

 private:
  Shop& shop_;
  std::optional<Vend> vend_;
};

struct Fault {
  const char* reason;
  FaultyDisk::Sort sort;
  int code;
  Errc told;
  bool goes_on;  ///< with the same store, once the disk is well again
};

/// Opened anew, everything acknowledged is there, at most one step more, and the sale can end.
void expect_nothing_lost(const std::string& path, const std::optional<Vend>& acknowledged) {
  Shop shop(std::move(*open_sqlite(quick_options(path, ExecutionMode::threads))));
  EXPECT_EQ(shop.problems(), std::vector<std::string>{});
  if (acknowledged) {
    const Vend stored = shop.must(shop.store().find_vend(acknowledged->id));
    EXPECT_GE(static_cast<int>(stored.state), static_cast<int>(acknowledged->state));
  }
  Sale rest(shop);
  EXPECT_EQ(rest.carry(), std::nullopt);
  const auto vends = shop.must(shop.store().list_vends({}));
  ASSERT_EQ(vends.total, 1);
  EXPECT_EQ(vends.rows[0].slip_number, "000001");
  EXPECT_EQ(shop.must(shop.store().meter_money(MeterId{1})).purchase_count, 1);
  EXPECT_EQ(shop.problems(), std::vector<std::string>{});
}

/// Returns false when the sale ended before the n-th write or sync came.
bool strike(const Original& original, const Fault& fault, int n) {
  TempFolder folder;
  original.copy_to(folder.file());
  FaultyDisk disk;
  std::atomic<int> fatal{0};
  std::optional<Vend> acknowledged;
  {
    SqliteOptions options;
    options.path = folder.file();
    options.vfs = disk.name();
    if (fault.sort != FaultyDisk::Sort::sync) options.durability = Durability::none;  // quicker
    options.on_fatal = [&](const std::string&) { ++fatal; };
    Shop shop(std::move(*open_sqlite(options)));
    Sale sale(shop);
    disk.break_at(fault.sort, n, fault.code);
    const auto error = sale.carry();
    EXPECT_EQ(error.has_value(), disk.struck());
    if (!error) return false;
    EXPECT_EQ(*error, fault.told);
    EXPECT_EQ(shop.problems(), std::vector<std::string>{});  // reading goes on
    disk.heal();
    acknowledged = sale.acknowledged();
    EXPECT_EQ(sale.carry(), fault.goes_on ? std::nullopt : std::optional(Errc::store_failed));
    EXPECT_EQ(fatal, fault.goes_on ? 0 : 1);
  }
  expect_nothing_lost(folder.file(), acknowledged);
  return true;
}

}  // namespace

TEST(Faults, AtEveryWriteAndSyncOfASalesLife) {
  using Sort = FaultyDisk::Sort;
  const Original original;
  for (const Fault& fault :
       {Fault{"a write fails", Sort::write, SQLITE_IOERR_WRITE, Errc::store_failed, false},
        Fault{"a write is torn", Sort::torn_write, SQLITE_IOERR_WRITE, Errc::store_failed, false},
        Fault{"the disk is full", Sort::write, SQLITE_FULL, Errc::store_full, true},
        Fault{"the disk is full in the middle of a page", Sort::torn_write, SQLITE_FULL,
              Errc::store_full, true},
        Fault{"a sync fails", Sort::sync, SQLITE_IOERR_FSYNC, Errc::store_failed, false}}) {
    int n = 0;
    for (bool struck = true; struck; ++n) {
      SCOPED_TRACE(std::string(fault.reason) + ", number " + std::to_string(n));
      struck = strike(original, fault, n);
      if (HasFailure()) return;
    }
    // Three commits, each of several pages and one sync, and the log's beginning.
    EXPECT_GE(n, fault.sort == Sort::sync ? 3 : 20) << fault.reason;
  }
}

namespace {

/// Enough to be worth a checkpoint. Returns how many lines were acknowledged.
int write_forty_megabytes(Shop& shop) {
  int acknowledged = 0;
  shop.io().restart();
  for (int i = 0; i < 1'200; ++i) {
    port::AuditLine line;
    line.detail = std::string(34'000, 'x');
    boost::asio::co_spawn(
        shop.io(), shop.store().append_audit(line),
        [&](const std::exception_ptr&, Result<> answer) { acknowledged += answer ? 1 : 0; });
  }
  shop.io().run();
  return acknowledged;
}

}  // namespace

TEST(Faults, FailedSyncOfACheckpointStopsTheWriter) {
  TempFolder folder;
  FaultyDisk disk;
  std::promise<std::string> fatal;
  SqliteOptions options;
  options.path = folder.file();
  options.vfs = disk.name();
  options.on_fatal = [&](const std::string& reason) { fatal.set_value(reason); };
  Shop shop(std::move(*open_sqlite(options)));
  shop.open_all(1);
  disk.break_at(FaultyDisk::Sort::database_sync, 0, SQLITE_IOERR_FSYNC);
  auto reason = fatal.get_future();
  int acknowledged = write_forty_megabytes(shop);
  // A copy that the load has overtaken syncs nothing, and need not: the log keeps it all. The next
  // write asks for another.
  for (int i = 0;
       i < 100'000 && reason.wait_for(std::chrono::seconds(0)) == std::future_status::timeout; ++i)
    acknowledged += shop.ask(shop.store().append_audit({})) ? 1 : 0;
  ASSERT_NE(reason.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  EXPECT_NE(reason.get().find("checkpoint"), std::string::npos);
  EXPECT_EQ(
      shop.ask(shop.store().create_paid_vend(Shop::sale(MeterId{1}, "sale-0001", 1))).error().code,
      Errc::store_failed);
  EXPECT_EQ(shop.must(shop.store().list_audit("", {})).total, acknowledged);
}

namespace {

/// A file system of a few megabytes in memory; only root may make one.
class SmallDisk {
 public:
  SmallDisk() { mounted_ = mount("tmpfs", path().c_str(), "tmpfs", 0, "size=3m") == 0; }
  ~SmallDisk() {
    if (mounted_) umount2(path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool is_mounted() const { return mounted_; }
  std::string path(const std::string& name = "") const { return folder_.file(name); }
  void grow() { ASSERT_EQ(mount("tmpfs", path().c_str(), "tmpfs", MS_REMOUNT, "size=16m"), 0); }
  /// Until not a byte fits any more.
  void fill() {
    std::ofstream ballast(path("ballast"), std::ios::binary);
    const std::string piece(4'096, 'b');
    while (ballast.write(piece.data(), static_cast<std::streamsize>(piece.size())).flush()) {
    }
  }
  void empty() { std::filesystem::remove(path("ballast")); }

 private:
  TempFolder folder_;
  bool mounted_ = false;
};

/// Sells until the store refuses; returns the keys that were acknowledged.
std::vector<std::string> sell_out(Shop& shop, const std::string& prefix, Errc& refusal) {
  std::vector<std::string> sold;
  for (;;) {
    const std::string key = prefix + std::to_string(sold.size());
    auto answer = shop.ask(shop.store().create_paid_vend(Shop::sale(MeterId{1}, key, 100)));
    if (!answer) {
      refusal = answer.error().code;
      return sold;
    }
    sold.push_back(key);
  }
}

void expect_all(Shop& shop, const std::vector<std::string>& keys) {
  for (const std::string& key : keys)
    EXPECT_TRUE(shop.must(shop.store().find_vend_by_key(PropertyId{1}, key))) << key;
  EXPECT_EQ(shop.must(shop.store().list_vends({})).total, static_cast<std::int64_t>(keys.size()));
  EXPECT_EQ(shop.problems(), std::vector<std::string>{});
}

}  // namespace

TEST(Faults, FullDiskRefusesSalesAndKeepsWhatWasSold) {
  SmallDisk disk;
  if (!disk.is_mounted()) GTEST_SKIP() << "no right to mount a small file system";
  SqliteOptions options;
  options.path = disk.path("paymeter.sqlite");
  options.free_bytes_min = 512 * 1024;
  std::vector<std::string> sold;
  {
    Shop shop(std::move(*open_sqlite(options)));
    shop.open_all(1);
    Errc refusal{};
    sold = sell_out(shop, "early-", refusal);
    EXPECT_EQ(refusal, Errc::store_full);
    ASSERT_GE(sold.size(), 10U);
    // The reserve is for what must go on: a sale under way, a switch, a record of it.
    const Vend first = *shop.must(shop.store().find_vend_by_key(PropertyId{1}, sold.front()));
    shop.deliver(shop.send(first));
    shop.must(shop.store().append_audit({}));
    disk.fill();
    EXPECT_EQ(shop.ask(shop.store().append_audit({})).error().code, Errc::store_full);
    expect_all(shop, sold);
    disk.empty();
    shop.must(shop.store().append_audit({}));
    disk.grow();
    EXPECT_EQ(shop.sell(MeterId{1}, "late", 100).state, VendState::paid);
    sold.push_back("late");
  }
  Shop shop(std::move(*open_sqlite(options)));
  expect_all(shop, sold);
}

}  // namespace paymeter::store::testing
