#include "polls-service/tally/tie_break.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace caucus::tally {
namespace {

std::vector<std::string> DrawnIds(const std::vector<std::string>& ids, std::string_view seed) {
  std::vector<Candidate> candidates;
  for (const std::string& id : ids) candidates.push_back({.id = id, .name = "name of " + id});
  std::vector<std::string> drawn;
  for (const CandidateIndex i : Draw(candidates, seed)) drawn.push_back(ids[i]);
  return drawn;
}

// printf "seed\\0a" | sha256sum gives 0a360ec6..., and 6f25 for d, 7a1b for c, e2c0 for b.
TEST(TieBreakTest, DrawsTheSmallestHashFirst) {
  EXPECT_EQ(DrawnIds({"a", "b", "c", "d"}, ""), (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_EQ(DrawnIds({"a", "b", "c", "d"}, "seed"), (std::vector<std::string>{"a", "d", "c", "b"}));
}

TEST(TieBreakTest, DrawsAlikeHoweverCandidatesAreListed) {
  EXPECT_EQ(DrawnIds({"c", "b", "d", "a"}, "seed"), (std::vector<std::string>{"a", "d", "c", "b"}));
}

TEST(TieBreakTest, DrawsNobodyOfNobody) { EXPECT_TRUE(DrawnIds({}, "seed").empty()); }

}  // namespace
}  // namespace caucus::tally
