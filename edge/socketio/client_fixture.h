// What the tests of a client share: its session, and a layer above that keeps what it is told.

#ifndef EDGE_SOCKETIO_CLIENT_FIXTURE_H_
#define EDGE_SOCKETIO_CLIENT_FIXTURE_H_

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "edge/engineio/handshake_info.h"
#include "edge/engineio/monotonic_time.h"
#include "edge/engineio/packet.h"
#include "edge/engineio/session.h"
#include "edge/limits/limit.h"
#include "edge/socketio/client.h"
#include "edge/socketio/incoming_event.h"

namespace caucus::edge::socketio {

inline void PrintTo(DisconnectReason reason, std::ostream* out) {
  *out << static_cast<int>(reason);
}

class SilentOutlet : public engineio::SessionOutlet {
 public:
  void OnOutput() override {}
};

// Accepts every client at once, unless told otherwise, and keeps what it is told.
class RecordingHandler : public ClientHandler {
 public:
  RecordingHandler() {
    for (int i = 0; i < 12; ++i) {
      const std::string path = i == 0 ? "/" : i == 1 ? "/chat" : "/n" + std::to_string(i);
      namespaces.try_emplace(path, path);
    }
  }

  Namespace* FindNamespace(std::string_view path) override {
    const auto found = namespaces.find(std::string(path));
    return found == namespaces.end() ? nullptr : &found->second;
  }
  std::string NewSocketId() override { return "s" + std::to_string(++ids); }
  void OnConnect(const std::shared_ptr<Socket>& socket, const Auth& auth) override {
    sockets.push_back(socket);
    auths.push_back(boost::json::serialize(auth.payload));
    auth_texts.emplace_back(auth.json);
    if (accepts) socket->Accept();
  }
  void OnEvent(const std::shared_ptr<Socket>& socket, const IncomingEvent& event) override {
    const auto arguments = event.ParseArguments();
    events.push_back(socket->nsp().path() + " " + std::string(event.name) + " " +
                     (arguments.ok() ? boost::json::serialize(*arguments) : "refused") + " " +
                     std::string(event.ack_id));
    texts.push_back(event.ArgumentsJson());
    attachments.assign(event.attachments.begin(), event.attachments.end());
  }
  void OnEventDropped(const std::shared_ptr<Socket>& socket, std::string_view ack_id) override {
    dropped.push_back(socket->nsp().path() + " " + std::string(ack_id));
  }
  void OnDisconnect(const std::shared_ptr<Socket>& socket, DisconnectReason reason) override {
    disconnects.emplace_back(socket->id(), reason);
  }

  std::map<std::string, Namespace> namespaces;
  int ids = 0;
  bool accepts = true;
  std::vector<std::shared_ptr<Socket>> sockets;
  std::vector<std::string> auths;
  std::vector<std::string> auth_texts;
  std::vector<std::string> events;
  std::vector<std::string> texts;        // The arguments of `events` as they were written.
  std::vector<std::string> attachments;  // Of the last event.
  std::vector<std::string> dropped;
  std::vector<std::pair<std::string, DisconnectReason>> disconnects;
};

class RecordingLimits : public LimitObserver {
 public:
  void OnLimitReached(Limit limit) override { reached.push_back(limit); }

  std::vector<Limit> reached;
};

class ClientFixture : public testing::Test {
 protected:
  ClientFixture() { Open(); }

  void Open() {
    client_.reset();
    session_ = std::make_unique<engineio::Session>(config_, "sid", engineio::Transport::kWebSocket,
                                                   now_, outlet_);
    client_ = std::make_unique<Client>(*session_, handler_, limits_, reached_,
                                       std::make_shared<const engineio::HandshakeInfo>());
    session_->set_handler(*client_);
    Sent();
  }

  // What is queued for the client, without Engine.IO's digit; the queue is then empty.
  std::vector<std::string> Sent() {
    std::vector<std::string> packets;
    size_t bytes = 0;
    for (const auto& queued : session_->queue()) {
      packets.emplace_back(queued.packet->content().substr(1));
      bytes += queued.packet->websocket_frame().size();
    }
    session_->OnWritten(bytes);
    return packets;
  }

  void Receive(std::string_view packet) {
    session_->OnWebSocketMessage(engineio::MessageKind::kText, "4" + std::string(packet), now_);
  }
  void ReceiveBinary(std::string_view bytes) {
    session_->OnWebSocketMessage(engineio::MessageKind::kBinary, bytes, now_);
  }
  void Connect(std::string_view nsp = "/") {
    Receive("0" + std::string(nsp == "/" ? "" : nsp));
    Sent();
  }

  // Lets time pass, with a pong for each ping.
  void Pass(engineio::Duration duration) {
    const engineio::MonotonicTime end = now_ + duration;
    while (IsOpen() && session_->deadline() <= end) {
      now_ = session_->deadline();
      session_->OnDeadline(now_);
      session_->OnWebSocketMessage(engineio::MessageKind::kText, "3", now_);
    }
    now_ = end;
  }

  bool IsOpen() const { return session_->state() == engineio::Session::State::kOpen; }

  // Whether a connected client that sends this is closed without a word.
  bool IsViolation(std::string_view packet) {
    Open();
    Connect();
    Receive(packet);
    return !IsOpen() && session_->queue().empty();
  }
  // Whether it goes on, and nothing at all happens.
  bool IsIgnored(std::string_view packet) {
    Open();
    Connect();
    handler_.events.clear();
    Receive(packet);
    return IsOpen() && session_->queue().empty() && handler_.events.empty();
  }

  const engineio::SessionConfig config_ = {};
  engineio::MonotonicTime now_{std::chrono::hours(1)};
  SilentOutlet outlet_;
  RecordingHandler handler_;
  ClientLimits limits_;
  RecordingLimits reached_;
  std::unique_ptr<engineio::Session> session_;
  std::unique_ptr<Client> client_;
};

}  // namespace caucus::edge::socketio

#endif  // EDGE_SOCKETIO_CLIENT_FIXTURE_H_
