#include "common/logging/log_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

namespace caucus {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

std::string Format(std::string_view message, std::initializer_list<LogField> fields) {
  return FormatLogRecord({.time = absl::FromUnixMillis(1769860800123),
                          .severity = Severity::kInfo,
                          .service = "edge",
                          .message = message,
                          .fields = fields});
}

TEST(LogRecordTest, IsOneLineOfJson) {
  const std::string address = "127.0.0.1";
  EXPECT_EQ(Format("started", {{"address", address},
                               {"port", 8080},
                               {"bytes", std::size_t{12}},
                               {"delay", -7LL},
                               {"ratio", 0.5},
                               {"tls", false},
                               {"kind", "tcp"}}),
            R"({"ts":"2026-01-31T12:00:00.123Z","level":"info","service":"edge","msg":"started",)"
            R"("address":"127.0.0.1","port":8080,"bytes":12,"delay":-7,"ratio":0.5,"tls":false,)"
            R"("kind":"tcp"})");
}

TEST(LogRecordTest, EscapesWhatCouldForgeARecord) {
  EXPECT_THAT(Format("a\"b\\c\nd\r\t\x01\x7f", {{"k\"", "v\n{}"}}),
              EndsWith(R"("msg":"a\"b\\c\nd\r\t\u0001\u007f","k\"":"v\n{}"})"));
}

TEST(LogRecordTest, KeepsUtf8AndReplacesWhatIsNot) {
  EXPECT_THAT(Format("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", {}),
              HasSubstr("\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\""));
  EXPECT_THAT(Format("a\xFFz", {}), HasSubstr("\"a\xEF\xBF\xBDz\""));
  EXPECT_THAT(Format("\xC0\xAF", {}), HasSubstr("\"\xEF\xBF\xBD\xEF\xBF\xBD\""));
  EXPECT_THAT(Format("\xED\xA0\x80", {}), HasSubstr("\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""));
  EXPECT_THAT(Format("\xE2\x82", {}), HasSubstr("\"\xEF\xBF\xBD\xEF\xBF\xBD\""));
}

TEST(LogRecordTest, CutsALongFieldAtTheEndOfACharacter) {
  const std::string value = std::string(kLogFieldBytesMax - 1, 'x') + "\xC3\xA9 tail";
  EXPECT_THAT(Format("m", {{"k", value}}),
              EndsWith("\"k\":\"" + std::string(kLogFieldBytesMax - 1, 'x') + "\"}"));
}

TEST(LogRecordTest, WritesNullForANumberThatJsonLacks) {
  EXPECT_THAT(Format("m", {{"k", std::nan("")}, {"l", std::numeric_limits<double>::infinity()}}),
              EndsWith("\"k\":null,\"l\":null}"));
}

TEST(LogRecordTest, SeverityIsAFlagType) {
  Severity severity = Severity::kInfo;
  std::string error;
  EXPECT_TRUE(AbslParseFlag("warning", &severity, &error));
  EXPECT_EQ(severity, Severity::kWarning);
  EXPECT_EQ(AbslUnparseFlag(severity), "warning");
  EXPECT_FALSE(AbslParseFlag("loud", &severity, &error));
  EXPECT_EQ(error, "must be debug, info, warning or error");
}

}  // namespace
}  // namespace caucus
