// Live events to one client: subscribe, coalesce, render, write.
#include "paymeter/http/event_stream.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "paymeter/http/property_limit.hpp"
#include "paymeter/http/render.hpp"

namespace paymeter::http {
namespace {

constexpr Millis kMeterInterval{500};
/// Busy or not: a log-out must end the stream soon.
constexpr Millis kSessionCheck = seconds(15);
/// A client that is this far behind reloads everything when it connects again.
constexpr std::size_t kWaitingMax = 2000;

struct Rendered {
  std::string_view name;
  boost::json::object data;
};

port::Async<Rendered> render_event(Context& context, service::Event event) {
  if (const auto* vend = std::get_if<service::VendChanged>(&event))
    co_return Rendered{"vend", co_await render_vend(context, vend->vend)};
  if (const auto* command = std::get_if<service::CommandChanged>(&event))
    co_return Rendered{"command", co_await render_command(context, command->command)};
  if (const auto* batch = std::get_if<service::BatchChanged>(&event))
    co_return Rendered{"batch", co_await render_batch(context, batch->batch, batch->counts)};
  if (const auto* alarm = std::get_if<service::AlarmChanged>(&event))
    co_return Rendered{"alarm", co_await render_alarm(context, alarm->alarm)};
  if (const auto* account = std::get_if<service::AccountChanged>(&event))
    co_return Rendered{"account", co_await render_account(context, account->account)};
  if (const auto* settlement = std::get_if<service::SettlementChanged>(&event))
    co_return Rendered{"settlement", co_await render_settlement(context, settlement->settlement)};
  if (const auto* check = std::get_if<service::CheckChanged>(&event))
    co_return Rendered{"check", co_await render_check(context, check->check)};
  if (const auto* pulse = std::get_if<service::PulseChanged>(&event))
    co_return Rendered{"pulse_test", render_pulse(context.station, pulse->test)};
  if (const auto* limiting = std::get_if<service::LimitingChanged>(&event))
    co_return Rendered{
        "limiting",
        {{"run_id", limiting->run.value}, {"state", domain::limiting_state_name(limiting->state)}}};
  if (const auto* cuts = std::get_if<service::CutsChanged>(&event))
    co_return Rendered{
        "cuts",
        {{"part", service::cut_part_name(cuts->part)}, {"meter_id", id_or_null(cuts->meter)}}};
  co_return Rendered{"site", {}};
}

/// What has a property names it; what has a meter has the meter's.
struct PropertyOf {
  const service::LiveTable& live;
  PropertyId operator()(const service::MeterChanged& event) const { return of(event.meter); }
  PropertyId operator()(const service::VendChanged& event) const { return event.vend.property; }
  PropertyId operator()(const service::CommandChanged& event) const {
    return event.command.property;
  }
  PropertyId operator()(const service::AlarmChanged& event) const { return event.alarm.property; }
  PropertyId operator()(const service::AccountChanged& event) const {
    return event.account.property;
  }
  PropertyId operator()(const service::SettlementChanged& event) const {
    return event.settlement.property;
  }
  PropertyId operator()(const service::BatchChanged& event) const { return event.batch.property; }
  PropertyId operator()(const service::CheckChanged& event) const { return event.check.property; }
  PropertyId operator()(const service::PulseChanged& event) const { return event.test.property; }
  PropertyId operator()(const service::LimitingChanged& event) const { return event.property; }
  PropertyId operator()(const service::CutsChanged& event) const { return of(event.meter); }
  PropertyId operator()(const service::ReadingsStored&) const { return {}; }  // told to nobody
  PropertyId operator()(const service::SiteChanged&) const { return {}; }     // says nothing

 private:
  PropertyId of(MeterId id) const {
    const service::LiveMeter* meter = live.find(id);
    return meter == nullptr ? PropertyId{} : meter->meter.property;
  }
};

}  // namespace

bool EventStream::is_theirs(const service::Event& event) const {
  const service::LiveTable& live = context_.station.live;
  return may_see(live, own_, std::visit(PropertyOf{live}, event));
}

EventStream::EventStream(Context& context, std::string token, PropertyId own,
                         std::shared_ptr<net::StreamWriter> writer)
    : context_(context),
      streams_(context.event_streams),
      token_(std::move(token)),
      own_(own),
      writer_(std::move(writer)),
      wakeup_(context.station.runtime.make_wakeup()),
      meters_told_(context.station.runtime.mono()),
      session_checked_(context.station.runtime.mono()) {
  ++*streams_;
}

EventStream::~EventStream() { --*streams_; }

void EventStream::start() {
  subscription_ =
      context_.station.events.subscribe([weak = weak_from_this()](const service::Event& event) {
        if (const auto self = weak.lock()) self->take(event);
      });
  writer_->on_closed([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->wakeup_->raise();
  });
}

void EventStream::take(const service::Event& event) {
  if (!is_theirs(event)) return;
  // What readings change is told with the meters.
  if (std::holds_alternative<service::ReadingsStored>(event)) return;
  if (const auto* meter = std::get_if<service::MeterChanged>(&event)) {
    changed_meters_.insert(meter->meter);
    if (changed_meters_.size() > 1) return;  // the first one has woken the loop
  } else {
    waiting_.push_back(event);
  }
  wakeup_->raise();
}

port::Async<> EventStream::run(std::shared_ptr<EventStream> self) {
  const auto& runtime = self->context_.station.runtime;
  while (self->writer_->is_open() && !runtime.stopping()) {
    co_await self->wakeup_->wait_until(self->next_wake());
    if (!self->writer_->is_open()) break;
    if (self->waiting_.size() > kWaitingMax) break;
    co_await self->tell_events();
    if (!self->changed_meters_.empty() && runtime.mono() - self->meters_told_ >= kMeterInterval)
      self->tell_meters();
    if (runtime.mono() - self->session_checked_ >= kSessionCheck) co_await self->check_session();
  }
  self->subscription_ = {};
  self->writer_->close();
}

MonoMs EventStream::next_wake() const {
  const MonoMs check = session_checked_ + kSessionCheck;
  if (!waiting_.empty()) return context_.station.runtime.mono();
  return changed_meters_.empty() ? check : std::min(check, meters_told_ + kMeterInterval);
}

port::Async<> EventStream::tell_events() {
  while (!waiting_.empty() && writer_->is_open()) {
    service::Event event = std::move(waiting_.front());
    waiting_.pop_front();
    const auto rendered = co_await render_event(context_, std::move(event));
    send(rendered.name, rendered.data);
  }
}

void EventStream::tell_meters() {
  meters_told_ = context_.station.runtime.mono();
  for (const MeterId id : std::exchange(changed_meters_, {}))
    if (const auto* meter = context_.station.live.find(id))
      send("meter", render_tile(context_.station, *meter));
}

void EventStream::send(std::string_view name, const boost::json::value& data) {
  std::string text = "event: ";
  text += name;
  text += "\ndata: ";
  text += boost::json::serialize(data);
  text += "\n\n";
  writer_->write(text);
}

port::Async<> EventStream::check_session() {
  session_checked_ = context_.station.runtime.mono();
  const auto user = co_await context_.station.login.user_of(token_);
  if (!user && user.error().code == Errc::session_missing)
    writer_->close();
  else
    writer_->write(": still here\n\n");
}

}  // namespace paymeter::http
