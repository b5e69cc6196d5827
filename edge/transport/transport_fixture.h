// A server on real sockets in the test's own process, and a client that sends whatever bytes it is
// given.

#ifndef EDGE_TRANSPORT_TRANSPORT_FIXTURE_H_
#define EDGE_TRANSPORT_TRANSPORT_FIXTURE_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "edge/engineio/handshake_info.h"
#include "edge/engineio/session.h"
#include "edge/event_loop/net.h"
#include "edge/event_loop/tcp_socket.h"
#include "edge/http/http_message.h"
#include "edge/limits/limit.h"
#include "edge/transport/engine_endpoint.h"
#include "edge/transport/engine_options.h"
#include "edge/transport/http_connection.h"
#include "edge/transport/http_limits.h"
#include "edge/transport/listener.h"
#include "edge/transport/shard.h"

namespace caucus::edge::transport {

// Thread-safe.
class LimitCounter final : public LimitObserver {
 public:
  void OnLimitReached(Limit limit) override { ++counts_[static_cast<size_t>(limit)]; }
  int CountOf(Limit limit) const { return counts_[static_cast<size_t>(limit)]; }

 private:
  std::array<std::atomic<int>, kLimitCount> counts_ = {};
};

// An answer as it came.
struct Answer {
  unsigned status = 0;    // 0: the connection ended instead.
  http::Headers headers;  // Names in lower case.
  std::string body;

  // All values of a header, joined.
  std::string Header(std::string_view name) const;
};

// Thread-compatible. What is read fails the test after ten seconds without a byte.
class RawClient {
 public:
  explicit RawClient(uint16_t port);

  void Send(std::string_view bytes);
  // Reads one answer. To HEAD there is no body.
  Answer Read(http::BodyMode body = http::BodyMode::kSend);
  // Sends a request and reads its answer.
  Answer Ask(std::string_view request);
  // Reads until the server closes.
  std::string ReadToEnd();
  // Reads until what came ends with or contains `text`.
  std::string ReadUntil(std::string_view text);
  // Ends the connection with a reset.
  void Reset();
  void Close();

 private:
  bool Receive();

  net::io_context io_;
  tcp::socket socket_;
  std::string received_;
};

// Serves Engine.IO sessions that echo their messages, and, beside their path, what it was asked:
// `METHOD path?query|body`. Options are set before Start.
class TransportFixture {
 public:
  TransportFixture();
  ~TransportFixture();

  void Start(size_t shards = 1);
  uint16_t port() const { return listener_->port(); }

  // Sends a request on a connection of its own.
  Answer Ask(std::string_view request) const { return RawClient(port()).Ask(request); }
  // Returns the id of a new polling session.
  std::string OpenSession() const;

  EngineOptions engine;
  HttpLimits http;
  std::shared_ptr<LimitCounter> limits = std::make_shared<LimitCounter>();
  bool activates = true;  // Whether sessions are accepted as they open.
  std::function<void(const engineio::HandshakeInfo&)> on_session;

 private:
  class EchoHandler;
  class Fallback;

  std::unique_ptr<engineio::SessionHandler> MakeHandler(
      engineio::Session& session, const std::shared_ptr<const engineio::HandshakeInfo>& info);
  void Resume(size_t shard, HttpHandOver hand_over);

  std::unique_ptr<Fallback> fallback_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<std::unique_ptr<EngineEndpoint>> endpoints_;
  std::unique_ptr<Listener> listener_;
  std::vector<std::thread> threads_;
};

}  // namespace caucus::edge::transport

#endif  // EDGE_TRANSPORT_TRANSPORT_FIXTURE_H_
