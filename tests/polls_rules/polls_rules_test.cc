// The rules of caucus.polls.v1, with the texts that the recorded traces show.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "caucus/polls/v1/polls_service.pb.h"
#include "common/status/error_details.h"
#include "common/testing/status_matchers.h"
#include "edge/transcoding/connection_context.h"
#include "edge/transcoding/event_table.h"
#include "edge/transcoding/feed_rule.h"
#include "edge/transcoding/http_route.h"
#include "edge/transcoding/json_error.h"
#include "edge/transcoding/namespace_rules.h"
#include "edge/transcoding/test_descriptors.h"
#include "edge/transcoding/unary_outcome.h"
#include "edge/transcoding/unary_rule.h"

namespace caucus::edge::transcoding {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::vector<std::string> DescriptionsOf(const absl::Status& status) {
  std::vector<std::string> descriptions;
  for (const FieldViolation& violation : ViolationsOf(status)) {
    descriptions.push_back(violation.description);
  }
  return descriptions;
}

class PollsRulesTest : public testing::Test {
 protected:
  void SetUp() override {
    auto table = EventTable::Create(ReadDescriptorSet("proto/polls.descriptor"));
    ASSERT_OK(table.status());
    table_ = *std::move(table);
    polls_ = table_->FindNamespace("/polls");
    ASSERT_NE(polls_, nullptr);
    (*claims_.mutable_fields())["pollID"].set_string_value("ABC123");
    (*claims_.mutable_fields())["sub"].set_string_value("u1");
  }

  // The violations of POST `path` with this body.
  std::vector<std::string> Post(const std::string& path, const std::string& body) {
    const auto json = ParseJson(body, {});
    EXPECT_THAT(json, IsOk());
    return DescriptionsOf(table_->FindHttp("POST", path)->EncodeRequest(&*json, {}).status());
  }

  // The request of an event with these arguments, a JSON array.
  absl::StatusOr<std::string> Emit(const std::string& event, const std::string& arguments) {
    const auto json = ParseJson(arguments, {});
    EXPECT_THAT(json, IsOk());
    const auto& array = json->get_array();
    return polls_->FindEvent(event)->EncodeRequest(absl::MakeConstSpan(array.data(), array.size()),
                                                   context_);
  }

  std::unique_ptr<const EventTable> table_;
  const NamespaceRules* polls_ = nullptr;
  google::protobuf::Struct claims_;
  ConnectionContext context_ = {.claims = &claims_, .socket_id = "s1", .edge_id = "e1"};
};

TEST_F(PollsRulesTest, CreateReportsEmptyFields) {
  EXPECT_THAT(Post("/polls", R"({"topic": "", "votesPerVoter": 0, "name": ""})"),
              ElementsAre("topic must be longer than or equal to 1 characters",
                          "votesPerVoter must not be less than 1",
                          "name must be longer than or equal to 1 characters"));
}

TEST_F(PollsRulesTest, CreateReportsWhatIsTooLong) {
  const std::string topic(101, 'x');
  EXPECT_THAT(Post("/polls", R"({"topic": ")" + topic +
                                 R"(", "votesPerVoter": 6, "name": "nnnnnnnnnnnnnnnnnnnnnnnnnn"})"),
              ElementsAre("topic must be shorter than or equal to 100 characters",
                          "votesPerVoter must not be greater than 5",
                          "name must be shorter than or equal to 25 characters"));
}

TEST_F(PollsRulesTest, CreateReportsWrongTypes) {
  EXPECT_THAT(
      Post("/polls", R"({"topic": 5, "votesPerVoter": "3", "name": null})"),
      ElementsAre(
          "topic must be longer than or equal to 1 and shorter than or equal to 100 characters",
          "topic must be a string", "votesPerVoter must not be greater than 5",
          "votesPerVoter must not be less than 1", "votesPerVoter must be an integer number",
          "name must be longer than or equal to 1 characters", "name must be a string"));
  EXPECT_THAT(Post("/polls", R"({"topic": "t", "votesPerVoter": 2.5, "name": "a"})"),
              ElementsAre("votesPerVoter must be an integer number"));
}

