// Look-ups for all sales, sums in memory, then one insert per table and one move per balance.
#include "paymeter/store/sale_batch.hpp"

#include <map>
#include <unordered_set>

#include "paymeter/base/assert.hpp"
#include "paymeter/store/set_sql.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store::sql {
namespace {

using domain::LedgerAccountKey;
using domain::Money;
using domain::Vend;

using Answers = std::vector<std::optional<Result<VendStore::Created>>>;

struct Sale {
  std::size_t place = 0;  ///< in the batch
  Vend vend;
  std::vector<domain::Posting> postings{};
};

/// A ledger account as the batch leaves it.
struct Balance {
  PropertyId property{};
  LedgerAccountKey key;
  std::int64_t id = 0;  ///< 0: not opened yet
  Money before{}, now{};
};

// The meter with its open account, unless something speaks against a sale or the key is known.
constexpr SetText kSellable{
    "select m.property_id, m.wallet, a.id, a.shared_wallet from account_meter am "
    "join account a on a.id = am.account_id join meter m on m.id = am.meter_id "
    "join meter_money mm on mm.meter_id = am.meter_id "
    "where am.meter_id = :meter and am.to_at is null and am.opened_at is not null "
    "and a.state = 'open' and mm.quarantined = 0 and mm.settling = 0 and not exists "
    "(select 1 from vend v where v.property_id = m.property_id and v.idempotency_key = :key)",
    "select i.place, m.property_id, m.wallet, a.id, a.shared_wallet "
    "from unnest(:meter::bigint[], :key::text[]) with ordinality as i (meter, key, place) "
    "join account_meter am on am.meter_id = i.meter and am.to_at is null "
    "join account a on a.id = am.account_id join meter m on m.id = am.meter_id "
    "join meter_money mm on mm.meter_id = am.meter_id "
    // offset 0: looked up key by key; joined, PostgreSQL would rather read a young property whole.
    "left join lateral (select v.id from vend v where v.property_id = m.property_id "
    "and v.idempotency_key = i.key offset 0) known on true "
    "where am.opened_at is not null and a.state = 'open' and mm.quarantined = 0 "
    "and mm.settling = 0 and known.id is null"};

constexpr SetText kBalances{
    "select id, balance_fen from ledger_account where property_id = :property and kind = :kind "
    "and meter_id = :meter and account_id = :account and label = :label",
    "select i.place, l.id, l.balance_fen from unnest(:property::bigint[], :kind::text[], "
    ":meter::bigint[], :account::bigint[], :label::text[]) with ordinality "
    "as i (property, kind, meter, account, label, place) "
    "join ledger_account l on l.property_id = i.property and l.kind = i.kind "
    "and l.meter_id = i.meter and l.account_id = i.account and l.label = i.label"};

constexpr SetText kMoves{
    "update ledger_account set balance_fen = balance_fen + :amount where id = :id",
    "update ledger_account l set balance_fen = l.balance_fen + i.amount "
    "from unnest(:amount::bigint[], :id::bigint[]) as i (amount, id) where l.id = i.id"};

bool has_plain_shape(const Vend& vend) {
  return vend.kind == domain::VendKind::sale && !vend.settles && !vend.related &&
         domain::is_well_formed(vend);
}

class SaleBatch {
 public:
  SaleBatch(Db& db, std::span<const Vend* const> asked) : db_(db), asked_(asked) {}

  Answers run() {
    Answers answers(asked_.size());
    if (db_.disk_low()) return answers;
    choose();
    find_sellable();
    if (sales_.empty()) return answers;
    find_balances();
    if (!book()) return answers;  // a balance would overflow: one by one, to find whose
    open_ledger_accounts();
    name();
    insert_vends();
    insert_postings();
    move_balances();
    for (Sale& sale : sales_) answers[sale.place] = VendStore::Created{std::move(sale.vend), false};
    return answers;
  }

 private:
  /// Of sales with one key the first is sold; the others find it stored.
  void choose() {
    std::unordered_set<std::string_view> keys;
    for (std::size_t i = 0; i < asked_.size(); ++i)
      if (has_plain_shape(*asked_[i]) && keys.insert(asked_[i]->idempotency_key).second)
        sales_.push_back({i, *asked_[i]});
  }

  void find_sellable() {
    ParameterRows rows(2, sales_.size());
    for (const Sale& sale : sales_) rows.add(sale.vend.meter, sale.vend.idempotency_key);
    std::vector<bool> sellable(sales_.size());
    each_of_set<PropertyId, domain::Wallet, AccountId, bool>(
        db_, kSellable, rows,
        [&](std::size_t row, PropertyId property, domain::Wallet wallet, AccountId account,
            bool shared) {
          Vend& vend = sales_[row].vend;
          if (vend.account && vend.account != account) return;
          vend.property = property;
          vend.account = account;
          vend.wallet = wallet;
          vend.shared_wallet = wallet == domain::Wallet::platform && shared;
          vend.state = domain::VendState::paid;
          sellable[row] = true;
        });
    std::vector<Sale> kept;
    for (std::size_t i = 0; i < sales_.size(); ++i)
      if (sellable[i]) kept.push_back(std::move(sales_[i]));
    sales_ = std::move(kept);
  }

  Balance& balance_of(PropertyId property, const LedgerAccountKey& key) {
    const auto [at, fresh] = balance_at_.try_emplace({property, key}, balances_.size());
    if (fresh) balances_.push_back({property, key});
    return balances_[at->second];
  }

