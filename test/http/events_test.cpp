// The event stream: coalescing, order, heartbeats, and its end.
#include "api_rig.hpp"

namespace paymeter::http {
namespace {

class Listener final : public net::StreamWriter {
 public:
  std::string text;
  bool open = true, slow = false;
  std::function<void()> callback;

  bool write(std::string_view part) override {
    if (slow) {
      close();
      return false;
    }
    text += part;
    return open;
  }
  void close() override {
    open = false;
    if (const auto told = std::exchange(callback, nullptr)) told();
  }
  bool is_open() const override { return open; }
  void on_closed(std::function<void()> told) override { callback = std::move(told); }
  int count(std::string_view what) const {
    int n = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
    return n;
  }
};

class EventsTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    log_in();
    // Quiet: nobody but the test publishes meters.
    station->collector->stop();
    station->until([] { return false; }, minutes(1));
    auto reply = get("/events").raw;
    ASSERT_EQ(reply.header("Content-Type"), "text/event-stream; charset=utf-8");
    reply.stream(listener);
    pass(Millis{1});
  }
  void pass(Millis span) {
    station->until([] { return false; }, span);
  }
  void touch(int unit) { station->events.publish(service::MeterChanged{station->meter_id(unit)}); }

  std::shared_ptr<Listener> listener = std::make_shared<Listener>();
};

TEST_F(EventsTest, MetersAreCoalesced) {
  for (int i = 0; i < 10; ++i) touch(1);
  touch(2);
  pass(Millis{600});
  EXPECT_EQ(listener->count("event: meter\n"), 2) << listener->text;
  for (int i = 0; i < 20; ++i) {
    touch(1);
    pass(Millis{100});
  }
  pass(Millis{600});
  EXPECT_LE(listener->count("event: meter\n"), 2 + 5) << "twenty changes in two seconds";
  EXPECT_GE(listener->count("event: meter\n"), 2 + 4);
}

TEST_F(EventsTest, OtherEventsComeAtOnceInOrderAndComplete) {
  domain::Alarm alarm;
  alarm.id = {7};
  alarm.meter = station->meter_id(1);
  station->events.publish(service::AlarmChanged{alarm});
  domain::Command command;
  command.id = {8};
  station->events.publish(service::CommandChanged{command});
  station->events.publish(service::SiteChanged{});
  pass(Millis{1});
  const auto a = listener->text.find("event: alarm\ndata: {\"id\":7,");
  const auto c = listener->text.find("event: command\ndata: {\"id\":8,");
  const auto s = listener->text.find("event: site\ndata: {}\n\n");
  EXPECT_LT(a, c);
  EXPECT_LT(c, s);
  EXPECT_NE(s, std::string::npos) << listener->text;
  const auto data = listener->text.substr(a + 19, listener->text.find('\n', a + 13) - a - 19);
  EXPECT_EQ(misfit(json::parse(data), "Alarm"), "");
}

TEST_F(EventsTest, StoredReadingsAreNoReasonToReloadTheSite) {
  station->events.publish(service::ReadingsStored{{station->meter_id(1)}});
  station->events.publish(service::SiteChanged{});
  pass(Millis{1});
  EXPECT_EQ(listener->count("event: "), 1) << listener->text;
}

TEST_F(EventsTest, CutsAreToldByPartAndMeter) {
  for (const auto part : {service::CutPart::setting, service::CutPart::breaker,
                          service::CutPart::rehearsal, service::CutPart::own_cut})
    station->events.publish(service::CutsChanged{part, {}});
  station->events.publish(service::CutsChanged{service::CutPart::decision, station->meter_id(2)});
  pass(Millis{1});
  for (const char* part : {"setting", "breaker", "rehearsal", "own_cut"})
    EXPECT_EQ(listener->count("event: cuts\ndata: {\"part\":\"" + std::string{part} +
                              "\",\"meter_id\":null}\n\n"),
              1)
        << part << "\n"
        << listener->text;
  EXPECT_EQ(listener->count("event: cuts\ndata: {\"part\":\"decision\",\"meter_id\":" +
                            std::to_string(station->meter_id(2).value) + "}\n\n"),
            1)
      << listener->text;
}

TEST_F(EventsTest, WhatPeopleDecideAboutCutsIsTold) {
  ASSERT_EQ(post("/enforcement", R"({"mode":"rehearsed","reason":"业主会议决定"})").status, 200);
  EXPECT_EQ(listener->count(R"(event: cuts)"), 1) << listener->text;
  EXPECT_EQ(listener->count(R"("part":"setting")"), 1) << listener->text;
  ASSERT_EQ(post("/enforcement", R"({"mode":"maybe","reason":"业主会议决定"})").status, 400);
  EXPECT_EQ(listener->count(R"(event: cuts)"), 1) << "what was refused is no news";
  const auto made = post("/rehearsals", "{}");
  ASSERT_EQ(made.status, 200) << made.raw.body;
  EXPECT_EQ(listener->count(R"("part":"rehearsal")"), 1) << listener->text;
  const std::string path = "/rehearsals/" + std::to_string(made.body.at("id").as_int64());
  ASSERT_EQ(post(path + "/approve", R"({"revision":7})").status, 409);
  EXPECT_EQ(listener->count(R"("part":"rehearsal")"), 1) << "another list was read";
  ASSERT_EQ(post(path + "/approve", R"({"revision":1,"note":"同意"})").status, 422);
  EXPECT_EQ(listener->count(R"("part":"rehearsal")"), 1) << "it foresees no cut";
  ASSERT_EQ(post(path + "/reject", R"({"revision":1,"note":"不断"})").status, 200);
  EXPECT_EQ(listener->count(R"("part":"rehearsal")"), 2) << listener->text;
}

TEST_F(EventsTest, AHeartbeatEveryFifteenSeconds) {
  pass(seconds(46));
  EXPECT_EQ(listener->count(": still here\n\n"), 3) << listener->text;
}

TEST_F(EventsTest, LoggingOutEndsTheStream) {
  post("/logout", "");
  pass(seconds(16));
  EXPECT_FALSE(listener->open);
}

TEST_F(EventsTest, LoggingOutEndsTheStreamOfABusySite) {
  post("/logout", "");
  for (int second = 0; second < 16; ++second) {
    touch(1);
    station->events.publish(service::SiteChanged{});
    pass(seconds(1));
  }
  EXPECT_FALSE(listener->open) << "events are no sign that somebody may still read them";
}

TEST_F(EventsTest, AClientThatLeftIsForgotten) {
  const auto subscribers = station->events.size();
  listener->close();
  pass(Millis{1});
  EXPECT_EQ(station->events.size(), subscribers - 1);
  EXPECT_NE(raw({.path = "/metrics"}).body.find("paymeter_event_streams 0"), std::string::npos);
}

TEST_F(EventsTest, AClientThatFallsBehindIsDropped) {
  for (int i = 0; i < 3'000; ++i) station->events.publish(service::SiteChanged{});
  pass(Millis{1});
  EXPECT_FALSE(listener->open);
}

TEST_F(EventsTest, AWriterThatRefusesEndsTheStream) {
  listener->slow = true;
  station->events.publish(service::SiteChanged{});
  pass(Millis{1});
  EXPECT_FALSE(listener->open);
  EXPECT_NE(raw({.path = "/metrics"}).body.find("paymeter_event_streams 0"), std::string::npos);
}

}  // namespace
}  // namespace paymeter::http
