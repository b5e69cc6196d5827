// Random commands to a poll and to the model of one: each command comes to the same, for the same
// reason, and leaves the same behind.

#include "polls-service/domain/poll_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/status/error_details.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/decide.h"
#include "polls-service/domain/poll.h"
#include "polls-service/domain/poll_scenario.h"
#include "polls-service/tally/rules.h"

namespace caucus::polls {
namespace {

constexpr uint32_t kSequences = 500;
constexpr int kCommands = 150;
constexpr int kTimesMin = 50;
constexpr Limits kLimits = {.participants_max = 6,
                            .connections_per_participant_max = 3,
                            .nominations_max = 7,
                            .nominations_per_participant_max = 3,
                            .removed_users_max = 2};

// Every reason that the domain has, and every field that it refuses.
const std::map<std::string, absl::StatusCode>& Codes() {
  using absl::StatusCode;
  static const auto* const kCodes = new std::map<std::string, StatusCode>{
      {"votesPerVoter", StatusCode::kInvalidArgument},
      {"rules.seats", StatusCode::kInvalidArgument},
      {"topic", StatusCode::kInvalidArgument},
      {"text", StatusCode::kInvalidArgument},
      {"rankings", StatusCode::kInvalidArgument},
      {"REMOVED_FROM_POLL", StatusCode::kPermissionDenied},
      {"ADMIN_REQUIRED", StatusCode::kPermissionDenied},
      {"POLL_NOT_FOUND", StatusCode::kNotFound},
      {"PARTICIPANT_NOT_FOUND", StatusCode::kNotFound},
      {"NOMINATION_NOT_FOUND", StatusCode::kNotFound},
      {"WRONG_STATE", StatusCode::kFailedPrecondition},
      {"NOT_A_PARTICIPANT", StatusCode::kFailedPrecondition},
      {"TOO_FEW_NOMINATIONS", StatusCode::kFailedPrecondition},
      {"ADMIN_NOT_REMOVABLE", StatusCode::kFailedPrecondition},
      {"NOMINATION_EXISTS", StatusCode::kAlreadyExists},
      {"ALREADY_VOTED", StatusCode::kAlreadyExists},
      {"ID_TAKEN", StatusCode::kAlreadyExists},
      {"LIMIT_REACHED", StatusCode::kResourceExhausted},
  };
  return *kCodes;
}

constexpr const char* kKinds[] = {"CreatePoll",        "AddParticipant",   "LeavePoll",
                                  "RemoveParticipant", "LiftBan",          "CloseConnections",
                                  "AddNomination",     "RemoveNomination", "StartVote",
                                  "SubmitRankings",    "ClosePoll",        "CancelPoll"};
static_assert(std::size(kKinds) == std::variant_size_v<Command>);

std::string ReasonFor(const absl::Status& status) {
  if (status.ok()) return "";
  if (const auto reason = ReasonOf(status)) return *reason;
  const std::vector<FieldViolation> violations = ViolationsOf(status);
  return violations.empty() ? status.ToString() : violations.front().field;
}

// Knows the model, so that what it draws is often possible.
class CommandSource {
 public:
  CommandSource(uint32_t seed, const PollModel& model) : random_(seed), model_(model) {}

  Command Next() {
    if (!model_.exists() && Below(4) != 0) return Create();
    switch (Below(40)) {
      case 0:
        return Create();
      case 1:
        if (Below(6) == 0) return CancelPoll{MostlyAdmin()};
        return CloseConnections{{Edge()}};
      case 2:
        return ClosePoll{User()};
      case 3:
      case 4:
        return StartVote{MostlyAdmin(), PollScenario::kSeed};
      case 5:
        return RemoveParticipant{MostlyAdmin(), User()};
      case 6:
        return LiftBan{MostlyAdmin(), MostlyBanned()};
      case 7:
      case 8:
        return RemoveNomination{MostlyAdmin(), OptionId()};
      default:
        return OfManyPeople();
    }
  }

  uint32_t Below(uint32_t bound) { return random_() % bound; }

 private:
  Command OfManyPeople() {
    switch (Below(8)) {
      case 0:
        return LeavePoll{User(), Connection()};
      case 1:
      case 2:
      case 3:
        return AddNomination{User(), OptionId(), ModelTexts()[Below(ModelTexts().size())].entered};
      case 4:
      case 5:
        return SubmitRankings{User(), RandomBallot()};
      default:
        return AddParticipant{User(), "name " + std::to_string(Below(3)), Connection(), Edge()};
    }
  }

  Command Create() {
    static constexpr uint32_t kSeats[] = {1, 1, 2, 3, 4, 0, 101};
    return CreatePoll{.poll_id = PollScenario::kPollId,
                      .topic = Below(12) == 0 ? "" : "Where to eat?",
                      .votes_per_voter = Below(7),
                      .admin_id = PollScenario::kAdmin,
                      .expire_time = PollScenario().now() + absl::Hours(2),
                      .rules = {.method = static_cast<tally::Method>(Below(10)),
                                .seats = kSeats[Below(std::size(kSeats))],
                                .quota = static_cast<tally::Quota>(Below(2))},
                      .ballot_changes_allowed = Below(2) == 0};
  }

  std::string User() {
    static constexpr const char* kUsers[] = {PollScenario::kAdmin, "a", "b", "c", "d", "e", "f"};
    return kUsers[Below(std::size(kUsers))];
  }
  std::string MostlyAdmin() { return Below(5) == 0 ? User() : PollScenario::kAdmin; }
  std::string MostlyBanned() {
    return Below(5) == 0 || model_.banned().empty() ? User() : *model_.banned().begin();
  }
  std::string Connection() { return std::string(Below(5), 'c'); }
  std::string Edge() { return "edge-" + std::to_string(Below(3)); }
  std::string OptionId() { return "n" + std::to_string(Below(10)); }

