// The books: postings are only ever added; balances move in the same transaction.
#include "paymeter/store/sql.hpp"

namespace paymeter::store::sql {
namespace {

struct Moved {
  std::int64_t ledger_account = 0;
  domain::Money balance{};
};

/// Finds or opens the ledger account and adds the amount to its balance.
Moved move_balance(Db& db, PropertyId property, const domain::LedgerEntry& entry) {
  const auto row = db.one<std::int64_t, domain::Money>(
      "insert into ledger_account (property_id, kind, meter_id, account_id, label, balance_fen) "
      "values (:property, :kind, :meter, :account, :label, :amount) "
      "on conflict (property_id, kind, meter_id, account_id, label) do update "
      "set balance_fen = ledger_account.balance_fen + excluded.balance_fen "
      "returning id, balance_fen",
      property, entry.account.kind, entry.account.meter, entry.account.account, entry.account.label,
      entry.amount);
  return {std::get<0>(*row), std::get<1>(*row)};
}

}  // namespace

std::string document_of(const domain::Posting& posting) {
  return posting.document.empty() ? "vend " + std::to_string(posting.vend.value) : posting.document;
}

Result<> post(Db& db, const domain::Posting& posting) {
  if (auto balanced = domain::check_balanced(posting); !balanced) return balanced;
  const auto id = db.value<std::int64_t>(
      "insert into posting (property_id, kind, vend_id, document, at, operator_id, memo) "
      "values (:property, :kind, :vend, :document, :at, :operator, :memo) returning id",
      posting.property, posting.kind, posting.vend ? std::optional(posting.vend) : std::nullopt,
      document_of(posting), posting.at, posting.operator_id, posting.memo);
  for (const domain::LedgerEntry& entry : posting.entries) {
    const Moved moved = move_balance(db, posting.property, entry);
    // Both are within ±2^53 before they are added, so the sum that SQL made is exact.
    if (moved.balance > domain::kMoneyMax || moved.balance < -domain::kMoneyMax)
      return fail(Errc::ledger_overflow, std::string(ledger_account_kind_name(entry.account.kind)));
    db.execute(
        "insert into ledger_entry (property_id, posting_id, ledger_account_id, amount_fen) "
        "values (:property, :posting, :ledger_account, :amount)",
        posting.property, *id, moved.ledger_account, entry.amount);
  }
  return {};
}

domain::Money ledger_balance(Db& db, PropertyId property, const domain::LedgerAccountKey& account) {
  return db
      .value<domain::Money>(
          "select balance_fen from ledger_account where property_id = :property and kind = :kind "
          "and meter_id = :meter and account_id = :account and label = :label",
          property, account.kind, account.meter, account.account, account.label)
      .value_or(domain::Money{});
}

Rows<TrialBalanceRow> trial_balance(Db& db, PropertyId property) {
  std::vector<TrialBalanceRow> rows;
  db.each<domain::LedgerAccountKind, domain::Money, domain::Money>(
      "select a.kind, "
      "cast(sum(case when e.amount_fen > 0 then e.amount_fen else 0 end) as bigint), "
      "cast(sum(case when e.amount_fen < 0 then -e.amount_fen else 0 end) as bigint) "
      "from ledger_entry e join ledger_account a on a.id = e.ledger_account_id "
      "where a.property_id = :property group by a.kind order by a.kind",
      [&](domain::LedgerAccountKind kind, domain::Money debit, domain::Money credit) {
        rows.push_back({kind, debit, credit, debit - credit});
      },
      property);
  return rows;
}

}  // namespace paymeter::store::sql
