/// Whole sweeps of readings from 10,000 meters, appended to a store: what the ingest benchmarks
/// share.
#pragma once

#include <vector>

#include "site.hpp"

namespace paymeter::bench {

inline constexpr int kMeters = 10'000;
inline constexpr int kSweepsPerRound = 10;

/// Which values a reading has. narrow: energy, power and the relay.
enum class Columns : std::uint8_t { wide, narrow };

using Batch = std::vector<domain::Reading>;

/// The readings of a round's sweeps in batches of `batch`.
std::vector<Batch> batches_of(const std::vector<MeterId>& meters, int first_sweep, int batch,
                              Columns columns = Columns::wide);

/// Rows per second of one round, each batch durable before the next one.
double append_a_round(boost::asio::io_context& io, port::Store& store, std::vector<Batch> batches);

/// Throws unless the meter has a reading of each of the first `sweeps` sweeps.
void check_sweeps(boost::asio::io_context& io, port::Store& store, MeterId meter, int sweeps);

}  // namespace paymeter::bench
