// The prepaid driver: exact blocks, exact units, and what must never be sent.
#include "paymeter/driver/reference_nk_driver.hpp"

#include <gtest/gtest.h>

#include "paymeter/driver/driver_test_rig.hpp"

namespace paymeter::driver {
namespace {

namespace nk = codec::reference_nk;
using domain::Energy;
using domain::Money;
using domain::Price;
using port::WriteReply;

const domain::Epoch kEpoch{"PM00000001", 3};

/// Answers 6000 with this block and acknowledges every write.
port::FakeBusLink meter_with(const nk::Prepaid& prepaid) {
  port::FakeBusLink link;
  link.answer = [block = nk::encode_prepaid(prepaid)](const port::BusRequest& request) {
    Buffer reply;
    if (request.pdu[0] == 0x10) {
      reply.assign(request.pdu.begin(), request.pdu.begin() + 5);
    } else {
      reply = {3, static_cast<std::uint8_t>(request.reply_size - 2)};
      reply.insert(reply.end(), block.begin(),
                   block.begin() + static_cast<std::ptrdiff_t>(request.reply_size) - 2);
    }
    return Result<Buffer>(reply);
  };
  return link;
}

struct Bench {
  std::unique_ptr<port::MeterDriver> driver = builtin_driver(meter_of("paymeter-reference-nk"));
  port::FakeBusLink link = meter_with({});
};

TEST(ReferenceNkDriver, SuccessiveReadsDifferInLengthAndLoseNothing) {
  nk::Prepaid prepaid;
  prepaid.serial = nk::encode_serial("PM00000001").value();
  prepaid.clock = nk::encode_clock({2026, 11, 23, 1, 30, 0, 1});
  prepaid.cycle_energy = 5;
  Bench bench{.link = meter_with(prepaid)};
  std::vector<std::size_t> sizes;
  for (int i = 0; i < 4; ++i) {
    const auto state = run(bench.driver->read_prepaid(bench.link, UtcMs{9}));
    ASSERT_TRUE(state);
    EXPECT_EQ(state->clock, (CivilTime{2026, 11, 23, 1, 30, 0, 1}));
    EXPECT_EQ(state->cycle_energy, Energy{50});
    EXPECT_EQ(state->epoch.serial, "PM00000001");
    EXPECT_EQ(state->at, UtcMs{9});
    sizes.push_back(bench.link.sent.back().reply_size);
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{100, 96, 98, 100}));
  EXPECT_EQ(bench.link.sent.size(), 4U) << "one request each";
}

TEST(ReferenceNkDriver, EveryStatusBitHasItsFlag) {
  struct Row {
    nk::StatusBit bit;
    bool domain::PrepaidState::* flag;
  };
  for (const Row& row : {Row{nk::kStatusRelayOpen, &domain::PrepaidState::relay_open},
                         Row{nk::kStatusForced, &domain::PrepaidState::forced},
                         Row{nk::kStatusAlarm1, &domain::PrepaidState::alarm1},
                         Row{nk::kStatusAlarm2, &domain::PrepaidState::alarm2},
                         Row{nk::kStatusArrears, &domain::PrepaidState::arrears},
                         Row{nk::kStatusOverloadTrip, &domain::PrepaidState::overload_trip},
                         Row{nk::kStatusAccountOpen, &domain::PrepaidState::account_open},
                         Row{nk::kStatusCoverOpened, &domain::PrepaidState::cover_opened},
                         Row{nk::kStatusClockFault, &domain::PrepaidState::clock_fault}}) {
    nk::Prepaid prepaid;
    prepaid.status = row.bit;
    Bench bench{.link = meter_with(prepaid)};
    const auto state = run(bench.driver->read_prepaid(bench.link, {}));
    ASSERT_TRUE(state);
    int set = 0;
    for (bool flag :
         {state->relay_open, state->forced, state->alarm1, state->alarm2, state->arrears,
          state->overload_trip, state->account_open, state->cover_opened, state->clock_fault})
      set += flag ? 1 : 0;
    EXPECT_EQ(set, 1) << row.bit;
    EXPECT_TRUE((*state).*row.flag) << row.bit;
    EXPECT_FALSE(state->clock) << "all zeros is no date";
  }
}

TEST(ReferenceNkDriver, AnUnknownLayoutStopsTheWallet) {
  nk::Prepaid prepaid;
  prepaid.layout_version = 2;
  Bench bench{.link = meter_with(prepaid)};
  EXPECT_EQ(run(bench.driver->read_prepaid(bench.link, {})).error().code,
            Errc::meter_layout_unknown);
  EXPECT_EQ(run(bench.driver->sell(bench.link, {kEpoch, 1, Money{100}, 1})).error().code,
            Errc::meter_layout_unknown);
  EXPECT_EQ(run(bench.driver->read_prices(bench.link)).error().code, Errc::meter_layout_unknown);
  EXPECT_EQ(bench.link.sent.size(), 1U);
}

TEST(ReferenceNkDriver, CommandsAreWholeBlocksBoundToTheEpoch) {
  Bench bench;
  const domain::PriceTable prices{
      {Price{120'000'000}, Price{1'000'000}, Price{0}, Price{40'000'000}, Price{10'000}},
      {{Energy{200'000}, Price{5'000'000}}}};
  const domain::MeterSettings settings{Money{5000}, Money{1000}, 6600, Money{2000}};
  EXPECT_EQ(run(bench.driver->sell(bench.link, {kEpoch, 7, Money{-500}, 9})),
            WriteReply::acknowledged);
  EXPECT_EQ(run(bench.driver->open_account(bench.link, kEpoch, 42)), WriteReply::acknowledged);
  EXPECT_EQ(run(bench.driver->clear_account(bench.link, kEpoch)), WriteReply::acknowledged);
  EXPECT_EQ(run(bench.driver->write_settings(bench.link, kEpoch, 4, settings)),
            WriteReply::acknowledged);
  EXPECT_EQ(run(bench.driver->write_prices(bench.link, kEpoch, 5, prices)),
            WriteReply::acknowledged);
  const std::vector<nk::Block> blocks{nk::kSaleBlock, nk::kOpenBlock, nk::kClearBlock,
                                      nk::kSettingsBlock, nk::kPriceBlock};
  ASSERT_EQ(bench.link.sent.size(), blocks.size());
  const auto key = meter_of("x").key;
  const auto serial = nk::encode_serial(kEpoch.serial).value();
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const Bytes pdu = bench.link.sent[i].pdu;
    EXPECT_EQ(get_u16(pdu, 1), blocks[i].address);
    EXPECT_EQ(get_u16(pdu, 3), blocks[i].count);
    EXPECT_TRUE(codec::mac_fits(key, serial, 3, blocks[i].address, pdu.subspan(6))) << i;
  }
  const auto block = [&](std::size_t i) { return Bytes(bench.link.sent[i].pdu).subspan(6); };
  EXPECT_EQ(nk::decode_sale(block(0)), (nk::Sale{7, -500, 9}));
  EXPECT_EQ(nk::decode_open(block(1)), 42U);
  EXPECT_EQ(nk::decode_settings(block(3)), (nk::Settings{4, 5000, 1000, 6600, 2000}));
  EXPECT_EQ(nk::decode_prices(block(4)), (nk::Prices{5, {12000, 100, 0, 4000, 1}, {{200, 500}}}));
}

TEST(ReferenceNkDriver, ARefusalIsAnAnswerAndOtherExceptionsAreErrors) {
  struct Row {
    const char* reply;
    std::optional<WriteReply> outcome;
  };
  for (const Row& row :
       {Row{"90 04", WriteReply::refused}, Row{"90 01", {}}, Row{"90 02", {}}, Row{"90 03", {}}}) {
    Bench bench;
    bench.link.answer = {};
    bench.link.replies.emplace_back(hex(row.reply));
    const auto reply = run(bench.driver->sell(bench.link, {kEpoch, 1, Money{100}, 1}));
    ASSERT_EQ(reply.has_value(), row.outcome.has_value()) << row.reply;
    if (row.outcome)
      EXPECT_EQ(*reply, *row.outcome) << row.reply;
    else
      EXPECT_EQ(reply.error().code, Errc::meter_exception) << row.reply;
  }
}

TEST(ReferenceNkDriver, PricesThatTheMeterCannotHoldAreNotSent) {
  struct Row {
    const char* reason;
    domain::PriceTable prices;
  };
  const auto first = [](std::int64_t e8) {
    domain::PriceTable table;
    table.rate_price[0] = Price{e8};
    return table;
  };
  const auto steps = [](std::vector<domain::PriceStep> list) {
    domain::PriceTable table;
    table.steps = std::move(list);
    return table;
  };
  for (const Row& row : {
           Row{"fifth place", first(9'999)},
           Row{"negative", first(-10'000)},
           Row{"over u32", first(4'294'967'296LL * 10'000)},
           Row{"step at half a kWh", steps({{Energy{500}, Price{0}}})},
           Row{"surcharge finer than the meter", steps({{Energy{1000}, Price{1}}})},
           Row{"steps not ascending", steps({{Energy{2000}, Price{0}}, {Energy{2000}, Price{0}}})},
           Row{"five steps", steps(std::vector<domain::PriceStep>(5))},
       }) {
    Bench bench;
    EXPECT_EQ(run(bench.driver->write_prices(bench.link, kEpoch, 1, row.prices)).error().code,
              Errc::frame_bad_value)
        << row.reason;
    EXPECT_TRUE(bench.link.sent.empty()) << row.reason;
  }
  Bench bench;
  EXPECT_TRUE(run(bench.driver->write_prices(bench.link, kEpoch, 1, first(42'949'672'950'000))))
      << "the highest u32";
}

TEST(ReferenceNkDriver, AmountsAndSettingsOutOfRangeAreNotSent) {
  Bench bench;
  const auto sell = [&](std::int64_t fen) {
    return run(bench.driver->sell(bench.link, {kEpoch, 1, Money{fen}, 1}));
  };
  EXPECT_EQ(sell(2'147'483'648).error().code, Errc::frame_bad_value);
  EXPECT_EQ(sell(-2'147'483'649).error().code, Errc::frame_bad_value);
  const auto settings = [&](domain::MeterSettings s) {
    return run(bench.driver->write_settings(bench.link, kEpoch, 1, s));
  };
  EXPECT_EQ(settings({Money{-1}, {}, 0, {}}).error().code, Errc::frame_bad_value);
  EXPECT_EQ(settings({{}, Money{2'147'483'648}, 0, {}}).error().code, Errc::frame_bad_value);
  EXPECT_EQ(settings({{}, {}, 4'294'967'296, {}}).error().code, Errc::frame_bad_value);
  EXPECT_EQ(settings({{}, {}, 0, Money{2'147'483'648}}).error().code, Errc::frame_bad_value);
  EXPECT_EQ(run(bench.driver->open_account(bench.link, kEpoch, 0)).error().code,
            Errc::frame_bad_value);
  EXPECT_EQ(run(bench.driver->open_account(bench.link, {"a serial far too long for it", 0}, 1))
                .error()
                .code,
            Errc::frame_bad_value);
  EXPECT_TRUE(bench.link.sent.empty());
  EXPECT_TRUE(sell(2'147'483'647));
  EXPECT_TRUE(sell(-2'147'483'648LL));
  EXPECT_TRUE(sell(0)) << "a burn";
  EXPECT_TRUE(settings({Money{2'147'483'647}, {}, 4'294'967'295, {}}));
}

TEST(ReferenceNkDriver, SupplyIsSwitchedByThePublicPair) {
  struct Row {
    domain::CommandKind kind;
    const char* pdu;
  };
  for (const Row& row : {Row{domain::CommandKind::trip, "10 0057 0002 04 0001 0001"},
                         Row{domain::CommandKind::force_on, "10 0057 0002 04 0001 0000"},
                         Row{domain::CommandKind::release, "10 0057 0002 04 0000 0000"}}) {
    Bench bench;
    EXPECT_TRUE(run(bench.driver->switch_supply(bench.link, row.kind)));
    EXPECT_EQ(bench.link.sent.back().pdu, hex(row.pdu));
  }
}

TEST(ReferenceNkDriver, PricesReadBackAreThePricesWritten) {
  const domain::PriceTable prices{
      {Price{120'000'000}, Price{1'000'000}, Price{0}, Price{40'000'000}, Price{10'000}},
      {{Energy{200'000}, Price{5'000'000}}, {Energy{400'000}, Price{0}}}};
  Bench bench;
  ASSERT_TRUE(run(bench.driver->write_prices(bench.link, kEpoch, 5, prices)));
  const Buffer written = bench.link.sent.back().pdu;
  bench.link.answer = [&](const port::BusRequest& request) {
    Buffer reply{3, static_cast<std::uint8_t>(request.reply_size - 2)};
    reply.insert(reply.end(), written.begin() + 6, written.end() - 4);
    return Result<Buffer>(reply);
  };
  EXPECT_EQ(run(bench.driver->read_prices(bench.link)), prices);
}

TEST(ReferenceNkDriver, TheClockIsSetUnderTheNextSequence) {
  Bench bench;
  const CivilTime noon{2026, 11, 23, 12, 0, 5, 1};
  bench.link.answer = [&](const port::BusRequest& request) {
    if (request.pdu[0] == 0x10)
      return Result<Buffer>(Buffer(request.pdu.begin(), request.pdu.begin() + 5));
    EXPECT_EQ(request.pdu, hex("03 602B 0006"));
    Buffer reply{3, 12};
    const auto clock = nk::encode_clock(noon);
    reply.insert(reply.end(), clock.begin(), clock.end());
    put_u32(reply, 7);
    return Result<Buffer>(reply);
  };
  const auto read = run(bench.driver->read_clock(bench.link));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->local_time, noon);
  EXPECT_EQ(read->sequence, 7U);
  EXPECT_EQ(run(bench.driver->set_clock(bench.link, kEpoch, 8, noon)), WriteReply::acknowledged);
  const Bytes pdu = bench.link.sent.back().pdu;
  EXPECT_EQ(get_u16(pdu, 1), nk::kClockBlock.address);
  EXPECT_EQ(nk::decode_set_clock(pdu.subspan(6)), (nk::SetClock{8, noon}));
  EXPECT_TRUE(codec::mac_fits(meter_of("x").key, nk::encode_serial(kEpoch.serial).value(), 3,
                              nk::kClockBlock.address, pdu.subspan(6)));
  CivilTime far = noon;
  far.year = 2100;
  const auto sent = bench.link.sent.size();
  EXPECT_EQ(run(bench.driver->set_clock(bench.link, kEpoch, 9, far)).error().code,
            Errc::frame_bad_value);
  EXPECT_EQ(bench.link.sent.size(), sent);
}

TEST(ReferenceNkDriver, TimeTablesReadBackAreThoseWritten) {
  domain::TimeTables tables;
  tables.days[0] = {{0, 4}, {8 * 60 + 30, 2}, {22 * 60, 3}};
  tables.days[1] = {{7 * 60, 1}};
  tables.seasons = {{1, 1, 1}, {7, 1, 2}};
  Bench bench;
  ASSERT_TRUE(run(bench.driver->write_day_table(bench.link, 1, tables.days[0])));
  ASSERT_TRUE(run(bench.driver->write_day_table(bench.link, 2, tables.days[1])));
  ASSERT_TRUE(run(bench.driver->write_season_table(bench.link, tables.seasons)));
  ASSERT_EQ(bench.link.sent.size(), 3U);
  const auto block = [&](std::size_t i) {
    const Buffer& pdu = bench.link.sent.at(i).pdu;
    return Buffer(pdu.begin() + 6, pdu.end());
  };
  EXPECT_EQ(get_u16(bench.link.sent[1].pdu, 1), nk::kDayTable2Block.address);
  Buffer days = block(0);
  for (std::uint8_t byte : block(1)) days.push_back(byte);
  const Buffer seasons = block(2);
  bench.link.answer = [&](const port::BusRequest& request) {
    const Buffer& data = get_u16(request.pdu, 1) == nk::kSeasonBlock.address ? seasons : days;
    Buffer reply{3, static_cast<std::uint8_t>(data.size())};
    reply.insert(reply.end(), data.begin(), data.end());
    return Result<Buffer>(reply);
  };
  EXPECT_EQ(run(bench.driver->read_time_tables(bench.link)), tables);
  EXPECT_EQ(bench.link.sent.size(), 5U) << "two requests: both day tables are neighbours";
  days[0] = 9;
  EXPECT_EQ(run(bench.driver->read_time_tables(bench.link)).error().code, Errc::frame_bad_value);
  EXPECT_EQ(run(bench.driver->write_day_table(bench.link, 3, {})).error().code,
            Errc::frame_bad_value);
  EXPECT_EQ(run(bench.driver->write_season_table(bench.link, {{2, 30, 1}})).error().code,
            Errc::frame_bad_value);
}

TEST(ReferenceNkDriver, OtherModelsHaveNeitherClockNorTables) {
  Bench bench;
  bench.driver = builtin_driver(meter_of("acrel-dtsy1352"));
  EXPECT_FALSE(bench.driver->abilities().clock);
  EXPECT_EQ(run(bench.driver->read_clock(bench.link)).error().code, Errc::meter_unsupported);
  EXPECT_EQ(run(bench.driver->set_clock(bench.link, kEpoch, 1, {})).error().code,
            Errc::meter_unsupported);
  EXPECT_EQ(run(bench.driver->read_time_tables(bench.link)).error().code, Errc::meter_unsupported);
  EXPECT_EQ(run(bench.driver->write_day_table(bench.link, 1, {})).error().code,
            Errc::meter_unsupported);
  EXPECT_EQ(run(bench.driver->write_season_table(bench.link, {})).error().code,
            Errc::meter_unsupported);
  EXPECT_TRUE(bench.link.sent.empty());
}

TEST(ReferenceNkDriver, TheLoadOfAReadIsKnownBeforehand) {
  Bench bench;
  const port::MeterAbilities& abilities = bench.driver->abilities();
  EXPECT_EQ(abilities.status_load.requests, 1);
  EXPECT_EQ(abilities.status_load.reply_bytes, 100U);
  bench.link.answer = [](const port::BusRequest& request) {
    Buffer reply{request.pdu[0], static_cast<std::uint8_t>(request.reply_size - 2)};
    reply.resize(request.reply_size);
    return Result<Buffer>(reply);
  };
  ASSERT_TRUE(run(bench.driver->read_measurements(bench.link, {})));
  std::size_t asked = 0, answered = 0;
  for (const port::BusRequest& request : bench.link.sent) {
    asked += request.pdu.size();
    answered += request.reply_size;
  }
  EXPECT_EQ(abilities.full_load.requests, static_cast<int>(bench.link.sent.size()));
  EXPECT_EQ(abilities.full_load.request_bytes, asked);
  EXPECT_EQ(abilities.full_load.reply_bytes, answered);
}

}  // namespace
}  // namespace paymeter::driver
