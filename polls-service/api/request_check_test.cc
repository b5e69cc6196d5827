#include "polls-service/api/request_check.h"

#include "common/status/error_details.h"
#include "common/testing/status_matchers.h"

namespace caucus::polls {
namespace {

using testing::ElementsAre;

TEST(RequestCheckTest, HoldsRequestsAgainstTheRulesOfTheirFields) {
  v1::CreatePollRequest request;
  EXPECT_THAT(
      ViolationsOf(CheckRequest(request)),
      ElementsAre(FieldViolation{"topic", "topic must be longer than or equal to 1 characters"},
                  FieldViolation{"votesPerVoter", "votesPerVoter must not be less than 1"},
                  FieldViolation{"name", "name must be longer than or equal to 1 characters"}));
  request.set_topic("Lunch");
  request.set_votes_per_voter(3);
  request.set_name("Zoë");
  EXPECT_OK(CheckRequest(request));
}

TEST(RequestCheckTest, RefusesANameOfWhichNothingCanBeSeen) {
  v1::JoinPollRequest request;
  request.set_poll_id("ABC123");
  request.set_name("\u200D\u2060");
  EXPECT_THAT(
      ViolationsOf(CheckRequest(request)),
      ElementsAre(FieldViolation{"name", "name must be longer than or equal to 1 characters"}));
}

TEST(RequestCheckTest, BoundsTheIdsOfConnections) {
  v1::AddParticipantRequest add;
  add.set_connection_id(std::string(64, 'c'));
  add.set_edge_id(std::string(64, 'e'));
  EXPECT_OK(CheckRequest(add));
  add.set_connection_id(std::string(65, 'c'));
  add.set_edge_id(std::string(65, 'e'));
  EXPECT_THAT(
      ViolationsOf(CheckRequest(add)),
      ElementsAre(
          FieldViolation{"connectionID",
                         "connectionID must be shorter than or equal to 64 characters"},
          FieldViolation{"edgeID", "edgeID must be shorter than or equal to 64 characters"}));

  v1::LeavePollRequest leave;
  EXPECT_OK(CheckRequest(leave));
  leave.set_connection_id(std::string(65, 'c'));
  EXPECT_THAT(CheckRequest(leave), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace caucus::polls
