#include "tests/load/poll_messages.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace caucus::load {
namespace {

PollUpdate Read(std::string_view event) { return ReadPollUpdate({event, event}); }

TEST(ReadPollUpdateTest, TakesAStatesRevisionFromItsEnd) {
  const std::string head = R"(["poll_updated",{"id":"A1B2C3","participants":{)";
  const std::string tail =
      R"("state":"STATE_VOTING","revision":17,"expireTime":"2030-01-01T00:00:00Z"}])";
  const PollUpdate update = ReadPollUpdate({head, tail});
  EXPECT_EQ(update.kind, PollUpdate::Kind::kState);
  EXPECT_EQ(update.revision, 17);
}

TEST(ReadPollUpdateTest, TakesBothRevisionsOfChanges) {
  const PollUpdate update =
      Read(R"(["poll_changed",{"revision":21,"previousRevision":19,"changes":[{"voted":"u1"}]}])");
  EXPECT_EQ(update.kind, PollUpdate::Kind::kChanges);
  EXPECT_EQ(update.revision, 21);
  EXPECT_EQ(update.previous_revision, 19);
}

TEST(ReadPollUpdateTest, KnowsWhatIsNoUpdate) {
  EXPECT_EQ(Read(R"(["exception",{"type":"Unknown"}])").kind, PollUpdate::Kind::kOther);
  EXPECT_EQ(Read(R"(["poll_updated",{"id":"A1B2C3"}])").revision, 0);
}

TEST(FindMemberTest, FindsTheFirstOrTheLast) {
  constexpr std::string_view kJson = R"([{"id":"a","revision":3},{"id":"b","revision":4}])";
  EXPECT_EQ(FindMember(kJson, "id"), "a");
  EXPECT_EQ(FindLastMember(kJson, "id"), "b");
  EXPECT_EQ(FindMember(kJson, "revision"), "3");
  EXPECT_EQ(FindMember(kJson, "name"), "");
}

}  // namespace
}  // namespace caucus::load
