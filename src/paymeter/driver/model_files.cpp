// Models compiled into the program, and those of a directory.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "paymeter/base/assert.hpp"
#include "paymeter/driver/embedded_models.hpp"
#include "paymeter/driver/model.hpp"

namespace paymeter::driver {
namespace {

constexpr std::uintmax_t kFileSizeMax = 1U << 20;

Result<std::string> read_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error || size > kFileSizeMax)
    return fail(Errc::model_invalid, path.string() + ": cannot be read, or is over 1 MiB");
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) return fail(Errc::model_invalid, path.string() + ": cannot be read");
  return text;
}

/// The *.toml files of a directory, by name, so that the order is the same everywhere.
Result<std::vector<std::filesystem::path>> toml_files(const std::string& directory) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  std::filesystem::directory_iterator entries(directory, error);
  for (; !error && entries != std::filesystem::directory_iterator{}; entries.increment(error))
    if (entries->path().extension() == ".toml") files.push_back(entries->path());
  if (error) return fail(Errc::model_invalid, directory + ": " + error.message());
  std::ranges::sort(files);
  return files;
}

}  // namespace

const std::vector<Model>& builtin_models() {
  static const std::vector<Model> models = [] {
    std::vector<Model> parsed;
    for (const EmbeddedModel& file : embedded_models()) {
      auto model = parse_model(file.text, file.name);
      PAYMETER_ASSERT(model.has_value());
      parsed.push_back(std::move(*model));
    }
    return parsed;
  }();
  return models;
}

Result<std::vector<Model>> load_models(const std::string& directory) {
  std::vector<Model> models = builtin_models();
  if (directory.empty()) return models;
  const auto files = toml_files(directory);
  if (!files) return fail(files.error());
  std::vector<std::string> seen;
  for (const auto& path : *files) {
    const auto text = read_file(path);
    if (!text) return fail(text.error());
    auto model = parse_model(*text, path.filename().string());
    if (!model) return fail(model.error());
    if (std::ranges::find(seen, model->name) != seen.end())
      return fail(Errc::model_invalid,
                  path.filename().string() + ": another file already holds " + model->name);
    seen.push_back(model->name);
    const auto same = std::ranges::find(models, model->name, &Model::name);
    if (same == models.end())
      models.push_back(std::move(*model));
    else
      *same = std::move(*model);
  }
  return models;
}

}  // namespace paymeter::driver
