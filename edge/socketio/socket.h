// One client in one namespace.

#ifndef EDGE_SOCKETIO_SOCKET_H_
#define EDGE_SOCKETIO_SOCKET_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/handshake_info.h"
#include "edge/engineio/session.h"
#include "edge/socketio/outgoing_packet.h"
#include "edge/socketio/room_index.h"

namespace caucus::edge::socketio {

class Client;
class Namespace;

// Why a socket has left its namespace; the names are the reference's.
enum class DisconnectReason : uint8_t {
  kTransport,        // The connection has ended.
  kClientNamespace,  // The client sent DISCONNECT.
  kServerNamespace,  // Disconnect was called.
  kServerShuttingDown,
};

// What the layer above keeps with a socket.
class SocketAttachment {
 public:
  virtual ~SocketAttachment() = default;
};

// Starts out pending; the layer above accepts or rejects it. Shared, because answers to what a
// client asked may come after it has gone; what is sent then goes nowhere. Confined to its shard.
class Socket {
 public:
  enum class State : uint8_t { kPending, kConnected, kDisconnected };

  Socket(std::string id, Namespace& nsp, const Client& client);

  const std::string& id() const { return id_; }
  Namespace& nsp() const { return nsp_; }
  State state() const { return state_; }
  const engineio::HandshakeInfo& handshake() const { return *handshake_; }

  SocketAttachment* attachment() const { return attachment_.get(); }
  void set_attachment(std::unique_ptr<SocketAttachment> value) { attachment_ = std::move(value); }

  // Tells the client that it is connected. REQUIRES: kPending, or no effect.
  void Accept();
  // Tells the client that it is refused; `error_json` is `{"message":…,"data":…}`. REQUIRES:
  // kPending, or no effect.
  void Reject(std::string_view error_json);

  // Sends an event.
  void Emit(std::string_view event, const OutgoingArguments& arguments);
  // Answers an event. Sent as long as the connection lives, even if the socket has left its
  // namespace.
  void SendAck(std::string_view ack_id, const OutgoingArguments& arguments);
  // Sends a packet that was encoded for many.
  void Send(const engineio::EncodedPacketPtr& packet, const engineio::SendOptions& options = {});

  // Sends packets that bring the client up to date, see Session::SendReplay.
  void SendReplay(std::span<const engineio::EncodedPacketPtr> packets, uint64_t supersede_key);

  enum class DisconnectScope : uint8_t { kNamespace, kConnection };
  // Leaves the namespace and tells the client, which will not reconnect by itself.
  void Disconnect(DisconnectScope scope);
  // Has the connection end, soon, as if the network had failed: the client reconnects by itself. Of
  // a pending socket this is the answer to its CONNECT.
  void Reconnect();

  // While paused by any of its sockets, a connection is not read from.
  void PauseInput();
  void ResumeInput();
  // Whether this socket has paused it.
  bool input_paused() const { return input_paused_; }

  // For RoomIndex and Client only.
  std::vector<RoomMembership>& memberships() { return memberships_; }
  const std::vector<RoomMembership>& memberships() const { return memberships_; }
  void MarkDisconnected() { state_ = State::kDisconnected; }

 private:
  Client* client() const { return *client_; }

  const std::string id_;
  Namespace& nsp_;
  const std::shared_ptr<Client* const> client_;  // To null once the connection has ended.
  const std::shared_ptr<const engineio::HandshakeInfo> handshake_;
  std::unique_ptr<SocketAttachment> attachment_;
  std::vector<RoomMembership> memberships_;
  State state_ = State::kPending;
  bool input_paused_ = false;
};

}  // namespace caucus::edge::socketio

#endif  // EDGE_SOCKETIO_SOCKET_H_
