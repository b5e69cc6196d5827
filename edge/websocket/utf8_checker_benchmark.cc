#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "edge/websocket/utf8_checker.h"

namespace caucus::edge::websocket {
namespace {

void Check(benchmark::State& state, std::string_view piece) {
  std::string text;
  while (static_cast<int64_t>(text.size()) < state.range(0)) text.append(piece);
  for (auto _ : state) {
    Utf8Checker checker;
    benchmark::DoNotOptimize(checker.Feed(text));
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}

void BM_CheckAscii(benchmark::State& state) { Check(state, R"(["message","Where to eat?"])"); }
BENCHMARK(BM_CheckAscii)->ArgName("bytes")->Arg(64)->Arg(1 << 10)->Arg(1 << 16);

void BM_CheckUmlauts(benchmark::State& state) {
  Check(state, R"(["message","Wo essen wir später?"])");
}
BENCHMARK(BM_CheckUmlauts)->ArgName("bytes")->Arg(64)->Arg(1 << 10)->Arg(1 << 16);

void BM_CheckHan(benchmark::State& state) { Check(state, "我们去哪里吃饭"); }
BENCHMARK(BM_CheckHan)->ArgName("bytes")->Arg(64)->Arg(1 << 10)->Arg(1 << 16);

}  // namespace
}  // namespace caucus::edge::websocket
