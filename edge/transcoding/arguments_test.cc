#include "edge/transcoding/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "common/testing/status_matchers.h"

namespace caucus::edge::transcoding {
namespace {

std::string Nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

// The JSON that may be sent, or `refused`.
std::string Check(std::string_view json, size_t attachments = 0) {
  const auto checked = CheckArguments(json, attachments);
  if (checked.ok()) return std::string(*checked);
  EXPECT_THAT(checked, StatusIs(absl::StatusCode::kInternal));
  return "refused";
}

TEST(ArgumentsTest, MayBeAnyArray) {
  for (const std::string_view json :
       {"", "[]", R"([1,"a",{"b":[null,true]}])", "[1e99,-0.5,12345678901234567890123]", "[ ]\n"}) {
    EXPECT_EQ(Check(json), json);
    EXPECT_EQ(Check(json, 1), json);
  }
}

TEST(ArgumentsTest, LoseTheWhiteSpaceBeforeThem) {
  EXPECT_EQ(Check(" \n[1]"), "[1]");
  EXPECT_EQ(Check("  "), "");
}

TEST(ArgumentsTest, MayBeNothingElse) {
  for (const std::string_view json :
       {"{}", "1", "\"a\"", "null", "[", "]", "[1,]", "[1]x", "[1][2]", "[\"\xFF\"]", "['a']",
        "[\"a\x1e\"]", "[1]\x1e", "[NaN]", "[//x\n]"}) {
    EXPECT_EQ(Check(json), "refused") << json;
    EXPECT_EQ(Check(json, 1), "refused") << json;
  }
}

TEST(ArgumentsTest, MayHaveHalfASurrogatePair) {
  for (const std::string_view json : {R"(["\ud83d"])", R"([{"\ude00x":["\ud83d\ude00"]}])"}) {
    EXPECT_EQ(Check(json), json);
    EXPECT_EQ(Check(json, 1), json);
  }
  EXPECT_EQ(Check(R"(["\ud83d",)"), "refused");
}

TEST(ArgumentsTest, MayNestSoDeep) {
  for (const size_t attachments : {0, 1}) {
    EXPECT_EQ(Check(Nested(kArgumentsDepthMax), attachments), Nested(kArgumentsDepthMax));
    EXPECT_EQ(Check(Nested(kArgumentsDepthMax + 1), attachments), "refused");
    EXPECT_EQ(Check(std::string(1'000'000, '['), attachments), "refused");
  }
}

TEST(ArgumentsTest, PlaceAttachmentsThatThereAre) {
  const std::string good =
      R"([{"_placeholder":true,"num":1},{"a":[{"_placeholder":true,"num":0}]}])";
  EXPECT_EQ(Check(good, 2), good);
  EXPECT_EQ(Check(good, 1), "refused");
  EXPECT_EQ(Check(good, 0), good);
  for (const std::string_view json :
       {R"([{"_placeholder":true,"num":-1}])", R"([{"_placeholder":true,"num":0.5}])",
        R"([{"_placeholder":true}])", R"([{"_placeholder":true,"num":"0"}])"}) {
    EXPECT_EQ(Check(json, 1), "refused") << json;
  }
  EXPECT_EQ(Check(R"([{"_placeholder":false,"num":9}])", 1), R"([{"_placeholder":false,"num":9}])");
}

TEST(ArgumentsTest, HaveSoManyAttachments) {
  EXPECT_EQ(Check("[]", kAttachmentsMax), "[]");
  EXPECT_EQ(Check("[]", kAttachmentsMax + 1), "refused");
}

}  // namespace
}  // namespace caucus::edge::transcoding
