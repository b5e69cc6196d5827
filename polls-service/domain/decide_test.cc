#include "polls-service/domain/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/status/error_details.h"
#include "common/testing/reason_matcher.h"
#include "common/testing/status_matchers.h"
#include "polls-service/domain/poll_scenario.h"

namespace caucus::polls {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> Texts(const absl::Status& status) {
  std::vector<std::string> texts;
  for (const FieldViolation& violation : ViolationsOf(status)) {
    texts.push_back(violation.field + ": " + violation.description);
  }
  return texts;
}

// A poll with the admin, Ann and Bob in it.
class DecideTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(scenario_.Create(3));
    for (const char* user : {PollScenario::kAdmin, "ann", "bob"}) ASSERT_OK(scenario_.Join(user));
  }

  void Nominate4() {
    ASSERT_OK(scenario_.Nominate("ann", "n1", "Pizza"));
    ASSERT_OK(scenario_.Nominate("ann", "n2", "Sushi"));
    ASSERT_OK(scenario_.Nominate("bob", "n3", "Tacos"));
    ASSERT_OK(scenario_.Nominate("bob", "n4", "Thai"));
  }
  void StartVoting() {
    Nominate4();
    ASSERT_OK(scenario_.Start());
  }
  void CloseVoting() {
    StartVoting();
    ASSERT_OK(scenario_.Vote("ann", {"n1", "n2", "n3"}));
    ASSERT_OK(scenario_.Close());
  }

  // One command of each kind but CreatePoll, by `caller`.
  static std::vector<Command> EveryCommandOf(const std::string& caller) {
    return {AddParticipant{caller, "name", "c9", "edge"},
            LeavePoll{caller, "c"},
            RemoveParticipant{caller, "bob"},
            LiftBan{caller, "bob"},
            AddNomination{caller, "n9", "Ramen"},
            RemoveNomination{caller, "n1"},
            StartVote{caller, "seed"},
            SubmitRankings{caller, {"n1"}},
            ClosePoll{caller},
            CancelPoll{caller}};
  }

  static std::vector<Command> AdminCommandsOf(const std::string& caller) {
    return {
        RemoveParticipant{caller, "bob"}, LiftBan{caller, "bob"}, RemoveNomination{caller, "n1"},
        StartVote{caller, "seed"},        ClosePoll{caller},      CancelPoll{caller}};
  }

  PollScenario scenario_;
};

TEST_F(DecideTest, CreatesANominatingPoll) {
  const Poll& poll = scenario_.poll();
  EXPECT_EQ(poll.id, PollScenario::kPollId);
  EXPECT_EQ(poll.topic, "Where to eat?");
  EXPECT_EQ(poll.votes_per_voter, 3u);
  EXPECT_EQ(poll.admin_id, PollScenario::kAdmin);
  EXPECT_EQ(poll.create_time, scenario_.now());
  EXPECT_EQ(poll.expire_time, scenario_.now() + absl::Hours(2));
  EXPECT_EQ(poll.phase, Phase::kNominating);
}

TEST_F(DecideTest, NeverOverwritesALivePollWithTheSameCode) {
  EXPECT_THAT(scenario_.Create(), FailsWith(StatusCode::kAlreadyExists, "ID_TAKEN"));
}

TEST(CreatePollTest, TheCreatorIsNotYetAParticipant) {
  PollScenario scenario;
  ASSERT_OK(scenario.Create());
  EXPECT_THAT(scenario.poll().participants, IsEmpty());
}

CreatePoll CreateAbout(std::string topic, absl::Time expire_time) {
  return {.poll_id = "ABC123",
          .topic = std::move(topic),
          .votes_per_voter = 3,
          .admin_id = "admin",
          .expire_time = expire_time};
}

