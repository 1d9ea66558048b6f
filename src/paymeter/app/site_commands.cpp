// Commands around the site workbook and the database, without a station.
#include "paymeter/app/site_commands.hpp"

#include <boost/json.hpp>
#include <iostream>

#include "paymeter/adapter/spreadsheet/xlsx_xls_format.hpp"
#include "paymeter/app/files.hpp"
#include "paymeter/app/offline.hpp"
#include "paymeter/driver/factory.hpp"
#include "paymeter/service/importer.hpp"
#include "paymeter/sim/simulate.hpp"
#include "paymeter/store/sqlite.hpp"
#include "paymeter/transport/asio_runtime.hpp"

namespace paymeter::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kWorkbookBytesMax = 20 * 1024 * 1024;

int failed(const Error& error, int code) {
  print_error(error);
  return code;
}

void print_issues(const std::vector<service::ImportIssue>& issues) {
  for (const auto& issue : issues) {
    std::cerr << issue.sheet;
    if (issue.row > 0) std::cerr << " 第" << issue.row << "行";
    if (!issue.column.empty()) std::cerr << " " << issue.column;
    if (!issue.value.empty()) std::cerr << " '" << issue.value << "'";
    std::cerr << ": " << issue.text_zh << " / " << issue.text_en << '\n';
  }
}

json::object report_json(const service::ImportReport& report) {
  json::array issues;
  for (const auto& issue : report.issues)
    issues.push_back({{"sheet", issue.sheet},
                      {"row", issue.row},
                      {"column", issue.column},
                      {"code", error_name(issue.code)},
                      {"value", issue.value},
                      {"text_zh", issue.text_zh},
                      {"text_en", issue.text_en}});
  return {{"committed", report.committed},
          {"added", report.result.added},
          {"changed", report.result.changed},
          {"unchanged", report.result.unchanged},
          {"buildings", report.buildings},
          {"rooms", report.rooms},
          {"gateways", report.gateways},
          {"buses", report.buses},
          {"tariffs", report.tariffs},
          {"meters", report.meters},
          {"issues", issues}};
}

UtcMs system_now(boost::asio::io_context& io) {
  return transport::AsioRuntime(io, [](std::string_view, std::string_view) {}).now();
}

int report_import(const service::ImportReport& report, const ImportOptions& options) {
  if (options.output == "json") {
    std::cout << json::serialize(report_json(report)) << '\n';
  } else if (report.issues.empty()) {
    std::cout << (report.committed ? "imported" : "would import") << ": " << report.meters
              << " meters on " << report.buses << " buses; " << report.result.added << " added, "
              << report.result.changed << " changed, " << report.result.unchanged << " unchanged\n";
  } else {
    print_issues(report.issues);
    std::cerr << report.issues.size() << " issues, nothing imported / 有错误，未导入任何内容\n";
  }
  return report.issues.empty() ? kExitOk : kExitSheet;
}

constexpr int kTreeRounds = 4;  // meters leave other trees, then join: twice is enough

/// The loss trees as the workbook names main meters.
port::Async<Result<>> apply_main_meters(port::Store& store, service::ImportReport report,
                                        UtcMs at) {
  const auto site = co_await store.load_site();
  if (!site) co_return fail(site.error());
  for (int round = 0; round < kTreeRounds; ++round) {
    const auto trees = co_await store.loss_trees();
    if (!trees) co_return fail(trees.error());
    const auto changes =
        service::next_tree_changes(report.mains, report.property_name, *site, *trees);
    if (changes.empty()) break;
    for (const service::TreeChange& change : changes) {
      std::vector<domain::watch::LossTree> others;
      for (const auto& tree : *trees)
        if (tree.property == change.tree.property && tree.id != change.tree.id)
          others.push_back(tree);
      Result<> done;
      if (change.ends) {
        done = co_await store.end_loss_tree(change.tree.id, UserId{}, at);
      } else if (done = domain::watch::check_tree(change.tree, *site, others); done) {
        if (auto put = co_await store.put_loss_tree(change.tree, UserId{}, at); !put)
          done = fail(put.error());
      }
      if (!done) co_return done;
    }
  }
  co_return Result<>{};
}

}  // namespace

