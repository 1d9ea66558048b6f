// Loss trees: kept, weighed over closed local days, and on demand.
#include <algorithm>

#include "paymeter/domain/rating/local_day.hpp"
#include "paymeter/service/importer_text.hpp"
#include "paymeter/service/watch.hpp"

namespace paymeter::service {
namespace {

using domain::AlarmKind;
using domain::rating::day_number_at;
using domain::rating::midnight;
using domain::watch::LossReport;
using domain::watch::LossTree;
using domain::watch::LossTreeId;
using domain::watch::MeterUse;
using domain::watch::UseGap;

constexpr Millis kUsualOffset = minutes(480);
/// Readings of the full set come every half hour, some of them late.
constexpr Millis kSettle = minutes(120);
constexpr Millis kReadingsApartMax = minutes(120);
constexpr std::int64_t kDaysBackMax = 7;
constexpr std::int64_t kMetersAtOnce = 500;
constexpr std::size_t kMissingNamedMax = 20;

port::LossPeriod period_of(LossTreeId tree, const LossReport& report) {
  port::LossPeriod out{tree,
                       report.from,
                       report.to,
                       report.main_wh,
                       report.sub_wh,
                       report.loss_wh,
                       report.mains_missing,
                       report.subs_missing,
                       {}};
  std::size_t named = 0;
  for (const auto* uses : {&report.mains, &report.subs})
    for (const MeterUse& use : *uses) {
      if (use.gap == UseGap::none || ++named > kMissingNamedMax) continue;
      out.missing += (out.missing.empty() ? "" : ", ") + std::to_string(use.meter.value) + ' ' +
                     std::string(domain::watch::use_gap_name(use.gap));
    }
  return out;
}

std::string detail_of(const LossTree& tree, const LossReport& report) {
  std::string out = tree.name + ": main " + std::to_string(report.main_wh) + " Wh, subs " +
                    std::to_string(report.sub_wh) + " Wh";
  if (report.loss_per_mille) out += ", loss " + std::to_string(*report.loss_per_mille) + "/1000";
  if (report.subs_missing > 0) out += ", " + std::to_string(report.subs_missing) + " unknown";
  return out;
}

}  // namespace

const LossTree* Watch::find_tree(LossTreeId id) const {
  const auto at = std::find_if(trees_.begin(), trees_.end(),
                               [&](const LossTree& tree) { return tree.id == id; });
  return at == trees_.end() ? nullptr : &*at;
}

std::vector<LossTree> Watch::trees(PropertyId property) const {
  std::vector<LossTree> out;
  for (const LossTree& tree : trees_)
    if (tree.property == property) out.push_back(tree);
  return out;
}

port::Async<Result<LossTree>> Watch::put_tree(LossTree tree, UserId by) {
  const LossTree* before = tree.id ? find_tree(tree.id) : nullptr;
  if (tree.id && (before == nullptr || before->property != tree.property))
    co_return fail(Errc::loss_tree_unknown, std::to_string(tree.id.value));
  if (auto good = domain::watch::check_tree(tree, deps_.live.site(), trees(tree.property)); !good)
    co_return fail(good.error());
  const LossTreeId old = tree.id;
  const MeterId old_main = before == nullptr ? MeterId{} : before->mains.front();
  auto stored = co_await deps_.store.put_loss_tree(std::move(tree), by, deps_.runtime.now());
  if (!stored) co_return fail(stored.error());
  std::erase_if(trees_, [&](const LossTree& row) { return row.id == old; });
  trees_.push_back(*stored);
  if (old_main) co_await deps_.alarms.clear(AlarmKind::loss, old_main, {});
  co_return *stored;
}

port::Async<Result<>> Watch::end_tree(LossTreeId id, UserId by) {
  auto ended = co_await deps_.store.end_loss_tree(id, by, deps_.runtime.now());
  if (!ended) co_return ended;
  if (const LossTree* tree = find_tree(id)) {
    const MeterId main = tree->mains.front();
    std::erase_if(trees_, [&](const LossTree& row) { return row.id == id; });
    co_await deps_.alarms.clear(AlarmKind::loss, main, {});
  }
  co_return Result<>{};
}

port::Async<Result<LossReport>> Watch::weigh(LossTreeId id, UtcMs from, UtcMs to) {
  const LossTree* tree = find_tree(id);
  if (tree == nullptr) co_return fail(Errc::loss_tree_unknown, std::to_string(id.value));
  co_return co_await weigh_between(*tree, from, to);
}

/// Reads two short windows around `at`, never what lies between.
port::Async<Result<std::unordered_map<MeterId, std::int64_t>>> Watch::registers_at(
    std::vector<MeterId> meters, UtcMs at) {
  std::unordered_map<MeterId, std::int64_t> out;
  std::sort(meters.begin(), meters.end());
  for (std::size_t i = 0; i < meters.size();) {
    const MeterId first = meters[i], end{first.value + kMetersAtOnce};
    while (i < meters.size() && meters[i] < end) ++i;
    auto series = co_await deps_.store.register_series(
        {first, end, at - kReadingsApartMax, at + kReadingsApartMax});
    if (!series) co_return fail(series.error());
    for (const port::RegisterSeries& row : *series)
      if (const auto value = domain::watch::register_at(row.readings, at, kReadingsApartMax))
        out.emplace(row.meter, *value);
  }
  co_return out;
}

port::Async<Result<LossReport>> Watch::weigh_between(LossTree tree, UtcMs from, UtcMs to) {
  const std::vector<MeterId> subs =
      domain::watch::subs_of(tree, deps_.live.site(), trees(tree.property));
  std::vector<MeterId> all = tree.mains;
  all.insert(all.end(), subs.begin(), subs.end());
  const auto opening = co_await registers_at(all, from);
  if (!opening) co_return fail(opening.error());
  const auto closing = co_await registers_at(all, to);
  if (!closing) co_return fail(closing.error());
  std::vector<MeterUse> main_uses, sub_uses;
  for (MeterId meter : all) {
    const auto value = [&](const auto& values) -> std::optional<std::int64_t> {
      const auto at = values.find(meter);
      return at == values.end() ? std::nullopt : std::optional(at->second);
    };
    MeterUse use = domain::watch::use_between(meter, value(*opening), value(*closing));
    const auto devices = co_await deps_.store.devices(meter);
    if (!devices) co_return fail(devices.error());
    for (const auto& device : *devices)
      if (device.to_at > from && device.to_at <= to) use = {meter, 0, UseGap::replaced};
    const bool is_main = std::find(tree.mains.begin(), tree.mains.end(), meter) != tree.mains.end();
    (is_main ? main_uses : sub_uses).push_back(use);
  }
  co_return domain::watch::weigh_loss(from, to, std::move(main_uses), std::move(sub_uses));
}

port::Async<Result<int>> Watch::weigh_closed_days() {
  const std::vector<LossTree> all = trees_;  // by value: an operator may change them meanwhile
  int weighed = 0;
  for (const LossTree& tree : all) {
    const auto done = co_await weigh_tree(tree);
    if (!done) co_return fail(done.error());
    weighed += *done;
  }
  co_return weighed;
}

port::Async<Result<int>> Watch::weigh_tree(LossTree tree) {
  const domain::Property* property = deps_.live.property(tree.property);
  const Millis offset =
      fixed_zone_offset(property == nullptr ? "" : property->time_zone).value_or(kUsualOffset);
  const auto last = co_await deps_.store.loss_periods(tree.id, 1);
  if (!last) co_return fail(last.error());
  const std::int64_t today = day_number_at(deps_.runtime.now() - kSettle, offset);
  std::int64_t day = last->empty() ? today - 1 : day_number_at(last->front().to, offset);
  int weighed = 0;
  for (day = std::max(day, today - kDaysBackMax); day < today; ++day) {
    auto report = co_await weigh_between(tree, midnight(day, offset), midnight(day + 1, offset));
    if (!report) co_return fail(report.error());
    auto stored = co_await deps_.store.add_loss_period(period_of(tree.id, *report));
    if (!stored) co_return fail(stored.error());
    if (auto judged = co_await judge(tree, *report); !judged) co_return fail(judged.error());
    ++weighed;
  }
  co_return weighed;
}

port::Async<Result<>> Watch::judge(LossTree tree, LossReport report) {
  if (find_tree(tree.id) == nullptr) co_return Result<>{};  // ended while it was weighed
  const auto& rule = deps_.alarms.rules(tree.property).of(AlarmKind::loss);
  co_await deps_.alarms.observe(tree.property, AlarmKind::loss, tree.mains.front(), {},
                                domain::watch::loss_zone(report, rule), detail_of(tree, report));
  co_return Result<>{};
}

}  // namespace paymeter::service
