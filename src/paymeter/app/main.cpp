// The command line.
#include <CLI/CLI.hpp>
#include <iostream>

#include "paymeter/app/decode_command.hpp"
#include "paymeter/app/demo.hpp"
#include "paymeter/app/offline.hpp"
#include "paymeter/app/rate_command.hpp"
#include "paymeter/app/report_command.hpp"
#include "paymeter/app/site_commands.hpp"
#include "paymeter/app/station.hpp"
#include "paymeter/app/user_commands.hpp"
#include "paymeter/app/verify_command.hpp"
#include "paymeter/app/version.hpp"

namespace paymeter::app {
namespace {

/// Loads the configuration and runs `command` with it, or says what is wrong.
template <class Command>
int with_config(const std::string& path, Command command) {
  auto config = load_config(path);
  if (!config) {
    print_error(config.error());
    return kExitConfig;
  }
  return command(std::move(*config));
}

const CLI::IsMember kOutputs({"text", "json"});

class Commands {
 public:
  explicit Commands(CLI::App& app) : root(app) {}

  CLI::App& root;
  std::string config_path;
  int exit_code = kExitOk;
  DecodeOptions decode;
  ImportOptions import;
  SimulateCommand simulate;
  RateOptions rate;
  DemoOptions demo;
  VerifyOptions verify;
  VerifyReportOptions verify_report;
  std::string template_path;
  UserOptions user;

