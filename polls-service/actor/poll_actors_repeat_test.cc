// PollActors and requests that come more than once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/status/error_details.h"
#include "common/testing/status_matchers.h"
#include "polls-service/actor/poll_actors.h"
#include "polls-service/actor/poll_actors_fixture.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/poll.h"
#include "polls-service/domain/request_answers.h"

namespace caucus::polls {
namespace {

RequestKey KeyOf(const std::string& request_id, uint64_t fingerprint = 1,
                 const std::string& user_id = "user1") {
  return {.user_id = user_id, .request_id = request_id, .fingerprint = fingerprint};
}

AddNomination Nominate(const std::string& nomination_id, const std::string& text = "Pizza") {
  return {"user1", nomination_id, text};
}

class PollActorsRepeatTest : public PollActorsFixture {
 protected:
  void SetUp() override {
    ASSERT_OK(Create(*actors_));
    ASSERT_OK(Do(*actors_, Join(1)));
  }

  const std::unique_ptr<PollActors> actors_ = NewActors();
};

void ExpectSame(const Outcome& again, const Outcome& first) {
  EXPECT_EQ(again.revision, first.revision);
  EXPECT_EQ(again.visible_revision, first.visible_revision);
  EXPECT_EQ(again.nomination_id, first.nomination_id);
  EXPECT_TRUE(again.events.empty());
}

TEST_F(PollActorsRepeatTest, AnswersARepeatedRequestAsTheFirstTime) {
  ASSERT_OK_AND_ASSIGN(Outcome first, Do(*actors_, Nominate("n1"), KeyOf("r1")));
  EXPECT_EQ(first.nomination_id, "n1");
  ASSERT_OK(Do(*actors_, Join(2)));
  const size_t commits = Stored().size();
  ASSERT_OK_AND_ASSIGN(Outcome again, Do(*actors_, Nominate("n2"), KeyOf("r1")));
  ExpectSame(again, first);
  EXPECT_EQ(Stored().size(), commits);
  ASSERT_OK_AND_ASSIGN(auto poll, Get(*actors_));
  EXPECT_EQ(poll->nominations.size(), 1u);
}

TEST_F(PollActorsRepeatTest, RemembersNothingWithoutARequestId) {
  ASSERT_OK(Do(*actors_, Nominate("n1"), KeyOf("")));
  EXPECT_THAT(Do(*actors_, Nominate("n2"), KeyOf("")), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(PollActorsRepeatTest, AnotherReplicaKnowsTheAnswer) {
  ASSERT_OK_AND_ASSIGN(Outcome first, Do(*actors_, Nominate("n1"), KeyOf("r1")));
  auto there = NewActors();
  ASSERT_OK_AND_ASSIGN(Outcome again, Do(*there, Nominate("n2"), KeyOf("r1")));
  ExpectSame(again, first);
}

TEST_F(PollActorsRepeatTest, RefusesAnIdThatAnotherRequestHas) {
  ASSERT_OK(Do(*actors_, Nominate("n1"), KeyOf("r1", 1)));
  const auto other = Do(*actors_, Nominate("n2", "Sushi"), KeyOf("r1", 2));
  EXPECT_THAT(other, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(ReasonOf(other.status()), "REQUEST_ID_REUSED");
}

TEST_F(PollActorsRepeatTest, UsersHaveTheirOwnIds) {
  ASSERT_OK(Do(*actors_, Join(2)));
  ASSERT_OK(Do(*actors_, Nominate("n1"), KeyOf("r1", 1, "user1")));
  ASSERT_OK_AND_ASSIGN(
      Outcome other, Do(*actors_, AddNomination{"user2", "n2", "Sushi"}, KeyOf("r1", 2, "user2")));
  EXPECT_EQ(other.nomination_id, "n2");
}

TEST_F(PollActorsRepeatTest, WhatHasNothingToDoLeavesNothingInTheLog) {
  const size_t commits = Stored().size();
  for (const std::string request_id : {"r1", "r2", "r1"}) {
    ASSERT_OK_AND_ASSIGN(Outcome outcome, Do(*actors_, Join(1), KeyOf(request_id)));
    EXPECT_TRUE(outcome.events.empty());
    EXPECT_EQ(outcome.revision, 2u);
    EXPECT_EQ(outcome.visible_revision, 2u);
  }
  EXPECT_EQ(Stored().size(), commits);
}

TEST_F(PollActorsRepeatTest, WhatHadNothingToDoIsDecidedAgain) {
  ASSERT_OK(Do(*actors_, Join(1), KeyOf("r1")));
  ASSERT_OK(Do(*actors_, LeavePoll{"user1", "c"}));
  ASSERT_OK_AND_ASSIGN(Outcome first, Do(*actors_, Join(1), KeyOf("r1")));
  EXPECT_FALSE(first.events.empty());
  ASSERT_OK_AND_ASSIGN(Outcome again, Do(*actors_, Join(1), KeyOf("r1")));
  ExpectSame(again, first);
}

TEST_F(PollActorsRepeatTest, RemembersNoErrors) {
  EXPECT_THAT(Do(*actors_, StartVote{"admin", "seed"}, KeyOf("r1", 1, "admin")),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_OK(Do(*actors_, Nominate("n1")));
  EXPECT_OK(Do(*actors_, StartVote{"admin", "seed"}, KeyOf("r1", 1, "admin")));
}

TEST_F(PollActorsRepeatTest, CarriesOutOnceWhatComesTwiceInOneBatch) {
  log_.HoldAppends();
  auto other = Send(*actors_, Join(2));
  log_.AwaitHeldAppend();
  auto first = Send(*actors_, Nominate("n1"), KeyOf("r1"));
  auto twin = Send(*actors_, Nominate("n2"), KeyOf("r1"));
  auto reused = Send(*actors_, Nominate("n3", "Sushi"), KeyOf("r1", 2));
  log_.Release();
  ASSERT_OK_AND_ASSIGN(Outcome outcome, first.get());
  ASSERT_OK_AND_ASSIGN(Outcome again, twin.get());
  ExpectSame(again, outcome);
  EXPECT_EQ(ReasonOf(reused.get().status()), "REQUEST_ID_REUSED");
  EXPECT_EQ(Stored().size(), 4u);
  EXPECT_OK(other.get());
}

TEST_F(PollActorsRepeatTest, ATwinInABatchThatIsNotStoredFailsToo) {
  log_.HoldAppends();
  auto other = Send(*actors_, Join(2));
  log_.AwaitHeldAppend();
  auto first = Send(*actors_, Nominate("n1"), KeyOf("r1"));
  auto twin = Send(*actors_, Nominate("n2"), KeyOf("r1"));
  log_.FailAppends({Fault::kUnavailable});
  log_.Release();
  EXPECT_OK(other.get());
  EXPECT_THAT(first.get(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(twin.get(), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_OK_AND_ASSIGN(Outcome again, Do(*actors_, Nominate("n3"), KeyOf("r1")));
  EXPECT_EQ(again.nomination_id, "n3");
}

TEST_F(PollActorsRepeatTest, ARequestWhoseOutcomeWasUnknownIsCarriedOutOnce) {
  ASSERT_OK(Get(*actors_));
  log_.FailAppends({Fault::kUnknownLate});
  log_.FailAppends(std::vector<Fault>(100'000, Fault::kUnavailable));
  const int appends = log_.appends();
  auto lost = Send(*actors_, Nominate("n1"), Soon(), KeyOf("r1"));
  log_.AwaitAppends(appends + 3);
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(ReasonOf(lost.get().status()), "OUTCOME_UNKNOWN");
  log_.ReleaseLate();
  log_.ClearFaults();
  ASSERT_OK_AND_ASSIGN(Outcome again, Do(*actors_, Nominate("n2"), KeyOf("r1")));
  EXPECT_EQ(again.nomination_id, "n1");
  ASSERT_OK_AND_ASSIGN(auto poll, Get(*actors_));
  EXPECT_EQ(poll->nominations.size(), 1u);
}

TEST_F(PollActorsRepeatTest, AnswersInAClosedPoll) {
  ASSERT_OK_AND_ASSIGN(Outcome nominated, Do(*actors_, Nominate("n1"), KeyOf("r1")));
  ASSERT_OK(Do(*actors_, StartVote{"admin", "seed"}));
  ASSERT_OK_AND_ASSIGN(Outcome voted, Do(*actors_, SubmitRankings{"user1", {"n1"}}, KeyOf("r2")));
  ASSERT_OK_AND_ASSIGN(Outcome closed, Do(*actors_, ClosePoll{"admin"}, KeyOf("r3", 1, "admin")));
  ASSERT_OK_AND_ASSIGN(Outcome first, Do(*actors_, Nominate("n2"), KeyOf("r1")));
  ExpectSame(first, nominated);
  ASSERT_OK_AND_ASSIGN(Outcome second, Do(*actors_, SubmitRankings{"user1", {"n1"}}, KeyOf("r2")));
  ExpectSame(second, voted);
  ASSERT_OK_AND_ASSIGN(Outcome third, Do(*actors_, ClosePoll{"admin"}, KeyOf("r3", 1, "admin")));
  ExpectSame(third, closed);
}

TEST_F(PollActorsRepeatTest, AnswersOfACancelledPollUntilItIsGone) {
  ASSERT_OK_AND_ASSIGN(Outcome nominated, Do(*actors_, Nominate("n1"), KeyOf("r1")));
  const RequestKey key = KeyOf("r2", 1, "admin");
  ASSERT_OK_AND_ASSIGN(Outcome cancelled, Do(*actors_, CancelPoll{"admin"}, key));
  auto there = NewActors();
  for (PollActors* actors : {actors_.get(), there.get()}) {
    ASSERT_OK_AND_ASSIGN(Outcome again, Do(*actors, CancelPoll{"admin"}, key));
    ExpectSame(again, cancelled);
    ASSERT_OK_AND_ASSIGN(Outcome first, Do(*actors, Nominate("n1"), KeyOf("r1")));
    ExpectSame(first, nominated);
    EXPECT_THAT(Do(*actors, Nominate("n2"), KeyOf("r3")), StatusIs(absl::StatusCode::kNotFound));
    EXPECT_THAT(Do(*actors, CancelPoll{"admin"}), StatusIs(absl::StatusCode::kNotFound));
  }
  clock_.Advance(absl::Minutes(2));
  EXPECT_THAT(Do(*actors_, CancelPoll{"admin"}, key), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(PollActorsRepeatTest, CancelsOnceWhatIsCancelledTwiceInOneBatch) {
  const RequestKey key = KeyOf("r2", 1, "admin");
  log_.HoldAppends();
  auto other = Send(*actors_, Join(2));
  log_.AwaitHeldAppend();
  auto first = Send(*actors_, CancelPoll{"admin"}, key);
  auto twin = Send(*actors_, CancelPoll{"admin"}, key);
  auto late = Send(*actors_, Join(3), KeyOf("r4"));
  log_.Release();
  EXPECT_OK(other.get());
  ASSERT_OK_AND_ASSIGN(Outcome cancelled, first.get());
  ASSERT_OK_AND_ASSIGN(Outcome again, twin.get());
  ExpectSame(again, cancelled);
  EXPECT_THAT(late.get(), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace caucus::polls
