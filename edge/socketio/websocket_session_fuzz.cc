// A whole connection over any bytes: frames, Engine.IO packets, Socket.IO packets with attachments,
// and a handler that answers. Whatever comes, the session ends once or goes on, and what it holds
// stays within its limits.
//
// Input: a byte that says where the pieces end, then a WebSocket client's stream.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "edge/engineio/handshake_info.h"
#include "edge/engineio/monotonic_time.h"
#include "edge/engineio/session.h"
#include "edge/limits/limit.h"
#include "edge/socketio/client.h"
#include "edge/socketio/incoming_event.h"
#include "edge/socketio/namespace.h"
#include "edge/socketio/outgoing_packet.h"
#include "edge/websocket/frame_decoder.h"

namespace caucus::edge::socketio {
namespace {

using websocket::DecoderEvent;

void Check(bool holds) {
  if (!holds) std::abort();
}

class SilentOutlet final : public engineio::SessionOutlet {
 public:
  void OnOutput() override {}
};

// Lets everyone in, echoes events, and counts who comes and goes.
class EchoHandler final : public ClientHandler {
 public:
  Namespace* FindNamespace(std::string_view path) override {
    if (path == "/") return &root_;
    return path == "/custom" ? &custom_ : nullptr;
  }
  std::string NewSocketId() override { return "s" + std::to_string(++ids_); }
  void OnConnect(const std::shared_ptr<Socket>& socket, const Auth& auth) override {
    Check(!auth.json.empty());
    if (auth.payload.contains("later")) return waiting_.push_back(socket);
    if (auth.payload.contains("refuse")) return socket->Reject(R"({"message":"no"})");
    socket->Accept();
    ++entered_;
  }
  void OnEvent(const std::shared_ptr<Socket>& socket, const IncomingEvent& event) override {
    Check(socket->state() == Socket::State::kConnected);
    Check(event.attachments.size() <= 10);
    const std::string arguments = event.ArgumentsJson();
    const std::vector<std::string> attachments(event.attachments.begin(), event.attachments.end());
    const OutgoingArguments outgoing = {.json = arguments, .attachments = attachments};
    socket->Send(EventPacket(socket->nsp().path(), "echo", outgoing), {});
    if (!event.ack_id.empty()) socket->SendAck(event.ack_id, outgoing);
    if (event.name == "kick") socket->Disconnect(Socket::DisconnectScope::kNamespace);
    if (event.name == "close") socket->Disconnect(Socket::DisconnectScope::kConnection);
    if (event.name == "pause") socket->PauseInput();
  }
  void OnEventDropped(const std::shared_ptr<Socket>&, std::string_view) override {}
  void OnDisconnect(const std::shared_ptr<Socket>&, DisconnectReason) override { ++left_; }

  bool everyone_left() const { return entered_ == left_; }

 private:
  Namespace root_{"/"};
  Namespace custom_{"/custom"};
  std::vector<std::shared_ptr<Socket>> waiting_;
  size_t ids_ = 0;
  size_t entered_ = 0;
  size_t left_ = 0;
};

class Connection {
 public:
  Connection()
      : session_(config_, "AAAAAAAAAAAAAAAAAAAA", engineio::Transport::kWebSocket, now_, outlet_),
        client_(session_, handler_, limits_, observer_,
                std::make_shared<const engineio::HandshakeInfo>()) {
    session_.set_handler(client_);
  }

  void Read(std::span<char> piece) {
    now_ += std::chrono::milliseconds(7);
    session_.OnDeadline(now_);
    while (session_.state() == engineio::Session::State::kOpen) {
      const DecoderEvent event = decoder_.Next(piece);
      if (event.type == DecoderEvent::Type::kNeedMore) break;
      Take(event);
      if (session_.overflowed()) session_.Close(engineio::CloseReason::kSlowConsumer, now_);
      if (session_.close_requested()) session_.Close(engineio::CloseReason::kForcedClose, now_);
    }
    Check(session_.queue_bytes() <= config_.queue_bytes_max + 64 * 1024);
    size_t queued = 0;
    for (const auto& packet : session_.queue()) queued += packet.packet->websocket_frame().size();
    if (now_.time_since_epoch().count() % 2 == 0) session_.OnWritten(queued);
  }

  void End() {
    session_.OnWebSocketClosed(engineio::CloseReason::kTransportClose, now_);
    Check(handler_.everyone_left());
  }

 private:
  void Take(const DecoderEvent& event) {
    switch (event.type) {
      case DecoderEvent::Type::kText:
        return session_.OnWebSocketMessage(engineio::MessageKind::kText, event.data, now_);
      case DecoderEvent::Type::kBinary:
        return session_.OnWebSocketMessage(engineio::MessageKind::kBinary, event.data, now_);
      case DecoderEvent::Type::kClose:
      case DecoderEvent::Type::kError:
        return session_.OnWebSocketClosed(engineio::CloseReason::kTransportClose, now_);
      default:
        return;
    }
  }

  const engineio::SessionConfig config_ = {.ping_interval = std::chrono::milliseconds(30),
                                           .ping_timeout = std::chrono::milliseconds(20),
                                           .queue_bytes_max = 4096};
  const ClientLimits limits_ = {.attachment_bytes_max = 2048,
                                .event_rate = {.per_second = 1000, .burst = 20},
                                .event_rate_violations_max = 5};
  engineio::MonotonicTime now_ = engineio::MonotonicTime() + std::chrono::hours(1);
  SilentOutlet outlet_;
  NullLimitObserver observer_;
  EchoHandler handler_;
  engineio::Session session_;
  Client client_;
  websocket::FrameDecoder decoder_{{.message_bytes_max = 4096, .fragments_max = 16}};
};

}  // namespace
}  // namespace caucus::edge::socketio

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t piece = 1 + data[0];
  caucus::edge::socketio::Connection connection;
  for (size_t at = 0; at < stream.size(); at += piece) {
    connection.Read({&stream[at], std::min(piece, stream.size() - at)});
  }
  connection.End();
  return 0;
}
