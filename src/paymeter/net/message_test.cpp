// Percent decoding, UTF-8 and header look-up: what hostile text must not get past.
#include "paymeter/net/message.hpp"

#include <gtest/gtest.h>

namespace paymeter::net {
namespace {

TEST(Message, PercentDecoding) {
  struct Row {
    const char* reason;
    const char* text;
    Plus plus;
    std::optional<std::string> expect;
  };
  const Row rows[] = {
      {"plain text stays", "abc", Plus::literal, "abc"},
      {"an escape is a byte", "%41%2f%2F", Plus::literal, "A//"},
      {"Chinese is UTF-8 bytes", "%E7%94%B5", Plus::literal, "电"},
      {"plus is a space in queries", "a+b", Plus::space, "a b"},
      {"plus is a plus in paths", "a+b", Plus::literal, "a+b"},
      {"a cut escape is refused", "a%4", Plus::literal, std::nullopt},
      {"a lone percent is refused", "100%", Plus::literal, std::nullopt},
      {"letters that are no digits are refused", "%zz", Plus::literal, std::nullopt},
      {"NUL would end C strings early", "a%00b", Plus::literal, std::nullopt},
      {"decoding happens once", "%252e", Plus::literal, "%2e"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(percent_decode(row.text, row.plus), row.expect) << row.reason;
}

TEST(Message, Utf8) {
  struct Row {
    const char* reason;
    std::string_view text;
    bool expect;
  };
  const Row rows[] = {
      {"empty", "", true},
      {"ASCII", "abc", true},
      {"two, three and four bytes", "é电😀", true},
      {"a lone continuation byte", "\x80", false},
      {"an overlong slash", "\xC0\xAF", false},
      {"an overlong three-byte form", "\xE0\x80\xAF", false},
      {"a surrogate", "\xED\xA0\x80", false},
      {"beyond U+10FFFF", "\xF4\x90\x80\x80", false},
      {"cut in the middle", "\xE7\x94", false},
      {"continuation missing", "\xE7\x94z", false},
      {"byte FF never occurs", "\xFF", false},
  };
  for (const auto& row : rows) EXPECT_EQ(is_utf8(row.text), row.expect) << row.reason;
}

TEST(Message, HeadersAreFoundWithoutRegardToCase) {
  const Request request{"GET", "/", "", {{"HoSt", "a"}, {"host", "b"}}, "", ""};
  EXPECT_EQ(request.header("Host"), "a") << "the first one counts";
  EXPECT_EQ(request.header("Origin"), "");
}

}  // namespace
}  // namespace paymeter::net
