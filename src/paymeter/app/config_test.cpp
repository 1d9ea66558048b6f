// Configuration: round trip, named mistakes, environment.
#include "paymeter/app/config.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace paymeter::app {
namespace {

class ConfigFile : public ::testing::Test {
 protected:
  std::string write(const std::string& text) {
    const auto path = std::filesystem::temp_directory_path() /
                      ("paymeter-config-" + std::to_string(::getpid()) + ".toml");
    std::ofstream(path) << text;
    path_ = path.string();
    return path_;
  }
  void TearDown() override {
    if (!path_.empty()) std::filesystem::remove(path_);
  }
  std::string path_;
};

}  // namespace

TEST_F(ConfigFile, ReadsWhatItPrints) {
  Config config;
  config.port = 9000;
  config.store_url = "sqlite:/tmp/a \"quoted\" path.sqlite";
  auto read = load_config(write(format_config(config)));
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->port, 9000);
  EXPECT_EQ(read->store_url, config.store_url);
}

TEST_F(ConfigFile, PrintsNoPassword) {
  Config config;
  config.store_url = "postgresql://till:s3cret@db.example/paymeter";
  const std::string printed = format_config(config);
  EXPECT_EQ(printed.find("s3cret"), std::string::npos) << printed;
  EXPECT_NE(printed.find("postgresql://till:***@db.example/paymeter"), std::string::npos);
}

TEST_F(ConfigFile, NamesWhatIsWrong) {
  struct Row {
    const char* reason;
    const char* text;
    const char* names;
  };
  for (const Row& row : {Row{"not TOML", "[server\n", "paymeter-config"},
                         Row{"unknown key", "[server]\nprot = 1\n", "server.prot"},
                         Row{"unknown section", "[sever]\nport = 1\n", "sever.port"},
                         Row{"key outside a section", "port = 1\n", "port"},
                         Row{"out of range", "[server]\nport = 70000\n", "server.port"},
                         Row{"wrong type", "[server]\nport = 1.5\n", "server.port"},
                         Row{"unknown level", "[log]\nlevel = \"loud\"\n", "log.level"}}) {
    auto read = load_config(write(row.text));
    ASSERT_FALSE(read) << row.reason;
    EXPECT_EQ(read.error().code, Errc::config_invalid) << row.reason;
    EXPECT_NE(read.error().detail.find(row.names), std::string::npos) << read.error().detail;
  }
  EXPECT_FALSE(load_config("/nonexistent/paymeter.toml"));
}

TEST_F(ConfigFile, TheEnvironmentWins) {
  ::setenv("PAYMETER_SERVER_PORT", "9100", 1);
  auto read = load_config(write("[server]\nport = 9000\n"));
  ::setenv("PAYMETER_SERVER_PORT", "high", 1);
  auto bad = load_config(path_);
  ::unsetenv("PAYMETER_SERVER_PORT");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->port, 9100);
  EXPECT_FALSE(bad);
}

}  // namespace paymeter::app
