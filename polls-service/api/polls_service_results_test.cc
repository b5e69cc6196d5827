// Counting, recounting, exactly-once and the edges' leases, by gRPC.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "common/testing/reason_matcher.h"
#include "common/testing/status_matchers.h"
#include "polls-service/api/polls_service_fixture.h"
#include "polls-service/api/proto_mapping.h"

namespace caucus::polls {
namespace {

using absl::StatusCode;
using testing::HasSubstr;
using testing::StartsWith;

class PollsServiceResultsTest : public PollsServiceFixture {
 protected:
  absl::StatusOr<v1::CreatePollResponse> Create(const std::string& request_id,
                                                const std::string& topic = "Capital?") {
    v1::CreatePollRequest request;
    request.set_topic(topic);
    request.set_votes_per_voter(2);
    request.set_name("Admin");
    request.mutable_rules()->set_method(v1::CountingRules::METHOD_INSTANT_RUNOFF);
    request.set_request_id(request_id);
    return Call(&Stub::CreatePoll, "", request);
  }

  // A closed poll: two ballots for Pizza, one for Sushi and then Thai, one for Thai.
  void SetUpClosedPoll() {
    ASSERT_OK_AND_ASSIGN(const auto created, Create(""));
    admin_ = {created.poll().id(), created.poll().admin_id(), created.access_token()};
    ASSERT_OK(Connect(admin_));
    pizza_ = Nominate(admin_, "Pizza");
    sushi_ = Nominate(admin_, "Sushi");
    thai_ = Nominate(admin_, "Thai");
    std::vector<Person> voters;
    for (const char* name : {"Ann", "Bob", "Cy", "Di", "Ed"}) {
      voters.push_back(JoinPoll(admin_.poll_id, name));
      ASSERT_OK(Connect(voters.back()));
    }
    ann_ = voters[0];
    ASSERT_OK(Start(admin_));
    ASSERT_OK(Vote(voters[0], {pizza_}));
    ASSERT_OK(Vote(voters[1], {pizza_, thai_}));
    ASSERT_OK(Vote(voters[2], {sushi_, thai_}));
    ASSERT_OK(Vote(voters[3], {thai_}));
    ASSERT_OK(Vote(voters[4], {thai_, sushi_}));
    EXPECT_THAT(Tally(ann_), FailsWith(StatusCode::kFailedPrecondition, "WRONG_STATE"));
    EXPECT_THAT(Export(v1::ExportPollRequest::FORMAT_BLT),
                FailsWith(StatusCode::kFailedPrecondition, "WRONG_STATE"));
    ASSERT_OK(Close(admin_));
  }

  absl::StatusOr<v1::GetTallyResponse> Tally(const Person& person) {
    v1::GetTallyRequest request;
    request.set_poll_id(person.poll_id);
    return Call(&Stub::GetTally, person.token, request);
  }

  absl::StatusOr<v1::ExportPollResponse> Export(v1::ExportPollRequest::Format format) {
    return ExportAs(admin_, format);
  }
  absl::StatusOr<v1::ExportPollResponse> ExportAs(const Person& person,
                                                  v1::ExportPollRequest::Format format) {
    v1::ExportPollRequest request;
    request.set_poll_id(person.poll_id);
    request.set_format(format);
    return Call(&Stub::ExportPoll, person.token, request);
  }

