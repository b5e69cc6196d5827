#include "polls-service/api/proto_mapping.h"

#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>

#include "common/testing/status_matchers.h"
#include "polls-service/domain/poll_scenario.h"

namespace caucus::polls {
namespace {

void ExpectProto(const v1::Poll& actual, const std::string& expected_text) {
  v1::Poll expected;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(expected_text, &expected));
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(actual, expected))
      << actual.DebugString();
}

TEST(ProtoMappingTest, ShowsANewPoll) {
  PollScenario scenario;
  ASSERT_OK(scenario.Create(3));
  ExpectProto(ToProto(scenario.poll()), R"pb(
    id: "ABC123"
    topic: "Where to eat?"
    votes_per_voter: 3
    admin_id: "admin"
    state: STATE_NOMINATING
    revision: 1
    expire_time { seconds: 1700007200 }
  )pb");
}

TEST(ProtoMappingTest, ShowsWhoHasVotedAndNeverWhat) {
  PollScenario scenario;
  ASSERT_OK(scenario.Create(1));
  ASSERT_OK(scenario.Join("ann"));
  ASSERT_OK(scenario.Nominate("ann", "n1", "Pizza"));
  ASSERT_OK(scenario.Start());
  ASSERT_OK(scenario.Vote("ann", {"n1"}));
  const v1::Poll proto = ToProto(scenario.poll());
  ExpectProto(proto, R"pb(
    id: "ABC123"
    topic: "Where to eat?"
    votes_per_voter: 1
    participants { key: "ann" value: "name of ann" }
    nominations {
      key: "n1"
      value { user_id: "ann" text: "Pizza" }
    }
    rankings {
      key: "ann"
      value {}
    }
    admin_id: "admin"
    has_started: true
    state: STATE_VOTING
    revision: 5
    expire_time { seconds: 1700007200 }
  )pb");
}

TEST(ProtoMappingTest, ShowsResultsInTheirOrder) {
  PollScenario scenario;
  ASSERT_OK(scenario.Create(2));
  ASSERT_OK(scenario.Join("ann"));
  ASSERT_OK(scenario.Nominate("ann", "n1", "Pizza"));
  ASSERT_OK(scenario.Nominate("ann", "n2", "Sushi"));
  ASSERT_OK(scenario.Start());
  ASSERT_OK(scenario.Vote("ann", {"n2", "n1"}));
  ASSERT_OK(scenario.Close());
  const v1::Poll proto = ToProto(scenario.poll());
  EXPECT_EQ(proto.state(), v1::Poll::STATE_CLOSED);
  EXPECT_TRUE(proto.has_started());
  ASSERT_EQ(proto.results_size(), 2);
  EXPECT_EQ(proto.results(0).nomination_id(), "n2");
  EXPECT_EQ(proto.results(0).nomination_text(), "Sushi");
  EXPECT_DOUBLE_EQ(proto.results(0).score(), 1);
  EXPECT_DOUBLE_EQ(proto.results(1).score(), .5625);
}

}  // namespace
}  // namespace caucus::polls
