#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "polls-service/tally/count_election.h"
#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally {
namespace {

constexpr int64_t kBallots = 100'000;
constexpr uint32_t kRanksMax = 10;

// Returns an election in which earlier candidates are the more popular, and everybody ranks one to
// ten of them.
Election RandomElection(uint32_t candidates) {
  Election election;
  for (uint32_t i = 0; i < candidates; ++i) {
    const std::string id = "option" + std::to_string(i);
    election.candidates.push_back({.id = id, .name = id});
  }
  std::mt19937 random(1);
  for (int64_t i = 0; i < kBallots; ++i) {
    Ballots ballot;
    std::vector<bool> ranked(candidates);
    const uint32_t ranks = 1 + random() % std::min(kRanksMax, candidates);
    while (ballot.ranks.size() < ranks) {
      const uint32_t choice = std::min<uint32_t>(random() % candidates, random() % candidates);
      if (ranked[choice]) continue;
      ranked[choice] = true;
      ballot.ranks.push_back({.candidates = {choice}});
    }
    election.ballots.push_back(std::move(ballot));
  }
  return election;
}

void Count(benchmark::State& state, const Rules& rules) {
  const Election election = RandomElection(static_cast<uint32_t>(state.range(0)));
  for (auto _ : state) {
    auto count = CountElection(election, rules);
    if (!count.ok()) return state.SkipWithError("not counted");
    benchmark::DoNotOptimize(&*count);
  }
  state.SetItemsProcessed(state.iterations() * kBallots);
}

void BM_Weighted(benchmark::State& state) {
  Count(state, {.method = Method::kWeighted, .ranks_max = 5});
}
BENCHMARK(BM_Weighted)->ArgName("options")->Arg(10)->Arg(50)->Unit(benchmark::kMillisecond);

void BM_InstantRunoff(benchmark::State& state) {
  Count(state, {.method = Method::kInstantRunoff, .tie_break_seed = "seed"});
}
BENCHMARK(BM_InstantRunoff)->ArgName("options")->Arg(10)->Arg(50)->Unit(benchmark::kMillisecond);

void BM_StvWigm(benchmark::State& state) {
  Count(state, {.method = Method::kStvWigm, .seats = 5, .tie_break_seed = "seed"});
}
BENCHMARK(BM_StvWigm)->ArgName("options")->Arg(10)->Arg(50)->Unit(benchmark::kMillisecond);

void BM_StvScottish(benchmark::State& state) {
  Count(state, {.method = Method::kStvScottish, .seats = 5, .tie_break_seed = "seed"});
}
BENCHMARK(BM_StvScottish)->ArgName("options")->Arg(10)->Arg(50)->Unit(benchmark::kMillisecond);

void BM_Schulze(benchmark::State& state) {
  Count(state, {.method = Method::kSchulze, .tie_break_seed = "seed"});
}
BENCHMARK(BM_Schulze)->ArgName("options")->Arg(10)->Arg(50)->Unit(benchmark::kMillisecond);

void BM_RankedPairs(benchmark::State& state) {
  Count(state, {.method = Method::kRankedPairs, .tie_break_seed = "seed"});
}
BENCHMARK(BM_RankedPairs)->ArgName("options")->Arg(10)->Arg(50)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace caucus::tally
