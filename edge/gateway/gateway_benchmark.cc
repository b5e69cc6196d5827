#include <benchmark/benchmark.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "edge/gateway/fake_rpc_invoker.h"
#include "edge/gateway/gateway.h"
#include "edge/gateway/gateway_fixture.h"
#include "edge/gateway/testdata/chat.pb.h"

namespace caucus::edge::gateway {
namespace {

// Goes where `bazel run` starts a program, from wherever this was started: the fixture reads a
// file.
void EnterRunfiles() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  std::filesystem::current_path(program.string() + ".runfiles/caucus", error);
}

// One room of two shards, whose clients write nowhere.
class Chat : public GatewayFixture {
 public:
  explicit Chat(int64_t members) {
    for (int64_t i = 0; i < members; ++i) {
      clients_.push_back(Enter("user" + std::to_string(i), "tea", static_cast<size_t>(i % 2)));
    }
    feed_ = invoker_.StreamsOf("Listen").front();
    Drain();
  }

  // The first member says something, is answered, and reads the ack.
  void Say(const chat::v1::SayResponse& response) {
    clients_.front()->Send(R"(2/chat,17["say",{"text":"Where shall we eat?"}])");
    RunAll();
    Answer("Say", response);
    Drain(*clients_.front());
  }

  // The room's feed says something, and everybody reads it.
  void Tell(const std::string& message) {
    feed_->on_message(message);
    RunAll();
    Drain();
  }

 private:
  void TestBody() override {}

  void Drain() {
    for (const auto& client : clients_) Drain(*client);
  }
  static void Drain(TestClient& client) {
    size_t bytes = 0;
    for (const auto& queued : client.session().queue()) {
      bytes += queued.packet->websocket_frame().size();
    }
    client.session().OnWritten(bytes);
    client.session().OutputTaken();
  }

  std::vector<std::unique_ptr<TestClient>> clients_;
  std::shared_ptr<FakeRpcInvoker::Stream> feed_;
};

// From the client's packet to the call, and from its answer to the queued ack.
void BM_EventWithAck(benchmark::State& state) {
  EnterRunfiles();
  Chat chat(1);
  chat::v1::SayResponse response;
  response.set_echo("Where shall we eat?");
  for (auto _ : state) chat.Say(response);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_EventWithAck);

// From the streamed message to every member's queue.
void BM_FeedMessageToRoom(benchmark::State& state) {
  EnterRunfiles();
  Chat chat(state.range(0));
  const std::string message = Said("Where shall we eat?", 1).SerializeAsString();
  for (auto _ : state) chat.Tell(message);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_FeedMessageToRoom)->ArgName("members")->Arg(2)->Arg(1000)->Arg(10000);

}  // namespace
}  // namespace caucus::edge::gateway