int run_template(const std::string& path) {
  adapter::XlsxXlsFormat format;
  driver::ModelDriverFactory drivers(driver::builtin_models());
  // The template needs formats and models only; a store in memory stands in for the database.
  store::SqliteOptions in_memory;
  in_memory.path = ":memory:";
  in_memory.mode = store::ExecutionMode::inline_;
  auto store = store::open_sqlite(std::move(in_memory));
  if (!store) return failed(store.error(), kExitStore);
  auto book = service::Importer(**store, format, drivers).template_workbook();
  if (!book) return failed(book.error(), kExitFailed);
  if (auto ok = write_file(path, *book); !ok) return failed(ok.error(), kExitFailed);
  std::cout << "written: " << path << '\n';
  return kExitOk;
}

int run_import(const ImportOptions& options) {
  auto file = read_file(options.file, kWorkbookBytesMax);
  if (!file) return failed(file.error(), kExitFailed);
  auto models = driver::load_models(options.config.models_dir);
  if (!models) return failed(models.error(), kExitConfig);
  auto store = open_store(options.config, store::ExecutionMode::inline_);
  if (!store) return failed(store.error(), kExitStore);
  adapter::XlsxXlsFormat format;
  driver::ModelDriverFactory drivers(std::move(*models));
  service::Importer importer(**store, format, drivers);
  boost::asio::io_context io;
  const auto apply =
      options.dry_run ? port::SiteStore::Apply::dry_run : port::SiteStore::Apply::commit;
  auto report =
      run_to_end<Result<service::ImportReport>>(io, importer.import(*file, apply, system_now(io)));
  if (!report) return failed(report.error(), kExitSheet);
  if (report->committed && !report->mains.empty()) {
    auto trees = run_to_end<Result<>>(io, apply_main_meters(**store, *report, system_now(io)));
    if (!trees) return failed(trees.error(), kExitStore);
  }
  if (!options.annotated.empty() && !report->issues.empty()) {
    auto book = importer.annotated(*file, report->issues);
    if (!book) return failed(book.error(), kExitFailed);
    if (auto ok = write_file(options.annotated, *book); !ok) return failed(ok.error(), kExitFailed);
  }
  return report_import(*report, options);
}

std::optional<domain::SitePlan> plan_from_file(const std::string& path,
                                               const std::string& models_dir) {
  auto file = read_file(path, kWorkbookBytesMax);
  auto models = driver::load_models(models_dir);
  if (!file || !models) {
    print_error(file ? models.error() : file.error());
    return std::nullopt;
  }
  adapter::XlsxXlsFormat format;
  auto workbook = format.read(*file);
  if (!workbook) {
    print_error(workbook.error());
    return std::nullopt;
  }
  driver::ModelDriverFactory drivers(std::move(*models));
  auto parsed = service::parse_site_workbook(*workbook, drivers.models());
  if (!parsed.issues.empty()) {
    print_issues(parsed.issues);
    return std::nullopt;
  }
  return parsed.plan;
}

int run_simulate_command(const SimulateCommand& command) {
  auto plan = plan_from_file(command.file, command.models_dir);
  if (!plan) return kExitSheet;
  sim::SimulateOptions options;
  options.plan = std::move(*plan);
  options.site.host = command.host;
  options.site.base_port = command.base_port;
  options.site.pty_dir = command.pty_dir;
  options.site.state_file = command.state_file;
  options.site.plant.speed = static_cast<int>(command.speed);
  options.site.plant.seed = command.seed;
  options.site.plant.faults.lost_request = command.lose_requests * 100;
  options.site.plant.faults.lost_reply = command.lose_replies * 100;
  options.site.plant.faults.doubled_request = command.double_frames * 100;
  options.output = command.output == "json" ? sim::SimulateOptions::Output::json
                                            : sim::SimulateOptions::Output::text;
  return sim::run_simulate(options);
}

}  // namespace paymeter::app
