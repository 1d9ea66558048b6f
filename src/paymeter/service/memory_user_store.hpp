/// For tests: users, sessions and the audit log in memory.
#pragma once

#include <algorithm>
#include <vector>

#include "paymeter/port/store.hpp"

namespace paymeter::service {

class MemoryUserStore final : public port::UserStore {
 public:
  std::vector<port::User> users;
  std::vector<port::Session> sessions;
  std::vector<port::AuditLine> audit;

  port::Async<Result<std::int64_t>> count_users() override {
    co_return static_cast<std::int64_t>(users.size());
  }
  port::Async<Result<port::User>> add_user(port::User user) override {
    user.id = {static_cast<std::int64_t>(users.size()) + 1};
    users.push_back(user);
    co_return user;
  }
  port::Async<Result<port::User>> find_user_by_name(std::string name) override {
    for (const auto& user : users)
      if (user.name == name) co_return user;
    co_return fail(Errc::login_failed);
  }
  port::Async<Result<port::User>> find_user(UserId id) override {
    for (const auto& user : users)
      if (user.id == id) co_return user;
    co_return fail(Errc::session_missing);
  }
  port::Async<Result<std::vector<port::User>>> list_users() override { co_return users; }
  port::Async<Result<>> set_password(UserId id, std::string hash,
                                     std::string keep_digest) override {
    for (auto& user : users)
      if (user.id == id) user.password_hash = hash, user.must_change_password = false;
    std::erase_if(sessions,
                  [&](const auto& s) { return s.user == id && s.token_digest != keep_digest; });
    co_return Result<>{};
  }
  port::Async<Result<port::User>> change_user(UserChange change) override {
    for (auto& user : users) {
      if (user.id != change.user) continue;
      if (change.role) user.role = *change.role;
      if (change.disabled) user.disabled = *change.disabled;
      if (change.one_time_hash) {
        user.password_hash = *change.one_time_hash;
        user.must_change_password = true;
      }
      std::erase_if(sessions, [&](const auto& s) { return s.user == change.user; });
      co_return user;
    }
    co_return fail(Errc::user_unknown);
  }
  port::Async<Result<>> add_session(port::Session session) override {
    sessions.push_back(std::move(session));
    co_return Result<>{};
  }
  port::Async<Result<port::Session>> find_session(std::string digest, UtcMs at) override {
    for (const auto& session : sessions)
      if (session.token_digest == digest && at < session.expires_at) co_return session;
    co_return fail(Errc::session_missing);
  }
  port::Async<Result<>> end_session(std::string digest) override {
    std::erase_if(sessions, [&](const auto& s) { return s.token_digest == digest; });
    co_return Result<>{};
  }
  port::Async<Result<>> append_audit(port::AuditLine line) override {
    line.id = static_cast<std::int64_t>(audit.size()) + 1;
    audit.push_back(std::move(line));
    co_return Result<>{};
  }
  port::Async<Result<port::Listed<port::AuditLine>>> list_audit(std::string /*text*/,
                                                                port::Page /*page*/) override {
    co_return port::Listed<port::AuditLine>{audit, static_cast<std::int64_t>(audit.size())};
  }
};

}  // namespace paymeter::service
