#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "edge/socketio/outgoing_packet.h"

namespace caucus::edge::socketio {
namespace {

std::string ArgumentsOf(int64_t bytes) {
  return "[\"" + std::string(static_cast<size_t>(bytes), 'x') + "\"]";
}

void SetRates(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void BM_EventPacket(benchmark::State& state) {
  const std::string json = ArgumentsOf(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(EventPacket("/board", "message", {.json = json}));
  }
  SetRates(state);
}
BENCHMARK(BM_EventPacket)->ArgName("bytes")->Arg(64)->Arg(1 << 10)->Arg(1 << 16);

void BM_AckPacket(benchmark::State& state) {
  const std::string json = ArgumentsOf(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(AckPacket("/board", "17", {.json = json}));
  SetRates(state);
}
BENCHMARK(BM_AckPacket)->ArgName("bytes")->Arg(64)->Arg(1 << 10)->Arg(1 << 16);

}  // namespace
}  // namespace caucus::edge::socketio
