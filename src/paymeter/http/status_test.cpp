// Every error has exactly one status, and no error is a success.
#include "paymeter/http/status.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace paymeter::http {
namespace {

TEST(Status, EveryCodeHasOneRow) {
  for (const Errc code : all_errors())
    EXPECT_EQ(std::ranges::count(status_table(), code, &StatusRow::code), 1) << error_name(code);
}

TEST(Status, EveryStatusIsAnError) {
  for (const auto& row : status_table()) {
    EXPECT_GE(row.status, 400) << error_name(row.code);
    EXPECT_LT(row.status, 600) << error_name(row.code);
  }
}

TEST(Status, WhatClientsRelyOn) {
  EXPECT_EQ(http_status(Errc::session_missing), 401) << "the console shows the log-in page";
  EXPECT_EQ(http_status(Errc::password_change_required), 403);
  EXPECT_EQ(http_status(Errc::vend_exists_with_different_request), 409);
  EXPECT_EQ(http_status(Errc::import_has_errors), 422);
  EXPECT_EQ(http_status(Errc::store_busy), 503) << "load balancers may try again";
}

}  // namespace
}  // namespace paymeter::http
