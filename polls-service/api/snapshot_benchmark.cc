#include <benchmark/benchmark.h>
#include <grpcpp/support/byte_buffer.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "polls-service/api/snapshot.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {
namespace {

// A poll in which everybody has voted.
std::shared_ptr<const Poll> PollOf(int64_t people) {
  Poll poll;
  poll.id = "ABC123";
  poll.topic = "Where to eat?";
  poll.votes_per_voter = 3;
  poll.phase = Phase::kVoting;
  for (int64_t i = 0; i < 10; ++i) {
    const std::string id = "nomination" + std::to_string(i);
    poll.nominations[id] = {.user_id = "user1", .text = "Text of " + id};
  }
  for (int64_t i = 0; i < people; ++i) {
    const std::string user_id = "user" + std::to_string(i);
    poll.participants[user_id] = {.name = "Name of " + user_id, .connections = {}};
    poll.ballots[user_id] = {"nomination1", "nomination2", "nomination3"};
  }
  poll.revision = 7;
  return std::make_shared<const Poll>(std::move(poll));
}

// Every state is another object than the last, as after a commit.
void BM_EncodeSnapshot(benchmark::State& state) {
  const std::array<std::shared_ptr<const Poll>, 2> polls = {PollOf(state.range(0)),
                                                            PollOf(state.range(0))};
  SnapshotEncoder encoder;
  size_t bytes = 0;
  size_t next = 0;
  for (auto _ : state) {
    bytes += encoder.Encode(polls[next], {}).Length();
    next = 1 - next;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}
BENCHMARK(BM_EncodeSnapshot)
    ->ArgName("people")
    ->Arg(100)
    ->Arg(10000)
    ->Unit(benchmark::kMicrosecond);

// All watchers but the first.
void BM_ShareSnapshot(benchmark::State& state) {
  const std::shared_ptr<const Poll> poll = PollOf(10000);
  SnapshotEncoder encoder;
  for (auto _ : state) benchmark::DoNotOptimize(encoder.Encode(poll, {}));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ShareSnapshot);

}  // namespace
}  // namespace caucus::polls
