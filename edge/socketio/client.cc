#include "edge/socketio/client.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "edge/socketio/event_arguments.h"

namespace caucus::edge::socketio {
namespace {

constexpr std::string_view kInvalidNamespace = R"({"message":"Invalid namespace"})";

}  // namespace

Client::Client(engineio::Session& session, ClientHandler& handler, const ClientLimits& limits,
               std::shared_ptr<const engineio::HandshakeInfo> handshake)
    : session_(session), handler_(handler), limits_(limits), handshake_(std::move(handshake)) {}

Client::~Client() {
  *link_ = nullptr;
  for (const std::shared_ptr<Socket>& socket : sockets_) socket->MarkDisconnected();
}

void Client::OnMessage(engineio::MessageKind kind, std::string_view data,
                       engineio::MonotonicTime now) {
  const bool ok = kind == engineio::MessageKind::kText ? OnText(data) : OnBinary(data);
  if (!ok) session_.Close(engineio::CloseReason::kForcedClose, now);
}

void Client::OnClose(engineio::CloseReason reason) {
  const auto why = reason == engineio::CloseReason::kServerShuttingDown
                       ? DisconnectReason::kServerShuttingDown
                       : DisconnectReason::kTransport;
  *link_ = nullptr;
  const std::vector<std::shared_ptr<Socket>> sockets = std::exchange(sockets_, {});
  for (const std::shared_ptr<Socket>& socket : sockets) Leave(socket, why);
  pending_binary_.reset();
}

void Client::SendText(std::string_view packet) {
  session_.Send(engineio::EncodedPacket::Text(engineio::PacketType::kMessage, packet));
}

void Client::OnRejected(Socket& socket) { Drop(socket); }

void Client::OnServerDisconnect(Socket& socket, Socket::DisconnectScope scope) {
  const bool all = scope == Socket::DisconnectScope::kConnection;
  // Without a packet for each namespace a client would take this for a lost connection, and come
  // back.
  const std::vector<std::shared_ptr<Socket>> sockets = sockets_;
  for (const std::shared_ptr<Socket>& held : sockets) {
    if (held->state() != Socket::State::kConnected || !(all || held.get() == &socket)) continue;
    SendText(EncodeDisconnect(held->nsp().path()));
    Leave(held, DisconnectReason::kServerNamespace);
    Drop(*held);
  }
  if (all) session_.RequestClose();
}

void Client::PauseInput() {
  if (pauses_++ == 0) session_.SetInputPaused(true);
}

void Client::ResumeInput() {
  if (--pauses_ == 0) session_.SetInputPaused(false);
}

bool Client::OnText(std::string_view text) {
  if (pending_binary_ != nullptr) return false;
  const std::optional<Packet> packet = DecodePacket(text, limits_.packet);
  if (!packet) return false;
  if (packet->attachments == 0) return OnPacket(*packet, {});
  pending_binary_ = std::make_unique<PendingBinary>(
      PendingBinary{.text = std::string(text), .attachments = packet->attachments, .received = {}});
  return true;
}

bool Client::OnBinary(std::string_view data) {
  if (pending_binary_ == nullptr) return false;
  PendingBinary& pending = *pending_binary_;
  pending.bytes += data.size();
  if (pending.bytes > limits_.attachment_bytes_max) return false;
  pending.received.emplace_back(data);
  if (pending.received.size() < pending.attachments) return true;
  const std::unique_ptr<PendingBinary> complete = std::move(pending_binary_);
  const std::optional<Packet> packet = DecodePacket(complete->text, limits_.packet);
  return packet && OnPacket(*packet, complete->received);
}

bool Client::OnPacket(const Packet& packet, std::span<const std::string> attachments) {
  switch (packet.type) {
    case PacketType::kConnect:
      return OnConnect(packet);
    case PacketType::kDisconnect:
      return OnDisconnect(packet);
    case PacketType::kEvent:
    case PacketType::kBinaryEvent:
      return OnEvent(packet, attachments);
    case PacketType::kAck:
    case PacketType::kBinaryAck:
      return OnAck(packet, attachments);
    case PacketType::kConnectError:  // Only a server sends it.
      return false;
  }
  return false;
}

bool Client::OnConnect(const Packet& packet) {
  boost::json::object auth;
  if (!packet.json.empty()) {
    if (packet.json.size() > limits_.auth_bytes_max) return false;
    std::optional<boost::json::value> value = ParseJson(packet.json, limits_.packet.json_depth_max);
    if (!value || !value->is_object()) return false;
    auth = std::move(value->get_object());
  }
  if (!ReplacePending(packet.nsp)) return false;
  Namespace* const nsp = handler_.FindNamespace(packet.nsp);
  if (nsp == nullptr || sockets_.size() >= limits_.namespaces_max) {
    SendText(EncodeConnectError(packet.nsp, kInvalidNamespace));
    return true;
  }
  const auto socket = std::make_shared<Socket>(handler_.NewSocketId(), *nsp, *this);
  sockets_.push_back(socket);
  handler_.OnConnect(socket, auth);
  return true;
}

// A client that disconnects and connects again before it was answered sends no DISCONNECT between:
// the newer CONNECT takes the place of the older.
bool Client::ReplacePending(std::string_view nsp) {
  const auto found = std::find_if(sockets_.begin(), sockets_.end(),
                                  [&](const auto& socket) { return socket->nsp().path() == nsp; });
  if (found == sockets_.end()) return true;
  const bool pending = (*found)->state() == Socket::State::kPending;
  if (!pending || ++replaced_connects_ > limits_.replaced_connects_max) return false;
  (*found)->MarkDisconnected();
  sockets_.erase(found);
  return true;
}

bool Client::OnDisconnect(const Packet& packet) {
  const std::shared_ptr<Socket> socket = FindConnected(packet.nsp);
  if (!packet.json.empty() || socket == nullptr) return false;
  Leave(socket, DisconnectReason::kClientNamespace);
  Drop(*socket);
  return true;
}

bool Client::OnEvent(const Packet& packet, std::span<const std::string> attachments) {
  const std::shared_ptr<Socket> socket = FindConnected(packet.nsp);
  if (socket == nullptr) return false;
  if (packet.json.empty()) return true;  // The reference takes it for an event without a name.
  std::optional<boost::json::value> value = ParseJson(packet.json, limits_.packet.json_depth_max);
  if (!value || !value->is_array() || value->get_array().empty()) return false;
  boost::json::array& array = value->get_array();
  if (array.front().is_number()) return true;  // Legal, and no rule can name it.
  if (!array.front().is_string()) return false;
  const std::string_view name(array.front().get_string().data(), array.front().get_string().size());
  if (IsReservedEvent(name)) return false;
  if (!attachments.empty() &&
      !ReplacePlaceholders(*value, attachments, limits_.attachment_bytes_max)) {
    return false;
  }
  handler_.OnEvent(socket, name, std::span(array.data() + 1, array.size() - 1), packet.ack_id);
  return true;
}

// We ask clients for no acks, so that every ack is one for an unknown id, which the reference
// ignores.
bool Client::OnAck(const Packet& packet, std::span<const std::string> attachments) {
  if (FindConnected(packet.nsp) == nullptr) return false;
  if (packet.json.empty()) return true;
  std::optional<boost::json::value> value = ParseJson(packet.json, limits_.packet.json_depth_max);
  return value && value->is_array() &&
         (attachments.empty() ||
          ReplacePlaceholders(*value, attachments, limits_.attachment_bytes_max));
}

std::shared_ptr<Socket> Client::FindConnected(std::string_view nsp) const {
  for (const std::shared_ptr<Socket>& socket : sockets_) {
    if (socket->nsp().path() == nsp && socket->state() == Socket::State::kConnected) return socket;
  }
  return nullptr;
}

void Client::Leave(const std::shared_ptr<Socket>& socket, DisconnectReason reason) {
  const bool was_connected = socket->state() == Socket::State::kConnected;
  socket->MarkDisconnected();
  if (was_connected) {
    handler_.OnDisconnect(socket, reason);
    socket->nsp().Remove(*socket);
  }
}

void Client::Drop(const Socket& socket) {
  std::erase_if(sockets_, [&](const auto& held) { return held.get() == &socket; });
}

}  // namespace caucus::edge::socketio
