// The Socket.IO side of one connection: its packets, and its sockets in each namespace.

#ifndef EDGE_SOCKETIO_CLIENT_H_
#define EDGE_SOCKETIO_CLIENT_H_

#include <boost/json/object.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/bounded_parser.h"
#include "common/limits/token_bucket.h"
#include "edge/engineio/handshake_info.h"
#include "edge/engineio/monotonic_time.h"
#include "edge/engineio/session.h"
#include "edge/limits/limit.h"
#include "edge/socketio/incoming_event.h"
#include "edge/socketio/namespace.h"
#include "edge/socketio/packet.h"
#include "edge/socketio/socket.h"

namespace caucus::edge::socketio {

// The layer above: decides who may connect and handles events. Confined to its shard.
class ClientHandler {
 public:
  virtual ~ClientHandler() = default;

  // Returns the namespace of this path, or null if there is none.
  virtual Namespace* FindNamespace(std::string_view path) = 0;

  // Returns an id for a new socket.
  virtual std::string NewSocketId() = 0;

  // What a client shows when it connects. Lives during the call.
  struct Auth {
    const boost::json::object& payload;
    std::string_view json;  // As it was written; `{}` if there was none.
  };

  // A client asks to connect. Answered, now or later, with Socket::Accept, Reject or Reconnect.
  virtual void OnConnect(const std::shared_ptr<Socket>& socket, const Auth& auth) = 0;

  // A connected client has sent an event.
  virtual void OnEvent(const std::shared_ptr<Socket>& socket, const IncomingEvent& event) = 0;

  // A connected client has sent one event too many: nobody has read it. `ack_id` is empty if it
  // wants no ack.
  virtual void OnEventDropped(const std::shared_ptr<Socket>& socket, std::string_view ack_id) = 0;

  // A connected socket has left. The handler takes it out of its rooms.
  virtual void OnDisconnect(const std::shared_ptr<Socket>& socket, DisconnectReason reason) = 0;
};

struct ClientLimits {
  PacketLimits packet;
  size_t replaced_connects_max =
      8;  // CONNECTs of one connection that took the place of a pending one.
  size_t auth_bytes_max = 8 * 1024;         // Of the JSON of CONNECT, which is kept.
  size_t namespaces_max = 8;                // Sockets of one connection.
  size_t attachment_bytes_max = 1'000'000;  // Of one packet, together.
  // From a packet until the last of its attachments; what is not read counts for nothing.
  engineio::Duration attachments_timeout = std::chrono::seconds(10);
  RateLimit event_rate;                    // Of one connection; an event beyond it is dropped.
  size_t event_rate_violations_max = 100;  // Dropped in a row; then the connection is closed.
};

// A packet that breaks the protocol closes the connection, as the reference does: the session is
// closed with kInvalidPacket. Confined to its shard. The session, the handler, the limits and their
// observer must outlive it.
class Client final : public engineio::SessionHandler {
 public:
  Client(engineio::Session& session, ClientHandler& handler, const ClientLimits& limits,
         LimitObserver& limit_observer, std::shared_ptr<const engineio::HandshakeInfo> handshake);
  ~Client() override;

  void OnMessage(engineio::MessageKind kind, std::string_view data,
                 engineio::MonotonicTime now) override;
  void OnClose(engineio::CloseReason reason) override;
  void OnDeadline(engineio::MonotonicTime now) override;

  // For Socket only. Sockets that have left outlive the client too: the link's target is null then.
  std::shared_ptr<Client* const> link() const { return link_; }
  const std::shared_ptr<const engineio::HandshakeInfo>& handshake() const { return handshake_; }
  void SendText(std::string_view packet);
  // Likewise, and what follows is sent a moment later.
  void SendAlone(std::string_view packet);
  void Send(const engineio::EncodedPacketPtr& packet, const engineio::SendOptions& options) {
    session_.Send(packet, options);
  }
  void SendReplay(std::span<const engineio::EncodedPacketPtr> packets, uint64_t supersede_key) {
    session_.SendReplay(packets, supersede_key);
  }
  void OnAccepted() { session_.Activate(); }
  void OnRejected(Socket& socket);
  void OnServerDisconnect(Socket& socket, Socket::DisconnectScope scope);
  void OnServerReconnect() { session_.RequestClose(engineio::CloseReason::kReconnect); }
  void PauseInput();
  void ResumeInput();

 private:
  // A binary packet whose attachments have not all come.
  struct PendingBinary {
    std::string text;
    size_t attachments;
    bool dropped = false;  // An event too many: its attachments are counted, and not kept.
    bool unread = false;   // Input was paused since the deadline was set.
    size_t bytes = 0;
    size_t received_count = 0;
    std::vector<std::string> received = {};
  };

  // Each returns false if the packet breaks the protocol.
  bool OnText(std::string_view text, engineio::MonotonicTime now);
  bool OnBinary(std::string_view data);
  bool OnPacket(const Packet& packet, std::span<std::string> attachments);
  bool OnConnect(const Packet& packet);
  bool ReplacePending(std::string_view nsp);
  bool OnDisconnect(const Packet& packet);
  bool OnEvent(const Packet& packet, std::span<std::string> attachments);
  bool OnEventDropped(const Packet& packet, engineio::MonotonicTime now);
  bool OnAck(const Packet& packet, std::span<std::string> attachments);

  JsonLimits json_limits() const;
  // Both count the limit that the client has run into, if that is why they fail.
  bool IsJson(std::string_view text);
  std::optional<boost::json::value> Parse(std::string_view json,
                                          boost::json::storage_ptr storage = {});
  bool CheckAttachments(std::string_view json, std::span<const std::string> attachments);
  void CountFault(const JsonError& error);
  std::shared_ptr<Socket> FindConnected(std::string_view nsp) const;
  void Leave(const std::shared_ptr<Socket>& socket, DisconnectReason reason);
  void Drop(const Socket& socket);

  engineio::Session& session_;
  ClientHandler& handler_;
  const ClientLimits& limits_;
  LimitObserver& limit_observer_;
  const std::shared_ptr<const engineio::HandshakeInfo> handshake_;
  const std::shared_ptr<Client*> link_ = std::make_shared<Client*>(this);
  std::vector<std::shared_ptr<Socket>> sockets_;
  std::unique_ptr<PendingBinary> pending_binary_;
  TokenBucket event_bucket_;
  size_t events_dropped_ = 0;  // In a row.
  size_t replaced_connects_ = 0;
  size_t pauses_ = 0;
};

}  // namespace caucus::edge::socketio

#endif  // EDGE_SOCKETIO_CLIENT_H_
