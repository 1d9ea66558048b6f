// What the readers of bodies and queries accept, and what they say about the rest.
#include "paymeter/http/fields.hpp"

#include <gtest/gtest.h>

#include "paymeter/domain/vend.hpp"

namespace paymeter::http {
namespace {

std::string deep(int levels) {
  std::string out = "{\"a\":";
  for (int i = 0; i < levels; ++i) out += '[';
  for (int i = 0; i < levels; ++i) out += ']';
  return out + '}';
}

TEST(Fields, BodiesThatAreNoObject) {
  struct Row {
    const char* reason;
    std::string body;
  };
  const Row rows[] = {
      {"empty", ""},
      {"no JSON", "hello"},
      {"cut", "{\"a\":1"},
      {"two values", "{} {}"},
      {"an array", "[1]"},
      {"a number", "7"},
      {"a trailing comma", "{\"a\":1,}"},
      {"a comment", "{/*a*/}"},
      {"bad UTF-8", "{\"a\":\"\xC0\xAF\"}"},
      {"a lone surrogate", "{\"a\":\"\\ud800\"}"},
      {"deeper than anybody needs", deep(100)},
      {"so deep that it would end the stack", deep(200'000)},
  };
  for (const auto& row : rows) {
    const auto object = parse_object(row.body);
    ASSERT_FALSE(object) << row.reason;
    EXPECT_EQ(object.error().code, Errc::request_invalid) << row.reason;
  }
  EXPECT_TRUE(parse_object(deep(10)));
}

TEST(Fields, IntegersAreIntegers) {
  struct Row {
    const char* reason;
    const char* json;
    std::optional<std::int64_t> expect;
  };
  const Row rows[] = {
      {"an ordinary one", "10000", 10'000},
      {"a negative one (the rules refuse it, not the reader)", "-5", -5},
      {"zero", "0", 0},
      {"the largest exact one", "9007199254740991", kExactMax},
      {"one more than exact", "9007199254740992", std::nullopt},
      {"beyond 64 bits signed", "9223372036854775808", std::nullopt},
      {"beyond 64 bits", "99999999999999999999999", std::nullopt},
      {"money has no fractions", "10.5", std::nullopt},
      {"not even .0", "10.0", std::nullopt},
      {"no exponents", "1e2", std::nullopt},
      {"no text", "\"100\"", std::nullopt},
      {"no boolean", "true", std::nullopt},
      {"null is absent", "null", std::nullopt},
      {"no array", "[1]", std::nullopt},
  };
  for (const auto& row : rows) {
    Fields fields{*parse_object("{\"amount_fen\":" + std::string{row.json} + "}")};
    const auto value = fields.integer("amount_fen");
    ASSERT_EQ(!fields.problem(), row.expect.has_value()) << row.reason;
    if (row.expect) {
      EXPECT_EQ(value, *row.expect) << row.reason;
    } else {
      EXPECT_EQ(fields.problem()->code, Errc::request_invalid) << row.reason;
      EXPECT_TRUE(fields.problem()->detail.starts_with("amount_fen: ")) << row.reason;
    }
  }
}

TEST(Fields, TextsAndChoices) {
  Fields fields{*parse_object(
      R"({"note":"第一行\n二","method":"cash","bell":"a\u0007","other":1,"long":"aaaaa"})")};
  EXPECT_EQ(fields.text("note", Presence::required, 100), "第一行\n二");
  EXPECT_EQ(fields.choice("method", domain::payment_method_from_name), domain::PaymentMethod::cash);
  EXPECT_EQ(fields.text("absent", Presence::optional, 100), "");
  EXPECT_FALSE(fields.problem()) << "unknown fields are nobody's problem";

  const auto problem_of = [&](auto read) {
    Fields copy = fields;
    read(copy);
    return copy.problem() ? copy.problem()->detail : "none";
  };
  EXPECT_EQ(problem_of([](Fields& f) { f.text("absent", Presence::required, 9); }),
            "absent: is missing");
  EXPECT_EQ(problem_of([](Fields& f) { f.text("other", Presence::optional, 9); }),
            "other: must be a text");
  EXPECT_EQ(problem_of([](Fields& f) { f.text("long", Presence::optional, 4); }),
            "long: is longer than 4 bytes");
  EXPECT_EQ(problem_of([](Fields& f) { f.text("bell", Presence::optional, 9); }),
            "bell: contains control characters");
  EXPECT_EQ(problem_of([](Fields& f) { f.choice("note", domain::payment_method_from_name); }),
            "note: is none of the allowed values");
  EXPECT_EQ(problem_of([](Fields& f) {
              f.integer("absent");
              f.integer("note");
            }),
            "absent: is missing")
      << "the first problem counts";
}

TEST(Query, Parameters) {
  Query query{"text=%E7%8E%8B+1&limit=20&active=1&state=paid&from=2026-11-22T00:00:00Z&empty="};
  EXPECT_EQ(query.text("text"), "王 1");
  EXPECT_EQ(query.integer("limit", 1, 1000), 20);
  EXPECT_TRUE(query.flag("active"));
  EXPECT_FALSE(query.flag("absent"));
  EXPECT_EQ(query.choice("state", domain::vend_state_from_name), domain::VendState::paid);
  EXPECT_TRUE(query.time("from").has_value());
  EXPECT_EQ(query.integer("empty", 1, 9), std::nullopt);
  EXPECT_FALSE(query.problem());
}

TEST(Query, Problems) {
  struct Row {
    const char* reason;
    const char* text;
  };
  const Row rows[] = {
      {"not a number", "limit=many"},
      {"a number and more", "limit=10x"},
      {"below the least", "limit=0"},
      {"above the most", "limit=1001"},
      {"beyond 64 bits", "limit=99999999999999999999"},
      {"no such state", "state=happy"},
      {"no time", "from=yesterday"},
      {"a flag is 0 or 1", "active=yes"},
      {"a cut escape", "text=%e"},
      {"bad UTF-8", "text=%c0%af"},
      {"NUL", "text=a%00b"},
      {"control characters", "text=a%07b"},
  };
  for (const auto& row : rows) {
    Query query{row.text};
    query.integer("limit", 1, 1000);
    query.choice("state", domain::vend_state_from_name);
    query.time("from");
    query.flag("active");
    query.text("text");
    ASSERT_TRUE(query.problem()) << row.reason;
    EXPECT_EQ(query.problem()->code, Errc::request_invalid) << row.reason;
  }
}

}  // namespace
}  // namespace paymeter::http
