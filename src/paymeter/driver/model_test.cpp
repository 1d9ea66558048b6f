// Model files: the built-in ones, and one mistake per row.
#include "paymeter/driver/model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "paymeter/driver/factory.hpp"

namespace paymeter::driver {
namespace {

constexpr std::string_view kHead = R"(name = "my-meter"
title = "My meter"
protocol = "modbus"
[read]
registers_per_request_max = 10
)";
constexpr std::string_view kRegister = R"([[register]]
quantity = "energy_total"
function = 3
address = 0x0010
type = "u32"
unit = "kWh"
scale = "0.01"
side = "secondary"
verified = false
source = "guess"
)";

std::string text_of(std::string_view head, std::string_view rest) {
  return std::string(head) + std::string(rest);
}
std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Model, ReadsARegisterWithIntegerScale) {
  const auto model = parse_model(text_of(kHead, kRegister), "my.toml");
  ASSERT_TRUE(model) << model.error().detail;
  ASSERT_EQ(model->registers.size(), 1U);
  const ModelRegister& reg = model->registers.front();
  EXPECT_EQ(reg.numerator, 10);
  EXPECT_EQ(reg.denominator, 1);
  EXPECT_EQ(reg.side, Side::secondary);
  EXPECT_FALSE(model->verified());
  EXPECT_FALSE(model->relay);
  EXPECT_FALSE(model->prepaid);
}

TEST(Model, MistakesAreNamedWithTheirLine) {
  const std::string good = text_of(kHead, kRegister);
  const std::string second = replaced(std::string(kRegister), "energy_total", "energy_rate1");
  struct Row {
    const char* reason;
    std::string text;
    const char* detail;
  };
  for (const Row& row : {
           Row{"no TOML", "name = ", "my.toml:1"},
           Row{"unknown key", "colour = 1\n" + good, "my.toml:1: unknown key `colour`"},
           Row{"unknown key in a register", good + "colour = 1\n", "my.toml:16: unknown key"},
           Row{"no name", replaced(good, "name = \"my-meter\"\n", ""),
               "`name` in the model is missing"},
           Row{"name with a space", replaced(good, "my-meter", "my meter"), "`name`"},
           Row{"number for a text", replaced(good, "\"My meter\"", "7"),
               "`title` in the model must be"},
           Row{"unknown protocol", replaced(good, "\"modbus\"", "\"dlt645\""), "`protocol`"},
           Row{"no registers", std::string(kHead), "`register` in the model is missing"},
           Row{"unknown quantity", replaced(good, "energy_total", "joy"), "is unknown: joy"},
           Row{"write function", replaced(good, "function = 3", "function = 16"), "from 3 to 4"},
           Row{"address over 16 bits", replaced(good, "0x0010", "0x10000"), "`address`"},
           Row{"32 bits at the last register", replaced(good, "0x0010", "0xFFFF"), "outside"},
           Row{"unknown type", replaced(good, "\"u32\"", "\"f32\""), "`type`"},
           Row{"unit of something else", replaced(good, "\"kWh\"", "\"V\""), "`unit`"},
           Row{"scale as a float", replaced(good, "\"0.01\"", "0.01"),
               "`scale` in [[register]] must be text"},
           Row{"scale zero", replaced(good, "\"0.01\"", "\"0.00\""), "`scale`"},
           Row{"scale negative", replaced(good, "\"0.01\"", "\"-1\""), "`scale`"},
           Row{"unknown side", replaced(good, "secondary", "left"), "`side`"},
           Row{"CT ratio on a voltage",
               replaced(replaced(good, "energy_total", "voltage_a"), "kWh", "V"), "`side`"},
           Row{"verified missing", replaced(good, "verified = false\n", ""), "`verified`"},
           Row{"source empty", replaced(good, "\"guess\"", "\"\""), "`source`"},
           Row{"same quantity twice", good + replaced(std::string(kRegister), "0x0010", "0x0020"),
               "names energy_total twice"},
           Row{"overlap", good + replaced(second, "0x0010", "0x0011"), "overlaps energy_total"},
           Row{"request too small", replaced(good, "max = 10", "max = 1"), "from 2 to 125"},
           Row{"range backwards", replaced(good, "max = 10\n", "max = 10\nranges = [[9, 1]]\n"),
               "`ranges`"},
           Row{"outside the ranges", replaced(good, "max = 10\n", "max = 10\nranges = [[0, 16]]\n"),
               "outside"},
           Row{"unknown layout",
               good + "[prepaid]\nlayout = \"x\"\nverified = true\nsource = \"y\"\n", "`layout`"},
           Row{"relay without address", good + "[relay]\nverified = true\nsource = \"y\"\n",
               "`address` in [relay] is missing"},
           Row{"golden frame with a wrong checksum",
               good + "[[golden]]\nname = \"g\"\noperation = \"trip\"\n"
                      "frames = [[\"01 83 02 C0 F1\", \"01 83 02 C0 F0\"]]\nexpect = {}\n",
               "`frames`"},
           Row{"golden of no operation",
               good + "[[golden]]\nname = \"g\"\noperation = \"dance\"\n"
                      "frames = [[\"01 83 02 C0 F1\", \"01 83 02 C0 F1\"]]\nexpect = {}\n",
               "is unknown: dance"},
       }) {
    const auto model = parse_model(row.text, "my.toml");
    ASSERT_FALSE(model) << row.reason;
    EXPECT_EQ(model.error().code, Errc::model_invalid) << row.reason;
    EXPECT_NE(model.error().detail.find(row.detail), std::string::npos)
        << row.reason << ": " << model.error().detail;
  }
}

