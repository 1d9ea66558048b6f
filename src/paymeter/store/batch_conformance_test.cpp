// Batches on every store: rows start once, whatever else happens, and their outcome is the
// command's.
#include <map>

#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

PAYMETER_STORE_SUITE(BatchStoreTest);

namespace {

using domain::Batch;
using domain::BatchCounts;
using domain::BatchOutcome;
using domain::BatchRow;
using domain::BatchState;
using domain::CommandKind;
using domain::CommandState;
using Act = port::BatchMove::Act;

/// A batch over M1 … Mn; `left_out` of them are only named.
class Many {
 public:
  explicit Many(Shop& shop) : shop_(shop) {}
  Batch add(int meters, int left_out, CommandKind kind = CommandKind::force_on,
            std::string key = "batch-000001") {
    Batch batch;
    batch.property = shop_.must(shop_.store().load_site()).properties.front().id;
    batch.kind = kind_ = kind;
    batch.selection = R"({"building_id":1})";
    batch.idempotency_key = std::move(key);
    batch.created_at = kNow;
    std::vector<BatchRow> rows;
    for (int i = 1; i <= meters; ++i) {
      BatchRow row;
      row.meter = shop_.meter(i);
      if (i > meters - left_out) row.reason = Errc::supply_protected;
      rows.push_back(row);
    }
    const auto added = shop_.must(shop_.store().add_batch(batch, rows));
    id_ = added.batch.id;
    existed = added.existed;
    return added.batch;
  }
  Result<std::vector<domain::Command>> start(std::vector<int> places) {
    port::BatchStart start{id_, kNow, {}};
    for (int place : places) {
      port::BatchRowStart row;
      row.place = place;
      row.command.property = shop_.must(shop_.store().find_batch(id_)).property;
      row.command.meter = shop_.meter(place);
      row.command.kind = kind_;
      row.command.created_at = row.command.deadline_at = kNow;
      start.rows.push_back(row);
    }
    return shop_.ask(shop_.store().start_rows(start));
  }
  Result<Batch> move(Act act) { return shop_.ask(shop_.store().move_batch({id_, act, kNow})); }
  void end(const domain::Command& command, CommandState state,
           std::optional<Errc> why = std::nullopt) {
    shop_.must(shop_.store().finish_command(command.id, state, why, kNow));
  }
  BatchCounts counts() { return shop_.must(shop_.store().batch_counts(id_)); }
  std::vector<BatchRow> rows(std::optional<BatchOutcome> outcome = std::nullopt) {
    return shop_.must(shop_.store().list_batch_rows({id_, outcome, {}})).rows;
  }
  BatchId id() const { return id_; }
  bool existed = false;

 private:
  Shop& shop_;
  BatchId id_{};
  CommandKind kind_ = CommandKind::force_on;
};

domain::Command switched(Shop& shop, int meter, CommandKind kind,
                         domain::CommandOrigin origin = domain::CommandOrigin::by_operator) {
  domain::Command command;
  command.meter = shop.meter(meter);
  command.kind = kind;
  command.origin = origin;
  // Earlier than the batch by a clock that was set back: the order is that of the store.
  command.created_at = command.deadline_at = kNow - minutes(30);
  return shop.must(shop.store().add_command(command, ""));
}

}  // namespace

TEST_P(BatchStoreTest, RowsStartOnceAndFollowTheirCommands) {
  shop_.build(5);
  Many batch(shop_);
  batch.add(5, 1);
  EXPECT_EQ(batch.counts(), (BatchCounts{.waiting = 4, .left_out = 1}));
  const auto started = batch.start({1, 2, 3});
  ASSERT_TRUE(started);
  ASSERT_EQ(started->size(), 3U);
  EXPECT_EQ(started->front().batch, batch.id());
  const auto again = batch.start({2, 3, 4, 5});
  ASSERT_TRUE(again);
  ASSERT_EQ(again->size(), 1U) << "2 and 3 are under way, 5 is left out";
  EXPECT_EQ(again->front().meter, shop_.meter(4));
  EXPECT_EQ(shop_.must(store().pending_commands()).size(), 4U);

  batch.end(started->at(0), CommandState::done);
  batch.end(started->at(1), CommandState::failed, Errc::command_expired);
  reopen();
  EXPECT_EQ(batch.counts(), (BatchCounts{.sending = 2, .done = 1, .failed = 1, .left_out = 1}));
  const auto failed = batch.rows(BatchOutcome::failed);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].meter, shop_.meter(2));
  EXPECT_EQ(failed[0].reason, Errc::command_expired);
  const auto all = batch.rows();
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all[4].outcome, BatchOutcome::left_out);
  EXPECT_EQ(all[4].reason, Errc::supply_protected);
}