  void add_serve() {
    auto* command = root.add_subcommand("serve", "the station: collector, sales, HTTP, console");
    command->add_option("--config", config_path, "configuration file (default paymeter.toml)");
    command->callback([this] {
      exit_code = with_config(config_path, [](Config config) {
        return run_station({std::move(config), {}, http::Meters::real});
      });
    });
  }
  void add_demo() {
    auto* command = root.add_subcommand(
        "demo", "a fresh database, the reference site simulated, and the station");
    command->add_option("--port", demo.port, "console port")->check(CLI::Range(0, 65535));
    command->add_option("--workbook", demo.workbook, "another site than the reference site");
    command->add_option("--speed", demo.speed, "how much faster the meters live")
        ->check(CLI::Range(1, 3600));
    command->add_flag("--empty", demo.empty, "open no accounts: do everything yourself");
    command->callback([this] { exit_code = run_demo(demo); });
  }
  void add_simulate() {
    auto* command =
        root.add_subcommand("simulate", "a virtual site that speaks the real protocols");
    command->add_option("workbook", simulate.file, "the site's workbook")->required();
    command->add_option("--host", simulate.host, "address to listen on");
    command->add_option("--port", simulate.base_port, "bus k listens on PORT + k (0 = any)");
    command->add_option("--speed", simulate.speed, "how much faster the meters live")
        ->check(CLI::Range(1, 3600));
    command->add_option("--seed", simulate.seed, "for loads and faults");
    command->add_option("--state", simulate.state_file, "file that keeps the meters' memory");
    command->add_option("--pty-dir", simulate.pty_dir, "links to the serial buses' terminals");
    command->add_option("--lose-requests", simulate.lose_requests, "percent")
        ->check(CLI::Range(0, 100));
    command->add_option("--lose-replies", simulate.lose_replies, "percent")
        ->check(CLI::Range(0, 100));
    command->add_option("--double-frames", simulate.double_frames, "percent")
        ->check(CLI::Range(0, 100));
    command->add_option("--output", simulate.output)->check(kOutputs);
    command->callback([this] { exit_code = run_simulate_command(simulate); });
  }
  void add_import() {
    auto* command = root.add_subcommand("import", "import a site workbook: all of it or nothing");
    command->add_option("workbook", import.file, ".xlsx or .xls")->required();
    command->add_option("--config", config_path);
    command->add_flag("--dry-run", import.dry_run, "check and report only");
    command->add_option("--annotated", import.annotated, "write the workbook with its errors here");
    command->add_option("--output", import.output)->check(kOutputs);
    command->callback([this] {
      exit_code = with_config(config_path, [this](Config config) {
        import.config = std::move(config);
        return run_import(import);
      });
    });
  }
  void add_template() {
    auto* command = root.add_subcommand("template", "write an annotated site workbook to fill in");
    command->add_option("workbook", template_path, "where to write it")->required();
    command->callback([this] { exit_code = run_template(template_path); });
  }
  void add_decode() {
    auto* command = root.add_subcommand("decode", "explain one frame");
    command->add_option("hex", decode.hex, "bytes in hexadecimal")->required();
    command->add_option("--protocol", decode.protocol, "modbus-rtu or modbus-tcp")->required();
    command->add_option("--output", decode.output)->check(kOutputs);
    command->callback([this] { exit_code = run_decode(decode); });
  }
  void add_rate() {
    auto* command = root.add_subcommand("rate", "price readings by a tariff: recompute a bill");
    command->add_option("--tariff", rate.tariff_path, "tariff.json")->required();
    command->add_option("--readings", rate.readings_path, "readings.csv")->required();
    command->add_option("--output", rate.output)->check(kOutputs);
    command->callback([this] { exit_code = run_rate(rate); });
  }
  void add_verify() {
    auto* command = root.add_subcommand(
        "verify", "check the chain and every invariant of the books (0 sound, 1 not, 2 unread)");
    command->add_option("--config", config_path);
    command->add_option("--head", verify.head, "a printed head's hash: must still be in the chain");
    command->add_option("--tail", verify.tail_limit, "how many unsealed rows to list")
        ->check(CLI::Range(0, 100'000));
    command->add_option("--output", verify.output)->check(kOutputs);
    command->callback([this] {
      exit_code = with_config(config_path, [this](Config config) {
        verify.config = std::move(config);
        return run_verify(verify);
      });
    });
  }
  void add_verify_report() {
    auto* command = root.add_subcommand(
        "verify-report", "check a signed commissioning report (0 good, 1 changed, 2 unread)");
    command->add_option("file", verify_report.file, "report.json or report.pdf")->required();
    command->add_option("--key", verify_report.key, "public key that must have signed");
    command->add_option("--output", verify_report.output)->check(kOutputs);
    command->callback([this] { exit_code = run_verify_report(verify_report); });
  }
  void add_user() {
    auto* command = root.add_subcommand("user", "operators: list, add, reset, disable, enable");
    command->require_subcommand(1);
    const auto add = [&](const char* name, const char* what) {
      auto* one = command->add_subcommand(name, what);
      one->add_option("--config", config_path);
      return one;
    };
    const auto run = [this](auto work) {
      exit_code = with_config(config_path, [&](const Config& config) { return work(config); });
    };
    add("list", "who there is")->callback([run] { run(run_user_list); });
    auto* made = add("add", "a new operator with a one-time password");
    made->add_option("name", user.name)->required();
    made->add_option("role", user.role)
        ->required()
        ->check(CLI::IsMember({"administrator", "manager", "cashier", "viewer"}));
    made->add_option("--property", user.property,
                     "whose meters: a property's name, or all (default: the first property)");
    made->callback(
        [this, run] { run([this](const Config& config) { return run_user_add(config, user); }); });
    auto* reset = add("reset", "a new one-time password");
    reset->add_option("name", user.name)->required();
    reset->callback([this, run] {
      run([this](const Config& config) { return run_user_reset(config, user); });
    });
    for (const char* action : {"disable", "enable"}) {
      auto* one = add(action, "the operator's log-in");
      one->add_option("name", user.name)->required();
      one->callback([this, run, action] {
        run([&](const Config& config) { return run_user_switch(config, user, action); });
      });
    }
  }
  void add_config() {
    auto* command = root.add_subcommand("config", "about the configuration");
    auto* check = command->add_subcommand("check", "print the effective configuration");
    check->add_option("--config", config_path);
    command->require_subcommand(1);
    check->callback([this] {
      exit_code = with_config(config_path, [](const Config& config) {
        std::cout << format_config(config);
        return static_cast<int>(kExitOk);
      });
    });
  }
};

int run(int argc, char** argv) {
  CLI::App root{"Paymeter: remote prepaid metering / 远程预付费抄表售电系统"};
  root.set_version_flag("--version", std::string("paymeter ") + kVersion);
  root.require_subcommand(1);
  Commands commands{root};
  commands.add_serve();
  commands.add_demo();
  commands.add_simulate();
  commands.add_import();
  commands.add_template();
  commands.add_decode();
  commands.add_rate();
  commands.add_verify();
  commands.add_verify_report();
  commands.add_user();
  commands.add_config();
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return root.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return commands.exit_code;
}

}  // namespace
}  // namespace paymeter::app

int main(int argc, char** argv) { return paymeter::app::run(argc, argv); }
