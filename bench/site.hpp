/// A site of any size in a store, with open accounts, made the way a station makes them.
#pragma once

#include <vector>

#include "bench.hpp"

namespace paymeter::bench {

inline constexpr UtcMs kNow{1'795'331'692'000};

/// Imports a site of `count` meters with platform wallets, 32 on each bus, and returns their ids.
std::vector<MeterId> build_site(boost::asio::io_context& io, port::Store& store, int count);

/// An open, confirmed account on every meter.
void open_accounts(boost::asio::io_context& io, port::Store& store,
                   const std::vector<MeterId>& meters);

/// Throws unless the store holds exactly `vends` sales and its books are sound.
void check_books(boost::asio::io_context& io, port::Store& store, std::int64_t vends);

}  // namespace paymeter::bench
