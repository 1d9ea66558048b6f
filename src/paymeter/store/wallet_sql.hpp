/// Operations of notices and platform wallets over one connection. Contracts: the ports, same
/// names.
#pragma once

#include "paymeter/port/billing_store.hpp"
#include "paymeter/port/notice_store.hpp"
#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {

// notice_sql.cpp
Rows<domain::Notice> report_levels(Db& db, const LevelReport& report);
Result<port::Stored<domain::Notice>> add_notice(Db& db, domain::Notice notice,
                                                const std::string& key);
Result<domain::Notice> step_notice(Db& db, const NoticeStep& step);
Result<domain::Notice> find_notice(Db& db, NoticeId id);
Result<Listed<domain::Notice>> list_notices(Db& db, const NoticeFilter& filter);
Rows<domain::Notice> queued_notices(Db& db, int limit);
Rows<LevelEpisode> level_episodes(Db& db, MeterId meter);
Rows<MeterId> meters_with_levels(Db& db);

// billing_sql.cpp
Result<BillingInput> billing_input(Db& db, MeterId meter);
Result<Billing> store_billing_run(Db& db, const BillingRunStep& step);
Result<domain::WalletTerms> wallet_terms(Db& db, MeterId meter);
Result<domain::WalletTerms> set_wallet_terms(Db& db, domain::WalletTerms terms);
Result<BillingStore::ShadowBooks> shadow_books(Db& db, MeterId meter);
Result<> set_shadow_point(Db& db, domain::ShadowPoint point);

// billing_query_sql.cpp
Result<Listed<ChargeLine>> list_charges(Db& db, const ChargeFilter& filter);
Rows<BillingStore::MonthBillRow> bills_of_month(Db& db, MeterId meter, MonthNumber month);
/// Invariants of billing, for check_books: every charge posting belongs to billing rows and agrees
/// with them, a month's charges are its bill.
void charges_against_postings(Db& db, std::vector<std::string>& out);

}  // namespace paymeter::store::sql
