#include "edge/transcoding/well_known_text.h"

#include <gtest/gtest.h>

namespace caucus::edge::transcoding {
namespace {

TEST(WellKnownTextTest, FormatsTimestamps) {
  EXPECT_EQ(FormatTimestamp({0, 0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatTimestamp({68212820, 21000000}), "1972-02-29T12:00:20.021Z");
  EXPECT_EQ(FormatTimestamp({-1, 1000}), "1969-12-31T23:59:59.000001Z");
  EXPECT_EQ(FormatTimestamp({253402300799, 999999999}), "9999-12-31T23:59:59.999999999Z");
  EXPECT_EQ(FormatTimestamp({-62135596800, 0}), "0001-01-01T00:00:00Z");
  EXPECT_EQ(FormatTimestamp({253402300800, 0}), std::nullopt);
  EXPECT_EQ(FormatTimestamp({0, -1}), std::nullopt);
}

TEST(WellKnownTextTest, ParsesTimestamps) {
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:00Z"), (SecondsAndNanos{0, 0}));
  EXPECT_EQ(ParseTimestamp("1970-01-01T01:00:00.5+01:00"), (SecondsAndNanos{0, 500000000}));
  EXPECT_EQ(ParseTimestamp("1969-12-31T23:59:59.000001Z"), (SecondsAndNanos{-1, 1000}));
  EXPECT_EQ(ParseTimestamp("9999-12-31T23:59:59.999999999Z"),
            (SecondsAndNanos{253402300799, 999999999}));
  for (const char* bad :
       {"", "now", "infinite-future", "1970-01-01", "1970-01-01 00:00:00Z", "1970-13-01T00:00:00Z",
        " 1970-01-01T00:00:00Z", "1970-01-01T00:00:00", "0000-01-01T00:00:00Z"}) {
    EXPECT_EQ(ParseTimestamp(bad), std::nullopt) << bad;
  }
}

TEST(WellKnownTextTest, FormatsDurations) {
  EXPECT_EQ(FormatDuration({0, 0}), "0s");
  EXPECT_EQ(FormatDuration({1, 500000000}), "1.500s");
  EXPECT_EQ(FormatDuration({0, -1}), "-0.000000001s");
  EXPECT_EQ(FormatDuration({-3, -1000}), "-3.000001s");
  EXPECT_EQ(FormatDuration({1, -1}), std::nullopt);
  EXPECT_EQ(FormatDuration({315576000001, 0}), std::nullopt);
}

TEST(WellKnownTextTest, ParsesDurations) {
  EXPECT_EQ(ParseDuration("1.5s"), (SecondsAndNanos{1, 500000000}));
  EXPECT_EQ(ParseDuration("-0.000000001s"), (SecondsAndNanos{0, -1}));
  EXPECT_EQ(ParseDuration("90s"), (SecondsAndNanos{90, 0}));
  for (const char* bad : {"", "s", "1", "1.s", ".5s", "1.0000000001s", "+1s", "--1s", "1 s",
                          "315576000001s", "99999999999999999999s"}) {
    EXPECT_EQ(ParseDuration(bad), std::nullopt) << bad;
  }
}

TEST(WellKnownTextTest, ConvertsTheCaseOfMaskPaths) {
  EXPECT_EQ(ToCamelCase("user.display_name"), "user.displayName");
  EXPECT_EQ(ToSnakeCase("user.displayName"), "user.display_name");
}

}  // namespace
}  // namespace caucus::edge::transcoding