TEST_F(PollsRulesTest, CreateReportsEverythingOfAnEmptyObject) {
  const std::vector<std::string> everything = {"topic must be longer than or equal to 1 characters",
                                               "topic must be a string",
                                               "votesPerVoter must not be greater than 5",
                                               "votesPerVoter must not be less than 1",
                                               "votesPerVoter must be an integer number",
                                               "name must be longer than or equal to 1 characters",
                                               "name must be a string"};
  EXPECT_EQ(Post("/polls", "{}"), everything);
  EXPECT_EQ(DescriptionsOf(table_->FindHttp("POST", "/polls")->EncodeRequest(nullptr, {}).status()),
            everything);
}

TEST_F(PollsRulesTest, JoinReportsAShortId) {
  EXPECT_THAT(Post("/polls/join", R"({"pollID": "ABC", "name": "x"})"),
              ElementsAre("pollID must be longer than or equal to 6 characters"));
}

TEST_F(PollsRulesTest, NominateReportsText) {
  EXPECT_THAT(DescriptionsOf(Emit("nominate", R"([{"text": ""}])").status()),
              ElementsAre("text must be longer than or equal to 1 characters"));
  const std::string text(101, 'x');
  EXPECT_THAT(DescriptionsOf(Emit("nominate", R"([{"text": ")" + text + R"("}])").status()),
              ElementsAre("text must be shorter than or equal to 100 characters"));
  for (const char* arguments : {"[{}]", "[]", R"(["str"])", "[null]"}) {
    EXPECT_THAT(
        DescriptionsOf(Emit("nominate", arguments).status()),
        ElementsAre("text must be longer than or equal to 1 characters", "text must be a string"))
        << arguments;
  }
}

TEST_F(PollsRulesTest, NominateTakesThePollFromTheTokenOnly) {
  ASSERT_OK_AND_ASSIGN(const std::string bytes,
                       Emit("nominate", R"([{"text": " Fish ", "pollID": "FORGED"}])"));
  polls::v1::AddNominationRequest request;
  ASSERT_TRUE(request.ParseFromString(bytes));
  EXPECT_EQ(request.poll_id(), "ABC123");
  EXPECT_EQ(request.text(), " Fish ");
}

TEST_F(PollsRulesTest, SubmitRankingsReportsItems) {
  EXPECT_THAT(DescriptionsOf(Emit("submit_rankings", R"([{"rankings": []}])").status()),
              ElementsAre("rankings must contain at least 1 elements"));
  EXPECT_THAT(DescriptionsOf(Emit("submit_rankings", R"([{"rankings": "a"}])").status()),
              ElementsAre("rankings must be an array"));
  EXPECT_OK(Emit("submit_rankings", R"([{"rankings": ["a", "b"]}])").status());
}

TEST_F(PollsRulesTest, ConnectJoinsThePollAndTheUsersOwnRoom) {
  ASSERT_OK_AND_ASSIGN(const std::string request, polls_->connect->EncodeRequest({}, context_));
  polls::v1::AddParticipantRequest sent;
  ASSERT_TRUE(sent.ParseFromString(request));
  EXPECT_EQ(sent.connection_id(), "s1");
  EXPECT_EQ(sent.edge_id(), "e1");
  polls::v1::AddParticipantResponse response;
  response.set_revision(7);
  response.set_room("ABC123:MODE_SNAPSHOT");
  ASSERT_OK_AND_ASSIGN(
      const UnaryOutcome outcome,
      polls_->connect->DecodeResponse(request, response.SerializeAsString(), context_));
  EXPECT_THAT(outcome.join, ElementsAre("ABC123:MODE_SNAPSHOT", "user:u1"));
  EXPECT_EQ(outcome.Number("revision"), 7);
}

TEST_F(PollsRulesTest, WatchPollIsTheFeedOfThePollsRoomOnly) {
  ASSERT_THAT(polls_->feeds, SizeIs(1));
  const FeedRule& watch = *polls_->feeds[0];
  EXPECT_EQ(watch.MatchRoom("user:u1"), std::nullopt);
  EXPECT_EQ(watch.MatchRoom("ABC123"), std::nullopt);
  EXPECT_EQ(watch.MatchRoom("ABC123:MODE_UNSPECIFIED"), std::nullopt);
  const auto captures = watch.MatchRoom("ABC123:MODE_DELTA");
  ASSERT_TRUE(captures.has_value());
  polls::v1::WatchPollRequest request;
  ASSERT_TRUE(request.ParseFromString(watch.EncodeRequest(*captures, 41)));
  EXPECT_EQ(request.poll_id(), "ABC123");
  EXPECT_EQ(request.mode(), polls::v1::WatchPollRequest::MODE_DELTA);
  EXPECT_EQ(request.revision(), 41u);
}

