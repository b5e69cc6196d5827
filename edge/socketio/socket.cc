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
  client()->SendText(EncodeConnect(nsp_.path(), id_));
}

void Socket::Reject(std::string_view error_json) {
  if (state_ != State::kPending || client() == nullptr) return;
  state_ = State::kDisconnected;
  client()->SendText(EncodeConnectError(nsp_.path(), error_json));
  client()->OnRejected(*this);
}

void Socket::Emit(std::string_view event, std::optional<std::string_view> payload_json) {
  if (state_ != State::kConnected) return;
  client()->SendText(EncodeEvent(nsp_.path(), event, payload_json));
}

void Socket::SendAck(std::string_view ack_id, std::optional<std::string_view> payload_json) {
  if (client() == nullptr) return;
  client()->SendText(EncodeAck(nsp_.path(), ack_id, payload_json));
}

void Socket::Send(const engineio::EncodedPacketPtr& packet, uint64_t supersede_key) {
  if (state_ == State::kConnected) client()->Send(packet, supersede_key);
}

void Socket::Disconnect(DisconnectScope scope) {
  if (state_ == State::kConnected) client()->OnServerDisconnect(*this, scope);
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
