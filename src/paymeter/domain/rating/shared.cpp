// Several meters as one: their use interleaved, their steps counted together.
#include "paymeter/domain/rating/shared.hpp"

#include <algorithm>
#include <utility>

#include "paymeter/domain/rating/pieces.hpp"
#include "paymeter/domain/rating/walk.hpp"

namespace paymeter::domain::rating {
namespace {

/// A register that may be asked at ascending instants.
class Follower {
 public:
  explicit Follower(const std::vector<RegisterReading>& readings) : readings_(readings) {}
  /// Requires: not before the instant asked last.
  std::int64_t value_at(UtcMs at) {
    while (next_ < readings_.size() && readings_[next_].at <= at) ++next_;
    if (next_ == 0) return readings_.front().value;
    if (next_ == readings_.size()) return readings_.back().value;
    return reading_at(readings_[next_ - 1], readings_[next_], at);
  }

 private:
  const std::vector<RegisterReading>& readings_;
  std::size_t next_ = 0;
};

Result<> check_series(const MeterSeries& series) {
  const std::vector<RegisterReading>& readings = series.readings;
  const auto place = [&](std::size_t index) {
    return "meter " + std::to_string(series.meter) + ", reading " + std::to_string(index + 1);
  };
  if (readings.empty()) return fail(Errc::readings_empty, "meter " + std::to_string(series.meter));
  if (readings[0].value < 0 || readings[0].value > kReadingMax)
    return fail(Errc::readings_invalid, place(0));
  for (std::size_t i = 1; i < readings.size(); ++i)
    if (auto ok = check_follows(readings[i - 1], readings[i]); !ok)
      return fail(ok.error().code, place(i));
  return {};
}

/// One month: the account's parts and each meter's.
struct SharedMonth {
  OpenBill account;
  std::vector<std::vector<Parts>> meters;  ///< by meter, line
};

class Together {
 public:
  Together(const Schedule& schedule, std::span<const MeterSeries> series)
      : schedule_(schedule), series_(series) {
    for (const MeterSeries& meter : series) {
      followers_.emplace_back(meter.readings);
      shown_.push_back(meter.readings.front().value);
    }
  }

  Result<SharedStatement> run() {
    std::vector<UtcMs> instants;
    for (const MeterSeries& meter : series_)
      for (const RegisterReading& reading : meter.readings) instants.push_back(reading.at);
    std::ranges::sort(instants);
    if (instants.back() - instants.front() > kSpanMax) return fail(Errc::readings_span_too_long);
    out_.summed.push_back({instants.front(), 0});
    for (std::size_t i = 1; i < instants.size(); ++i)
      for (const Piece& piece : pieces_of(schedule_, instants[i - 1], instants[i]))
        if (!use(piece)) return fail(Errc::rating_amount_too_large);
    for (const SharedMonth& month : months_)
      if (auto ok = bill(month); !ok) return fail(ok.error());
    return std::move(out_);
  }

 private:
  SharedMonth& month_of(const LocalDay& day) {
    const Month month{day.date.year, day.date.month};
    if (months_.empty() || months_.back().account.month != month) {
      months_.push_back({{month, day.number, 1, {}}, {}});
      months_.back().account.lines.resize(schedule_.tariff().lines.size());
      months_.back().meters.assign(series_.size(), months_.back().account.lines);
    } else if (months_.back().account.last_day != day.number) {
      months_.back().account.last_day = day.number;
      ++months_.back().account.day_count;
    }
    return months_.back();
  }

  bool use(const Piece& piece) {
    SharedMonth& month = month_of(piece.day);
    const DayNumber start = schedule_.cycle_start(piece.day);
    if (start != cycle_start_) count_ = 0;
    cycle_start_ = start;
    std::int64_t sum = out_.summed.back().value;
    for (std::size_t i = 0; i < series_.size(); ++i) {
      const std::int64_t value = followers_[i].value_at(piece.end);
      const std::int64_t quantity = value - std::exchange(shown_[i], value);
      if (quantity == 0) continue;
      for (std::size_t line = 0; line < month.account.lines.size(); ++line) {
        const Part part{piece.rate, 0, quantity, schedule_.price_of(line, piece.rate)};
        Parts used;
        add_use(used, part, schedule_.steps_of(line, start), count_);
        for (const Part& cut : used) {
          add_part(month.meters[i][line], cut);
          add_part(month.account.lines[line], cut);
        }
      }
      count_ += quantity;
      sum += quantity;
      if (sum > kReadingMax) return false;
    }
    out_.summed.push_back({piece.end, sum});
    return true;
  }

  Result<> bill(const SharedMonth& month) {
    auto account = make_bill(schedule_, month.account);
    if (!account) return fail(account.error());
    SharedBill bill{std::move(*account), {}};
    for (const MeterSeries& meter : series_) bill.shares.push_back({meter.meter, {}});
    for (std::size_t line = 0; line < month.account.lines.size(); ++line)
      if (auto ok = share_line(month, line, bill.shares); !ok) return ok;
    const auto total = checked_add(out_.total, bill.account.total);
    if (!total) return fail(Errc::rating_amount_too_large);
    out_.total = *total;
    out_.bills.push_back(std::move(bill));
    return {};
  }

  Result<> share_line(const SharedMonth& month, std::size_t line,
                      std::vector<MeterShare>& shares) const {
    Int128 cost = 0;
    Money rounded{};
    for (std::size_t i = 0; i < shares.size(); ++i) {
      const Parts& parts = month.meters[i][line];
      cost += exact_cost(parts);
      const auto amount = round_cost(cost, schedule_.tariff().rounding);
      if (!amount) return fail(amount.error());
      BillLine share = make_line(schedule_.tariff().lines[line].name, parts, *amount - rounded);
      shares[i].lines.push_back(std::move(share));
      rounded = *amount;
    }
    return {};
  }

  const Schedule& schedule_;
  std::span<const MeterSeries> series_;
  std::vector<Follower> followers_;
  std::vector<std::int64_t> shown_;
  std::vector<SharedMonth> months_;
  DayNumber cycle_start_ = 0;
  std::int64_t count_ = 0;
  SharedStatement out_;
};

}  // namespace

Result<SharedStatement> price_together(const Schedule& schedule,
                                       std::span<const MeterSeries> series) {
  if (series.empty()) return fail(Errc::readings_empty);
  for (const MeterSeries& meter : series)
    if (auto ok = check_series(meter); !ok) return fail(ok.error());
  return Together(schedule, series).run();
}

}  // namespace paymeter::domain::rating