TEST_F(PollsRulesTest, AVoteCostsAFollowerOfChangesLessThanTwoHundredBytes) {
  polls::v1::WatchPollResponse response;
  response.set_revision(4'000'000'000);
  auto* changed = response.mutable_poll_changed();
  changed->set_revision(4'000'000'000);
  changed->set_previous_revision(3'999'999'999);
  changed->add_changes()->set_voted(std::string(21, 'u'));
  ASSERT_OK_AND_ASSIGN(const FeedMessage message,
                       polls_->feeds[0]->DecodeMessage(response.SerializeAsString()));
  EXPECT_EQ(message.event, "poll_changed");
  EXPECT_EQ(message.arguments.json, R"([{"revision":4000000000,"previousRevision":3999999999,)"
                                    R"("changes":[{"voted":"uuuuuuuuuuuuuuuuuuuuu"}]}])");
  EXPECT_LT(message.arguments.json.size(), 150u) << "with the packet's frame less than 200";
}

TEST_F(PollsRulesTest, PollUpdatedIsWhatWebClientsKnow) {
  polls::v1::WatchPollResponse response;
  response.set_revision(3);
  auto* poll = response.mutable_poll_updated();
  poll->set_id("ABC123");
  poll->set_topic("Lunch?");
  poll->set_votes_per_voter(2);
  poll->set_admin_id("u1");
  (*poll->mutable_participants())["u2"] = "Bob";
  (*poll->mutable_participants())["u1"] = "Ann";
  (*poll->mutable_nominations())["n1"].set_text("Fish");
  (*poll->mutable_rankings())["u1"];
  poll->add_results()->set_score(1.990740740740741);
  poll->mutable_expire_time()->set_seconds(1700000000);
  response.mutable_effects()->add_effects()->mutable_disconnect()->mutable_target()->set_room(
      "user:u3");
  ASSERT_OK_AND_ASSIGN(const FeedMessage message,
                       polls_->feeds[0]->DecodeMessage(response.SerializeAsString()));
  EXPECT_EQ(message.event, "poll_updated");
  EXPECT_EQ(message.resume_value, 3);
  EXPECT_EQ(message.arguments.json,
            R"([{"id":"ABC123","topic":"Lunch?","votesPerVoter":2,)"
            R"("participants":{"u1":"Ann","u2":"Bob"},)"
            R"("nominations":{"n1":{"userID":"","text":"Fish"}},"rankings":{"u1":[]},)"
            R"("results":[{"nominationID":"","nominationText":"","score":1.990740740740741,)"
            R"("rank":0,"elected":false}],)"
            R"("adminID":"u1","hasStarted":false,"state":"STATE_UNSPECIFIED","revision":0,)"
            R"("expireTime":"2023-11-14T22:13:20Z","ballotChangesAllowed":false,)"
            R"("tieBreakCommitment":"","tieBreakSeed":""}])");
  ASSERT_THAT(message.effects.effects(), SizeIs(1));
  EXPECT_EQ(message.effects.effects(0).disconnect().target().room(), "user:u3");
}

TEST_F(PollsRulesTest, RejoinAnswersWithTheBarePoll) {
  const HttpRoute* rejoin = table_->FindHttp("POST", "/polls/rejoin");
  ASSERT_NE(rejoin, nullptr);
  EXPECT_EQ(rejoin->status(), 201u);
  EXPECT_OK(rejoin->EncodeRequest(nullptr, {}).status());
  polls::v1::RejoinPollResponse response;
  response.mutable_poll()->set_id("ABC123");
  ASSERT_OK_AND_ASSIGN(const std::string body,
                       rejoin->EncodeResponse(response.SerializeAsString()));
  EXPECT_THAT(body, testing::StartsWith(R"({"id":"ABC123","topic":"",)"));
}

}  // namespace
}  // namespace caucus::edge::transcoding
