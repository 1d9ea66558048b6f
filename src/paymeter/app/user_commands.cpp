// Listing, adding, resetting, disabling operators, each straight in the database and audited.
#include "paymeter/app/user_commands.hpp"

#include <iostream>

#include "paymeter/adapter/password.hpp"
#include "paymeter/app/offline.hpp"
#include "paymeter/service/login.hpp"
#include "paymeter/transport/asio_runtime.hpp"

namespace paymeter::app {
namespace {

/// What every command needs; alive while one runs.
struct Desk {
  explicit Desk(std::unique_ptr<port::Store> the_store)
      : store(std::move(the_store)), runtime(io, [](std::string_view, std::string_view) {}) {}
  boost::asio::io_context io;
  std::unique_ptr<port::Store> store;
  transport::AsioRuntime runtime;
  adapter::SodiumPasswordHasher hasher;
  service::Login login{runtime, *store, hasher};

  template <class T>
  Result<T> run(port::Async<Result<T>> task) {
    return run_to_end<Result<T>>(io, std::move(task));
  }

  void audit(std::string action, const port::User& user) {
    port::AuditLine line;
    line.property = user.property;
    if (auto site = run(store->load_site()); !line.property && site && !site->properties.empty())
      line.property = site->properties.front().id;
    line.at = runtime.now();
    line.user_name = "shell";
    line.action = std::move(action);
    line.subject = "user " + user.name;
    (void)run(store->append_audit(std::move(line)));
  }
};

int failed(const Error& error) {
  print_error(error);
  return kExitFailed;
}

/// Opens the store and hands a desk to `work`.
template <class Work>
int at_desk(const Config& config, Work work) {
  auto store = open_store(config, store::ExecutionMode::inline_);
  if (!store) {
    print_error(store.error());
    return kExitStore;
  }
  Desk desk(std::move(*store));
  return work(desk);
}

Result<port::User> named(Desk& desk, const std::string& name) {
  auto user = desk.run(desk.store->find_user_by_name(name));
  if (!user && user.error().code == Errc::login_failed) return fail(Errc::user_unknown, name);
  return user;
}

/// Errors: request_invalid.
Result<PropertyId> property_named(const domain::Site& site, const std::string& name) {
  if (name == "all" || site.properties.empty()) return PropertyId{};
  if (name.empty()) return site.properties.front().id;
  for (const domain::Property& property : site.properties)
    if (property.name == name) return property.id;
  return fail(Errc::request_invalid, "property " + name);
}

int print_password(const service::Login::NewUser& made) {
  std::cout << made.user.name << " one-time password / 一次性密码: " << made.one_time_password
            << '\n';
  return kExitOk;
}

}  // namespace

int run_user_list(const Config& config) {
  return at_desk(config, [](Desk& desk) -> int {
    auto users = desk.run(desk.store->list_users());
    if (!users) return failed(users.error());
    for (const auto& user : *users)
      std::cout << user.name << '\t' << port::role_name(user.role) << '\t'
                << (user.disabled ? "disabled" : "enabled")
                << (user.must_change_password ? "\tone-time password" : "") << '\n';
    return kExitOk;
  });
}

int run_user_add(const Config& config, const UserOptions& options) {
  return at_desk(config, [&](Desk& desk) -> int {
    const auto role = port::role_from_name(options.role);
    if (!role) return failed({Errc::request_invalid, "role " + options.role});
    auto site = desk.run(desk.store->load_site());
    if (!site) return failed(site.error());
    const auto property = property_named(*site, options.property);
    if (!property) return failed(property.error());
    auto made = desk.run(desk.login.add_user(*property, options.name, *role));
    if (!made) return failed(made.error());
    desk.audit("user_added", made->user);
    return print_password(*made);
  });
}

int run_user_reset(const Config& config, const UserOptions& options) {
  return at_desk(config, [&](Desk& desk) -> int {
    auto user = named(desk, options.name);
    if (!user) return failed(user.error());
    auto made = desk.run(desk.login.reset_password(user->id));
    if (!made) return failed(made.error());
    desk.audit("user_password_reset", made->user);
    return print_password(*made);
  });
}

int run_user_switch(const Config& config, const UserOptions& options, const std::string& action) {
  return at_desk(config, [&](Desk& desk) -> int {
    auto user = named(desk, options.name);
    if (!user) return failed(user.error());
    port::UserStore::UserChange change;
    change.user = user->id;
    change.disabled = action == "disable";
    auto changed = desk.run(desk.store->change_user(std::move(change)));
    if (!changed) return failed(changed.error());
    desk.audit("user_" + action + "d", *changed);
    std::cout << changed->name << ' ' << action << "d\n";
    return kExitOk;
  });
}

}  // namespace paymeter::app
