// One thread's share of the edge: an event loop with the connections that it owns.

#ifndef EDGE_TRANSPORT_SHARD_H_
#define EDGE_TRANSPORT_SHARD_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "edge/engineio/session_id.h"
#include "edge/event_loop/event_loop.h"
#include "edge/executor/executor.h"
#include "edge/transport/flush_queue.h"

namespace caucus::edge::transport {

class EngineConnection;

// Confined to its thread, except where said. Connections hold references to it and must be gone
// before it is.
class Shard final : public Executor {
 public:
  // Bytes that one read takes at most.
  static constexpr size_t kReadBytesMax = 64 * 1024;

  explicit Shard(uint8_t index);

  uint8_t index() const { return index_; }
  EventLoop& loop() { return loop_; }
  engineio::SessionIdGenerator& ids() { return ids_; }

  // Runs the loop on the calling thread until Stop.
  void Run();
  // Thread-safe.
  void Stop();

  // Thread-safe.
  void Post(std::function<void()> task) override;
  void PostAfter(std::chrono::milliseconds delay, std::function<void()> task) override;

  // Where every read of this thread goes first: connections keep no read buffer of their own.
  std::span<char> read_buffer() { return read_buffer_; }

  // The Engine.IO connections by session id.
  EngineConnection* Find(std::string_view sid) const;
  void Add(std::shared_ptr<EngineConnection> connection);
  void Remove(std::string_view sid);
  // Forgets every connection. REQUIRES: the loop has ended.
  void DropConnections();
  size_t connection_count() const { return connections_.size(); }
  std::vector<std::shared_ptr<EngineConnection>> Connections() const;
  // `visit` must open and end none.
  template <typename Visitor>
  void ForEachConnection(const Visitor& visit) const {
    for (const auto& [sid, connection] : connections_) visit(*connection);
  }

  // How many of them have not been accepted by the layer above yet.
  size_t& pending_handshakes() { return pending_handshakes_; }

  // Flushes connections that have output.
  FlushQueue& flush_queue() { return flush_queue_; }

 private:
  const uint8_t index_;
  EventLoop loop_;
  engineio::SessionIdGenerator ids_;
  std::array<char, kReadBytesMax> read_buffer_;
  size_t pending_handshakes_ = 0;  // Outlives the connections, which count themselves.
  // By the id that each has.
  absl::flat_hash_map<absl::string_view, std::shared_ptr<EngineConnection>> connections_;
  FlushQueue flush_queue_{loop_};
};

}  // namespace caucus::edge::transport

#endif  // EDGE_TRANSPORT_SHARD_H_
