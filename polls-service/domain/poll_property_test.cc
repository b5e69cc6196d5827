// Random command sequences against what must hold of every poll at every moment.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "polls-service/domain/poll_scenario.h"
#include "polls-service/tally/rules.h"

namespace caucus::polls {
namespace {

constexpr uint32_t kSequences = 300;
constexpr int kCommands = 120;
constexpr Limits kLimits = {.participants_max = 6,
                            .connections_per_participant_max = 3,
                            .nominations_max = 7,
                            .nominations_per_participant_max = 3,
                            .removed_users_max = 2};

class CommandSource {
 public:
  explicit CommandSource(uint32_t seed) : random_(seed) {}

  // Commands that end a phase are rare, so that every phase sees some life.
  Command Next() {
    switch (Below(24)) {
      case 0:
        return CancelRarely();
      case 1:
        return StartVote{User(), "seed"};
      case 2:
        return ClosePoll{User()};
      case 3:
        return Below(3) == 0 ? Command(LiftBan{PollScenario::kAdmin, User()})
                             : Command(RemoveParticipant{User(), User()});
      case 4:
        return RemoveNomination{User(), Nomination()};
      case 5:
      case 6:
      case 7:
      case 8:
        return LeavePoll{User(), Connection()};
      case 9:
      case 10:
      case 11:
      case 12:
        return AddNomination{User(), Nomination(), "Text " + Nomination()};
      case 13:
      case 14:
      case 15:
      case 16:
        return SubmitRankings{User(), RandomBallot()};
      default:
        if (Below(12) == 0) return CloseConnections{{Edge()}};
        return AddParticipant{User(), "name", Connection(), Edge()};
    }
  }

  // Returns a poll with rules of any kind.
  Command Create() {
    return CreatePoll{.poll_id = PollScenario::kPollId,
                      .topic = "Where to eat?",
                      .votes_per_voter = 1 + Below(5),
                      .admin_id = PollScenario::kAdmin,
                      .expire_time = PollScenario().now() + absl::Hours(2),
                      .rules = {.method = static_cast<tally::Method>(Below(10)),
                                .seats = 1 + Below(3),
                                .quota = static_cast<tally::Quota>(Below(2))},
                      .ballot_changes_allowed = Below(2) == 0};
  }

  uint32_t Below(uint32_t bound) { return random_() % bound; }

 private:
  Command CancelRarely() {
    if (Below(10) == 0) return CancelPoll{PollScenario::kAdmin};
    return StartVote{PollScenario::kAdmin, "seed"};
  }
  std::string User() {
    static constexpr const char* kUsers[] = {PollScenario::kAdmin, "a", "b", "c", "d", "e", "f"};
    return kUsers[Below(7)];
  }
  std::string Connection() { return std::string(Below(4), 'c'); }
  std::string Edge() { return "edge-" + std::to_string(Below(2)); }
  std::string Nomination() { return "n" + std::to_string(Below(10)); }
  Ballot RandomBallot() {
    Ballot ballot(Below(5));
    for (std::string& id : ballot) id = Nomination();
    return ballot;
  }