TEST_P(BatchStoreTest, PauseCancelRetryAndFinish) {
  shop_.build(4);
  Many batch(shop_);
  batch.add(4, 0);
  const auto first = batch.start({1, 2});
  ASSERT_TRUE(first);
  ASSERT_TRUE(batch.move(Act::pause));
  EXPECT_EQ(batch.start({3}).error().code, Errc::batch_state_conflict) << "paused";
  EXPECT_EQ(batch.move(Act::pause).error().code, Errc::batch_state_conflict);
  EXPECT_EQ(batch.move(Act::finish).error().code, Errc::batch_state_conflict);
  ASSERT_TRUE(batch.move(Act::resume));
  batch.end(first->at(0), CommandState::failed, Errc::link_timeout);
  ASSERT_TRUE(batch.move(Act::retry));
  EXPECT_EQ(batch.counts(), (BatchCounts{.waiting = 3, .sending = 1}));
  const auto second = batch.start({1, 3});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->size(), 2U);

  const auto cancelled = batch.move(Act::cancel);
  ASSERT_TRUE(cancelled);
  EXPECT_EQ(cancelled->state, BatchState::cancelled);
  EXPECT_FALSE(cancelled->finished_at) << "three are still under way";
  EXPECT_EQ(batch.counts(), (BatchCounts{.sending = 3, .cancelled = 1}));
  EXPECT_EQ(batch.start({4}).error().code, Errc::batch_state_conflict);
  EXPECT_EQ(batch.move(Act::retry).error().code, Errc::batch_state_conflict);
  EXPECT_EQ(shop_.must(store().open_batches()).size(), 1U);
  for (const auto& command : {first->at(1), second->at(0), second->at(1)})
    batch.end(command, CommandState::done);
  const auto finished = batch.move(Act::finish);
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->state, BatchState::cancelled);
  EXPECT_TRUE(finished->finished_at);
  EXPECT_TRUE(shop_.must(store().open_batches()).empty());
}

TEST_P(BatchStoreTest, AFinishedBatchRunsAgainForItsFailedRows) {
  shop_.build(2);
  Many batch(shop_);
  batch.add(2, 0);
  const auto started = batch.start({1, 2});
  ASSERT_TRUE(started);
  batch.end(started->at(0), CommandState::done);
  batch.end(started->at(1), CommandState::failed, Errc::meter_refused);
  ASSERT_EQ(batch.move(Act::finish)->state, BatchState::finished);
  const auto again = batch.move(Act::retry);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->state, BatchState::running);
  EXPECT_FALSE(again->finished_at);
  const auto waiting = shop_.must(store().waiting_rows(batch.id()));
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].place, 2);
  port::BatchFilter filter;
  filter.state = BatchState::running;
  EXPECT_EQ(shop_.must(store().list_batches(filter)).total, 1);
}

TEST_P(BatchStoreTest, AKeyIsOneBatch) {
  shop_.build(2);
  Many batch(shop_);
  const auto first = batch.add(2, 0);
  EXPECT_EQ(batch.add(2, 0).id, first.id);
  EXPECT_TRUE(batch.existed);
  Batch other = first;
  other.selection = "{}";
  EXPECT_EQ(shop_.ask(store().add_batch(other, {})).error().code,
            Errc::vend_exists_with_different_request);
  other.idempotency_key = "batch-000002";
  BatchRow row;
  row.meter = shop_.meter(1);
  row.reason = Errc::meter_lost;
  EXPECT_EQ(shop_.ask(store().add_batch(other, {row})).error().code, Errc::batch_empty);
  EXPECT_EQ(shop_.ask(store().find_batch(BatchId{99})).error().code, Errc::batch_unknown);
}

TEST_P(BatchStoreTest, ARefusedRowSaysWhyAndAMeterThatSettlesIsNotTouched) {
  shop_.open_all(2);
  Many batch(shop_);
  batch.add(2, 0);
  domain::Settlement settlement;
  settlement.kind = domain::SettlementKind::closing;
  settlement.meter = shop_.meter(1);
  settlement.account = shop_.must(store().account_of_meter(shop_.meter(1))).id;
  settlement.idempotency_key = "settle-00001";
  settlement.created_at = kNow;
  shop_.must(store().begin_settlements({settlement}));
  EXPECT_EQ(
      shop_.must(store().settling_meters(shop_.must(store().load_site()).properties.front().id)),
      std::vector{shop_.meter(1)});
  const auto started = batch.start({1});
  ASSERT_TRUE(started);
  EXPECT_TRUE(started->empty());
  port::BatchStart start{batch.id(), kNow, {}};
  start.rows.push_back({2, Errc::supply_protected, {}, {}});
  EXPECT_TRUE(shop_.must(store().start_rows(start)).empty());
  const auto failed = batch.rows(BatchOutcome::failed);
  ASSERT_EQ(failed.size(), 2U);
  EXPECT_EQ(failed[0].reason, Errc::meter_settling);
  EXPECT_EQ(failed[1].reason, Errc::supply_protected);
}

