#include "polls-service/leases/edge_id.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "common/testing/status_matchers.h"

namespace caucus::polls {
namespace {

TEST(EdgeIdTest, IsOneTo64Characters) {
  EXPECT_THAT(CheckEdgeId(""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_OK(CheckEdgeId("e"));
  std::string longest;
  for (int i = 0; i < 64; ++i) longest += "\xF0\x9F\x97\xB3";
  EXPECT_OK(CheckEdgeId(longest));
  EXPECT_THAT(CheckEdgeId(longest + "e"), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(EdgeIdTest, EscapesWhatIsNotPlain) {
  EXPECT_EQ(EscapeEdgeId("edge-1.A_z"), "edge-1.A_z");
  EXPECT_EQ(EscapeEdgeId("}{:%"), "%7D%7B%3A%25");
  EXPECT_EQ(EscapeEdgeId(std::string("\0\xFF ", 3)), "%00%FF%20");
}

}  // namespace
}  // namespace caucus::polls
