#include "edge/transcoding/json_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace caucus::edge::transcoding {
namespace {

using namespace std::string_view_literals;

std::string String(std::string_view text) {
  std::string json;
  AppendJsonString(text, json);
  return json;
}

template <typename Float>
std::string Number(Float value) {
  std::string json;
  AppendJsonNumber(value, json);
  return json;
}

TEST(JsonTextTest, EscapesWhatJsonAsksFor) {
  EXPECT_EQ(String(""), "\"\"");
  EXPECT_EQ(String("a \"quote\" \\ é 🎲 \u2028"), "\"a \\\"quote\\\" \\\\ é 🎲 \u2028\"");
  EXPECT_EQ(String("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"");
  EXPECT_EQ(String("\0\x1f\x7f"sv), "\"\\u0000\\u001f\x7f\"");
}

TEST(JsonTextTest, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(String("a\xFF\xC3z\xE2\x82"), "\"a\uFFFD\uFFFDz\uFFFD\uFFFD\"");
}

TEST(JsonTextTest, WritesNumbersAsJavaScriptDoes) {
  EXPECT_EQ(Number(1.0), "1");
  EXPECT_EQ(Number(-1.5), "-1.5");
  EXPECT_EQ(Number(0.0), "0");
  EXPECT_EQ(Number(-0.0), "0");
  EXPECT_EQ(Number(1.990740740740741), "1.990740740740741");
  EXPECT_EQ(Number(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(Number(123456789.0), "123456789");
  EXPECT_EQ(Number(1e20), "100000000000000000000");
  EXPECT_EQ(Number(1e21), "1e+21");
  EXPECT_EQ(Number(1.5e300), "1.5e+300");
  EXPECT_EQ(Number(0.000001), "0.000001");
  EXPECT_EQ(Number(1e-7), "1e-7");
  EXPECT_EQ(Number(1.25e-9), "1.25e-9");
  EXPECT_EQ(Number(5e-324), "5e-324");
  EXPECT_EQ(Number(1.7976931348623157e308), "1.7976931348623157e+308");
}

TEST(JsonTextTest, WritesTheShortestFloat) {
  EXPECT_EQ(Number(0.1f), "0.1");
  EXPECT_EQ(Number(16777216.0f), "16777216");
}

TEST(JsonTextTest, WritesWhatIsNoNumberAsAString) {
  EXPECT_EQ(Number(std::numeric_limits<double>::quiet_NaN()), "\"NaN\"");
  EXPECT_EQ(Number(std::numeric_limits<double>::infinity()), "\"Infinity\"");
  EXPECT_EQ(Number(-std::numeric_limits<float>::infinity()), "\"-Infinity\"");
}

}  // namespace
}  // namespace caucus::edge::transcoding