TEST_P(BatchStoreTest, ASwitchNewerThanTheBatchIsNotOverridden) {
  struct Row {
    const char* reason;
    CommandKind batch;
    void (*meanwhile)(Shop&);
    std::optional<Errc> expect;
  };
  using K = CommandKind;
  using O = domain::CommandOrigin;
  const Row rows[] = {
      {"nothing came between", K::release, [](Shop&) {}, std::nullopt},
      {"a trip by hand stands above an older release", K::release,
       [](Shop& shop) { switched(shop, 1, K::trip); }, Errc::command_superseded},
      {"also when it has arrived", K::force_on,
       [](Shop& shop) {
         const auto trip = switched(shop, 1, K::trip);
         shop.must(shop.store().finish_command(trip.id, CommandState::done, {}, kNow));
       },
       Errc::command_superseded},
      {"a release by hand stands above an older trip", K::trip,
       [](Shop& shop) { switched(shop, 1, K::release); }, Errc::command_superseded},
      {"a new tenant's opening, too", K::trip,
       [](Shop& shop) { switched(shop, 1, K::release, O::opening); }, Errc::command_superseded},
      {"保电 protects from an older trip", K::trip,
       [](Shop& shop) { switched(shop, 1, K::force_on); }, Errc::supply_protected},
      {"a plan holds it off since", K::release,
       [](Shop& shop) { switched(shop, 1, K::trip, O::limiting); }, Errc::command_superseded},
      {"a plan's own give-back is nobody's will", K::release,
       [](Shop& shop) { switched(shop, 1, K::release, O::limiting); }, std::nullopt},
      {"another meter's switch", K::release, [](Shop& shop) { switched(shop, 2, K::trip); },
       std::nullopt},
      {"a download is no switch", K::release, [](Shop& shop) { switched(shop, 1, K::set_clock); },
       std::nullopt},
  };
  shop_.build(2);
  int count = 0;
  for (const Row& row : rows) {
    switched(shop_, 1, K::trip);  // older than the batch: what it is to undo
    Many batch(shop_);
    batch.add(2, 0, row.batch, "batch-1" + std::to_string(++count));
    row.meanwhile(shop_);
    const auto started = batch.start({1});
    ASSERT_TRUE(started) << row.reason;
    EXPECT_EQ(started->size(), row.expect ? 0U : 1U) << row.reason;
    const auto failed = batch.rows(BatchOutcome::failed);
    ASSERT_EQ(failed.size(), row.expect ? 1U : 0U) << row.reason;
    if (row.expect) EXPECT_EQ(failed[0].reason, row.expect) << row.reason;
  }
}

TEST_P(BatchStoreTest, ARecordedProtectionOutlastsABatchsTrip) {
  shop_.build(2);
  switched(shop_, 1, CommandKind::force_on);  // older than the batch, and it lasts
  Many batch(shop_);
  batch.add(2, 0, CommandKind::trip);
  const auto started = batch.start({1, 2});
  ASSERT_TRUE(started);
  ASSERT_EQ(started->size(), 1U);
  EXPECT_EQ(started->front().meter, shop_.meter(2));
  EXPECT_EQ(batch.rows(BatchOutcome::failed).at(0).reason, Errc::supply_protected);
  const auto lasting = shop_.must(store().supply_intents(shop_.meter(1)));
  ASSERT_EQ(lasting.size(), 1U);
  EXPECT_EQ(lasting[0].kind, domain::SupplyIntentKind::force_on);
}

