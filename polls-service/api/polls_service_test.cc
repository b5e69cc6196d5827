#include "polls-service/api/polls_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "common/status/error_details.h"
#include "common/testing/reason_matcher.h"
#include "common/testing/status_matchers.h"
#include "polls-service/api/polls_service_fixture.h"

namespace caucus::polls {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Descriptions(const absl::Status& status) {
  std::vector<std::string> descriptions;
  for (const FieldViolation& violation : ViolationsOf(status)) {
    descriptions.push_back(violation.description);
  }
  return descriptions;
}

class PollsServiceTest : public PollsServiceFixture {
 protected:
  absl::StatusOr<v1::RejoinPollResponse> Rejoin(const std::string& token) {
    v1::RejoinPollRequest request;
    request.set_access_token(token);
    return Call(&Stub::RejoinPoll, "", request);
  }

  absl::Status TryNominate(const Person& person, const std::string& text) {
    v1::AddNominationRequest request;
    request.set_poll_id(person.poll_id);
    request.set_text(text);
    return Call(&Stub::AddNomination, person.token, request).status();
  }
};

TEST_F(PollsServiceTest, RunsAPollFromStartToEnd) {
  const Person admin = CreatePoll(2);
  const Person ann = JoinPoll(admin.poll_id, " 李雷 ");
  ASSERT_OK_AND_ASSIGN(v1::Poll poll, Get(admin));
  EXPECT_THAT(poll.participants(), IsEmpty());
  ASSERT_OK(Connect(admin));
  ASSERT_OK(Connect(ann));
  const std::string pizza = Nominate(admin, " Pizza ");
  const std::string sushi = Nominate(ann, "Sushi");
  EXPECT_THAT(pizza, testing::MatchesRegex("[A-Za-z0-9_-]{8}"));
  ASSERT_OK_AND_ASSIGN(const uint32_t started, Start(admin));
  ASSERT_OK_AND_ASSIGN(const uint32_t voted, Vote(ann, {sushi, pizza}));
  EXPECT_GT(voted, started);

  ASSERT_OK_AND_ASSIGN(poll, Get(ann));
  EXPECT_EQ(poll.state(), v1::Poll::STATE_VOTING);
  EXPECT_EQ(poll.participants().at(ann.user_id), "李雷");
  EXPECT_EQ(poll.nominations().at(pizza).text(), "Pizza");
  EXPECT_EQ(poll.nominations().at(pizza).user_id(), admin.user_id);
  ASSERT_TRUE(poll.rankings().contains(ann.user_id));
  EXPECT_EQ(poll.rankings().at(ann.user_id).values_size(), 0);
  EXPECT_FALSE(poll.rankings().contains(admin.user_id));
  EXPECT_GE(poll.revision(), voted);

  ASSERT_OK(Close(admin));
  ASSERT_OK_AND_ASSIGN(poll, Get(ann));
  EXPECT_EQ(poll.state(), v1::Poll::STATE_CLOSED);
  ASSERT_EQ(poll.results_size(), 2);
  EXPECT_EQ(poll.results(0).nomination_text(), "Sushi");
  EXPECT_DOUBLE_EQ(poll.results(1).score(), .5625);
}

TEST_F(PollsServiceTest, CreatesAPollWithTheAdminsToken) {
  v1::CreatePollRequest request;
  request.set_topic(" Lunch? ");
  request.set_votes_per_voter(3);
  request.set_name(" Zoë ");
  ASSERT_OK_AND_ASSIGN(const auto response, Call(&Stub::CreatePoll, "", request));
  const v1::Poll& poll = response.poll();
  EXPECT_THAT(poll.id(), testing::MatchesRegex("[0-9A-Z]{6}"));
  EXPECT_THAT(poll.admin_id(), testing::MatchesRegex("[A-Za-z0-9_-]{21}"));
  EXPECT_EQ(poll.topic(), "Lunch?");
  EXPECT_EQ(poll.votes_per_voter(), 3u);
  EXPECT_EQ(poll.state(), v1::Poll::STATE_NOMINATING);
  EXPECT_EQ(poll.revision(), 1u);
  EXPECT_FALSE(poll.has_started());

  const auto token = auth_->Lookup(response.access_token());
  ASSERT_TRUE(token.has_value());
  EXPECT_EQ(token->subject(), poll.admin_id());
  EXPECT_EQ(token->claims().fields().at("pollID").string_value(), poll.id());
  EXPECT_EQ(token->claims().fields().at("name").string_value(), "Zoë");
  EXPECT_LE(token->expire_time().seconds(), poll.expire_time().seconds());
  EXPECT_GE(token->expire_time().seconds(), poll.expire_time().seconds() - 5);
}

TEST_F(PollsServiceTest, NamesEveryWrongFieldOfACreateRequest) {
  const absl::Status status = Call(&Stub::CreatePoll, "", v1::CreatePollRequest()).status();
  EXPECT_THAT(status, FailsWith(StatusCode::kInvalidArgument, "INVALID_REQUEST"));
  EXPECT_THAT(Descriptions(status),
              ElementsAre("topic must be longer than or equal to 1 characters",
                          "votesPerVoter must not be less than 1",
                          "name must be longer than or equal to 1 characters"));
}

TEST_F(PollsServiceTest, CreatesNothingWithoutAToken) {
  auth_->SetMode(FakeAuthService::Mode::kUnavailable);
  v1::CreatePollRequest request;
  request.set_topic("Lunch?");
  request.set_votes_per_voter(3);
  request.set_name("Ann");
  EXPECT_THAT(Call(&Stub::CreatePoll, "", request),
              FailsWith(StatusCode::kUnavailable, "TRY_AGAIN"));
  auth_->SetMode(FakeAuthService::Mode::kServe);
}

TEST_F(PollsServiceTest, JoinsByACodeInSmallLetters) {
  const Person admin = CreatePoll(1);
  EXPECT_EQ(JoinPoll(absl::AsciiStrToLower(admin.poll_id), "Ann").poll_id, admin.poll_id);
}

TEST_F(PollsServiceTest, EachJoinIsAnotherPerson) {
  const Person admin = CreatePoll(1);
  const Person ann = JoinPoll(admin.poll_id, "Ann");
  const Person other = JoinPoll(admin.poll_id, "Ann");
  EXPECT_EQ(std::set<std::string>({admin.user_id, ann.user_id, other.user_id}).size(), 3u);
}

TEST_F(PollsServiceTest, KnowsNoPollByAnUnknownOrImpossibleCode) {
  for (const char* poll_id : {"000000", "ABC-12", "{}:*?\\"}) {
    v1::JoinPollRequest request;
    request.set_poll_id(poll_id);
    request.set_name("Ann");
    EXPECT_THAT(Call(&Stub::JoinPoll, "", request),
                FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"))
        << poll_id;
  }
}

TEST_F(PollsServiceTest, RefusesACodeOfAnotherLength) {
  v1::JoinPollRequest request;
  request.set_poll_id("ABC");
  request.set_name("Ann");
  EXPECT_THAT(Descriptions(Call(&Stub::JoinPoll, "", request).status()),
              ElementsAre("pollID must be longer than or equal to 6 characters"));
}

TEST_F(PollsServiceTest, RejoiningAddsTheParticipant) {
  const Person admin = CreatePoll(1);
  const Person ann = JoinPoll(admin.poll_id, "Ann");
  ASSERT_OK_AND_ASSIGN(const auto response, Rejoin(ann.token));
  EXPECT_EQ(response.poll().participants().at(ann.user_id), "Ann");
}

TEST_F(PollsServiceTest, RejoiningNeedsAGoodToken) {
  for (const char* token : {"", "bad"}) {
    const auto response = Rejoin(token);
    EXPECT_THAT(response, FailsWith(StatusCode::kPermissionDenied, "TOKEN_INVALID"));
    EXPECT_EQ(response.status().message(), "Invalid authorization token");
  }
}

TEST_F(PollsServiceTest, NeedsABearerToken) {
  SetUpPoll();
  for (const char* token : {"", "bad"}) {
    Person nobody = ann_;
    nobody.token = token;
    EXPECT_THAT(Connect(nobody), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
    EXPECT_THAT(Get(nobody), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
    EXPECT_THAT(TryNominate(nobody, "Pizza"),
                FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  }
}

TEST_F(PollsServiceTest, ATokenIsGoodForOnePoll) {
  SetUpPoll();
  Person stranger = CreatePoll(1);
  stranger.poll_id = ann_.poll_id;
  EXPECT_THAT(Connect(stranger), FailsWith(StatusCode::kPermissionDenied, "WRONG_POLL"));
  EXPECT_THAT(Get(stranger), FailsWith(StatusCode::kPermissionDenied, "WRONG_POLL"));
  EXPECT_THAT(Cancel(stranger), FailsWith(StatusCode::kPermissionDenied, "WRONG_POLL"));
}

TEST_F(PollsServiceTest, SaysThatItCannotTellWhoCalls) {
  SetUpPoll();
  const Person late = JoinPoll(admin_.poll_id, "Late");
  clock_.Advance(absl::Minutes(1));  // A token that has just been issued is known.
  auth_->SetMode(FakeAuthService::Mode::kUnavailable);
  EXPECT_THAT(Connect(late), FailsWith(StatusCode::kUnavailable, "TRY_AGAIN"));
  auth_->SetMode(FakeAuthService::Mode::kServe);
}

TEST_F(PollsServiceTest, LetsOnlyTheAdminActAsAdmin) {
  SetUpPoll();
  for (const absl::StatusOr<uint32_t>& result :
       {Start(ann_), Close(ann_), Cancel(ann_), Remove(ann_, bob_)}) {
    EXPECT_THAT(result, FailsWith(StatusCode::kPermissionDenied, "ADMIN_REQUIRED"));
    EXPECT_EQ(result.status().message(), "Admin privileges required");
  }
}

TEST_F(PollsServiceTest, ClosingOneOfTwoTabsRemovesNobody) {
  SetUpPoll();
  ASSERT_OK(Connect(ann_, "second"));
  ASSERT_OK(Leave(ann_));
  ASSERT_OK_AND_ASSIGN(v1::Poll poll, Get(ann_));
  EXPECT_TRUE(poll.participants().contains(ann_.user_id));
  ASSERT_OK(Leave(ann_, "second"));
  ASSERT_OK_AND_ASSIGN(poll, Get(ann_));
  EXPECT_FALSE(poll.participants().contains(ann_.user_id));
}

TEST_F(PollsServiceTest, RemovingIsABan) {
  SetUpPoll();
  ASSERT_OK(Remove(admin_, bob_));
  EXPECT_THAT(Connect(bob_, "again"),
              FailsWith(StatusCode::kPermissionDenied, "REMOVED_FROM_POLL"));
  EXPECT_THAT(Rejoin(bob_.token), FailsWith(StatusCode::kPermissionDenied, "REMOVED_FROM_POLL"));
  EXPECT_THAT(Get(bob_), FailsWith(StatusCode::kPermissionDenied, "REMOVED_FROM_POLL"));
  EXPECT_THAT(TryNominate(bob_, "Pizza"),
              FailsWith(StatusCode::kPermissionDenied, "REMOVED_FROM_POLL"));
}

TEST_F(PollsServiceTest, TellsWhatIsWrongWithANomination) {
  SetUpPoll();
  EXPECT_THAT(Descriptions(TryNominate(ann_, "")),
              ElementsAre("text must be longer than or equal to 1 characters"));
  EXPECT_THAT(Descriptions(TryNominate(ann_, std::string(101, 'x'))),
              ElementsAre("text must be shorter than or equal to 100 characters"));
  Nominate(ann_, "Pizza");
  EXPECT_THAT(TryNominate(bob_, " pizza "),
              FailsWith(StatusCode::kAlreadyExists, "NOMINATION_EXISTS"));
}

TEST_F(PollsServiceTest, TellsWhatIsWrongWithABallot) {
  SetUpPoll();
  const std::string pizza = Nominate(ann_, "Pizza");
  const std::string sushi = Nominate(ann_, "Sushi");
  EXPECT_THAT(Vote(ann_, {pizza}), FailsWith(StatusCode::kFailedPrecondition, "WRONG_STATE"));
  ASSERT_OK(Start(admin_));
  EXPECT_THAT(Vote(ann_, {pizza, sushi}),
              FailsWith(StatusCode::kInvalidArgument, "INVALID_REQUEST"));
  EXPECT_THAT(Descriptions(Vote(ann_, {pizza, sushi}).status()),
              ElementsAre("rankings must contain no more than 1 elements"));
  EXPECT_THAT(Descriptions(Vote(ann_, {"nonsense"}).status()),
              ElementsAre("each value in rankings must be a nomination of this poll"));
  EXPECT_THAT(Vote(ann_, std::vector<std::string>(60, pizza)),
              StatusIs(StatusCode::kInvalidArgument));
  ASSERT_OK(Vote(ann_, {sushi}));
  EXPECT_THAT(Vote(ann_, {pizza}), FailsWith(StatusCode::kAlreadyExists, "ALREADY_VOTED"));
  ASSERT_OK(Close(admin_));
  EXPECT_THAT(Vote(bob_, {pizza}), FailsWith(StatusCode::kFailedPrecondition, "WRONG_STATE"));
}

TEST_F(PollsServiceTest, BoundsTheIdsOfConnections) {
  SetUpPoll();
  EXPECT_THAT(Descriptions(Connect(ann_, std::string(65, 'x')).status()),
              ElementsAre("connectionID must be shorter than or equal to 64 characters"));
}

TEST_F(PollsServiceTest, ACancelledPollIsNotFound) {
  SetUpPoll();
  ASSERT_OK(Cancel(admin_));
  EXPECT_THAT(Get(ann_), FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"));
  EXPECT_THAT(Connect(ann_), FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"));
  EXPECT_THAT(Leave(ann_), FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"));
  EXPECT_THAT(Cancel(admin_), FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"));
  EXPECT_THAT(Rejoin(ann_.token), FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"));
}

TEST_F(PollsServiceTest, AnExpiredPollIsNotFoundThoughItsTokenIsGood) {
  SetUpPoll();
  clock_.Advance(absl::Hours(2));
  EXPECT_THAT(Get(ann_), FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"));
  EXPECT_THAT(Connect(ann_), FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"));
  EXPECT_THAT(Rejoin(ann_.token), FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"));
}

}  // namespace
}  // namespace caucus::polls
