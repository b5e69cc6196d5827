#include "edge/socketio/client.h"

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/string.hpp>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/text/unicode.h"
#include "edge/socketio/event_arguments.h"

namespace caucus::edge::socketio {
namespace {

constexpr std::string_view kInvalidNamespace = R"({"message":"Invalid namespace"})";

// What an ordinary event's parsed JSON fits in.
constexpr size_t kJsonStorageBytes = 4096;

constexpr std::string_view kJsonSpace = " \t\n\r";

bool IsEvent(PacketType type) {
  return type == PacketType::kEvent || type == PacketType::kBinaryEvent;
}

}  // namespace

Client::Client(engineio::Session& session, ClientHandler& handler, const ClientLimits& limits,
               LimitObserver& limit_observer,
               std::shared_ptr<const engineio::HandshakeInfo> handshake)
    : session_(session),
      handler_(handler),
      limits_(limits),
      limit_observer_(limit_observer),
      handshake_(std::move(handshake)) {}

Client::~Client() {
  *link_ = nullptr;
  for (const std::shared_ptr<Socket>& socket : sockets_) socket->MarkDisconnected();
}

void Client::OnMessage(engineio::MessageKind kind, std::string_view data,
                       engineio::MonotonicTime now) {
  const bool ok = kind == engineio::MessageKind::kText ? OnText(data, now) : OnBinary(data);
  if (!ok) session_.Close(engineio::CloseReason::kInvalidPacket, now);
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

// Attachments that have not come may wait behind paused input: then there is time to read them.
void Client::OnDeadline(engineio::MonotonicTime now) {
  if (pending_binary_ == nullptr) return;
  if (pending_binary_->unread) {
    pending_binary_->unread = pauses_ > 0;
    session_.set_handler_deadline(now + limits_.attachments_timeout);
    return;
  }
  limit_observer_.OnLimitReached(Limit::kBodyTime);
  session_.Close(engineio::CloseReason::kInvalidPacket, now);
}

void Client::SendText(std::string_view packet) {
  session_.Send(engineio::EncodedPacket::Text(engineio::PacketType::kMessage, packet));
}

void Client::SendAlone(std::string_view packet) {
  session_.Send(engineio::EncodedPacket::Alone(engineio::PacketType::kMessage, packet));
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
  if (pending_binary_ != nullptr) pending_binary_->unread = true;
}

void Client::ResumeInput() {
  if (--pauses_ == 0) session_.SetInputPaused(false);
}

bool Client::OnText(std::string_view text, engineio::MonotonicTime now) {
  if (pending_binary_ != nullptr) return false;
  const absl::StatusOr<Packet> packet = DecodePacket(text, limits_.packet);
  if (!packet.ok()) {
    if (absl::IsResourceExhausted(packet.status())) {
      limit_observer_.OnLimitReached(Limit::kAttachments);
    }
    return false;
  }
  const bool dropped = IsEvent(packet->type) && !event_bucket_.Take(limits_.event_rate, now);
  if (packet->attachments > 0) {
    pending_binary_ = std::make_unique<PendingBinary>(
        PendingBinary{.text = dropped ? std::string() : std::string(text),
                      .attachments = packet->attachments,
                      .dropped = dropped,
                      .unread = pauses_ > 0});
    session_.set_handler_deadline(now + limits_.attachments_timeout);
  }
  if (dropped) return OnEventDropped(*packet, now);
  return packet->attachments > 0 || OnPacket(*packet, {});
}

bool Client::OnBinary(std::string_view data) {
  if (pending_binary_ == nullptr) return false;
  PendingBinary& pending = *pending_binary_;
  pending.bytes += data.size();
  if (pending.bytes > limits_.attachment_bytes_max) {
    limit_observer_.OnLimitReached(Limit::kMessageBytes);
    return false;
  }
  if (!pending.dropped) pending.received.emplace_back(data);
  if (++pending.received_count < pending.attachments) return true;
  const std::unique_ptr<PendingBinary> complete = std::move(pending_binary_);
  session_.set_handler_deadline(engineio::kNever);
  if (complete->dropped) return true;
  const absl::StatusOr<Packet> packet = DecodePacket(complete->text, limits_.packet);
  return packet.ok() && OnPacket(*packet, complete->received);
}

bool Client::OnPacket(const Packet& packet, std::span<std::string> attachments) {
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
    std::optional<boost::json::value> value = Parse(packet.json);
    if (!value || !value->is_object()) return false;
    auth = std::move(value->get_object());
  }
  if (!ReplacePending(packet.nsp)) return false;
  Namespace* const nsp = handler_.FindNamespace(packet.nsp);
  const bool too_many = sockets_.size() >= limits_.namespaces_max;
  if (nsp == nullptr || too_many) {
    if (too_many) limit_observer_.OnLimitReached(Limit::kNamespacesPerConnection);
    if (!IsValidUtf8(packet.nsp)) return false;
    SendText(EncodeConnectError(packet.nsp, kInvalidNamespace));
    return true;
  }
  const auto socket = std::make_shared<Socket>(handler_.NewSocketId(), *nsp, *this);
  sockets_.push_back(socket);
  handler_.OnConnect(socket, {.payload = auth, .json = packet.json.empty() ? "{}" : packet.json});
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

bool Client::OnEvent(const Packet& packet, std::span<std::string> attachments) {
  const std::shared_ptr<Socket> socket = FindConnected(packet.nsp);
  if (socket == nullptr) return false;
  events_dropped_ = 0;
  if (packet.json.empty()) return true;  // The reference takes it for an event without a name.
  if (!IsJson(packet.json)) return false;
  const std::optional<EventText> text = SplitEventText(packet.json);
  if (!text) return false;
  const std::optional<boost::json::value> parsed_name = Parse(text->name);
  if (!parsed_name) return false;
  const boost::json::string* const name = parsed_name->if_string();
  if (name != nullptr && IsReservedEvent({name->data(), name->size()})) return false;
  if (!CheckAttachments(packet.json, attachments)) return false;
  handler_.OnEvent(
      socket, {.name = name == nullptr ? text->name : std::string_view(name->data(), name->size()),
               .json = packet.json,
               .arguments_text = text->arguments,
               .attachments = attachments,
               .ack_id = packet.ack_id,
               .json_limits = json_limits()});
  return true;
}

bool Client::OnEventDropped(const Packet& packet, engineio::MonotonicTime now) {
  const std::shared_ptr<Socket> socket = FindConnected(packet.nsp);
  if (socket == nullptr) return false;
  limit_observer_.OnLimitReached(Limit::kEventRate);
  handler_.OnEventDropped(socket, packet.ack_id);
  if (++events_dropped_ >= limits_.event_rate_violations_max) {
    session_.Close(engineio::CloseReason::kTooManyEvents, now);
  }
  return true;
}

// We ask clients for no acks, so that every ack is one for an unknown id, which the reference
// ignores.
bool Client::OnAck(const Packet& packet, std::span<std::string> attachments) {
  if (FindConnected(packet.nsp) == nullptr) return false;
  if (packet.json.empty()) return true;
  const size_t begin = packet.json.find_first_not_of(kJsonSpace);
  return IsJson(packet.json) && packet.json[begin] == '[' &&
         CheckAttachments(packet.json, attachments);
}

JsonLimits Client::json_limits() const {
  return {.depth_max = limits_.packet.json_depth_max,
          .members_max = limits_.packet.json_members_max};
}

bool Client::IsJson(std::string_view text) {
  const std::optional<JsonError> error = CheckJson(text, limits_.packet.json_depth_max);
  if (error) CountFault(*error);
  return !error;
}

std::optional<boost::json::value> Client::Parse(std::string_view json,
                                                boost::json::storage_ptr storage) {
  auto result = ParseBounded(json, json_limits(), std::move(storage));
  if (const JsonError* const error = std::get_if<JsonError>(&result)) {
    CountFault(*error);
    return std::nullopt;
  }
  return std::get<boost::json::value>(std::move(result));
}

void Client::CountFault(const JsonError& error) {
  if (error.fault == JsonFault::kTooDeep) limit_observer_.OnLimitReached(Limit::kJsonDepth);
  if (error.fault == JsonFault::kTooManyMembers) {
    limit_observer_.OnLimitReached(Limit::kJsonMembers);
  }
}

// Without attachments a placeholder is an object like any other.
bool Client::CheckAttachments(std::string_view json, std::span<const std::string> attachments) {
  if (attachments.empty()) return true;
  unsigned char buffer[kJsonStorageBytes];
  boost::json::monotonic_resource storage(buffer, sizeof(buffer));
  const std::optional<boost::json::value> value = Parse(json, &storage);
  if (!value) return false;
  const absl::Status checked = CheckPlaceholders(*value, attachments, limits_.attachment_bytes_max);
  if (absl::IsResourceExhausted(checked)) limit_observer_.OnLimitReached(Limit::kMessageBytes);
  return checked.ok();
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
