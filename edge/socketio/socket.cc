#include "edge/socketio/socket.h"

#include <utility>

#include "edge/socketio/client.h"
#include "edge/socketio/namespace.h"
#include "edge/socketio/packet.h"

namespace caucus::edge::socketio {

Socket::Socket(std::string id, Namespace& nsp, const Client& client)
    : id_(std::move(id)), nsp_(nsp), client_(client.link()), handshake_(client.handshake()) {}

void Socket::Accept() {
  if (state_ != State::kPending || client() == nullptr) return;
  state_ = State::kConnected;
  nsp_.Add(*this);
  client()->OnAccepted();
  client()->SendAlone(EncodeConnect(nsp_.path(), id_));
}

void Socket::Reject(std::string_view error_json) {
  if (state_ != State::kPending || client() == nullptr) return;
  state_ = State::kDisconnected;
  client()->SendText(EncodeConnectError(nsp_.path(), error_json));
  client()->OnRejected(*this);
}

void Socket::Emit(std::string_view event, const OutgoingArguments& arguments) {
  if (state_ == State::kConnected) Send(EventPacket(nsp_.path(), event, arguments));
}

void Socket::SendAck(std::string_view ack_id, const OutgoingArguments& arguments) {
  if (client() != nullptr) client()->Send(AckPacket(nsp_.path(), ack_id, arguments), {});
}

void Socket::Send(const engineio::EncodedPacketPtr& packet, const engineio::SendOptions& options) {
  if (state_ == State::kConnected) client()->Send(packet, options);
}

void Socket::SendReplay(std::span<const engineio::EncodedPacketPtr> packets,
                        uint64_t supersede_key) {
  if (state_ == State::kConnected) client()->SendReplay(packets, supersede_key);
}

void Socket::Disconnect(DisconnectScope scope) {
  if (state_ == State::kConnected) client()->OnServerDisconnect(*this, scope);
}

void Socket::Reconnect() {
  if (state_ != State::kDisconnected && client() != nullptr) client()->OnServerReconnect();
}

void Socket::PauseInput() {
  if (input_paused_ || client() == nullptr) return;
  input_paused_ = true;
  client()->PauseInput();
}

void Socket::ResumeInput() {
  if (!input_paused_) return;
  input_paused_ = false;
  if (client() != nullptr) client()->ResumeInput();
}

}  // namespace caucus::edge::socketio