  std::mt19937 random_;
};

void CheckPresence(const Poll& poll) {
  EXPECT_LE(poll.participants.size(), kLimits.participants_max);
  for (const auto& [user_id, participant] : poll.participants) {
    EXPECT_FALSE(poll.removed_users.contains(user_id)) << user_id << " is banned";
    EXPECT_LE(participant.connections.size(), kLimits.connections_per_participant_max);
    if (poll.phase == Phase::kNominating && user_id != poll.admin_id) {
      EXPECT_FALSE(participant.connections.empty());
    }
    std::set<std::string> ids;
    for (const Connection& connection : participant.connections) {
      EXPECT_TRUE(ids.insert(connection.connection_id).second) << "a connection counts twice";
    }
  }
  EXPECT_EQ(poll.removals.size(), poll.removed_users.size());
  EXPECT_FALSE(poll.removed_users.contains(poll.admin_id));
}

void CheckNominations(const Poll& poll) {
  EXPECT_LE(poll.nominations.size(), kLimits.nominations_max);
  EXPECT_EQ(poll.nominations.size(), poll.nomination_order.size());
  EXPECT_EQ(poll.nominations.size(), poll.nomination_by_folded_text.size());
  for (const auto& [place, id] : poll.nomination_order) {
    EXPECT_EQ(poll.nominations.at(id).place, place);
    EXPECT_LT(place, poll.next_place);
  }
  if (poll.phase == Phase::kVoting) {
    EXPECT_GE(poll.nominations.size(), std::max(poll.votes_per_voter, poll.rules.seats));
  }
}

void CheckBallots(const Poll& poll) {
  if (poll.phase == Phase::kNominating) {
    EXPECT_TRUE(poll.ballots.empty());
  }
  for (const auto& [user_id, ballot] : poll.ballots) {
    EXPECT_TRUE(poll.participants.contains(user_id)) << user_id << " voted and is gone";
    EXPECT_GE(ballot.size(), 1u);
    EXPECT_LE(ballot.size(), poll.votes_per_voter);
    EXPECT_EQ(std::set<std::string>(ballot.begin(), ballot.end()).size(), ballot.size());
    for (const std::string& id : ballot) EXPECT_TRUE(poll.nominations.contains(id));
  }
}

void CheckResults(const Poll& poll) {
  if (poll.phase != Phase::kClosed) {
    EXPECT_TRUE(poll.results.empty());
  }
  uint32_t elected = 0;
  for (const Result& result : poll.results) {
    elected += result.elected ? 1 : 0;
    EXPECT_TRUE(poll.nominations.contains(result.nomination_id));
    if (poll.rules.method != tally::Method::kWeighted) continue;
    EXPECT_TRUE(result.score > 0 || result.elected);
    EXPECT_LE(result.score, static_cast<double>(poll.ballots.size()));
  }
  EXPECT_EQ(elected, poll.results.empty() ? 0 : poll.rules.seats);
  EXPECT_TRUE(std::is_sorted(poll.results.begin(), poll.results.end(),
                             [](const Result& a, const Result& b) { return a.rank < b.rank; }));
}

void CheckStep(const Poll& before, const Poll& after) {
  if (after.phase != Phase::kCancelled && before.participants.contains(before.admin_id)) {
    EXPECT_TRUE(after.participants.contains(after.admin_id)) << "the admin is gone";
  }
  EXPECT_GE(after.phase, before.phase) << "a phase moves forwards only";
  EXPECT_GE(after.revision, before.revision);
  EXPECT_GE(after.visible_revision, before.visible_revision);
  EXPECT_LE(after.visible_revision, after.revision);
  if (after.phase == Phase::kCancelled) return;
  for (const auto& [user_id, ballot] : before.ballots) {
    ASSERT_TRUE(after.ballots.contains(user_id));
    if (!after.ballot_changes_allowed || after.phase == Phase::kClosed) {
      EXPECT_EQ(after.ballots.at(user_id), ballot) << "a ballot changed";
    }
  }
  if (before.phase == Phase::kClosed) {
    EXPECT_EQ(after.results, before.results);
  }
}

TEST(PollPropertyTest, InvariantsHoldAfterEveryCommand) {
  for (uint32_t seed = 1; seed <= kSequences; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    CommandSource source(seed);
    PollScenario scenario(kLimits);
    ASSERT_TRUE(scenario.Do(source.Create()).ok());
    for (int i = 0; i < kCommands; ++i) {
      const Poll before = scenario.poll();
      const bool accepted = scenario.Do(source.Next()).ok();
      if (!accepted) {
        ASSERT_EQ(scenario.poll(), before);
      }
      CheckStep(before, scenario.poll());
      CheckPresence(scenario.poll());
      CheckNominations(scenario.poll());
      CheckBallots(scenario.poll());
      CheckResults(scenario.poll());
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(PollPropertyTest, FoldingTheLogGivesTheSameStateAtEveryRevision) {
  for (uint32_t seed = 1; seed <= kSequences; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    CommandSource source(seed);
    PollScenario scenario(kLimits);
    ASSERT_TRUE(scenario.Do(source.Create()).ok());
    std::vector<Poll> states = {Poll(), scenario.poll()};
    for (int i = 0; i < kCommands; ++i) {
      const auto events = scenario.Do(source.Next());
      if (events.ok() && !events->empty()) states.push_back(scenario.poll());
    }
    Poll folded;
    for (size_t i = 0; i < scenario.log().size(); ++i) {
      const auto& [revision, event] = scenario.log()[i];
      Apply(folded, event, revision);
      const bool commit_ends =
          i + 1 == scenario.log().size() || scenario.log()[i + 1].first > revision;
      if (commit_ends) {
        ASSERT_EQ(folded, states[revision]) << "revision " << revision;
      }
    }
  }
}

}  // namespace
}  // namespace caucus::polls
