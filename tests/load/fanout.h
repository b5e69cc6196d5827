// Rooms full of clients, and what is said there.

#ifndef TESTS_LOAD_FANOUT_H_
#define TESTS_LOAD_FANOUT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "tests/load/bench.pb.h"
#include "tests/load/latency.h"
#include "tests/load/socketio_clients.h"

namespace caucus::load {

// Says a room's next message when all its members have the oldest, and counts what goes wrong.
// Client i is in room "r<i % rooms>".
//
// Thread-compatible.
class Fanout final : public SocketIoClients::Handler {
 public:
  static constexpr size_t kInflightMax = 8;

  struct Faults {
    uint64_t lost = 0;
    uint64_t duplicated = 0;
    uint64_t misrouted = 0;
    uint64_t reordered = 0;

    bool any() const { return lost + duplicated + misrouted + reordered > 0; }
  };

  struct Options {
    size_t clients = 1000;
    size_t rooms = 100;
    size_t inflight = 4;  // Messages of a room that are under way at a time, at most kInflightMax.
  };

  // Says a message to its room. False: nobody hears it.
  using Say = std::function<bool(const bench::v1::BenchMessage&)>;

  Fanout(Options options, Say say);

  void OnConnected(size_t client) override;
  void OnEvent(size_t client, const Message& event) override;
  void OnEnded(size_t client, std::string_view why) override;

  // Fills all rooms, and keeps them filled until StopPublishing(). False: nobody hears it in some
  // room; call it again.
  bool PublishEverywhere();
  void StopPublishing() { publishing_ = false; }

  void StartCounting() { counting_ = true; }
  void StopCounting() { counting_ = false; }

  // Whether nothing is under way.
  bool everything_arrived() const;
  // What is under way still counts as lost.
  Faults CountFaults() const;

  size_t connected() const { return connected_; }
  // While it counted: messages that arrived everywhere, and how long each took to each client.
  uint64_t messages() const { return messages_; }
  Latencies& latencies() { return latencies_; }
  // Of the latest message as it was received.
  size_t message_bytes() const { return message_bytes_; }
  const absl::Status& failure() const { return failure_; }

 private:
  struct UnderWay {
    absl::Time said;
    int missing = 0;  // Members that do not have it yet.
  };
  struct Room {
    std::string name;
    int members = 0;
    uint64_t next = 0;    // Number of the next message.
    uint64_t oldest = 0;  // The oldest that somebody misses.
    std::array<UnderWay, kInflightMax> under_way;
  };

  Room& RoomOf(size_t client) { return rooms_[client % rooms_.size()]; }
  bool Publish(Room& room);

  const Options options_;
  const Say say_;
  std::vector<Room> rooms_;
  std::vector<uint64_t> next_;  // By client: the number that it shall get next.
  bench::v1::BenchMessage message_;
  size_t connected_ = 0;
  size_t message_bytes_ = 0;
  bool publishing_ = false;
  bool counting_ = false;
  uint64_t messages_ = 0;
  Faults faults_;
  Latencies latencies_;
  absl::Status failure_;
};

}  // namespace caucus::load

#endif  // TESTS_LOAD_FANOUT_H_
