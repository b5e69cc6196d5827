#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "edge/engineio/handshake_info.h"
#include "edge/engineio/monotonic_time.h"
#include "edge/engineio/session.h"
#include "edge/socketio/client.h"
#include "edge/socketio/client_fixture.h"
#include "edge/socketio/namespace.h"
#include "edge/socketio/room_index.h"
#include "edge/socketio/socket.h"

namespace caucus::edge::socketio {
namespace {

constexpr int64_t kMembers = 10000;
constexpr char kRoom[] = "room";

// Many sockets of one connection: to a room they are as good as others.
class Sockets {
 public:
  Sockets() {
    for (int64_t i = 0; i < kMembers; ++i) {
      sockets_.push_back(std::make_unique<Socket>(std::to_string(i), nsp_, client_));
    }
  }

  Socket& operator[](int64_t i) { return *sockets_[static_cast<size_t>(i)]; }

 private:
  const engineio::SessionConfig config_ = {};
  SilentOutlet outlet_;
  engineio::Session session_{config_, "sid", engineio::Transport::kWebSocket,
                             engineio::MonotonicTime(std::chrono::hours(1)), outlet_};
  RecordingHandler handler_;
  const ClientLimits limits_;
  RecordingLimits reached_;
  Client client_{session_, handler_, limits_, reached_,
                 std::make_shared<const engineio::HandshakeInfo>()};
  Namespace nsp_{"/"};
  std::vector<std::unique_ptr<Socket>> sockets_;
};

// One member of a full room after another leaves it and joins it again.
void BM_LeaveAndJoin(benchmark::State& state) {
  Sockets sockets;
  RoomIndex rooms;
  for (int64_t i = 0; i < kMembers; ++i) rooms.Join(sockets[i], kRoom);
  int64_t next = 0;
  for (auto _ : state) {
    rooms.Leave(sockets[next], kRoom);
    rooms.Join(sockets[next], kRoom);
    next = (next + 1) % kMembers;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_LeaveAndJoin);

// A room fills, and empties from the front.
void BM_FillAndEmpty(benchmark::State& state) {
  Sockets sockets;
  RoomIndex rooms;
  for (auto _ : state) {
    for (int64_t i = 0; i < kMembers; ++i) rooms.Join(sockets[i], kRoom);
    for (int64_t i = 0; i < kMembers; ++i) rooms.Leave(sockets[i], kRoom);
  }
  state.SetItemsProcessed(state.iterations() * kMembers);
}
BENCHMARK(BM_FillAndEmpty)->Unit(benchmark::kMicrosecond);

// Everybody in a room of their own, beside the large one.
void BM_JoinOwnRoom(benchmark::State& state) {
  Sockets sockets;
  RoomIndex rooms;
  std::vector<std::string> names;
  for (int64_t i = 0; i < kMembers; ++i) {
    rooms.Join(sockets[i], kRoom);
    names.push_back("user:" + std::to_string(i));
  }
  for (auto _ : state) {
    for (int64_t i = 0; i < kMembers; ++i) rooms.Join(sockets[i], names[static_cast<size_t>(i)]);
    for (int64_t i = 0; i < kMembers; ++i) rooms.Leave(sockets[i], names[static_cast<size_t>(i)]);
  }
  state.SetItemsProcessed(state.iterations() * kMembers);
}
BENCHMARK(BM_JoinOwnRoom)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace caucus::edge::socketio
