#include <benchmark/benchmark.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/types/span.h"
#include "edge/transcoding/connection_context.h"
#include "edge/transcoding/event_table.h"
#include "edge/transcoding/feed_rule.h"
#include "edge/transcoding/namespace_rules.h"
#include "edge/transcoding/testdata/board.pb.h"
#include "edge/transcoding/unary_rule.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"

namespace caucus::edge::transcoding {
namespace {

using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorSet;

void AddWithImports(const FileDescriptor& file, FileDescriptorSet& files) {
  for (int i = 0; i < file.dependency_count(); ++i) AddWithImports(*file.dependency(i), files);
  file.CopyTo(files.add_file());
}

FileDescriptorSet BoardFiles() {
  FileDescriptorSet files;
  AddWithImports(*testdata::Board::descriptor()->file(), files);
  return files;
}

const NamespaceRules& BoardRules() {
  static const auto* const table = [] {
    auto made = EventTable::Create(BoardFiles());
    if (!made.ok()) {
      std::cerr << made.status() << '\n';
      std::exit(1);
    }
    return (*std::move(made)).release();
  }();
  return *table->FindNamespace("/board");
}

testdata::Board BoardWith(int64_t counts) {
  testdata::Board board;
  board.set_id("ABC123");
  board.set_topic("Where to eat?");
  for (int64_t i = 0; i < counts; ++i) {
    (*board.mutable_counts())["member-" + std::to_string(i)] = static_cast<int32_t>(i);
  }
  board.set_members(25);
  board.set_open(true);
  return board;
}

// The same in JSON, as a client sends it.
std::string JsonWith(int64_t counts) {
  std::string json = R"([{"id":"ABC123","topic":"Where to eat?","counts":{)";
  for (int64_t i = 0; i < counts; ++i) {
    json.append(i == 0 ? "\"member-" : ",\"member-").append(std::to_string(i)).append("\":");
    json.append(std::to_string(i));
  }
  return json.append(R"(},"members":25,"open":true}])");
}

void SetRates(benchmark::State& state, std::string_view bytes) {
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes.size()));
}

void Encode(benchmark::State& state, std::string_view event, std::string_view json) {
  const UnaryRule& rule = *BoardRules().FindEvent(event);
  const boost::json::value parsed = boost::json::parse(json);
  const boost::json::array& args = parsed.get_array();
  const ConnectionContext context = {.socket_id = "s1"};
  for (auto _ : state) {
    auto request = rule.EncodeRequest(absl::MakeConstSpan(args.data(), args.size()), context);
    if (!request.ok()) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(request->data());
  }
  SetRates(state, json);
}

void Decode(benchmark::State& state, std::string_view event, const std::string& request) {
  const UnaryRule& rule = *BoardRules().FindEvent(event);
  const std::string response = BoardWith(state.range(0)).SerializeAsString();
  const ConnectionContext context = {.socket_id = "s1"};
  for (auto _ : state) {
    auto outcome = rule.DecodeResponse(request, response, context);
    if (!outcome.ok()) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(&*outcome);
  }
  SetRates(state, response);
}

void BM_FindEvent(benchmark::State& state) {
  const NamespaceRules& rules = BoardRules();
  for (auto _ : state) benchmark::DoNotOptimize(rules.FindEvent("update"));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_FindEvent);

void BM_EncodeRequest(benchmark::State& state) {
  Encode(state, "update", JsonWith(state.range(0)));
}
BENCHMARK(BM_EncodeRequest)->ArgName("counts")->Arg(3)->Arg(100);

void BM_EncodeArguments(benchmark::State& state) { Encode(state, "join", R"(["ABC123","Ann"])"); }
BENCHMARK(BM_EncodeArguments);

// Into an ack.
void BM_DecodeResponse(benchmark::State& state) { Decode(state, "update", ""); }
BENCHMARK(BM_DecodeResponse)->ArgName("counts")->Arg(3)->Arg(100);

// Into an ack, a room to join, and an event for it.
void BM_DecodeResponseWithEmit(benchmark::State& state) {
  testdata::JoinBoardRequest request;
  request.set_id("ABC123");
  Decode(state, "join", request.SerializeAsString());
}
BENCHMARK(BM_DecodeResponseWithEmit)->ArgName("counts")->Arg(3)->Arg(100);

void BM_DecodeFeedMessage(benchmark::State& state) {
  const FeedRule& rule = *BoardRules().feeds.front();
  testdata::WatchBoardResponse message;
  *message.mutable_updated() = BoardWith(state.range(0));
  const std::string serialized = message.SerializeAsString();
  for (auto _ : state) {
    auto decoded = rule.DecodeMessage(serialized);
    if (!decoded.ok()) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(&*decoded);
  }
  SetRates(state, serialized);
}
BENCHMARK(BM_DecodeFeedMessage)->ArgName("counts")->Arg(3)->Arg(100)->Arg(10000);

// What starting costs.
void BM_CreateTable(benchmark::State& state) {
  const FileDescriptorSet files = BoardFiles();
  for (auto _ : state) benchmark::DoNotOptimize(EventTable::Create(files));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_CreateTable)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace caucus::edge::transcoding