TEST(CreatePollTest, TrimsTheTopicAndRefusesAnEmptyOne) {
  PollScenario scenario;
  const absl::Time expire_time = scenario.now() + absl::Hours(1);
  EXPECT_THAT(Texts(scenario.Do(CreateAbout(" \t ", expire_time)).status()),
              ElementsAre("topic: topic must be longer than or equal to 1 characters"));
  ASSERT_OK(scenario.Do(CreateAbout("  Lunch? ", expire_time)));
  EXPECT_EQ(scenario.poll().topic, "Lunch?");
}

TEST(CreatePollTest, RefusesATopicOfWhichNothingCanBeSeen) {
  PollScenario scenario;
  const absl::Time expire_time = scenario.now() + absl::Hours(1);
  EXPECT_THAT(Texts(scenario.Do(CreateAbout("\u200D\u2060", expire_time)).status()),
              ElementsAre("topic: topic must be longer than or equal to 1 characters"));
}

TEST_F(DecideTest, TakesNoNominationThatDiffersInWhatCannotBeSeen) {
  ASSERT_OK(scenario_.Nominate("ann", "n1", "Pizza"));
  EXPECT_THAT(scenario_.Nominate("bob", "n2", "Pi\u200Bzza"),
              FailsWith(StatusCode::kAlreadyExists, "NOMINATION_EXISTS"));
}

TEST(CreatePollTest, TakesOneToFiveVotesPerVoter) {
  for (const uint32_t votes : {0u, 6u}) {
    PollScenario scenario;
    EXPECT_THAT(scenario.Create(votes), StatusIs(StatusCode::kInvalidArgument)) << votes;
  }
  for (const uint32_t votes : {1u, 5u}) {
    PollScenario scenario;
    EXPECT_OK(scenario.Create(votes));
  }
}

