// The write-ahead log: as long as it gets from the beginning, and taken up again from its start.
#include <filesystem>
#include <thread>

#include "paymeter/store/sqlite_checkpoint.hpp"
#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {
namespace {

std::unique_ptr<port::Store> open_synced(const std::string& path, std::uint64_t free_bytes) {
  SqliteOptions options;
  options.path = path;
  options.free_bytes_min = 1'000;
  options.free_bytes = [free_bytes] { return free_bytes; };
  return std::move(*open_sqlite(options));
}

}  // namespace

TEST(SqliteLog, IsAsLongAsItGetsFromTheBeginning) {
  TempFolder folder;
  Shop shop(open_synced(folder.file(), 1'000 + grown_log_bytes()));
  const std::string log = folder.file() + "-wal";
  const auto length = std::filesystem::file_size(log);
  EXPECT_GE(length, grown_log_bytes());
  shop.open_all(1);
  shop.sell(shop.meter(1), "sale-0001", 100);
  EXPECT_EQ(std::filesystem::file_size(log), length);
  // What is behind the last commit is no part of it, whoever reads the log anew.
  std::filesystem::copy_file(folder.file(), folder.file("copy"));
  std::filesystem::copy_file(log, folder.file("copy-wal"));
  Shop copy(open_synced(folder.file("copy"), 0));
  EXPECT_EQ(copy.must(copy.store().list_vends({})).total, 1);
  EXPECT_EQ(copy.problems(), std::vector<std::string>{});
}

TEST(SqliteLog, TakesNoRoomThatIsNotThere) {
  TempFolder folder;
  Shop shop(open_synced(folder.file(), 1'000 + grown_log_bytes() - 1));
  EXPECT_LT(std::filesystem::file_size(folder.file() + "-wal"), grown_log_bytes() / 2);
  shop.open_all(1);
}

TEST(SqliteLog, OfAnotherProgramIsOnlyMadeLonger) {
  TempFolder folder;
  Shop first(open_synced(folder.file(), 1'000));  // room for sales, none for a log
  first.open_all(1);
  first.sell(first.meter(1), "sale-0001", 100);
  Shop second(open_synced(folder.file(), 1'000 + grown_log_bytes()));
  EXPECT_GE(std::filesystem::file_size(folder.file() + "-wal"), grown_log_bytes());
  EXPECT_EQ(second.must(second.store().list_vends({})).total, 1);
  first.sell(first.meter(1), "sale-0002", 100);
  second.sell(second.meter(1), "sale-0003", 100);
  EXPECT_EQ(first.problems(), std::vector<std::string>{});
}

TEST(SqliteLog, BeginsAnewUnderALoadThatNeverPauses) {
  TempFolder folder;
  SqliteOptions options;
  options.path = folder.file();
  options.durability = Durability::none;
  SqliteCheckpointer checkpointer(connect_sqlite(options), [](const std::string&) {});
  const auto writer = connect_sqlite(options);
  checkpointer.watch(*writer);
  execute_script(*writer, "create table filling (id integer primary key, bytes blob);");
  // A commit is two pages or more: the log's length falls behind them once it has begun anew.
  const auto pages = [&folder] {
    return std::filesystem::file_size(folder.file() + "-wal") / 4'120;
  };
  std::uintmax_t commits = 0;
  do {
    for (int i = 0; i < 100; ++i, ++commits) {
      writer->execute("insert into filling (bytes) values (zeroblob(6000))");
      checkpointer.after_answers(*writer);
      std::this_thread::yield();
    }
  } while (pages() >= commits);
  // Without the writer's help it would end at 20,000.
  EXPECT_LT(pages(), 20'000U);
  EXPECT_EQ(writer->value<std::int64_t>("select count(*) from filling where length(bytes) = 6000"),
            static_cast<std::int64_t>(commits));
  EXPECT_EQ(writer->value<std::string>("pragma integrity_check"), "ok");
}

}  // namespace paymeter::store::testing