  void find_balances() {
    for (Sale& sale : sales_) {
      const Vend& vend = sale.vend;
      sale.postings.push_back(*domain::capture_posting(vend, vend.created_at));
      if (vend.wallet == domain::Wallet::platform)
        sale.postings.push_back(domain::delivery_posting(vend, vend.created_at));
      for (const domain::Posting& posting : sale.postings)
        for (const domain::LedgerEntry& entry : posting.entries)
          balance_of(vend.property, entry.account);
    }
    ParameterRows rows(5, balances_.size());
    for (const Balance& balance : balances_)
      rows.add(balance.property, balance.key.kind, balance.key.meter, balance.key.account,
               balance.key.label);
    each_of_set<std::int64_t, Money>(db_, kBalances, rows,
                                     [&](std::size_t row, std::int64_t id, Money balance) {
                                       balances_[row].id = id;
                                       balances_[row].before = balances_[row].now = balance;
                                     });
  }

  /// Moves the balances in memory. False: an account would hold more than money can be.
  bool book() {
    for (Sale& sale : sales_) {
      Vend& vend = sale.vend;
      const Balance* holder = nullptr;
      if (vend.wallet == domain::Wallet::platform) {
        holder = &balance_of(vend.property, domain::holder_of(vend));
        vend.balance_before = -holder->now;
      }
      for (const domain::Posting& posting : sale.postings)
        for (const domain::LedgerEntry& entry : posting.entries) {
          Balance& balance = balance_of(vend.property, entry.account);
          balance.now = balance.now + entry.amount;
          if (balance.now > domain::kMoneyMax || balance.now < -domain::kMoneyMax) return false;
        }
      if (holder == nullptr) continue;
      // On the platform's own wallet nothing has to be sent: paid is delivered.
      vend.balance_after = -holder->now;
      vend.state = domain::state_when_delivered(vend.kind);
      vend.finished_at = vend.created_at;
    }
    return true;
  }

  void open_ledger_accounts() {
    for (Balance& balance : balances_)
      if (balance.id == 0)
        balance.id = *db_.value<std::int64_t>(
            "insert into ledger_account (property_id, kind, meter_id, account_id, label, "
            "balance_fen) values (:property, :kind, :meter, :account, :label, 0) returning id",
            balance.property, balance.key.kind, balance.key.meter, balance.key.account,
            balance.key.label);
  }

  /// Ids and slip numbers, in the order of the sales.
  void name() {
    std::map<PropertyId, std::int64_t> sold;
    for (const Sale& sale : sales_) ++sold[sale.vend.property];
    for (auto& [property, count] : sold) count = first_of_numbers(db_, property, "slip", count);
    const auto ids = next_ids(db_, "vend", sales_.size());
    for (std::size_t i = 0; i < sales_.size(); ++i) {
      Vend& vend = sales_[i].vend;
      vend.id = VendId{ids[i]};
      vend.slip_number = number_text(sold[vend.property]++);
      for (domain::Posting& posting : sales_[i].postings) {
        posting.vend = vend.id;
        posting.memo = vend.slip_number;
      }
    }
  }

  void insert_vends() {
    static const RowInsert insert = [] {
      Vend blank;
      NameIo io;
      Table<Vend>::columns(io, blank);
      std::vector<RowInsert::Column> columns;
      for (std::size_t i = 0; i < io.names.size(); ++i)
        columns.push_back({io.names[i], io.texts[i]});
      columns.push_back({"mark"});
      return RowInsert(Table<Vend>::name, columns);
    }();
    ParameterRows rows(TableText<Vend>::get().texts.size() + 1, sales_.size());
    for (const Sale& sale : sales_) {
      std::vector<Cell> cells = cells_of(sale.vend);
      const std::int64_t mark = mark_of(Table<Vend>::name, std::span(cells).subspan(1));
      cells.push_back(to_cell(mark));
      rows.add_cells(std::move(cells));
    }
    insert.run(db_, rows);
  }

  void insert_postings() {
    static const RowInsert insert_posting("posting", {{"id"},
                                                      {"property_id"},
                                                      {"kind", true},
                                                      {"vend_id"},
                                                      {"document", true},
                                                      {"at"},
                                                      {"operator_id"},
                                                      {"memo", true}});
    static const RowInsert insert_entry(
        "ledger_entry", {{"property_id"}, {"posting_id"}, {"ledger_account_id"}, {"amount_fen"}});
    std::size_t count = 0;
    for (const Sale& sale : sales_) count += sale.postings.size();
    const auto ids = next_ids(db_, "posting", count);
    ParameterRows postings(8, count), entries(4, 2 * count);
    std::size_t at = 0;
    for (const Sale& sale : sales_)
      for (const domain::Posting& posting : sale.postings) {
        PAYMETER_ASSERT(domain::check_balanced(posting).has_value());
        const std::int64_t id = ids[at++];
        postings.add(id, posting.property, posting.kind, posting.vend, document_of(posting),
                     posting.at, posting.operator_id, posting.memo);
        for (const domain::LedgerEntry& entry : posting.entries)
          entries.add(posting.property, id, balance_of(posting.property, entry.account).id,
                      entry.amount);
      }
    insert_posting.run(db_, postings);
    insert_entry.run(db_, entries);
  }

  void move_balances() {
    ParameterRows moves(2, balances_.size());
    for (const Balance& balance : balances_)
      if (balance.now != balance.before) moves.add(balance.now - balance.before, balance.id);
    execute_set(db_, kMoves, moves);
  }

  Db& db_;
  std::span<const Vend* const> asked_;
  std::vector<Sale> sales_;
  std::vector<Balance> balances_;
  std::map<std::pair<PropertyId, LedgerAccountKey>, std::size_t> balance_at_;
};

}  // namespace

Answers sell_together(Db& db, std::span<const Vend* const> vends) {
  return SaleBatch(db, vends).run();
}

}  // namespace paymeter::store::sql
