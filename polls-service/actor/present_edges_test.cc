#include "polls-service/actor/present_edges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace caucus::polls {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

void Open(Poll& poll, const std::string& user_id, const std::string& connection_id,
          const std::string& edge_id) {
  poll.participants[user_id].connections.push_back({connection_id, edge_id});
}

TEST(PresentEdgesTest, ListsTheEdgesThatHoldConnections) {
  Poll poll;
  Open(poll, "ann", "1", "a");
  Open(poll, "bob", "1", "b");
  Open(poll, "bob", "2", "b");
  Open(poll, "bob", "3", "a");
  Open(poll, "cid", "1", "b");
  EXPECT_THAT(PresentEdges(poll, 10), ElementsAre("b", "a"));
  EXPECT_THAT(PresentEdges(poll, 1), ElementsAre("b"));
}

TEST(PresentEdgesTest, LeavesOutWhatCanHaveNoLease) {
  Poll poll;
  Open(poll, "ann", "1", "");
  Open(poll, "bob", "1", std::string(1'000, 'x'));
  EXPECT_THAT(PresentEdges(poll, 10), IsEmpty());
}

TEST(PresentEdgesTest, ListsNoneOnceNobodyLeavesAnyMore) {
  Poll poll;
  Open(poll, "ann", "1", "a");
  poll.phase = Phase::kVoting;
  EXPECT_THAT(PresentEdges(poll, 10), IsEmpty());
}

}  // namespace
}  // namespace caucus::polls