TEST_P(BatchStoreTest, WhatANewerSwitchSupersededIsNotRetried) {
  shop_.build(4);
  Many batch(shop_);
  batch.add(4, 0, CommandKind::release);
  const auto started = batch.start({1, 2});
  ASSERT_TRUE(started);
  switched(shop_, 1, CommandKind::trip);  // on its way: superseded
  batch.end(started->at(1), CommandState::failed, Errc::command_expired);
  switched(shop_, 3, CommandKind::trip);  // not sent yet: refused
  ASSERT_TRUE(batch.start({3, 4}));
  EXPECT_EQ(batch.counts(), (BatchCounts{.sending = 1, .failed = 3}));
  ASSERT_TRUE(batch.move(Act::retry));
  EXPECT_EQ(batch.counts(), (BatchCounts{.waiting = 1, .sending = 1, .failed = 2}));
  const auto again = batch.start({1, 2, 3});
  ASSERT_TRUE(again);
  ASSERT_EQ(again->size(), 1U) << "its own command that failed is not newer than itself";
  EXPECT_EQ(again->front().meter, shop_.meter(2));
  batch.end(again->front(), CommandState::failed, Errc::command_expired);
  switched(shop_, 2, CommandKind::trip);
  ASSERT_TRUE(batch.move(Act::retry));
  ASSERT_TRUE(batch.start({2})->empty()) << "tripped since its last try";
  EXPECT_EQ(batch.counts(), (BatchCounts{.sending = 1, .failed = 3}));
}

TEST_P(BatchStoreTest, SettingsAndConfigurationChangeTogether) {
  shop_.open_all(1);
  domain::Command command;
  command.meter = shop_.meter(1);
  command.kind = CommandKind::write_settings;
  command.settings = {{700}, {300}, 5'000, {0}};
  command.created_at = command.deadline_at = kNow;
  const auto stored = shop_.must(store().configure_meter(command, "settings-01"));
  EXPECT_EQ(shop_.must(store().load_site()).meters.front().settings, command.settings);
  domain::Command newer = command;
  newer.settings.overload_w = 0;
  shop_.must(store().configure_meter(newer, "settings-02"));
  EXPECT_EQ(shop_.must(store().configure_meter(command, "settings-01")).id, stored.id);
  EXPECT_EQ(shop_.must(store().load_site()).meters.front().settings, newer.settings)
      << "a repeated key must not undo what was configured since";
  shop_.must(store().note_differences(stored.id, "ignored: it is superseded"));
  EXPECT_EQ(shop_.must(store().find_command(stored.id)).differences, "");
}

TEST_P(BatchStoreTest, TimeTablesComeBackAsTheyWere) {
  shop_.build(1);
  domain::Command command;
  command.meter = shop_.meter(1);
  command.kind = CommandKind::write_time_tables;
  command.created_at = command.deadline_at = kNow;
  command.tables.days[0] = {{0, 4}, {480, 2}};
  command.tables.seasons = {{2, 29, 1}, {7, 1, 2}};
  const auto stored = shop_.must(store().add_command(command, ""));
  EXPECT_EQ(shop_.must(store().find_command(stored.id)).tables, command.tables);
}

TEST_P(BatchStoreTest, PricesOfAVersionAreWantedUntilTheirDownloadIsStored) {
  shop_.open_all(2);
  const auto property = shop_.must(store().load_site()).properties.front().id;
  const auto tariff = shop_.must(store().load_site()).tariffs.front().id;
  EXPECT_TRUE(shop_.must(store().prices_wanted(property)).empty()) << "no version is in force";
  port::VersionText text;
  text.tariff = tariff;
  text.valid_from = text.at = kNow;
  text.content = "{}";
  shop_.must(store().write_version(text));
  domain::PriceTable prices;
  prices.rate_price.fill({70'000'000});
  shop_.must(store().apply_prices(tariff, 1, prices));
  ASSERT_EQ(shop_.must(store().prices_wanted(property)).size(), 2U);

  domain::Command command;
  command.meter = shop_.meter(1);
  command.kind = CommandKind::write_prices;
  command.created_at = command.deadline_at = kNow;
  const auto stored = shop_.must(store().add_command(command, ""));
  EXPECT_EQ(stored.prices, prices) << "the prices are the store's, not the caller's";
  EXPECT_EQ(stored.tariff_number, 1);
  const auto wanted = shop_.must(store().prices_wanted(property));
  ASSERT_EQ(wanted.size(), 1U);
  EXPECT_EQ(wanted[0].meter, shop_.meter(2));
  EXPECT_EQ(wanted[0].number, 1);

  auto downloads = shop_.must(store().tariff_downloads(tariff));
  ASSERT_EQ(downloads.size(), 2U);
  EXPECT_EQ(downloads[0].state, CommandState::pending);
  EXPECT_FALSE(downloads[0].held_number) << "sent is not held";
  EXPECT_FALSE(downloads[1].command);
  shop_.must(store().finish_command(stored.id, CommandState::done, std::nullopt, kNow));
  downloads = shop_.must(store().tariff_downloads(tariff));
  EXPECT_EQ(downloads[0].held_number, 1);
  EXPECT_EQ(downloads[0].held_version, stored.version);
}

}  // namespace paymeter::store::testing
