#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "polls-service/actor/poll_state.h"
#include "polls-service/domain/event.h"

namespace caucus::polls {
namespace {

std::string UserOf(int64_t i) { return "user" + std::to_string(i); }

// A poll in which people vote.
class Voting {
 public:
  explicit Voting(int64_t people) : people_(people) {
    std::vector<Event> events = {PollCreated{.poll_id = "ABC123", .votes_per_voter = 3}};
    for (int64_t i = 0; i < people; ++i) {
      events.push_back(ParticipantJoined{UserOf(i), "Name"});
      events.push_back(ConnectionOpened{UserOf(i), "connection", "edge"});
    }
    events.push_back(VotingStarted{"seed"});
    Commit(events);
    while (!everybody_has_voted_) Vote();
  }

  // The next votes, in a commit of its own.
  void Vote() {
    Commit({BallotCast{UserOf(next_), {"nomination1", "nomination2", "nomination3"}}});
    next_ = (next_ + 1) % people_;
    everybody_has_voted_ |= next_ == 0;
  }

  PollState& state() { return state_; }

 private:
  void Commit(const std::vector<Event>& events) {
    state_.Stage(events);
    state_.CommitStaged("commit");
  }

  const int64_t people_;
  PollState state_;
  int64_t next_ = 0;
  bool everybody_has_voted_ = false;
};

void BM_CommitBallot(benchmark::State& state) {
  Voting voting(state.range(0));
  for (auto _ : state) voting.Vote();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_CommitBallot)->ArgName("people")->Arg(100)->Arg(10000);

// Somebody reads the whole state after each ballot.
void BM_CommitBallotAndView(benchmark::State& state) {
  Voting voting(state.range(0));
  for (auto _ : state) {
    voting.Vote();
    benchmark::DoNotOptimize(voting.state().View());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_CommitBallotAndView)
    ->ArgName("people")
    ->Arg(100)
    ->Arg(10000)
    ->Unit(benchmark::kMicrosecond);

// Somebody reads what has changed after each ballot.
void BM_CommitBallotAndChanges(benchmark::State& state) {
  Voting voting(state.range(0));
  for (auto _ : state) {
    const uint64_t before = voting.state().committed().revision;
    voting.Vote();
    benchmark::DoNotOptimize(voting.state().changes().Since(before));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_CommitBallotAndChanges)->ArgName("people")->Arg(100)->Arg(10000);

}  // namespace
}  // namespace caucus::polls