  Ballot RandomBallot() {
    Ballot ballot;
    for (const PollModel::Option& option : model_.options()) ballot.push_back(option.id);
    std::shuffle(ballot.begin(), ballot.end(), random_);
    ballot.resize(std::min<size_t>(ballot.size(), Below(4)));
    if (Below(6) == 0) ballot.push_back(OptionId());
    return ballot;
  }

  std::mt19937 random_;
  const PollModel& model_;
};

void ExpectSamePeople(const Poll& poll, const PollModel& model) {
  std::map<std::string, PollModel::Person> people;
  for (const auto& [user_id, participant] : poll.participants) {
    PollModel::Person& person = people[user_id];
    person.name = participant.name;
    for (const Connection& each : participant.connections) {
      person.connections.emplace_back(each.connection_id, each.edge_id);
    }
  }
  EXPECT_EQ(people, model.people());
  EXPECT_EQ(std::set<std::string>(poll.removed_users.begin(), poll.removed_users.end()),
            model.banned());
  EXPECT_EQ((std::map<std::string, Ballot>(poll.ballots.begin(), poll.ballots.end())),
            model.ballots());
}

void ExpectSameOptions(const Poll& poll, const PollModel& model) {
  ASSERT_EQ(poll.nominations.size(), model.options().size());
  ASSERT_EQ(poll.nomination_order.size(), model.options().size());
  size_t i = 0;
  for (const auto& [place, id] : poll.nomination_order) {
    const PollModel::Option& option = model.options()[i++];
    EXPECT_EQ(id, option.id);
    EXPECT_EQ(poll.nominations.at(id).text, option.text);
    EXPECT_EQ(poll.nominations.at(id).user_id, option.user_id);
  }
}

// Returns what an option scores by one of the two methods that need no more than a sum.
double ScoreOf(const std::string& id, const PollModel& model) {
  const bool is_weighted = model.rules().method == tally::Method::kWeighted;
  const double votes = model.votes_per_voter();
  double score = 0;
  for (const auto& [user_id, ballot] : model.ballots()) {
    const auto place = std::find(ballot.begin(), ballot.end(), id) - ballot.begin();
    const double n = static_cast<double>(place);
    if (place == std::ssize(ballot) || (!is_weighted && place > 0)) continue;
    score += is_weighted ? std::pow((votes - n / 2) / votes, n + 1) : 1;
  }
  return score;
}

void ExpectRightResults(const Poll& poll, const PollModel& model) {
  if (model.phase() != Phase::kClosed || model.ballots().empty()) {
    EXPECT_TRUE(poll.results.empty());
    return;
  }
  const tally::Method method = model.rules().method;
  const bool is_summed = method == tally::Method::kWeighted || method == tally::Method::kPlurality;
  std::map<std::string, const Result*> results;
  uint32_t elected = 0;
  for (const Result& result : poll.results) {
    results[result.nomination_id] = &result;
    elected += result.elected ? 1 : 0;
  }
  EXPECT_EQ(results.size(), poll.results.size());
  EXPECT_EQ(elected, model.rules().seats);
  for (const PollModel::Option& option : model.options()) {
    const double score = is_summed ? ScoreOf(option.id, model) : 0;
    if (!results.contains(option.id)) {
      EXPECT_TRUE(method == tally::Method::kWeighted && score == 0) << option.text;
    } else if (is_summed) {
      EXPECT_NEAR(results[option.id]->score, score, 1e-9);
    }
  }
}

TEST(PollModelTest, EveryCommandComesToWhatTheModelSays) {
  std::map<std::string, int> accepted;
  std::map<std::string, int> refused;
  for (uint32_t seed = 1; seed <= kSequences; ++seed) {
    PollModel model(kLimits);
    PollScenario scenario(kLimits);
    CommandSource source(seed, model);
    for (int i = 0; i < kCommands; ++i) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", command " + std::to_string(i));
      if (source.Below(1000) == 0) {
        scenario.Advance(absl::Hours(2));
        model.Expire();
      }
      const Command command = source.Next();
      SCOPED_TRACE(kKinds[command.index()]);
      const Prediction prediction = model.Do(command);
      const auto events = scenario.Do(command);
      ASSERT_EQ(ReasonFor(events.status()), prediction.reason) << events.status();
      if (events.ok()) {
        EXPECT_EQ(!events->empty(), prediction.changes);
        accepted[kKinds[command.index()]] += prediction.changes ? 1 : 0;
      } else {
        ASSERT_TRUE(Codes().contains(prediction.reason)) << prediction.reason;
        EXPECT_EQ(events.status().code(), Codes().at(prediction.reason));
        ++refused[prediction.reason];
      }
      const Poll& poll = scenario.poll();
      EXPECT_EQ(poll.phase, model.phase());
      EXPECT_EQ(poll.revision, model.revision());
      EXPECT_EQ(poll.visible_revision, model.visible_revision());
      ExpectSamePeople(poll, model);
      ExpectSameOptions(poll, model);
      ExpectRightResults(poll, model);
      if (testing::Test::HasFailure()) return;
    }
  }
  for (const char* kind : kKinds) EXPECT_GE(accepted[kind], kTimesMin) << kind;
  for (const auto& [reason, code] : Codes()) EXPECT_GE(refused[reason], kTimesMin) << reason;
}

}  // namespace
}  // namespace caucus::polls