TEST(Model, BuiltInOnesSayWhatTheyCanDo) {
  const ModelDriverFactory factory(builtin_models());
  struct Row {
    const char* name;
    bool wallet, relay, verified;
  };
  const std::vector<Row> rows{{"acrel-ddsy1352", false, true, false},
                              {"acrel-dtsd1352", false, false, true},
                              {"acrel-dtsy1352", false, true, false},
                              {"paymeter-reference-nk", true, true, true}};
  const auto models = factory.models();
  ASSERT_EQ(models.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(models[i].name, rows[i].name);
    EXPECT_EQ(models[i].protocol, "modbus") << rows[i].name;
    EXPECT_EQ(models[i].abilities.prepaid_wallet, rows[i].wallet) << rows[i].name;
    EXPECT_EQ(models[i].abilities.relay, rows[i].relay) << rows[i].name;
    EXPECT_EQ(models[i].abilities.verified, rows[i].verified) << rows[i].name;
    EXPECT_TRUE(models[i].abilities.measurements) << rows[i].name;
  }
}

TEST(Model, TheCompiledInFilesAreTheOnesInTheTree) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(PAYMETER_SOURCE_DIR "/models"))
    if (entry.path().extension() == ".toml") {
      ++files;
      const auto same =
          std::ranges::find(builtin_models(), entry.path().stem().string(), &Model::name);
      EXPECT_NE(same, builtin_models().end()) << entry.path();
    }
  EXPECT_EQ(files, builtin_models().size());
}

class ModelDirectory : public testing::Test {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "paymeter_models_" +
            testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  void TearDown() override { std::filesystem::remove_all(path_); }
  void write(const char* name, const std::string& text) {
    std::ofstream(path_ + "/" + name) << text;
  }
  std::string path_;
};

TEST_F(ModelDirectory, AddsAndOverridesByName) {
  const std::string mine = text_of(kHead, kRegister);
  write("a.toml", mine);
  write("b.toml", replaced(mine, "my-meter", "acrel-dtsd1352"));
  write("notes.txt", "not a model");
  const auto models = load_models(path_);
  ASSERT_TRUE(models) << models.error().detail;
  EXPECT_EQ(models->size(), builtin_models().size() + 1);
  const auto own = std::ranges::find(*models, "acrel-dtsd1352", &Model::name);
  EXPECT_EQ(own->title, "My meter");
}

TEST_F(ModelDirectory, RefusesTwoFilesOfOneNameAndBrokenFiles) {
  const std::string mine = text_of(kHead, kRegister);
  write("a.toml", mine);
  write("b.toml", mine);
  EXPECT_NE(load_models(path_).error().detail.find("b.toml"), std::string::npos);
  write("b.toml", "name = 1");
  EXPECT_EQ(load_models(path_).error().code, Errc::model_invalid);
}

TEST(Model, AMissingDirectoryIsAnError) {
  EXPECT_EQ(load_models("/no/such/directory").error().code, Errc::model_invalid);
  EXPECT_EQ(load_models("")->size(), builtin_models().size());
}

}  // namespace
}  // namespace paymeter::driver
