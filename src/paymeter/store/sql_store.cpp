// Dispatch only: what each method does stands in the *_sql.cpp files.
#include "paymeter/store/sale_batch.hpp"
#include "paymeter/store/sql_store_perform.hpp"

namespace paymeter::store {

template <class T>
using Answer = SqlStore::Answer<T>;
using domain::Account;
using domain::Command;
using domain::Vend;
using port::Listed;

// ---------------------------------------------------------------- site

Answer<domain::Site> SqlStore::load_site() {
  return read([](Db& db) { return sql::load_site(db); });
}

Answer<domain::SitePlanResult> SqlStore::apply_plan(domain::SitePlan plan, Apply apply, UtcMs at) {
  return perform(Lane::write, apply == Apply::commit ? Persist::commit : Persist::rehearse,
                 [plan = std::move(plan), at](Db& db) { return sql::apply_plan(db, plan, at); });
}

// ---------------------------------------------------------------- accounts

Answer<port::AccountStore::Opened> SqlStore::open_account(Account account,
                                                          std::vector<Command> commands) {
  return write([account = std::move(account), commands = std::move(commands)](Db& db) {
    return sql::open_account(db, account, commands);
  });
}

Answer<Account> SqlStore::confirm_open(AccountId id, MeterId meter, domain::Epoch epoch, UtcMs at) {
  return write([id, meter, epoch = std::move(epoch), at](Db& db) {
    return sql::confirm_open(db, id, meter, epoch, at);
  });
}

Answer<Account> SqlStore::abandon_open(AccountId id, UtcMs at) {
  return write([id, at](Db& db) { return sql::abandon_open(db, id, at); });
}

Answer<Account> SqlStore::find_account(AccountId id) {
  return read([id](Db& db) { return sql::find_account(db, id); });
}

Answer<Account> SqlStore::account_of_meter(MeterId meter) {
  return read([meter](Db& db) { return sql::account_of_meter(db, meter); });
}

Answer<Listed<Account>> SqlStore::list_accounts(port::AccountFilter filter) {
  return read([filter = std::move(filter)](Db& db) { return sql::list_accounts(db, filter); });
}

Answer<std::vector<Account>> SqlStore::live_accounts() {
  return read([](Db& db) { return sql::live_accounts(db); });
}

// ---------------------------------------------------------------- vends and books

namespace {

/// Tills and kiosks sell at the same time: what waits for the disk together is stored together.
struct PaidVend {
  Vend vend;
  using Outcome = Result<port::VendStore::Created>;
  Outcome operator()(Db& db) const { return sql::create_paid_vend(db, vend); }
  static std::vector<std::optional<Outcome>> together(Db& db,
                                                      const std::vector<const PaidVend*>& asked) {
    std::vector<const Vend*> vends;
    for (const PaidVend* one : asked) vends.push_back(&one->vend);
    return sql::sell_together(db, vends);
  }
};

}  // namespace

Answer<port::VendStore::Created> SqlStore::create_paid_vend(Vend vend) {
  return write(PaidVend{std::move(vend)});
}

Answer<port::VendStore::Transfer> SqlStore::create_transfer(Vend out, Vend in) {
  return write([out = std::move(out), in = std::move(in)](Db& db) {
    return sql::create_transfer(db, out, in);
  });
}

Answer<Vend> SqlStore::correct_method(MethodCorrection correction) {
  return write(
      [correction = std::move(correction)](Db& db) { return sql::correct_method(db, correction); });
}

Answer<Vend> SqlStore::step_vend(port::VendStep step) {
  return write([step = std::move(step)](Db& db) { return sql::step_vend(db, step); });
}

Answer<Vend> SqlStore::count_attempt(VendId id, domain::VendState expected, UtcMs at) {
  return write([id, expected, at](Db& db) { return sql::count_attempt(db, id, expected, at); });
}

Answer<Vend> SqlStore::find_vend(VendId id) {
  return read([id](Db& db) { return sql::find_vend(db, id); });
}

Answer<std::optional<Vend>> SqlStore::find_vend_by_key(PropertyId property, std::string key) {
  return read([property, key = std::move(key)](Db& db) {
    return sql::find_vend_by_key(db, property, key);
  });
}

Answer<Listed<Vend>> SqlStore::list_vends(port::VendFilter filter) {
  return read([filter = std::move(filter)](Db& db) { return sql::list_vends(db, filter); });
}

Answer<port::VendTotals> SqlStore::vend_totals(port::VendFilter filter) {
  return read([filter = std::move(filter)](Db& db) { return sql::vend_totals(db, filter); });
}

Answer<std::vector<Vend>> SqlStore::unfinished_vends() {
  return read([](Db& db) { return sql::unfinished_vends(db); });
}

Answer<domain::MeterMoney> SqlStore::meter_money(MeterId meter) {
  return read([meter](Db& db) { return sql::meter_money(db, meter); });
}

Answer<std::vector<port::TrialBalanceRow>> SqlStore::trial_balance(PropertyId property) {
  return read([property](Db& db) { return sql::trial_balance(db, property); });
}

Answer<std::vector<std::string>> SqlStore::check_books() {
  return read([](Db& db) { return sql::check_books(db); });
}

// ---------------------------------------------------------------- commands

Answer<port::StoredCommand> SqlStore::add_command(Command command, std::string idempotency_key) {
  return write([command = std::move(command), key = std::move(idempotency_key)](Db& db) {
    return sql::add_command(db, command, key);
  });
}

Answer<Command> SqlStore::finish_command(CommandId id, domain::CommandState state,
                                         std::optional<Errc> result, UtcMs at) {
  return write([=](Db& db) { return sql::finish_command(db, id, state, result, at); });
}

Answer<void> SqlStore::note_try(CommandId id, std::optional<Errc> trouble) {
  return write([id, trouble](Db& db) { return sql::note_try(db, id, trouble); });
}

Answer<Command> SqlStore::find_command(CommandId id) {
  return read([id](Db& db) { return sql::find_command(db, id); });
}

Answer<Listed<Command>> SqlStore::list_commands(port::CommandFilter filter) {
  return read([filter](Db& db) { return sql::list_commands(db, filter); });
}

Answer<std::vector<Command>> SqlStore::pending_commands() {
  return read([](Db& db) { return sql::pending_commands(db); });
}

// ---------------------------------------------------------------- users

Answer<std::int64_t> SqlStore::count_users() {
  return read([](Db& db) { return sql::count_users(db); });
}

Answer<port::User> SqlStore::add_user(port::User user) {
  return write([user = std::move(user)](Db& db) { return sql::add_user(db, user); });
}

Answer<port::User> SqlStore::find_user_by_name(std::string name) {
  return read([name = std::move(name)](Db& db) { return sql::find_user_by_name(db, name); });
}

Answer<port::User> SqlStore::find_user(UserId id) {
  return read([id](Db& db) { return sql::find_user(db, id); });
}

Answer<std::vector<port::User>> SqlStore::list_users() {
  return read([](Db& db) { return sql::list_users(db); });
}

Answer<void> SqlStore::set_password(UserId id, std::string hash, std::string keep_digest) {
  return write([id, hash = std::move(hash), keep = std::move(keep_digest)](Db& db) {
    return sql::set_password(db, id, hash, keep);
  });
}

Answer<port::User> SqlStore::change_user(UserChange change) {
  return write([change = std::move(change)](Db& db) { return sql::change_user(db, change); });
}

Answer<void> SqlStore::add_session(port::Session session) {
  return write([session = std::move(session)](Db& db) { return sql::add_session(db, session); });
}

Answer<port::Session> SqlStore::find_session(std::string token_digest, UtcMs at) {
  return read(
      [digest = std::move(token_digest), at](Db& db) { return sql::find_session(db, digest, at); });
}

Answer<void> SqlStore::end_session(std::string token_digest) {
  return write([digest = std::move(token_digest)](Db& db) { return sql::end_session(db, digest); });
}

Answer<void> SqlStore::append_audit(port::AuditLine line) {
  return write([line = std::move(line)](Db& db) { return sql::append_audit(db, line); });
}

Answer<Listed<port::AuditLine>> SqlStore::list_audit(std::string text, port::Page page) {
  return read([text = std::move(text), page](Db& db) { return sql::list_audit(db, text, page); });
}

}  // namespace paymeter::store
