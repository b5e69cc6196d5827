#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "edge/socketio/packet.h"

namespace caucus::edge::socketio {
namespace {

void Decode(benchmark::State& state, std::string_view text) {
  const PacketLimits limits;
  for (auto _ : state) benchmark::DoNotOptimize(DecodePacket(text, limits));
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}

void BM_DecodeEvent(benchmark::State& state) { Decode(state, R"(2["message",{"id":"ABC123"}])"); }
BENCHMARK(BM_DecodeEvent);

void BM_DecodeEventOfNamespace(benchmark::State& state) {
  Decode(state, R"(2/board,17["message",{"id":"ABC123"}])");
}
BENCHMARK(BM_DecodeEventOfNamespace);

void BM_DecodeBinaryEvent(benchmark::State& state) {
  Decode(state, R"(51-/board,17["message",{"_placeholder":true,"num":0}])");
}
BENCHMARK(BM_DecodeBinaryEvent);

void BM_JsonQuote(benchmark::State& state) {
  const std::string text(static_cast<size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(JsonQuote(text));
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_JsonQuote)->ArgName("bytes")->Arg(8)->Arg(1 << 10);

}  // namespace
}  // namespace caucus::edge::socketio
