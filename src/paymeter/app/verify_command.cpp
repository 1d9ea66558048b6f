// Walks the books and prints what is wrong, the heads, and what is not sealed yet.
#include "paymeter/app/verify_command.hpp"

#include <boost/json.hpp>
#include <filesystem>
#include <iostream>

#include "paymeter/app/offline.hpp"

namespace paymeter::app {
namespace {

namespace json = boost::json;

std::string sentence_of(const port::BadRow& row) {
  const std::string where =
      row.property ? " (property " + std::to_string(row.property.value) + ")" : "";
  return row.table + " " + std::to_string(row.id) + " " + row.what + where;
}

json::object json_of(const port::BadRow& row) {
  json::object out{{"table", row.table}, {"id", row.id}, {"what", row.what}};
  if (row.property) out["property_id"] = row.property.value;
  return out;
}

json::object json_of(const port::VerifyReport& report) {
  json::array bad, chains;
  for (const port::BadRow& row : report.bad) bad.push_back(json_of(row));
  for (const port::ChainReport& chain : report.chains)
    chains.push_back({{"property_id", chain.head.property.value},
                      {"head", {{"number", chain.head.number}, {"hash", chain.head.hash}}},
                      {"seals", chain.seals},
                      {"rows", chain.rows},
                      {"unsealed_postings", chain.tail.posting_count},
                      {"unsealed_acts", chain.tail.act_count},
                      {"first_unsealed_postings", json::value_from(chain.tail.postings)},
                      {"first_unsealed_acts", json::value_from(chain.tail.acts)}});
  json::object out{{"sound", report.sound()},
                   {"bad_rows", std::move(bad)},
                   {"problems", json::value_from(report.problems)},
                   {"undone", json::value_from(report.undone)},
                   {"chains", std::move(chains)}};
  out["first"] = report.bad.empty() ? json::value(nullptr) : json::value(json_of(report.bad[0]));
  return out;
}

void print_ids(const char* what, std::int64_t count, const std::vector<std::int64_t>& ids) {
  if (count == 0) return;
  std::cout << "  not sealed yet: " << count << " " << what << ":";
  for (const std::int64_t id : ids) std::cout << " " << id;
  std::cout << (count > static_cast<std::int64_t>(ids.size()) ? " …\n" : "\n");
}

void print_text(const port::VerifyReport& report) {
  for (const port::BadRow& row : report.bad) std::cout << sentence_of(row) << '\n';
  for (const std::string& problem : report.problems) std::cout << problem << '\n';
  for (const std::string& undone : report.undone) std::cout << "could not check " << undone << '\n';
  for (const port::ChainReport& chain : report.chains) {
    std::cout << "property " << chain.head.property.value << ": " << chain.seals << " seals over "
              << chain.rows << " rows, head " << chain.head.number << " " << chain.head.hash
              << '\n';
    print_ids("postings", chain.tail.posting_count, chain.tail.postings);
    print_ids("acts", chain.tail.act_count, chain.tail.acts);
  }
  std::cout << (report.sound() ? "books: sound\n" : "books: NOT sound\n");
}

int exit_of(const port::VerifyReport& report) {
  if (!report.bad.empty() || !report.problems.empty()) return kVerifyUnsound;
  return report.undone.empty() ? kVerifySound : kVerifyUnread;
}

int unread(const Error& error) {
  print_error(error);
  return kVerifyUnread;
}

/// A head that was printed earlier and is gone is the first thing to tell.
Result<> look_for(port::ChainStore& store, const std::string& head, port::VerifyReport& report) {
  if (head.empty()) return {};
  boost::asio::io_context io;
  const auto found = run_to_end<Result<std::optional<port::ChainHead>>>(io, store.find_head(head));
  if (!found) return fail(found.error());
  if (!*found)
    report.bad.insert(report.bad.begin(),
                      {"chain_seal", 0, "with hash " + head + " is not in any chain", {}});
  return {};
}

}  // namespace

int run_verify(const VerifyOptions& options) {
  // Looking for a database must not make one.
  const std::string file = store::sqlite_path_of(options.config.store_url);
  std::error_code error;
  if (!file.empty() && !std::filesystem::is_regular_file(file, error))
    return unread({Errc::store_failed, file + ": no such database"});
  auto store = open_store(options.config, store::ExecutionMode::inline_);
  if (!store) return unread(store.error());
  boost::asio::io_context io;
  auto report = run_to_end<Result<port::VerifyReport>>(io, (*store)->verify(options.tail_limit));
  if (!report) return unread(report.error());
  if (auto looked = look_for(**store, options.head, *report); !looked)
    return unread(looked.error());
  if (options.output == "json")
    std::cout << json::serialize(json_of(*report)) << '\n';
  else
    print_text(*report);
  return exit_of(*report);
}

}  // namespace paymeter::app
