#include "polls-service/api/proto_mapping.h"

#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>

#include <string>
#include <vector>

#include "common/status/error_details.h"
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
    rules { method: METHOD_WEIGHTED seats: 1 quota: QUOTA_DROOP }
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
    rules { method: METHOD_WEIGHTED seats: 1 quota: QUOTA_DROOP }
    tie_break_commitment: "19b25856e1c150ca834cffc8b59b23adbd0ec0389e58eb22b3b64768098d002b"
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
  EXPECT_EQ(proto.results(1).rank(), 2u);
  EXPECT_TRUE(proto.results(0).elected());
  EXPECT_FALSE(proto.results(1).elected());
}

TEST(ProtoMappingTest, KeepsTheSeedSecretUntilTheClose) {
  PollScenario scenario;
  ASSERT_OK(scenario.Create(1));
  ASSERT_OK(scenario.Join("ann"));
  ASSERT_OK(scenario.Nominate("ann", "n1", "Pizza"));
  EXPECT_EQ(ToProto(scenario.poll()).tie_break_commitment(), "");
  ASSERT_OK(scenario.Start());
  EXPECT_EQ(ToProto(scenario.poll()).tie_break_seed(), "");
  const std::string commitment = ToProto(scenario.poll()).tie_break_commitment();
  ASSERT_OK(scenario.Close());
  const v1::Poll closed = ToProto(scenario.poll());
  EXPECT_EQ(closed.tie_break_commitment(), commitment);
  EXPECT_EQ(TieBreakCommitment(closed.tie_break_seed()), commitment);
}

TEST(ProtoMappingTest, TheBasicViewLeavesPeopleAndOptionsOut) {
  PollScenario scenario;
  ASSERT_OK(scenario.Create(1));
  ASSERT_OK(scenario.Join("ann"));
  ASSERT_OK(scenario.Nominate("ann", "n1", "Pizza"));
  const v1::Poll basic = ToProto(scenario.poll(), v1::POLL_VIEW_BASIC);
  EXPECT_TRUE(basic.participants().empty());
  EXPECT_TRUE(basic.nominations().empty());
  EXPECT_EQ(basic.topic(), "Where to eat?");
  EXPECT_EQ(basic.revision(), 3u);
}

TEST(ProtoMappingTest, EveryMethodAndQuotaComesBack) {
  for (int method = v1::CountingRules::METHOD_WEIGHTED; method <= v1::CountingRules::Method_MAX;
       ++method) {
    for (const auto quota : {v1::CountingRules::QUOTA_DROOP, v1::CountingRules::QUOTA_HARE}) {
      if (quota == v1::CountingRules::QUOTA_HARE && method != v1::CountingRules::METHOD_STV_WIGM) {
        continue;
      }
      v1::CountingRules rules;
      rules.set_method(static_cast<v1::CountingRules::Method>(method));
      rules.set_seats(3);
      rules.set_quota(quota);
      ASSERT_OK_AND_ASSIGN(const CountingRules domain, FromProto(rules));
      EXPECT_EQ(ToProto(domain).SerializeAsString(), rules.SerializeAsString());
    }
  }
}

TEST(ProtoMappingTest, RefusesHaresQuotaForAnyMethodButWigm) {
  for (int method = v1::CountingRules::METHOD_UNSPECIFIED; method <= v1::CountingRules::Method_MAX;
       ++method) {
    if (method == v1::CountingRules::METHOD_STV_WIGM) continue;
    v1::CountingRules rules;
    rules.set_method(static_cast<v1::CountingRules::Method>(method));
    rules.set_quota(v1::CountingRules::QUOTA_HARE);
    EXPECT_EQ(ViolationsOf(FromProto(rules).status()),
              (std::vector<FieldViolation>{
                  {"rules.quota", "rules.quota QUOTA_HARE is for METHOD_STV_WIGM alone"}}));
  }
}

TEST(ProtoMappingTest, RefusesRulesThatThereAreNot) {
  v1::CountingRules rules;
  rules.set_method(static_cast<v1::CountingRules::Method>(99));
  EXPECT_THAT(FromProto(rules), StatusIs(absl::StatusCode::kInvalidArgument));
  rules.set_method(v1::CountingRules::METHOD_BORDA);
  rules.set_quota(static_cast<v1::CountingRules::Quota>(99));
  EXPECT_THAT(FromProto(rules), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace caucus::polls