TEST(UnknownPollTest, KnowsNoCommandButCreate) {
  PollScenario scenario;
  EXPECT_THAT(scenario.Join("ann"), FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"));
  EXPECT_THAT(scenario.Start(), FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"));
}

TEST_F(DecideTest, ExpiresAtTheExpireTimeExactly) {
  scenario_.Advance(absl::Hours(2) - absl::Nanoseconds(1));
  ASSERT_OK(scenario_.Nominate("ann", "n1", "Pizza"));
  scenario_.Advance(absl::Nanoseconds(1));
  for (const char* caller : {PollScenario::kAdmin, "ann", "stranger"}) {
    for (const Command& command : EveryCommandOf(caller)) {
      EXPECT_THAT(scenario_.Do(command), FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"))
          << caller << " command " << command.index();
    }
  }
}

TEST_F(DecideTest, IsNotFoundOnceCancelledWhateverIsAskedByWhomever) {
  ASSERT_OK(scenario_.Cancel());
  for (const char* caller : {PollScenario::kAdmin, "ann", "stranger"}) {
    for (const Command& command : EveryCommandOf(caller)) {
      EXPECT_THAT(scenario_.Do(command), FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"))
          << caller << " command " << command.index();
    }
  }
}

TEST_F(DecideTest, CancelsInEveryLivePhase) {
  for (int phase = 0; phase < 3; ++phase) {
    PollScenario scenario;
    ASSERT_OK(scenario.Create(1));
    ASSERT_OK(scenario.Join("ann"));
    ASSERT_OK(scenario.Nominate("ann", "n1", "Pizza"));
    if (phase > 0) {
      ASSERT_OK(scenario.Start());
    }
    if (phase > 1) {
      ASSERT_OK(scenario.Close());
    }
    ASSERT_OK(scenario.Cancel());
    EXPECT_EQ(scenario.poll().phase, Phase::kCancelled);
    EXPECT_THAT(scenario.poll().participants, IsEmpty());
    EXPECT_THAT(scenario.poll().ballots, IsEmpty());
  }
}

TEST_F(DecideTest, LetsOnlyTheAdminDoWhatIsTheAdmins) {
  Nominate4();
  for (const char* caller : {"ann", "stranger", ""}) {
    for (const Command& command : AdminCommandsOf(caller)) {
      const auto result = scenario_.Do(command);
      EXPECT_THAT(result, FailsWith(StatusCode::kPermissionDenied, "ADMIN_REQUIRED"));
      EXPECT_EQ(result.status().message(), "Admin privileges required");
    }
  }
}

TEST_F(DecideTest, AsksForTheAdminBeforeTheState) {
  CloseVoting();
  EXPECT_THAT(scenario_.Start("ann"), FailsWith(StatusCode::kPermissionDenied, "ADMIN_REQUIRED"));
}

// Presence.

TEST_F(DecideTest, AddsAParticipantWithTheNameAndConnection) {
  ASSERT_OK_AND_ASSIGN(const auto events,
                       scenario_.Do(AddParticipant{"zoe", "Zoë", "c1", "edge-1"}));
  EXPECT_THAT(events, ElementsAre(Event(ParticipantJoined{"zoe", "Zoë"}),
                                  Event(ConnectionOpened{"zoe", "c1", "edge-1"})));
}

TEST_F(DecideTest, AddingAParticipantTwiceThroughOneConnectionChangesNothing) {
  ASSERT_OK_AND_ASSIGN(const auto events, scenario_.Do(AddParticipant{"ann", "Ann", "c", "edge"}));
  EXPECT_THAT(events, IsEmpty());
}

TEST_F(DecideTest, ClosingOneOfTwoTabsRemovesNobody) {
  ASSERT_OK(scenario_.Join("ann", "second tab"));
  ASSERT_OK(scenario_.Leave("ann", "second tab"));
  EXPECT_TRUE(scenario_.poll().participants.contains("ann"));
  EXPECT_OK(scenario_.Nominate("ann", "n1", "Pizza"));
  ASSERT_OK(scenario_.Leave("ann"));
  EXPECT_FALSE(scenario_.poll().participants.contains("ann"));
  EXPECT_THAT(scenario_.Nominate("ann", "n2", "Ghost"),
              FailsWith(StatusCode::kFailedPrecondition, "NOT_A_PARTICIPANT"));
}

TEST_F(DecideTest, LeavingIsIdempotent) {
  ASSERT_OK(scenario_.Leave("ann"));
  const Poll before = scenario_.poll();
  EXPECT_OK(scenario_.Leave("ann"));
  EXPECT_OK(scenario_.Leave("bob", "no such connection"));
  EXPECT_OK(scenario_.Leave("stranger"));
  EXPECT_EQ(scenario_.poll(), before);
}

TEST_F(DecideTest, TheOneWhoLeavesKeepsNominationsAndMayComeBack) {
  ASSERT_OK(scenario_.Nominate("ann", "n1", "Pizza"));
  ASSERT_OK(scenario_.Leave("ann"));
  EXPECT_TRUE(scenario_.poll().nominations.contains("n1"));
  EXPECT_OK(scenario_.Join("ann", "c2"));
  EXPECT_OK(scenario_.Nominate("ann", "n2", "Sushi"));
}

TEST_F(DecideTest, NobodyLeavesAfterTheStart) {
  StartVoting();
  ASSERT_OK(scenario_.Leave("ann"));
  ASSERT_TRUE(scenario_.poll().participants.contains("ann"));
  EXPECT_THAT(scenario_.poll().participants.at("ann").connections, IsEmpty());
  EXPECT_OK(scenario_.Join("ann", "c2"));
  EXPECT_OK(scenario_.Vote("ann", {"n1"}));
}

TEST_F(DecideTest, TakingPartWithoutAConnectionLastsUntilLeaving) {
  ASSERT_OK(scenario_.Join("cli", ""));
  ASSERT_OK(scenario_.Leave("cli", "some other"));
  EXPECT_TRUE(scenario_.poll().participants.contains("cli"));
  ASSERT_OK(scenario_.Leave("cli", ""));
  EXPECT_FALSE(scenario_.poll().participants.contains("cli"));
}

TEST_F(DecideTest, WhoRejoinsAndThenConnectsIsGoneWithTheLastConnection) {
  ASSERT_OK(scenario_.Join("zoe", ""));
  ASSERT_OK(scenario_.Join("zoe", "tab"));
  ASSERT_OK(scenario_.Join("zoe", ""));
  EXPECT_THAT(scenario_.poll().participants.at("zoe").connections,
              ElementsAre(Connection{"tab", "edge"}));
  ASSERT_OK(scenario_.Leave("zoe", "tab"));
  EXPECT_FALSE(scenario_.poll().participants.contains("zoe"));
}

TEST_F(DecideTest, AnAdminWhoDisconnectsStaysAParticipantAndTheAdmin) {
  ASSERT_OK(scenario_.Leave(PollScenario::kAdmin));
  ASSERT_TRUE(scenario_.poll().participants.contains(PollScenario::kAdmin));
  EXPECT_THAT(scenario_.poll().participants.at(PollScenario::kAdmin).connections, IsEmpty());
  Nominate4();
  ASSERT_OK(scenario_.Join(PollScenario::kAdmin, "c2"));
  EXPECT_OK(scenario_.Start());
}

TEST_F(DecideTest, LetsPeopleInWhoComeLate) {
  StartVoting();
  ASSERT_OK(scenario_.Join("late"));
  EXPECT_OK(scenario_.Vote("late", {"n1"}));
}

TEST_F(DecideTest, AClosedPollStaysAsItIsWhoeverComesAndGoes) {
  CloseVoting();
  const Poll before = scenario_.poll();
  EXPECT_OK(scenario_.Join("later"));
  EXPECT_OK(scenario_.Join("ann", "c2"));
  EXPECT_OK(scenario_.Leave("ann"));
  EXPECT_OK(scenario_.Leave("later"));
  EXPECT_EQ(scenario_.poll(), before);
  EXPECT_THAT(scenario_.Vote("later", {"n1"}),
              FailsWith(StatusCode::kFailedPrecondition, "WRONG_STATE"));
}

TEST(PresenceLimitsTest, BoundsParticipants) {
  PollScenario scenario({.participants_max = 2});
  ASSERT_OK(scenario.Create());
  ASSERT_OK(scenario.Join("ann", "1"));
  ASSERT_OK(scenario.Join("bob", "1"));
  EXPECT_THAT(scenario.Join("cid", "1"),
              FailsWith(StatusCode::kResourceExhausted, "LIMIT_REACHED"));
}

TEST(PresenceLimitsTest, ClosesTheOldestConnectionForOneTooMany) {
  PollScenario scenario({.connections_per_participant_max = 2});
  ASSERT_OK(scenario.Create());
  for (const char* connection : {"1", "2", "2"}) ASSERT_OK(scenario.Join("ann", connection));
  ASSERT_OK_AND_ASSIGN(const auto events, scenario.Do(AddParticipant{"ann", "Ann", "3", "edge"}));
  EXPECT_THAT(events, ElementsAre(Event(ConnectionClosed{"ann", "1"}),
                                  Event(ConnectionOpened{"ann", "3", "edge"})));
  EXPECT_THAT(scenario.poll().participants.at("ann").connections,
              ElementsAre(Connection{"2", "edge"}, Connection{"3", "edge"}));
  ASSERT_OK(scenario.Leave("ann", "1"));
  EXPECT_TRUE(scenario.poll().participants.contains("ann"));
}

// Removal.

TEST_F(DecideTest, RemovingIsABan) {
  ASSERT_OK(scenario_.Join("bob", "second tab"));
  ASSERT_OK(scenario_.Remove("bob"));
  EXPECT_FALSE(scenario_.poll().participants.contains("bob"));
  for (const Command& command : EveryCommandOf("bob")) {
    if (std::holds_alternative<LeavePoll>(command)) continue;
    EXPECT_THAT(scenario_.Do(command),
                FailsWith(StatusCode::kPermissionDenied, "REMOVED_FROM_POLL"))
        << "command " << command.index();
  }
  EXPECT_OK(scenario_.Leave("bob")) << "the sockets of who was removed go like any others";
  EXPECT_THAT(scenario_.poll().removals, ElementsAre(Removal{scenario_.poll().revision, "bob"}));
}

TEST_F(DecideTest, RemovesOnlyParticipants) {
  EXPECT_THAT(scenario_.Remove("stranger"),
              FailsWith(StatusCode::kNotFound, "PARTICIPANT_NOT_FOUND"));
  ASSERT_OK(scenario_.Remove("bob"));
  EXPECT_THAT(scenario_.Remove("bob"), FailsWith(StatusCode::kNotFound, "PARTICIPANT_NOT_FOUND"));
}

TEST_F(DecideTest, NeverRemovesTheAdmin) {
  EXPECT_THAT(scenario_.Remove(PollScenario::kAdmin),
              FailsWith(StatusCode::kFailedPrecondition, "ADMIN_NOT_REMOVABLE"));
}

TEST_F(DecideTest, RemovesNobodyAfterTheStart) {
  StartVoting();
  EXPECT_THAT(scenario_.Remove("bob"), FailsWith(StatusCode::kFailedPrecondition, "WRONG_STATE"));
}

TEST(RemovalLimitTest, BoundsTheRemoved) {
  PollScenario scenario({.removed_users_max = 1});
  ASSERT_OK(scenario.Create());
  ASSERT_OK(scenario.Join("ann"));
  ASSERT_OK(scenario.Join("bob"));
  ASSERT_OK(scenario.Remove("ann"));
  EXPECT_THAT(scenario.Remove("bob"), FailsWith(StatusCode::kResourceExhausted, "LIMIT_REACHED"));
}

// Nominations.

TEST_F(DecideTest, TrimsNominationsAndKeepsTheirOrder) {
  ASSERT_OK(scenario_.Nominate("ann", "z", "  Pizza "));
  ASSERT_OK(scenario_.Nominate("ann", "a", "李雷"));
  EXPECT_EQ(scenario_.poll().nominations.at("z").text, "Pizza");
  EXPECT_EQ(scenario_.poll().nominations.at("z").user_id, "ann");
  EXPECT_THAT(scenario_.poll().nomination_order,
              ElementsAre(testing::Pair(0, "z"), testing::Pair(1, "a")));
}

TEST_F(DecideTest, RefusesANominationThatDiffersInCaseAndSpacesOnly) {
  ASSERT_OK(scenario_.Nominate("ann", "n1", "Pizza  Napoli"));
  for (const char* text : {"Pizza  Napoli", "pizza napoli", " PIZZA\u00a0NAPOLI "}) {
    EXPECT_THAT(scenario_.Nominate("bob", "n2", text),
                FailsWith(StatusCode::kAlreadyExists, "NOMINATION_EXISTS"))
        << text;
  }
  ASSERT_OK(scenario_.Do(RemoveNomination{PollScenario::kAdmin, "n1"}));
  EXPECT_OK(scenario_.Nominate("bob", "n2", "pizza napoli"));
}

TEST_F(DecideTest, CountsCodePointsOfANomination) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "🍕";
  EXPECT_OK(scenario_.Nominate("ann", "n1", text));
  EXPECT_THAT(Texts(scenario_.Nominate("ann", "n2", text + "🍕")),
              ElementsAre("text: text must be shorter than or equal to 100 characters"));
  EXPECT_THAT(Texts(scenario_.Nominate("ann", "n2", " ")),
              ElementsAre("text: text must be longer than or equal to 1 characters"));
}

TEST_F(DecideTest, LetsOnlyParticipantsNominate) {
  EXPECT_THAT(scenario_.Nominate("stranger", "n1", "Pizza"),
              FailsWith(StatusCode::kFailedPrecondition, "NOT_A_PARTICIPANT"));
}

TEST_F(DecideTest, EndsNominatingWhenVotingStarts) {
  StartVoting();
  EXPECT_THAT(scenario_.Nominate("ann", "n9", "Late"),
              FailsWith(StatusCode::kFailedPrecondition, "WRONG_STATE"));
  EXPECT_THAT(scenario_.Do(RemoveNomination{PollScenario::kAdmin, "n1"}),
              FailsWith(StatusCode::kFailedPrecondition, "WRONG_STATE"));
}

TEST_F(DecideTest, RefusesATakenNominationId) {
  ASSERT_OK(scenario_.Nominate("ann", "n1", "Pizza"));
  EXPECT_THAT(scenario_.Nominate("ann", "n1", "Sushi"),
              FailsWith(StatusCode::kAlreadyExists, "ID_TAKEN"));
}

TEST_F(DecideTest, RemovesOnlyNominationsThatThereAre) {
  EXPECT_THAT(scenario_.Do(RemoveNomination{PollScenario::kAdmin, "n1"}),
              FailsWith(StatusCode::kNotFound, "NOMINATION_NOT_FOUND"));
}

TEST(NominationLimitsTest, CapsNominationsPerPersonAndPoll) {
  PollScenario scenario({.nominations_max = 3, .nominations_per_participant_max = 2});
  ASSERT_OK(scenario.Create());
  ASSERT_OK(scenario.Join("ann"));
  ASSERT_OK(scenario.Join("bob"));
  ASSERT_OK(scenario.Nominate("ann", "n1", "1"));
  ASSERT_OK(scenario.Nominate("ann", "n2", "2"));
  EXPECT_THAT(scenario.Nominate("ann", "n3", "3"),
              FailsWith(StatusCode::kResourceExhausted, "LIMIT_REACHED"));
  ASSERT_OK(scenario.Nominate("bob", "n3", "3"));
  EXPECT_THAT(scenario.Nominate("bob", "n4", "4"),
              FailsWith(StatusCode::kResourceExhausted, "LIMIT_REACHED"));
  ASSERT_OK(scenario.Do(RemoveNomination{PollScenario::kAdmin, "n1"}));
  EXPECT_OK(scenario.Nominate("bob", "n4", "4"));
}

// Voting.

TEST_F(DecideTest, StartsOnlyWithAsManyNominationsAsVotes) {
  ASSERT_OK(scenario_.Nominate("ann", "n1", "Pizza"));
  ASSERT_OK(scenario_.Nominate("ann", "n2", "Sushi"));
  EXPECT_THAT(scenario_.Start(), FailsWith(StatusCode::kFailedPrecondition, "TOO_FEW_NOMINATIONS"));
  ASSERT_OK(scenario_.Nominate("ann", "n3", "Tacos"));
  EXPECT_OK(scenario_.Start());
  EXPECT_EQ(scenario_.poll().phase, Phase::kVoting);
}

TEST_F(DecideTest, StartsOnce) {
  StartVoting();
  EXPECT_THAT(scenario_.Start(), FailsWith(StatusCode::kFailedPrecondition, "WRONG_STATE"));
}

TEST_F(DecideTest, TakesNoBallotBeforeTheStart) {
  Nominate4();
  EXPECT_THAT(scenario_.Vote("ann", {"n1"}),
              FailsWith(StatusCode::kFailedPrecondition, "WRONG_STATE"));
}

TEST_F(DecideTest, TakesNoBallotAfterTheClose) {
  CloseVoting();
  EXPECT_THAT(scenario_.Vote("bob", {"n1"}),
              FailsWith(StatusCode::kFailedPrecondition, "WRONG_STATE"));
}

TEST_F(DecideTest, TakesBallotsOfOneToVotesPerVoterEntries) {
  StartVoting();
  EXPECT_OK(scenario_.Vote("ann", {"n4"}));
  EXPECT_OK(scenario_.Vote("bob", {"n3", "n1", "n2"}));
  EXPECT_EQ(scenario_.poll().ballots.at("bob"), (Ballot{"n3", "n1", "n2"}));
}

TEST_F(DecideTest, RefusesAStuffedBallot) {
  StartVoting();
  const absl::Status status = scenario_.Vote("ann", Ballot(60, "n1"));
  EXPECT_THAT(status, StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(Texts(status), ElementsAre("rankings: rankings must contain no more than 3 elements",
                                         "rankings: rankings must not contain duplicates"));
  EXPECT_THAT(scenario_.poll().ballots, IsEmpty());
}

TEST_F(DecideTest, RefusesABallotWithoutEntries) {
  StartVoting();
  EXPECT_THAT(Texts(scenario_.Vote("ann", {})),
              ElementsAre("rankings: rankings must contain at least 1 elements"));
}

TEST_F(DecideTest, RefusesABallotThatNamesAnOptionTwice) {
  StartVoting();
  EXPECT_THAT(Texts(scenario_.Vote("ann", {"n1", "n1"})),
              ElementsAre("rankings: rankings must not contain duplicates"));
}

TEST_F(DecideTest, RefusesABallotWithUnknownOrRemovedOptions) {
  Nominate4();
  ASSERT_OK(scenario_.Do(RemoveNomination{PollScenario::kAdmin, "n4"}));
  ASSERT_OK(scenario_.Start());
  for (const char* id : {"n4", "nonsense", ""}) {
    EXPECT_THAT(Texts(scenario_.Vote("ann", {"n1", id})),
                ElementsAre("rankings: each value in rankings must be a nomination of this poll"));
  }
  EXPECT_OK(scenario_.Close());
}

TEST_F(DecideTest, TakesOneBallotFromAPerson) {
  StartVoting();
  ASSERT_OK(scenario_.Vote("ann", {"n1"}));
  EXPECT_THAT(scenario_.Vote("ann", {"n2"}),
              FailsWith(StatusCode::kAlreadyExists, "ALREADY_VOTED"));
  EXPECT_THAT(scenario_.Vote("ann", {"n1"}),
              FailsWith(StatusCode::kAlreadyExists, "ALREADY_VOTED"));
  EXPECT_EQ(scenario_.poll().ballots.at("ann"), Ballot{"n1"});
}

TEST_F(DecideTest, LetsOnlyParticipantsVote) {
  StartVoting();
  EXPECT_THAT(scenario_.Vote("stranger", {"n1"}),
              FailsWith(StatusCode::kFailedPrecondition, "NOT_A_PARTICIPANT"));
}

// Closing.

TEST_F(DecideTest, CountsAtTheClose) {
  StartVoting();
  ASSERT_OK(scenario_.Vote("ann", {"n2", "n1"}));
  ASSERT_OK(scenario_.Close());
  EXPECT_EQ(scenario_.poll().phase, Phase::kClosed);
  EXPECT_THAT(scenario_.poll().results,
              ElementsAre(Result{"n2", "Sushi", 1, 1, true}, Result{"n1", "Pizza", 25.0 / 36, 2}));
}

TEST_F(DecideTest, ClosesOnlyWhileVoting) {
  EXPECT_THAT(scenario_.Close(), FailsWith(StatusCode::kFailedPrecondition, "WRONG_STATE"));
}

TEST_F(DecideTest, ClosesOnceAndTheResultsStay) {
  CloseVoting();
  const std::vector<Result> results = scenario_.poll().results;
  EXPECT_THAT(scenario_.Close(), FailsWith(StatusCode::kFailedPrecondition, "WRONG_STATE"));
  EXPECT_EQ(scenario_.poll().results, results);
}

TEST_F(DecideTest, ClosesWithoutAnyVote) {
  StartVoting();
  ASSERT_OK(scenario_.Close());
  EXPECT_EQ(scenario_.poll().phase, Phase::kClosed);
  EXPECT_THAT(scenario_.poll().results, IsEmpty());
  EXPECT_THAT(scenario_.poll().count.rounds, IsEmpty());
}

// Edges that are gone.

TEST_F(DecideTest, NobodyLeavesAVoteWithAnEdge) {
  StartVoting();
  const size_t people = scenario_.poll().participants.size();
  ASSERT_OK(scenario_.Do(CloseConnections{{"edge"}}).status());
  EXPECT_EQ(scenario_.poll().participants.size(), people);
}

}  // namespace
}  // namespace caucus::polls
