// Users, their sessions, and who did what.
#include "paymeter/store/filter.hpp"
#include "paymeter/store/sql.hpp"
#include "paymeter/store/table_columns.hpp"

namespace paymeter::store::sql {

Result<std::int64_t> count_users(Db& db) {
  return *db.value<std::int64_t>("select count(*) from user_account");
}

Result<User> add_user(Db& db, User user) {
  if (find_user_by_name(db, user.name)) return fail(Errc::user_name_taken, user.name);
  user.id = UserId{insert(db, user)};
  return user;
}

Result<User> find_user_by_name(Db& db, const std::string& name) {
  auto user = select_one<User>(db, "where user_account.name = :name", name);
  if (!user) return fail(Errc::login_failed);
  return std::move(*user);
}

Result<User> find_user(Db& db, UserId id) {
  auto user = select_one<User>(db, "where user_account.id = :id", id);
  if (!user) return fail(Errc::login_failed);
  return std::move(*user);
}

Rows<User> list_users(Db& db) { return select<User>(db, "order by user_account.id"); }

Result<> set_password(Db& db, UserId id, const std::string& hash, const std::string& keep_digest) {
  const auto changed = db.execute(
      "update user_account set password_hash = :hash, must_change_password = 0 where id = :id",
      hash, id);
  if (changed == 0) return fail(Errc::login_failed);
  db.execute("delete from session where user_id = :id and token_digest <> :keep", id, keep_digest);
  return {};
}

Result<User> change_user(Db& db, const UserStore::UserChange& change) {
  auto user = select_one<User>(db, "where user_account.id = :id", change.user);
  if (!user) return fail(Errc::user_unknown, std::to_string(change.user.value));
  const bool was_in_charge = user->role == Role::administrator && !user->disabled;
  if (change.role) user->role = *change.role;
  if (change.disabled) user->disabled = *change.disabled;
  if (change.one_time_hash) {
    user->password_hash = *change.one_time_hash;
    user->must_change_password = true;
  }
  const bool is_in_charge = user->role == Role::administrator && !user->disabled;
  if (was_in_charge && !is_in_charge) {
    const auto others = *db.value<std::int64_t>(
        "select count(*) from user_account where role = 'administrator' and disabled = 0 "
        "and id <> :id",
        user->id);
    if (others == 0) return fail(Errc::user_last_administrator);
  }
  update(db, *user);
  db.execute("delete from session where user_id = :id", user->id);
  return std::move(*user);
}

Result<> add_session(Db& db, const Session& session) {
  const auto user = find_user(db, session.user);
  if (!user) return fail(user.error());
  // Nobody misses sessions that have ended; here is where they are tidied away.
  db.execute("delete from session where user_id = :user and expires_at <= :now", session.user,
             session.created_at);
  db.execute(
      "insert into session (token_digest, property_id, user_id, created_at, expires_at) "
      "values (:digest, :property, :user, :created, :expires)",
      session.token_digest, user->property, session.user, session.created_at, session.expires_at);
  return {};
}

Result<Session> find_session(Db& db, const std::string& token_digest, UtcMs at) {
  auto session = select_one<Session>(
      db, "where session.token_digest = :digest and session.expires_at > :at", token_digest, at);
  if (!session) return fail(Errc::session_missing);
  return std::move(*session);
}

Result<> end_session(Db& db, const std::string& token_digest) {
  db.execute("delete from session where token_digest = :digest", token_digest);
  return {};
}

Result<> append_audit(Db& db, const AuditLine& line) {
  insert(db, line);
  return {};
}

Result<Listed<AuditLine>> list_audit(Db& db, const std::string& text, Page page) {
  Filter where;
  where.add_text(
      {{"audit_log.user_name"}, {"audit_log.action"}, {"audit_log.subject"}, {"audit_log.detail"}},
      text);
  return where.list<AuditLine>(db, "", page);
}

}  // namespace paymeter::store::sql
