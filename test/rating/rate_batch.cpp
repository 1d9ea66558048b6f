// Prices many cases in one process, for the comparison with the independent program:
//   rate_batch FOLDER      prices each FOLDER/<case>/{tariff.json,readings.csv} into result.json
//   rate_batch --tariff FILE --readings FILE [--output json|text]      is `paymeter rate`
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include "paymeter/app/rate_command.hpp"

namespace {

int price_folder(const std::filesystem::path& folder) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.is_directory()) continue;
    const auto rated = paymeter::app::rate_to_text(
        {entry.path() / "tariff.json", entry.path() / "readings.csv", "json"});
    std::ofstream(entry.path() / "result.json") << rated.text;
    ++count;
  }
  std::cout << count << " cases priced\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && argv[1][0] != '-') return price_folder(argv[1]);
  std::map<std::string, std::string> options{{"--output", "text"}};
  for (int i = 1; i + 1 < argc; i += 2) options[argv[i]] = argv[i + 1];
  return paymeter::app::run_rate({options["--tariff"], options["--readings"], options["--output"]});
}
