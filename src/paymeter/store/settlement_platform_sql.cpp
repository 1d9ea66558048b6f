// Settling platform wallets: the ledger is the wallet, so that its money ends in the books alone.
#include "paymeter/store/settlement_columns.hpp"
#include "paymeter/store/settlement_sql.hpp"

namespace paymeter::store::sql {

using domain::Settlement;
using domain::SettlementState;
using domain::Vend;

bool is_platform(Db& db, MeterId meter) {
  return db.value<domain::Wallet>("select wallet from meter where id = :meter", meter) ==
         domain::Wallet::platform;
}

namespace {

bool is_shared(Db& db, AccountId account) {
  return db.value<bool>("select shared_wallet from account where id = :account", account)
      .value_or(false);
}

domain::Money held_by(Db& db, const Settlement& settlement) {
  using domain::LedgerAccountKind;
  if (is_shared(db, settlement.account))
    return -ledger_balance(db, settlement.property,
                           {LedgerAccountKind::wallet, {}, {}, settlement.account});
  return -ledger_balance(db, settlement.property,
                         {LedgerAccountKind::wallet, settlement.meter, {}, {}});
}

}  // namespace

Result<> check_wallet_empty(Db& db, const Settlement& settlement) {
  if (!is_platform(db, settlement.meter)) return {};
  if (is_shared(db, settlement.account)) {
    const auto others = db.value<std::int64_t>(
        "select cast(count(*) as bigint) from account_meter where account_id = :account "
        "and meter_id <> :meter and to_at is null",
        settlement.account, settlement.meter);
    if (others.value_or(0) > 0) return {};
  }
  const domain::Money left = held_by(db, settlement);
  if (left == domain::Money{}) return {};
  return fail(Errc::settlement_state_conflict, "balance " + domain::format_money(left));
}

namespace {

/// The agreed register becomes the final reading; billing and money follow as with any other.
Result<std::vector<Vend>> settle_by_reading(Db& db, const Settlement& settlement,
                                            const WithoutMeter& agreed) {
  SettlementStep step;
  step.settlement = settlement.id;
  step.from = settlement.state;
  step.to = SettlementState::returning;
  step.at = agreed.at;
  step.by = agreed.by;
  step.final_at = agreed.reading->at;
  step.final_wh = agreed.reading->register_wh;
  if (auto stepped = step_settlement(db, step); !stepped) return fail(stepped.error());
  db.execute("update settlement set without_meter = 1, final_balance_fen = null where id = :id",
             settlement.id);
  mark_again<Settlement>(db, settlement.id);
  return std::vector<Vend>{};
}

/// What is owed and cannot be had: an adjustment of exactly that.
Result<std::vector<Vend>> write_off(Db& db, const Settlement& settlement,
                                    const WithoutMeter& agreed) {
  // A wallet in kWh or m³ owes what it used beyond its lots: its money does not show it.
  const domain::Money held = held_by(db, settlement);
  if (held < domain::Money{} && held != -agreed.balance)
    return fail(Errc::proposal_outdated, "balance " + domain::format_money(held));
  Vend vend;
  vend.property = settlement.property;
  vend.meter = settlement.meter;
  vend.account = settlement.account;
  vend.idempotency_key = "settle:" + std::to_string(settlement.id.value) +
                         ":written-off:" + std::to_string(agreed.at.value);
  vend.kind = domain::VendKind::adjustment;
  vend.captured = vend.to_meter = agreed.balance;
  vend.settles = true;
  vend.operator_id = agreed.by;
  vend.created_at = agreed.at;
  vend.note = settlement.number;
  auto made = create_paid_vend(db, vend);
  if (!made) return fail(made.error());
  return std::vector<Vend>{std::move(made->vend)};
}

}  // namespace

Result<> may_settle_on_platform(const Settlement& settlement, const WithoutMeter& agreed) {
  const bool is_debt = settlement.state == SettlementState::debt;
  const bool is_early = settlement.state == SettlementState::tripping ||
                        settlement.state == SettlementState::returning;
  if (!is_debt && !is_early)
    return fail(Errc::settlement_state_conflict,
                std::string(settlement_state_name(settlement.state)));
  if (agreed.reading) {
    if (agreed.reading->at > agreed.at) return fail(Errc::proposal_incomplete, "final_at");
    return {};
  }
  if (!is_debt) return fail(Errc::proposal_incomplete, "final_wh");
  if (agreed.balance <= domain::Money{}) return fail(Errc::proposal_incomplete, "amount");
  return {};
}

Result<std::vector<Vend>> settle_on_platform(Db& db, const Settlement& settlement,
                                             const WithoutMeter& agreed) {
  if (auto may = may_settle_on_platform(settlement, agreed); !may) return fail(may.error());
  if (agreed.reading) return settle_by_reading(db, settlement, agreed);
  return write_off(db, settlement, agreed);
}

}  // namespace paymeter::store::sql
