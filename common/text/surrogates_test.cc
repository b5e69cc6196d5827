#include "common/text/surrogates.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace caucus {
namespace {

TEST(SurrogatesTest, ReplacesHalvesWithoutTheirOthers) {
  EXPECT_EQ(ReplaceLoneSurrogates(R"(["\ud83d"])"), R"(["\ufffd"])");
  EXPECT_EQ(ReplaceLoneSurrogates(R"(["\uDE00x"])"), R"(["\ufffdx"])");
  EXPECT_EQ(ReplaceLoneSurrogates(R"(\ud83d\ud83d)"), R"(\ufffd\ufffd)");
  EXPECT_EQ(ReplaceLoneSurrogates(R"(\ude00\ud83d)"), R"(\ufffd\ufffd)");
  EXPECT_EQ(ReplaceLoneSurrogates(R"(\ud83d\ud83d\ude00\ude00)"), R"(\ufffd\ud83d\ude00\ufffd)");
  EXPECT_EQ(ReplaceLoneSurrogates(R"(\ud83d\n\ude00)"), R"(\ufffd\n\ufffd)");
  EXPECT_EQ(ReplaceLoneSurrogates(R"(\ud800\udbff\udc00\udfff)"), R"(\ufffd\udbff\udc00\ufffd)");
  EXPECT_EQ(ReplaceLoneSurrogates(R"(\\\ud83d)"), R"(\\\ufffd)");
}

TEST(SurrogatesTest, LeavesAllElseAlone) {
  for (const std::string_view json :
       {"", "[]", R"(["\ud83d\ude00"])", R"(\ud7ff\ue000)", R"(\\ud83d)", R"(\\\\ud83d)", "\\",
        R"(\u)", R"(\ud83)", R"(\ud83g)", R"(\u-d83)", R"(\u 83d)", R"(\u0xd8)", R"(\Ud83d)",
        R"("\""ud83d")"}) {
    EXPECT_EQ(ReplaceLoneSurrogates(json), std::nullopt) << json;
  }
}

}  // namespace
}  // namespace caucus
