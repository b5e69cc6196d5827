#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "polls-service/domain/apply.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/decide.h"
#include "polls-service/domain/event.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {
namespace {

constexpr int64_t kOptions = 10;

std::string UserOf(int64_t i) { return "user" + std::to_string(i); }

// A poll in which `people` may vote, and may do so again.
Poll VotingPoll(int64_t people) {
  Poll poll;
  Apply(poll,
        PollCreated{.poll_id = "ABC123",
                    .topic = "Where to eat?",
                    .votes_per_voter = 3,
                    .admin_id = UserOf(0),
                    .create_time = absl::UnixEpoch(),
                    .expire_time = absl::InfiniteFuture(),
                    .ballot_changes_allowed = true},
        1);
  for (int64_t i = 0; i < people; ++i) {
    Apply(poll, ParticipantJoined{UserOf(i), "Name"}, 2);
    Apply(poll, ConnectionOpened{UserOf(i), "connection", "edge"}, 2);
  }
  for (int64_t i = 0; i < kOptions; ++i) {
    const std::string id = "nomination" + std::to_string(i);
    Apply(poll, NominationAdded{id, UserOf(i), "Text of " + id}, 3);
  }
  Apply(poll, VotingStarted{"seed"}, 4);
  return poll;
}

Ballot BallotOf(int64_t i) {
  const auto id = [&](int64_t place) {
    return "nomination" + std::to_string((i + place) % kOptions);
  };
  return {id(0), id(1), id(2)};
}

void BM_ApplyBallot(benchmark::State& state) {
  const int64_t people = state.range(0);
  Poll poll = VotingPoll(people);
  std::vector<Event> events;
  for (int64_t i = 0; i < people; ++i) events.push_back(BallotCast{UserOf(i), BallotOf(i)});
  size_t next = 0;
  for (auto _ : state) {
    Apply(poll, events[next], poll.revision + 1);
    next = next + 1 == events.size() ? 0 : next + 1;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ApplyBallot)->ArgName("people")->Arg(100)->Arg(10000);

// A vote as the poll's actor carries it out.
void BM_DecideAndApplyBallot(benchmark::State& state) {
  const int64_t people = state.range(0);
  Poll poll = VotingPoll(people);
  std::vector<Command> commands;
  for (int64_t i = 0; i < people; ++i) commands.push_back(SubmitRankings{UserOf(i), BallotOf(i)});
  const Limits limits;
  size_t next = 0;
  for (auto _ : state) {
    const auto events = Decide(poll, commands[next], absl::UnixEpoch(), limits);
    if (!events.ok()) return state.SkipWithError("refused");
    for (const Event& event : *events) Apply(poll, event, poll.revision + 1);
    next = next + 1 == commands.size() ? 0 : next + 1;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_DecideAndApplyBallot)->ArgName("people")->Arg(100)->Arg(10000);

// The results of everybody's ballots.
void BM_ClosePoll(benchmark::State& state) {
  const int64_t people = state.range(0);
  Poll poll = VotingPoll(people);
  for (int64_t i = 0; i < people; ++i) Apply(poll, BallotCast{UserOf(i), BallotOf(i)}, 5);
  const Limits limits;
  for (auto _ : state) {
    const auto events = Decide(poll, ClosePoll{UserOf(0)}, absl::UnixEpoch(), limits);
    if (!events.ok()) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(events->data());
  }
  state.SetItemsProcessed(state.iterations() * people);
}
BENCHMARK(BM_ClosePoll)->ArgName("people")->Arg(10000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace caucus::polls
