#include "edge/gateway/gateway_fixture.h"

#include <utility>

#include "edge/transcoding/test_descriptors.h"

namespace caucus::edge::gateway {

void FakeTokenVerifier::Verify(std::string_view token, absl::Time, Callback done) {
  tokens.emplace_back(token);
  if (const auto error = errors.find(token); error != errors.end()) return done(error->second);
  auto identity = std::make_shared<Identity>();
  identity->subject = token;
  (*identity->claims.mutable_fields())["sub"].set_string_value(std::string(token));
  done(std::move(identity));
}

TestClient::TestClient(Gateway& gateway, const socketio::ClientLimits& limits,
                       LimitObserver& observer, engineio::HandshakeInfo handshake) {
  session_ = std::make_unique<engineio::Session>(config_, "sid", engineio::Transport::kWebSocket,
                                                 now_, outlet_);
  client_ = std::make_unique<socketio::Client>(
      *session_, gateway, limits, observer,
      std::make_shared<const engineio::HandshakeInfo>(std::move(handshake)));
  session_->set_handler(*client_);
  Received();
}

void TestClient::Send(std::string_view packet) {
  session_->OnWebSocketMessage(engineio::MessageKind::kText, std::string("4").append(packet), now_);
}

void TestClient::SendBinary(std::string_view data) {
  session_->OnWebSocketMessage(engineio::MessageKind::kBinary, data, now_);
}

std::vector<std::string> TestClient::Received() {
  std::vector<std::string> packets;
  size_t bytes = 0;
  for (const engineio::Session::Queued& queued : session_->queue()) {
    std::string& packet = packets.emplace_back(queued.packet->content().substr(1));
    for (const std::string_view attachment : queued.packet->attachments()) {
      packet.append("<").append(attachment).append(">");
    }
    bytes += queued.packet->websocket_frame().size();
  }
  session_->OnWritten(bytes);
  return packets;
}

void TestClient::Hangup() {
  session_->OnWebSocketClosed(engineio::CloseReason::kTransportClose, now_);
}

void TestClient::Destroy() {
  client_.reset();
  session_.reset();
}

GatewayFixture::GatewayFixture() {
  auto table = transcoding::EventTable::Create(
      transcoding::ReadDescriptorSet("edge/gateway/testdata/chat.descriptor"));
  EXPECT_TRUE(table.ok()) << table.status();
  table_ = *std::move(table);
  options_.edge_id = "edge-1";
  for (size_t shard = 0; shard < 2; ++shard) {
    const std::string prefix = shard == 0 ? "a" : "b";
    gateways_[shard] = std::make_unique<Gateway>(
        shard, executors_[shard],
        [prefix, count = 0]() mutable { return prefix + std::to_string(++count); },
        GatewayServices{.table = *table_,
                        .invoker = invoker_,
                        .verifier = verifier_,
                        .mesh = mesh_,
                        .options = options_,
                        .limits = limits_});
    mesh_.Add(executors_[shard], *gateways_[shard]);
  }
}

std::unique_ptr<TestClient> GatewayFixture::Open(size_t shard, engineio::HandshakeInfo handshake) {
  return std::make_unique<TestClient>(*gateways_[shard], client_limits_, limits_,
                                      std::move(handshake));
}

std::unique_ptr<TestClient> GatewayFixture::Enter(std::string_view user, std::string_view room,
                                                  size_t shard, int64_t sequence) {
  auto client = Open(shard);
  client->Send(std::string(R"(0/chat,{"token":")")
                   .append(user)
                   .append(R"(","room":")")
                   .append(room)
                   .append(R"("})"));
  RunAll();
  chat::v1::EnterResponse response;
  response.set_sequence(sequence);
  Answer("Enter", response);
  return client;
}

void GatewayFixture::RunAll() {
  while (executors_[0].RunOne() || executors_[1].RunOne()) {
  }
}

void GatewayFixture::Advance(std::chrono::milliseconds duration) {
  for (ManualExecutor& executor : executors_) executor.Advance(duration);
  RunAll();
}

void GatewayFixture::Answer(std::string_view method, const google::protobuf::Message& response) {
  invoker_.Take(method).done(response.SerializeAsString());
  RunAll();
}

void GatewayFixture::Fail(std::string_view method, const absl::Status& error) {
  invoker_.Take(method).done(error);
  RunAll();
}

void GatewayFixture::Stream(const google::protobuf::Message& message, std::string_view method) {
  const auto streams = invoker_.StreamsOf(method);
  ASSERT_FALSE(streams.empty());
  streams.back()->on_message(message.SerializeAsString());
  RunAll();
}

void GatewayFixture::EndStream(const absl::Status& status, std::string_view method) {
  const auto streams = invoker_.StreamsOf(method);
  ASSERT_FALSE(streams.empty());
  streams.back()->on_end(status);
  RunAll();
}

size_t GatewayFixture::FeedCount() const {
  return gateways_[0]->hub().size() + gateways_[1]->hub().size();
}

chat::v1::ListenResponse Said(std::string_view text, int64_t sequence) {
  chat::v1::ListenResponse message;
  message.mutable_said()->set_echo(std::string(text));
  message.set_sequence(sequence);
  return message;
}

}  // namespace caucus::edge::gateway
