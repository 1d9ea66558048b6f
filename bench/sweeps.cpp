// Sweeps of readings for the ingest benchmarks.
#include "sweeps.hpp"

#include "yardsticks/sweep_values.hpp"

namespace paymeter::bench {
namespace {

domain::Reading reading_of(MeterId meter, std::int64_t sweep) {
  const sweep_values::Row row = sweep_values::row_of(meter.value, sweep);
  domain::Reading out;
  out.meter = meter;
  out.at = UtcMs{sweep_values::at_of(sweep)};
  std::size_t next = 0;
  out.energy_wh = row[next++];
  for (auto& rate : out.rate_energy_wh) rate = row[next++];
  out.power_w = row[next++];
  for (auto& voltage : out.voltage_mv) voltage = row[next++];
  for (auto& current : out.line_current_ma) current = row[next++];
  out.power_factor_e3 = row[next++];
  out.frequency_mhz = row[next++];
  out.balance = domain::Money{row[next++]};
  out.credit_remaining_wh = row[next++];
  out.purchase_count = static_cast<std::uint16_t>(row[next++]);
  out.relay_open = row[next] != 0;
  return out;
}

domain::Reading narrowed(const domain::Reading& wide) {
  domain::Reading out;
  out.meter = wide.meter;
  out.at = wide.at;
  out.energy_wh = wide.energy_wh;
  out.power_w = wide.power_w;
  out.relay_open = wide.relay_open;
  return out;
}

port::Async<> append_all(port::Store& store, std::vector<Batch> batches) {
  for (Batch& batch : batches) must(co_await store.append(std::move(batch)));
}

}  // namespace

std::vector<Batch> batches_of(const std::vector<MeterId>& meters, int first_sweep, int batch,
                              Columns columns) {
  std::vector<Batch> out;
  for (int sweep = first_sweep; sweep < first_sweep + kSweepsPerRound; ++sweep)
    for (std::size_t i = 0; i < meters.size(); ++i) {
      if (i % static_cast<std::size_t>(batch) == 0) out.emplace_back();
      const domain::Reading reading = reading_of(meters[i], sweep);
      out.back().push_back(columns == Columns::wide ? reading : narrowed(reading));
    }
  return out;
}

double append_a_round(boost::asio::io_context& io, port::Store& store, std::vector<Batch> batches) {
  const auto start = std::chrono::steady_clock::now();
  auto done =
      boost::asio::co_spawn(io, append_all(store, std::move(batches)), boost::asio::use_future);
  io.restart();
  io.run();
  done.get();
  return kMeters * kSweepsPerRound / seconds_since(start);
}

void check_sweeps(boost::asio::io_context& io, port::Store& store, MeterId meter, int sweeps) {
  const auto series = must(run(io, store.series(meter, UtcMs{sweep_values::at_of(0)},
                                                UtcMs{sweep_values::at_of(sweeps)}, sweeps + 1)));
  if (static_cast<int>(series.size()) != sweeps) throw std::runtime_error("readings are missing");
}

}  // namespace paymeter::bench
