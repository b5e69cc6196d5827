#include <benchmark/benchmark.h>
#include <grpcpp/support/byte_buffer.h>

#include <cstdint>
#include <memory>
#include <string>

#include "polls-service/actor/poll_change.h"
#include "polls-service/api/delta.h"
#include "polls-service/domain/event.h"

namespace caucus::polls {
namespace {

// `change_of` makes the change that one of many people has made.
template <typename ChangeOf>
void Encode(benchmark::State& state, const ChangeOf& change_of) {
  PollChanges changes = {.previous_revision = 1, .revision = 2, .changes = {}};
  for (int64_t i = 0; i < state.range(0); ++i) {
    changes.changes.push_back(change_of("user" + std::to_string(i)));
  }
  const auto shared = std::make_shared<const PollChanges>(changes);
  size_t bytes = 0;
  for (auto _ : state) bytes += DeltaEncoder().Encode(shared).Length();
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}

void BM_EncodeVotes(benchmark::State& state) {
  Encode(state, [](const std::string& user_id) { return Voted{user_id}; });
}
BENCHMARK(BM_EncodeVotes)->ArgName("people")->Arg(1)->Arg(100)->Arg(10000);

void BM_EncodeArrivals(benchmark::State& state) {
  Encode(state, [](const std::string& user_id) { return ParticipantJoined{user_id, "Name"}; });
}
BENCHMARK(BM_EncodeArrivals)->ArgName("people")->Arg(1)->Arg(100)->Arg(10000);

}  // namespace
}  // namespace caucus::polls