  std::string pizza_;
  std::string sushi_;
  std::string thai_;
};

TEST_F(PollsServiceResultsTest, TellsTheCountRoundByRound) {
  SetUpClosedPoll();
  ASSERT_OK_AND_ASSIGN(const auto response, Tally(ann_));
  const v1::Tally& tally = response.tally();
  EXPECT_EQ(tally.rules().method(), v1::CountingRules::METHOD_INSTANT_RUNOFF);
  EXPECT_EQ(tally.ballots(), 5u);
  ASSERT_EQ(tally.rounds_size(), 2);
  const v1::Tally::Round& first = tally.rounds(0);
  EXPECT_EQ(first.threshold(), "3");
  ASSERT_EQ(first.tallies_size(), 3);
  EXPECT_EQ(first.tallies(0).nomination_id(), pizza_);
  EXPECT_EQ(first.tallies(0).votes(), "2");
  EXPECT_EQ(first.eliminated_ids(0), sushi_);
  ASSERT_EQ(first.transfers_size(), 1);
  EXPECT_EQ(first.transfers(0).to_id(), thai_);
  EXPECT_EQ(first.transfers(0).votes(), "1");
  EXPECT_EQ(tally.rounds(1).elected_ids(0), thai_);
  EXPECT_EQ(tally.standings(0).nomination_text(), "Thai");
  ASSERT_OK_AND_ASSIGN(const v1::Poll poll, Get(ann_));
  EXPECT_EQ(poll.results(0).nomination_id(), thai_);
  EXPECT_TRUE(poll.results(0).elected());
  EXPECT_EQ(TieBreakCommitment(tally.tie_break_seed()), poll.tie_break_commitment());
}

TEST_F(PollsServiceResultsTest, ExportsBallotsToTheAdminAlone) {
  SetUpClosedPoll();
  EXPECT_THAT(ExportAs(ann_, v1::ExportPollRequest::FORMAT_BLT),
              FailsWith(StatusCode::kPermissionDenied, "ADMIN_REQUIRED"));
  ASSERT_OK_AND_ASSIGN(const auto blt, Export(v1::ExportPollRequest::FORMAT_BLT));
  EXPECT_EQ(blt.file_name(), admin_.poll_id + ".blt");
  EXPECT_THAT(blt.content(), StartsWith("3 1\n"));
  EXPECT_THAT(blt.content(), HasSubstr("\"Capital?\""));
  EXPECT_THAT(blt.content(), testing::Not(HasSubstr("Ann")));
  ASSERT_OK_AND_ASSIGN(const auto again, Export(v1::ExportPollRequest::FORMAT_BLT));
  EXPECT_EQ(again.content(), blt.content()) << "exports that differ could be compared";
  ASSERT_OK_AND_ASSIGN(const auto csv, Export(v1::ExportPollRequest::FORMAT_CSV));
  EXPECT_THAT(csv.content(), HasSubstr("Pizza"));
  EXPECT_THAT(csv.content(), testing::Not(HasSubstr("Ann")));
  ASSERT_OK_AND_ASSIGN(const auto report, Export(v1::ExportPollRequest::FORMAT_RCTAB_JSON));
  EXPECT_THAT(report.content(), HasSubstr("\"totalNumBallots\""));
  EXPECT_THAT(Export(v1::ExportPollRequest::FORMAT_UNSPECIFIED),
              FailsWith(StatusCode::kInvalidArgument, "INVALID_REQUEST"));
}

TEST_F(PollsServiceResultsTest, ALongExportComesInParts) {
  ASSERT_OK_AND_ASSIGN(const auto created, Create(""));
  admin_ = {created.poll().id(), created.poll().admin_id(), created.access_token()};
  ASSERT_OK(Connect(admin_));
  std::string long_text;
  for (int i = 0; i < 99; ++i) long_text += "李";
  const std::vector<std::string> options = {Nominate(admin_, long_text + "1"),
                                            Nominate(admin_, long_text + "2")};
  std::vector<Person> voters;
  for (int i = 0; i < 500; ++i) {
    voters.push_back(JoinPoll(admin_.poll_id, "Voter"));
    ASSERT_OK(Connect(voters.back()));
  }
  ASSERT_OK(Start(admin_));
  for (const Person& voter : voters) ASSERT_OK(Vote(voter, options));
  ASSERT_OK(Close(admin_));

  v1::ExportPollRequest request;
  request.set_poll_id(admin_.poll_id);
  request.set_format(v1::ExportPollRequest::FORMAT_CSV);
  std::string file;
  int parts = 0;
  do {
    ASSERT_OK_AND_ASSIGN(const auto response, Call(&Stub::ExportPoll, admin_.token, request));
    EXPECT_LE(response.content().size(), 256u * 1024);
    file += response.content();
    request.set_offset(response.next_offset());
    ++parts;
  } while (request.offset() > 0);
  EXPECT_EQ(parts, 2);
  EXPECT_EQ(std::count(file.begin(), file.end(), '\n'), 501)
      << "a header and a line for each ballot";
  for (const uint32_t wrong : {uint32_t{1} << 30, static_cast<uint32_t>(file.find("李") + 1)}) {
    request.set_offset(wrong);
    EXPECT_THAT(Call(&Stub::ExportPoll, admin_.token, request),
                FailsWith(StatusCode::kInvalidArgument, "INVALID_REQUEST"));
  }
}

TEST_F(PollsServiceResultsTest, RefusesEnumValuesThatThereAreNot) {
  SetUpPoll();
  v1::GetPollRequest get;
  get.set_poll_id(ann_.poll_id);
  get.set_view(static_cast<v1::PollView>(99));
  EXPECT_THAT(Call(&Stub::GetPoll, ann_.token, get),
              FailsWith(StatusCode::kInvalidArgument, "INVALID_REQUEST"));
  v1::JoinPollRequest join;
  join.set_poll_id(ann_.poll_id);
  join.set_name("Cy");
  join.set_view(static_cast<v1::PollView>(99));
  EXPECT_THAT(Call(&Stub::JoinPoll, "", join),
              FailsWith(StatusCode::kInvalidArgument, "INVALID_REQUEST"));
}

TEST_F(PollsServiceResultsTest, ARepeatedCreationFindsItsPoll) {
  ASSERT_OK_AND_ASSIGN(const auto first, Create("request-1"));
  ASSERT_OK_AND_ASSIGN(const auto again, Create("request-1"));
  EXPECT_EQ(again.poll().SerializeAsString(), first.poll().SerializeAsString());
  EXPECT_EQ(auth_->Lookup(again.access_token())->subject(), first.poll().admin_id());
  ASSERT_OK_AND_ASSIGN(const auto other, Create("request-2"));
  EXPECT_NE(other.poll().id(), first.poll().id());
  EXPECT_THAT(Create("request-1", "Another topic"),
              FailsWith(StatusCode::kInvalidArgument, "REQUEST_ID_REUSED"));
}

TEST_F(PollsServiceResultsTest, ARepeatedRequestGetsTheFirstAnswer) {
  SetUpPoll();
  v1::AddNominationRequest request;
  request.set_poll_id(ann_.poll_id);
  request.set_text("Pizza");
  request.set_request_id("r1");
  ASSERT_OK_AND_ASSIGN(const auto first, Call(&Stub::AddNomination, ann_.token, request));
  ASSERT_OK_AND_ASSIGN(const auto again, Call(&Stub::AddNomination, ann_.token, request));
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  request.set_text("Sushi");
  EXPECT_THAT(Call(&Stub::AddNomination, ann_.token, request),
              FailsWith(StatusCode::kInvalidArgument, "REQUEST_ID_REUSED"));
  request.set_request_id(std::string(65, 'r'));
  EXPECT_THAT(Call(&Stub::AddNomination, ann_.token, request),
              FailsWith(StatusCode::kInvalidArgument, "INVALID_REQUEST"));
}

TEST_F(PollsServiceResultsTest, NamesTheRoomOfTheUpdatesThatAreWanted) {
  SetUpPoll();
  v1::AddParticipantRequest request;
  request.set_poll_id(ann_.poll_id);
  request.set_connection_id("c2");
  ASSERT_OK_AND_ASSIGN(auto response, Call(&Stub::AddParticipant, ann_.token, request));
  EXPECT_EQ(response.room(), ann_.poll_id + ":MODE_SNAPSHOT");
  request.set_updates("deltas");
  ASSERT_OK_AND_ASSIGN(response, Call(&Stub::AddParticipant, ann_.token, request));
  EXPECT_EQ(response.room(), ann_.poll_id + ":MODE_DELTA");
  request.set_updates("everything");
  EXPECT_THAT(Call(&Stub::AddParticipant, ann_.token, request),
              FailsWith(StatusCode::kInvalidArgument, "INVALID_REQUEST"));
}

TEST_F(PollsServiceResultsTest, TheBasicViewNamesNobody) {
  SetUpPoll();
  v1::GetPollRequest request;
  request.set_poll_id(ann_.poll_id);
  request.set_view(v1::POLL_VIEW_BASIC);
  ASSERT_OK_AND_ASSIGN(const auto response, Call(&Stub::GetPoll, ann_.token, request));
  EXPECT_TRUE(response.poll().participants().empty());
  EXPECT_EQ(response.poll().id(), ann_.poll_id);
}

TEST_F(PollsServiceResultsTest, AnEdgeThatWasDeclaredDeadIsToldToReconnectItsClients) {
  v1::RenewEdgeLeaseRequest request;
  EXPECT_THAT(Call(&Stub::RenewEdgeLease, "", request),
              FailsWith(StatusCode::kInvalidArgument, "INVALID_REQUEST"));
  request.set_edge_id("edge-1");
  ASSERT_OK_AND_ASSIGN(auto response, Call(&Stub::RenewEdgeLease, "", request));
  EXPECT_FALSE(response.has_effects());
  leases_.DeclareDead("edge-1", absl::InfiniteFuture(), [](absl::Status) {});
  ASSERT_OK_AND_ASSIGN(response, Call(&Stub::RenewEdgeLease, "", request));
  ASSERT_EQ(response.effects().effects_size(), 1);
  const auto& disconnect = response.effects().effects(0).disconnect();
  EXPECT_TRUE(disconnect.target().all());
  EXPECT_TRUE(disconnect.reconnect());
  ASSERT_OK_AND_ASSIGN(response, Call(&Stub::RenewEdgeLease, "", request));
  EXPECT_FALSE(response.has_effects()) << "it is told once";
}

TEST_F(PollsServiceResultsTest, AnAddressMayCreateSoManyPollsAMinute) {
  // Time goes on meanwhile, so a few more may be allowed.
  const double allowed = EntryLimits::Options().polls_created;
  for (int i = 0; i < allowed; ++i) ASSERT_OK(Create(""));
  absl::Status status;
  for (int i = 0; status.ok() && i < allowed; ++i) status = Create("").status();
  EXPECT_THAT(status, FailsWith(StatusCode::kResourceExhausted, "RATE_LIMITED"));
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  clock_.Advance(absl::Seconds(2));
  EXPECT_OK(Create("").status());
}

TEST_F(PollsServiceResultsTest, WhoGuessesCodesJoinsNothing) {
  SetUpPoll();
  v1::JoinPollRequest guess;
  guess.set_poll_id("000000");
  guess.set_name("Mallory");
  const double allowed = EntryLimits::Options().unknown_codes;
  for (int i = 0; i < allowed; ++i) {
    ASSERT_THAT(Call(&Stub::JoinPoll, "", guess),
                FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"));
  }
  absl::Status status = absl::NotFoundError("");
  for (int i = 0; absl::IsNotFound(status) && i < allowed; ++i) {
    status = Call(&Stub::JoinPoll, "", guess).status();
  }
  EXPECT_THAT(status, FailsWith(StatusCode::kResourceExhausted, "RATE_LIMITED"));
  guess.set_poll_id(admin_.poll_id);
  EXPECT_THAT(Call(&Stub::JoinPoll, "", guess),
              FailsWith(StatusCode::kResourceExhausted, "RATE_LIMITED"))
      << "else the answer would tell which codes exist";
}

}  // namespace
}  // namespace caucus::polls
