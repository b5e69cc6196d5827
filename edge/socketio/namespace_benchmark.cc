#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/handshake_info.h"
#include "edge/engineio/monotonic_time.h"
#include "edge/engineio/packet.h"
#include "edge/engineio/session.h"
#include "edge/socketio/client.h"
#include "edge/socketio/client_fixture.h"
#include "edge/socketio/namespace.h"
#include "edge/socketio/outgoing_packet.h"

namespace caucus::edge::socketio {
namespace {

constexpr char kRoom[] = "room";

// Connections of which each has a socket in one room, and which write nowhere.
class Crowd {
 public:
  explicit Crowd(int64_t size) {
    for (int64_t i = 0; i < size; ++i) Connect();
    Drain();
  }
  ~Crowd() {
    for (const auto& socket : handler_.sockets) nsp().rooms().Leave(*socket, kRoom);
  }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  Namespace& nsp() { return handler_.namespaces.at("/"); }

  // What the shell does once everything is written.
  void Drain() {
    for (const auto& session : sessions_) {
      session->OutputTaken();
      size_t bytes = 0;
      for (const auto& queued : session->queue()) bytes += queued.packet->websocket_frame().size();
      session->OnWritten(bytes);
    }
  }

 private:
  void Connect() {
    sessions_.push_back(std::make_unique<engineio::Session>(
        config_, "sid", engineio::Transport::kWebSocket, now_, outlet_));
    clients_.push_back(
        std::make_unique<Client>(*sessions_.back(), handler_, limits_, reached_, handshake_));
    sessions_.back()->set_handler(*clients_.back());
    sessions_.back()->OnWebSocketMessage(engineio::MessageKind::kText, "40", now_);
    nsp().rooms().Join(*handler_.sockets.back(), kRoom);
  }

  const engineio::SessionConfig config_ = {};
  const engineio::MonotonicTime now_{std::chrono::hours(1)};
  const std::shared_ptr<const engineio::HandshakeInfo> handshake_ =
      std::make_shared<const engineio::HandshakeInfo>();
  SilentOutlet outlet_;
  RecordingHandler handler_;
  const ClientLimits limits_;
  RecordingLimits reached_;
  std::vector<std::unique_ptr<engineio::Session>> sessions_;
  std::vector<std::unique_ptr<Client>> clients_;
};

// Queues a packet with every socket, and takes it off the queues.
void BM_BroadcastToRoom(benchmark::State& state) {
  Crowd crowd(state.range(0));
  const engineio::EncodedPacketPtr packet =
      EventPacket("/", "message", {.json = R"([{"id":"ABC123","open":true}])"});
  for (auto _ : state) {
    crowd.nsp().BroadcastToRoom(kRoom, packet);
    crowd.Drain();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_BroadcastToRoom)->ArgName("sockets")->Arg(10)->Arg(1000)->Arg(10000);

}  // namespace
}  // namespace caucus::edge::socketio
