// Accepts TCP connections and deals them out to the shards in turn.

#ifndef EDGE_TRANSPORT_LISTENER_H_
#define EDGE_TRANSPORT_LISTENER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "edge/event_loop/event_loop.h"
#include "edge/event_loop/tcp_socket.h"
#include "edge/event_loop/timer_queue.h"
#include "edge/transport/shard.h"

namespace caucus::edge::transport {

// One socket accepts for all shards: two processes on one port are an error, as they should be.
// Runs on the first shard; Stop may be called there only. The shards must outlive it.
class Listener final : public Watcher, private Timer {
 public:
  // Called on the shard of the new socket.
  using OnAccept = std::function<void(Shard&, AcceptedSocket)>;

  // Binds `address`, `host:port`; port 0 takes a free one.
  //   kInvalidArgument  `address` is malformed
  //   kUnavailable      the port is taken, or cannot be bound
  static absl::StatusOr<std::unique_ptr<Listener>> Create(const std::string& address,
                                                          std::vector<Shard*> shards,
                                                          OnAccept on_accept);

  uint16_t port() const { return port_; }

  void Start();
  void Stop();

 private:
  Listener(TcpSocket acceptor, uint16_t port, std::vector<Shard*> shards, OnAccept on_accept);
  void OnReady(bool readable, bool writable) override;
  // Goes on after a pause.
  void OnTimer() override;
  void Deliver(int descriptor, std::string address);

  TcpSocket acceptor_;
  const std::vector<Shard*> shards_;
  const OnAccept on_accept_;
  const uint16_t port_;
  size_t next_shard_ = 0;
};

}  // namespace caucus::edge::transport

#endif  // EDGE_TRANSPORT_LISTENER_H_
