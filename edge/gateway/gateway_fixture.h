// What the tests of the gateway share: two shards with their gateways, services that answer when
// the test says so, and clients on real Engine.IO sessions.

#ifndef EDGE_GATEWAY_GATEWAY_FIXTURE_H_
#define EDGE_GATEWAY_GATEWAY_FIXTURE_H_

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "common/auth/token_verifier.h"
#include "edge/engineio/handshake_info.h"
#include "edge/engineio/session.h"
#include "edge/gateway/fake_rpc_invoker.h"
#include "edge/gateway/gateway.h"
#include "edge/gateway/manual_executor.h"
#include "edge/gateway/shard_mesh.h"
#include "edge/gateway/testdata/chat.pb.h"
#include "edge/limits/limit.h"
#include "edge/socketio/client.h"
#include "edge/transcoding/event_table.h"

namespace caucus::edge::gateway {

// A token is the subject's name; some are refused. Thread-compatible.
class FakeTokenVerifier final : public TokenVerifier {
 public:
  void Verify(std::string_view token, absl::Time deadline, Callback done) override;

  std::map<std::string, absl::Status, std::less<>> errors;
  std::vector<std::string> tokens;  // That were asked about.
};

// Keeps what it is told.
class RecordingLimits final : public LimitObserver {
 public:
  void OnLimitReached(Limit limit) override { reached.push_back(limit); }

  std::vector<Limit> reached;
};

// A browser, connected with a WebSocket. Thread-compatible.
class TestClient {
 public:
  // The limits and their observer must outlive it.
  TestClient(Gateway& gateway, const socketio::ClientLimits& limits, LimitObserver& observer,
             engineio::HandshakeInfo handshake);

  // Sends a Socket.IO packet.
  void Send(std::string_view packet);
  // Sends the binary message that follows one.
  void SendBinary(std::string_view data);
  // Returns the Socket.IO packets that came since the last time, each attachment behind its packet
  // as `<bytes>`.
  std::vector<std::string> Received();
  // Ends the connection, as a closed tab does.
  void Hangup();
  // Lets go of everything, as the shell does with a connection that has ended.
  void Destroy();

  engineio::Session& session() { return *session_; }

 private:
  class SilentOutlet final : public engineio::SessionOutlet {
   public:
    void OnOutput() override {}
  };

  const engineio::SessionConfig config_ = {};
  const engineio::MonotonicTime now_{std::chrono::hours(1)};
  SilentOutlet outlet_;
  std::unique_ptr<engineio::Session> session_;
  std::unique_ptr<socketio::Client> client_;
};

class GatewayFixture : public testing::Test {
 protected:
  GatewayFixture();

  // Connects a client to a shard; it is in no namespace yet.
  std::unique_ptr<TestClient> Open(size_t shard = 0, engineio::HandshakeInfo handshake = {});
  // Likewise, and enters a room of `/chat`; the user's token is `user`.
  std::unique_ptr<TestClient> Enter(std::string_view user, std::string_view room, size_t shard = 0,
                                    int64_t sequence = 0);

  // Runs what every shard has to do.
  void RunAll();
  void Advance(std::chrono::milliseconds duration);

  // Answers the oldest call of a method.
  void Answer(std::string_view method, const google::protobuf::Message& response);
  void Fail(std::string_view method, const absl::Status& error);
  // Streams a message, or ends the newest stream of a method.
  void Stream(const google::protobuf::Message& message, std::string_view method = "Listen");
  void EndStream(const absl::Status& status, std::string_view method = "Listen");

  Gateway& gateway(size_t shard) { return *gateways_[shard]; }
  // The feeds of all shards.
  size_t FeedCount() const;

  std::unique_ptr<const transcoding::EventTable> table_;
  FakeRpcInvoker invoker_;
  FakeTokenVerifier verifier_;
  GatewayOptions options_;
  socketio::ClientLimits client_limits_;
  RecordingLimits limits_;
  ShardMesh mesh_;
  ManualExecutor executors_[2];
  std::unique_ptr<Gateway> gateways_[2];
};

// A text said in a room, as its feed tells it.
chat::v1::ListenResponse Said(std::string_view text, int64_t sequence);

// Parses a call's request; a failed test if it is none.
template <typename Request>
Request RequestOf(const backend::RpcCall& call) {
  Request request;
  EXPECT_TRUE(request.ParseFromString(call.request));
  return request;
}

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_GATEWAY_FIXTURE_H_
