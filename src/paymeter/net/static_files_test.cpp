// Static files: what is served, how it is cached, and which paths get nothing.
#include "paymeter/net/static_files.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace paymeter::net {
namespace {

namespace fs = std::filesystem;

class StaticFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    base_ = fs::path{testing::TempDir()} / ("static_files_" + std::to_string(::getpid()));
    fs::create_directories(base_ / "dist/assets");
    fs::create_directories(base_ / "dist/docs");
    write("secret.txt", "secret");
    write("dist/index.html", "<html>");
    write("dist/docs/index.html", "docs");
    write("dist/assets/app-B1c_d2E9.js", "script");
    write("dist/assets/app-B1c_d2E9.js.gz", "zipped");
    write("dist/.hidden", "hidden");
    fs::create_symlink(base_ / "secret.txt", base_ / "dist/link.txt");
  }
  void TearDown() override { fs::remove_all(base_); }
  void write(const std::string& name, std::string_view text) {
    std::ofstream(base_ / name, std::ios::binary) << text;
  }
  static Request get(std::string path, std::vector<Header> headers = {}) {
    return Request{"GET", std::move(path), "", std::move(headers), "", ""};
  }
  fs::path base_;
};

TEST_F(StaticFilesTest, ServesFilesAndIndexes) {
  const StaticFiles files{base_ / "dist"};
  EXPECT_EQ(files.find(get("/"))->body, "<html>");
  EXPECT_EQ(files.find(get("/docs/"))->body, "docs");
  EXPECT_EQ(files.find(get("/index.html"))->header("Cache-Control"), "no-cache");
  const auto script = files.find(get("/assets/app-B1c_d2E9.js"));
  EXPECT_EQ(script->body, "script");
  EXPECT_EQ(script->header("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_NE(script->header("Cache-Control").find("immutable"), std::string_view::npos);
}

TEST_F(StaticFilesTest, PrefersThePrecompressedFile) {
  const StaticFiles files{base_ / "dist"};
  const auto zipped = files.find(get("/assets/app-B1c_d2E9.js", {{"Accept-Encoding", "br, gzip"}}));
  EXPECT_EQ(zipped->body, "zipped");
  EXPECT_EQ(zipped->header("Content-Encoding"), "gzip");
  EXPECT_EQ(zipped->header("Content-Type"), "text/javascript; charset=utf-8");
}

TEST_F(StaticFilesTest, RevalidatesByETag) {
  const StaticFiles files{base_ / "dist"};
  const std::string etag{files.find(get("/"))->header("ETag")};
  const auto again = files.find(get("/", {{"If-None-Match", etag}}));
  EXPECT_EQ(again->status, 304);
  EXPECT_EQ(again->body, "");
  write("dist/index.html", "<html>new");
  EXPECT_EQ(files.find(get("/", {{"If-None-Match", etag}}))->status, 200);
}

TEST_F(StaticFilesTest, HostilePathsFindNothing) {
  struct Row {
    const char* reason;
    const char* path;
  };
  const Row rows[] = {
      {"parent folder", "/../secret.txt"},
      {"encoded parent folder", "/%2e%2e/secret.txt"},
      {"encoded slash", "/..%2fsecret.txt"},
      {"from within a folder", "/assets/../../secret.txt"},
      {"backslashes", "/..\\secret.txt"},
      {"a link that leaves the folder", "/link.txt"},
      {"hidden files", "/.hidden"},
      {"NUL cuts a name", "/index.html%00.png"},
      {"overlong UTF-8 dots", "/%c0%ae%c0%ae/secret.txt"},
      {"absolute path", "//etc/passwd"},
      {"no leading slash", "index.html"},
      {"a folder is no file", "/assets"},
      {"nothing there", "/nothing.js"},
      {"empty path", ""},
  };
  const StaticFiles files{base_ / "dist"};
  for (const auto& row : rows) EXPECT_FALSE(files.find(get(row.path))) << row.reason;
}

TEST_F(StaticFilesTest, MissingFolderHasNoFiles) {
  EXPECT_FALSE(StaticFiles{base_ / "nowhere"}.find(get("/")));
}

TEST(StaticFiles, HashedNames) {
  EXPECT_TRUE(is_hashed_asset("index-DiwrgTda.js"));
  EXPECT_TRUE(is_hashed_asset("charts-0_-aBc12.css"));
  EXPECT_FALSE(is_hashed_asset("index.html"));
  EXPECT_FALSE(is_hashed_asset("user-settings.js")) << "an ordinary word";
  EXPECT_FALSE(is_hashed_asset("swagger-ui-bundle.js"));
}

}  // namespace
}  // namespace paymeter::net
