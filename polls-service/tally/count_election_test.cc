#include "polls-service/tally/count_election.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "polls-service/tally/election_builder.h"

namespace caucus::tally {
namespace {

using testing::NamesByRank;
using testing::Tennessee;

TEST(CountElectionTest, ElectsMemphisByPlurality) {
  const auto count = CountElection(Tennessee(), {.method = Method::kPlurality});
  ASSERT_TRUE(count.ok());
  EXPECT_EQ(
      NamesByRank(Tennessee(), *count),
      (std::vector<std::string>{"1 Memphis *", "2 Nashville", "3 Knoxville", "4 Chattanooga"}));
}

TEST(CountElectionTest, ElectsKnoxvilleByInstantRunoff) {
  const auto count = CountElection(Tennessee(), {.method = Method::kInstantRunoff});
  ASSERT_TRUE(count.ok());
  EXPECT_EQ(count->rounds.size(), 3u);
  EXPECT_EQ(
      NamesByRank(Tennessee(), *count),
      (std::vector<std::string>{"1 Knoxville *", "2 Memphis", "3 Nashville", "4 Chattanooga"}));
}

TEST(CountElectionTest, ElectsNashvilleByPoints) {
  for (const Method method : {Method::kWeighted, Method::kBorda}) {
    const auto count = CountElection(Tennessee(), {.method = method, .ranks_max = 4});
    ASSERT_TRUE(count.ok());
    EXPECT_EQ(
        NamesByRank(Tennessee(), *count),
        (std::vector<std::string>{"1 Nashville *", "2 Chattanooga", "3 Memphis", "4 Knoxville"}));
  }
}

}  // namespace
}  // namespace caucus::tally
