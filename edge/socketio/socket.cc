#include "edge/socketio/socket.h"

#include <utility>

#include "edge/socketio/client.h"
#include "edge/socketio/namespace.h"
#include "edge/socketio/packet.h"

namespace caucus::edge::socketio {

Socket::Socket(std::string id, Namespace& nsp, Client& client)
    : id_(std::move(id)), nsp_(nsp), client_(&client), handshake_(client.handshake()) {}

void Socket::Accept() {
  if (state_ != State::kPending || client_ == nullptr) return;
  state_ = State::kConnected;
  nsp_.Add(*this);
  client_->OnAccepted();
  client_->SendText(EncodeConnect(nsp_.path(), id_));
}

void Socket::Reject(std::string_view error_json) {
  if (state_ != State::kPending || client_ == nullptr) return;
  state_ = State::kDisconnected;
  client_->SendText(EncodeConnectError(nsp_.path(), error_json));
  client_->OnRejected(*this);
}

void Socket::Emit(std::string_view event, std::optional<std::string_view> payload_json) {
  if (state_ != State::kConnected) return;
  client_->SendText(EncodeEvent(nsp_.path(), event, payload_json));
}

void Socket::SendAck(std::string_view ack_id, std::optional<std::string_view> payload_json) {
  if (client_ == nullptr) return;
  client_->SendText(EncodeAck(nsp_.path(), ack_id, payload_json));
}

void Socket::Send(const engineio::EncodedPacketPtr& packet, uint64_t supersede_key) {
  if (state_ == State::kConnected) client_->Send(packet, supersede_key);
}

void Socket::Disconnect(DisconnectScope scope) {
  if (state_ == State::kConnected) client_->OnServerDisconnect(*this, scope);
}

void Socket::PauseInput() {
  if (input_paused_ || client_ == nullptr) return;
  input_paused_ = true;
  client_->PauseInput();
}

void Socket::ResumeInput() {
  if (!input_paused_) return;
  input_paused_ = false;
  if (client_ != nullptr) client_->ResumeInput();
}

void Socket::ForgetClient() {
  client_ = nullptr;
  state_ = State::kDisconnected;
}

}  // namespace caucus::edge::socketio
