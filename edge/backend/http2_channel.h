// The connections of one shard to a service: found by name, made again when they are lost, used in
// turn.

#ifndef EDGE_BACKEND_HTTP2_CHANNEL_H_
#define EDGE_BACKEND_HTTP2_CHANNEL_H_

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <random>
#include <vector>

#include "absl/status/status.h"
#include "edge/backend/http2_call.h"
#include "edge/backend/http2_connection.h"
#include "edge/backend/target.h"

namespace caucus::edge::backend {

// Connects at once to every address of the target, and from then on whenever a connection is lost:
// after 0.1 s, later up to 3 s. Confined to its shard.
class Http2Channel final : public Http2ConnectionObserver {
 public:
  Http2Channel(boost::asio::io_context& io, Target target);
  ~Http2Channel() override;

  // Gives the call to a connection, to each in turn; if there is none, to the next that is made.
  // The caller ends calls that have waited too long.
  void Submit(Http2Call& call);

  // Ends all calls with `status`, and connects no more.
  void Close(const absl::Status& status);

  void OnReady(Http2Connection& connection) override;
  void OnRetired(Http2Connection& connection) override;
  void OnRefused(Http2Call& call) override { Submit(call); }

 private:
  using Protocol = Http2Connection::Protocol;
  using Duration = std::chrono::steady_clock::duration;

  // One address of the service.
  struct Peer {
    Peer(boost::asio::io_context& io, Protocol::endpoint peer_endpoint)
        : endpoint(std::move(peer_endpoint)), retry(io) {}

    const Protocol::endpoint endpoint;
    std::shared_ptr<Http2Connection> connection;  // Null: `retry` will make it.
    boost::asio::steady_timer retry;
    Duration backoff{};
  };

  void Resolve();
  void ResolveAfter(Duration delay);
  void OnResolved(const std::vector<Protocol::endpoint>& endpoints);
  void Connect(Peer& peer);
  void ConnectLater(const std::shared_ptr<Peer>& peer);
  Http2Connection* NextReady();
  Duration WithJitter(Duration delay);

  boost::asio::io_context& io_;
  const Target target_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer resolve_timer_;
  bool resolving_ = false;
  std::chrono::steady_clock::time_point resolved_at_;
  std::vector<std::shared_ptr<Peer>> peers_;
  size_t next_peer_ = 0;
  Http2Call::List waiting_;
  std::vector<std::weak_ptr<Http2Connection>> retired_;  // Whose calls may still be under way.
  std::minstd_rand random_;
  bool closed_ = false;
};

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_HTTP2_CHANNEL_H_
