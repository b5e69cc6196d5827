// The connections of one shard to a service: found by name, made again when they are lost, used in
// turn.

#ifndef EDGE_BACKEND_HTTP2_CHANNEL_H_
#define EDGE_BACKEND_HTTP2_CHANNEL_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <random>
#include <vector>

#include "absl/status/status.h"
#include "edge/backend/http2_call.h"
#include "edge/backend/http2_connection.h"
#include "edge/backend/resolver.h"
#include "edge/backend/target.h"
#include "edge/event_loop/event_loop.h"
#include "edge/event_loop/timer_queue.h"

namespace caucus::edge::backend {

// Connects at once to every address of the target, and from then on whenever a connection is lost:
// after 0.1 s, later up to 3 s. Confined to its shard.
class Http2Channel final : public Http2ConnectionObserver {
 public:
  Http2Channel(EventLoop& loop, Target target);
  ~Http2Channel() override;

  // Gives the call to a connection, to each in turn; if there is none, to the next that is made.
  // The caller ends calls that have waited too long.
  void Submit(Http2Call& call);

  // Ends all calls with `status`, and connects no more.
  void Close(const absl::Status& status);

  void OnReady(Http2Connection& connection) override;
  void OnRetired(Http2Connection& connection) override;
  void OnRefused(Http2Call& call) override { Submit(call); }
  void OnTooManyPings() override;

 private:
  using Duration = std::chrono::steady_clock::duration;

  // One address of the service, and when it is to be connected to again.
  struct Peer final : Timer {
    Peer(Http2Channel& peer_channel, const Endpoint& peer_endpoint)
        : Timer(peer_channel.loop_.timers()), channel(peer_channel), endpoint(peer_endpoint) {}
    ~Peer() override = default;

    void OnTimer() override { channel.Connect(*this); }

    Http2Channel& channel;
    const Endpoint endpoint;
    std::shared_ptr<Http2Connection> connection;  // Null: the timer will make it.
    Duration backoff{};
  };

  // When the name is to be asked for again.
  class ResolveTimer final : public Timer {
   public:
    explicit ResolveTimer(Http2Channel& channel)
        : Timer(channel.loop_.timers()), channel_(channel) {}
    ~ResolveTimer() override = default;

   private:
    void OnTimer() override { channel_.Resolve(); }

    Http2Channel& channel_;
  };

  void Resolve();
  void ResolveAfter(Duration delay);
  void OnResolved(const std::vector<Endpoint>& endpoints);
  void Connect(Peer& peer);
  void ConnectLater(Peer& peer);
  Http2Connection* NextReady();
  Duration WithJitter(Duration delay);

  EventLoop& loop_;
  const Target target_;
  Resolver resolver_;
  ResolveTimer resolve_timer_{*this};
  bool resolving_ = false;
  std::chrono::steady_clock::time_point resolved_at_;
  std::vector<std::unique_ptr<Peer>> peers_;
  size_t next_peer_ = 0;
  Http2Call::List waiting_;
  std::vector<std::weak_ptr<Http2Connection>> retired_;  // Whose calls may still be under way.
  std::chrono::seconds keepalive_time_;
  std::minstd_rand random_;
  bool closed_ = false;
};

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_HTTP2_CHANNEL_H_
