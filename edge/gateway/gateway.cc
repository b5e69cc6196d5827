#include "edge/gateway/gateway.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/logging/logging.h"
#include "common/text/absl_view.h"
#include "edge/gateway/error_mapping.h"
#include "edge/gateway/query_parameters.h"
#include "edge/socketio/packet.h"

namespace caucus::edge::gateway {
namespace {

using socketio::Socket;
using transcoding::AuthMode;
using transcoding::EmitAction;

// Rooms that no rule can name: a template's text and values are UTF-8, which has no such byte.
constexpr std::string_view kSubjectRoomPrefix = "\xff";

// Where a client may show its token, in order (NamespaceRule.auth).
std::string TokenOf(const Socket& socket, const boost::json::object& auth) {
  const boost::json::value* const token = auth.if_contains("token");
  if (token != nullptr && token->is_string() && !token->get_string().empty()) {
    return std::string(token->get_string());
  }
  if (!socket.handshake().token.empty()) return socket.handshake().token;
  return std::string(BearerToken(socket.handshake().authorization));
}

std::string UnauthenticatedJson(const transcoding::NamespaceRules& rules) {
  return absl::StrCat(R"({"message":)", socketio::JsonQuote(rules.unauthenticated_message), "}");
}

// Whether a call that failed so may have taken effect all the same.
bool MayHaveHappened(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnavailable:
      return true;
    default:
      return false;
  }
}

engineio::EncodedPacketPtr EncodeMessage(std::string_view text) {
  return engineio::EncodedPacket::Text(engineio::PacketType::kMessage, text);
}

}  // namespace

Gateway::Gateway(size_t shard, Executor& executor, SocketIdSource socket_ids,
                 const GatewayServices& services)
    : shard_(shard),
      executor_(executor),
      socket_ids_(std::move(socket_ids)),
      services_(services),
      hub_(services.mesh, executor, services.invoker, services.options.feed) {
  for (const auto& rules : services.table.namespaces()) {
    namespaces_[rules->path] = std::make_unique<socketio::Namespace>(rules->path);
  }
}

socketio::Namespace* Gateway::FindNamespace(std::string_view path) {
  const auto found = namespaces_.find(ToAbsl(path));
  return found == namespaces_.end() ? nullptr : found->second.get();
}

void Gateway::OnConnect(const SocketPtr& socket, const boost::json::object& auth) {
  auto state = std::make_unique<ConnectionState>();
  const transcoding::NamespaceRules& rules = *services_.table.FindNamespace(socket->nsp().path());
  state->rules = &rules;
  state->credentials.address = socket->handshake().address;
  state->auth = auth;
  state->query = ParseQueryParameters(socket->handshake().query);
  const std::string token = rules.auth == AuthMode::kNone ? std::string() : TokenOf(*socket, auth);
  state->credentials.token = token;
  socket->set_attachment(std::move(state));
  if (token.empty()) {
    if (rules.auth == AuthMode::kRequired) return socket->Reject(UnauthenticatedJson(rules));
    return CallConnect(socket);
  }
  services_.verifier.Verify(token, absl::Now() + services_.options.call_timeout,
                            [this, executor = &executor_,
                             socket](absl::StatusOr<std::shared_ptr<const Identity>> identity) {
                              executor->Post([this, socket, identity = std::move(identity)] {
                                OnVerified(socket, identity);
                              });
                            });
}

void Gateway::OnVerified(const SocketPtr& socket,
                         const absl::StatusOr<std::shared_ptr<const Identity>>& identity) {
  if (socket->state() != Socket::State::kPending) return;
  ConnectionState& state = StateOf(*socket);
  if (identity.ok()) {
    state.identity = *identity;
    return CallConnect(socket);
  }
  socket->Reject(absl::IsUnauthenticated(identity.status()) ? UnauthenticatedJson(*state.rules)
                                                            : ConnectErrorJson(identity.status()));
}

void Gateway::CallConnect(const SocketPtr& socket) {
  const transcoding::UnaryRule* const rule = StateOf(*socket).rules->connect.get();
  if (rule == nullptr) return OnConnected(socket, {});
  absl::StatusOr<std::string> request = rule->EncodeRequest({}, ContextOf(*socket));
  if (!request.ok()) return socket->Reject(ConnectErrorJson(request.status()));
  Call(socket, *rule, *request, services_.options.call_timeout,
       [this, socket, request = *request](const absl::StatusOr<std::string>& response) {
         OnConnectAnswer(socket, request, response);
       });
}

void Gateway::OnConnectAnswer(const SocketPtr& socket, const std::string& request,
                              const absl::StatusOr<std::string>& response) {
  if (!response.ok()) {
    socket->Reject(ConnectErrorJson(response.status()));
    // The service may have done what it could not confirm: it is told that nobody is there.
    if (MayHaveHappened(response.status().code())) CallDisconnect(socket);
    return;
  }
  const absl::StatusOr<transcoding::UnaryOutcome> outcome =
      StateOf(*socket).rules->connect->DecodeResponse(request, *response, ContextOf(*socket));
  if (!outcome.ok()) {
    Log(Severity::kError, "a CONNECT response could not be used",
        {{"method", StateOf(*socket).rules->connect->method()},
         {"error", outcome.status().message()}});
    socket->Reject(ConnectErrorJson(outcome.status()));
    return CallDisconnect(socket);
  }
  // The client may have gone while the service was asked: then it is told that.
  if (socket->state() != Socket::State::kPending) return CallDisconnect(socket);
  OnConnected(socket, *outcome);
}

void Gateway::OnConnected(const SocketPtr& socket, const transcoding::UnaryOutcome& outcome) {
  // Packets leave when this turn ends, so nothing can come between CONNECT and the rooms.
  socket->Accept();
  if (StateOf(*socket).rules->sessions == transcoding::SessionMode::kOnePerSubject) {
    DisconnectOlder(*socket);
  }
  for (const std::string& room : outcome.join) Join(*socket, room, &outcome);
  for (const EmitAction& emit : outcome.emits) Emit(socket, emit);
  if (outcome.effects.effects_size() > 0) ApplyEffectsEverywhere(socket, outcome.effects);
}

// Newest wins, whatever shards the connections of the subject are on: each has a number, and only
// lower ones are disconnected.
void Gateway::DisconnectOlder(Socket& socket) {
  ConnectionState& state = StateOf(socket);
  if (state.identity == nullptr) return;
  state.connect_number = services_.mesh.NextConnectNumber();
  const std::string room = absl::StrCat(ToAbsl(kSubjectRoomPrefix), state.identity->subject);
  Join(socket, room, nullptr);
  services_.mesh.PostToAll(
      [path = socket.nsp().path(), room, newest = state.connect_number](Gateway& gateway) {
        for (Socket* other : gateway.FindNamespace(path)->Snapshot(room)) {
          if (StateOf(*other).connect_number < newest) {
            other->Disconnect(Socket::DisconnectScope::kNamespace);
          }
        }
      });
}

void Gateway::OnEvent(const SocketPtr& socket, std::string_view event,
                      std::span<const boost::json::value> arguments, std::string_view ack_id) {
  ConnectionState& state = StateOf(*socket);
  const transcoding::UnaryRule* const rule = state.rules->FindEvent(event);
  if (rule == nullptr && ack_id.empty()) return;
  absl::StatusOr<std::string> request =
      rule == nullptr
          ? absl::NotFoundError("Unknown event")
          : rule->EncodeRequest({arguments.data(), arguments.size()}, ContextOf(*socket));
  state.events.push_back(
      {.rule = rule, .request = std::move(request), .ack_id = std::string(ack_id)});
  if (state.events.size() >= services_.options.events_pending_max) socket->PauseInput();
  if (!state.call_in_flight) RunNext(socket);
}

void Gateway::RunNext(const SocketPtr& socket) {
  ConnectionState& state = StateOf(*socket);
  while (!state.call_in_flight && !state.events.empty()) {
    PendingEvent event = std::move(state.events.front());
    state.events.pop_front();
    if (state.events.size() <= services_.options.events_pending_max / 2) socket->ResumeInput();
    if (!event.request.ok()) {
      Answer(socket, event, event.request.status());
      continue;
    }
    state.call_in_flight = true;
    std::string request = *event.request;
    const transcoding::UnaryRule& rule = *event.rule;
    Call(socket, rule, std::move(request), services_.options.call_timeout,
         [this, socket, event = std::move(event)](const absl::StatusOr<std::string>& response) {
           OnEventAnswer(socket, event, response);
         });
  }
  if (!state.call_in_flight && std::exchange(state.disconnect_due, false)) CallDisconnect(socket);
}

void Gateway::OnEventAnswer(const SocketPtr& socket, const PendingEvent& event,
                            const absl::StatusOr<std::string>& response) {
  StateOf(*socket).call_in_flight = false;
  if (response.ok()) {
    const absl::StatusOr<transcoding::UnaryOutcome> outcome =
        event.rule->DecodeResponse(*event.request, *response, ContextOf(*socket));
    if (!outcome.ok()) {
      Log(Severity::kError, "a response could not be used",
          {{"method", event.rule->method()}, {"error", outcome.status().message()}});
    }
    Answer(socket, event, outcome);
  } else {
    Answer(socket, event, response.status());
  }
  RunNext(socket);
}

void Gateway::Answer(const SocketPtr& socket, const PendingEvent& event,
                     const absl::StatusOr<transcoding::UnaryOutcome>& outcome) {
  if (!outcome.ok()) {
    if (event.ack_id.empty()) {
      return socket->Emit(StateOf(*socket).rules->error_event, ExceptionJson(outcome.status()));
    }
    return socket->SendAck(event.ack_id, AckErrorJson(outcome.status()));
  }
  for (const std::string& room : outcome->join) Join(*socket, room, nullptr);
  for (const std::string& room : outcome->leave) Leave(*socket, room);
  for (const EmitAction& emit : outcome->emits) Emit(socket, emit);
  if (!event.ack_id.empty()) socket->SendAck(event.ack_id, outcome->ack_json);
  if (outcome->effects.effects_size() > 0) ApplyEffectsEverywhere(socket, outcome->effects);
}

void Gateway::OnDisconnect(const SocketPtr& socket, socketio::DisconnectReason) {
  while (!socket->memberships().empty()) {
    Leave(*socket, socket->memberships().back().room->name);
  }
  ConnectionState& state = StateOf(*socket);
  state.disconnect_due = true;
  // What the client asked for before it left is still done, and then this.
  RunNext(socket);
}

void Gateway::CallDisconnect(const SocketPtr& socket) {
  const transcoding::UnaryRule* const rule = StateOf(*socket).rules->disconnect.get();
  if (rule == nullptr) return;
  const absl::StatusOr<std::string> request = rule->EncodeRequest({}, ContextOf(*socket));
  if (!request.ok()) return;
  Call(socket, *rule, *request, services_.options.disconnect_call_timeout,
       [rule](const absl::StatusOr<std::string>& response) {
         if (response.ok()) return;
         Log(Severity::kWarning, "a DISCONNECT call failed",
             {{"method", rule->method()},
              {"code", absl::StatusCodeToString(response.status().code())}});
       });
}

void Gateway::Call(const SocketPtr& socket, const transcoding::UnaryRule& rule, std::string request,
                   absl::Duration timeout, AnswerCallback done) {
  services_.invoker.Invoke(
      {.method = rule.method(),
       .request = std::move(request),
       .metadata = metadata_.For(StateOf(*socket).credentials),
       .timeout = timeout},
      [executor = &executor_, done = std::make_shared<const AnswerCallback>(std::move(done))](
          absl::StatusOr<std::string> response) {
        executor->Post([done, response = std::move(response)] { (*done)(response); });
      });
}

void Gateway::Emit(const SocketPtr& socket, const EmitAction& emit) {
  if (emit.target == EmitAction::Target::kSender) {
    return socket->Emit(emit.event, emit.payload_json);
  }
  socketio::Namespace& nsp = socket->nsp();
  const auto packet =
      EncodeMessage(socketio::EncodeEvent(nsp.path(), emit.event, emit.payload_json));
  const bool to_all = emit.target == EmitAction::Target::kNamespace;
  const Socket* const except = emit.except_sender ? socket.get() : nullptr;
  const auto send = [to_all, room = emit.room, packet](socketio::Namespace& target,
                                                       const Socket* left_out) {
    if (to_all) {
      target.BroadcastToAll(packet, left_out);
    } else {
      target.BroadcastToRoom(room, packet, left_out);
    }
  };
  send(nsp, except);
  for (size_t shard = 0; shard < services_.mesh.size(); ++shard) {
    if (shard == shard_) continue;
    services_.mesh.Post(shard, [path = nsp.path(), send](Gateway& gateway) {
      send(*gateway.FindNamespace(path), nullptr);
    });
  }
}

void Gateway::ApplyEffectsEverywhere(const SocketPtr& socket,
                                     const ::caucus::socketio::v1::Effects& effects) {
  services_.mesh.PostToAll([rules = StateOf(*socket).rules, effects](Gateway& gateway) {
    gateway.ApplyEffects(*rules, effects);
  });
}

void Gateway::ApplyEffects(const transcoding::NamespaceRules& rules,
                           const ::caucus::socketio::v1::Effects& effects) {
  for (const ::caucus::socketio::v1::Effect& effect : effects.effects()) ApplyEffect(rules, effect);
}

void Gateway::ApplyEffect(const transcoding::NamespaceRules& rules,
                          const ::caucus::socketio::v1::Effect& effect) {
  using ::caucus::socketio::v1::Effect;
  socketio::Namespace& nsp = *FindNamespace(rules.path);
  const auto for_each = [&nsp](const Effect::Target& target, const auto& action) {
    if (target.target_case() == Effect::Target::kSocketId) {
      if (Socket* socket = nsp.Find(target.socket_id())) action(*socket);
      return;
    }
    for (Socket* socket : nsp.Snapshot(target.room())) action(*socket);
  };
  switch (effect.action_case()) {
    case Effect::kEmit: {
      const std::string& arguments = effect.emit().arguments_json();
      const auto packet = EncodeMessage(socketio::EncodeEventWithArguments(
          rules.path, effect.emit().event(), arguments.empty() ? "[]" : arguments));
      return for_each(effect.emit().to(), [&](Socket& socket) { socket.Send(packet, 0); });
    }
    case Effect::kJoin:
      return for_each(effect.join().target(),
                      [&](Socket& socket) { Join(socket, effect.join().room(), nullptr); });
    case Effect::kLeave:
      return for_each(effect.leave().target(),
                      [&](Socket& socket) { Leave(socket, effect.leave().room()); });
    case Effect::kDisconnect: {
      const auto scope = effect.disconnect().close() ? Socket::DisconnectScope::kConnection
                                                     : Socket::DisconnectScope::kNamespace;
      return for_each(effect.disconnect().target(),
                      [&](Socket& socket) { socket.Disconnect(scope); });
    }
    case Effect::ACTION_NOT_SET:
      return;
  }
}

void Gateway::Join(Socket& socket, const std::string& room,
                   const transcoding::UnaryOutcome* outcome) {
  if (socket.state() != Socket::State::kConnected) return;
  if (socket.memberships().size() >= services_.options.rooms_per_socket_max) {
    Log(Severity::kWarning, "a socket may join no more rooms",
        {{"namespace", socket.nsp().path()}});
    return;
  }
  const socketio::RoomIndex::JoinResult joined = socket.nsp().rooms().Join(socket, room);
  if (joined == socketio::RoomIndex::JoinResult::kAlreadyIn) return;
  const ConnectionState& state = StateOf(socket);
  for (const auto& rule : state.rules->feeds) {
    if (!rule->MatchRoom(room)) continue;
    const FeedKey key = {.nsp = state.rules, .rule = rule.get(), .room = room};
    const int64_t resume_min =
        outcome == nullptr ? 0 : outcome->Number(rule->resume_field()).value_or(0);
    const auto [feed, first] = feeds_.try_emplace(key);
    if (first) {
      services_.mesh.Post(
          services_.mesh.HomeOf(key),
          [key, shard = shard_, credentials = state.credentials, resume_min](Gateway& gateway) {
            gateway.hub().Subscribe(key, shard, credentials, resume_min);
          });
      continue;
    }
    const FeedDeliveryPtr& retained = feed->second.retained;
    // A message as new as the newcomer's own CONNECT is on its way: an older one would only
    // confuse.
    const bool fresh =
        retained != nullptr && retained->resume_value.value_or(resume_min) >= resume_min;
    if (fresh) socket.Send(retained->packet, SupersedeKeyOf(key));
  }
}

void Gateway::Leave(Socket& socket, const std::string& room_name) {
  const std::string room = room_name;  // The index frees the name with the room.
  if (socket.nsp().rooms().Leave(socket, room) != socketio::RoomIndex::LeaveResult::kLast) return;
  const transcoding::NamespaceRules* const rules = StateOf(socket).rules;
  for (const auto& rule : rules->feeds) {
    const FeedKey key = {.nsp = rules, .rule = rule.get(), .room = room};
    if (feeds_.erase(key) == 0) continue;
    services_.mesh.Post(services_.mesh.HomeOf(key), [key, shard = shard_](Gateway& gateway) {
      gateway.hub().Unsubscribe(key, shard);
    });
  }
}

void Gateway::Deliver(const FeedKey& key, const FeedDeliveryPtr& delivery) {
  const auto feed = feeds_.find(key);
  if (feed == feeds_.end()) return;
  if (key.rule->retain()) feed->second.retained = delivery;
  FindNamespace(key.nsp->path)
      ->BroadcastToRoom(key.room, delivery->packet, nullptr, SupersedeKeyOf(key));
}

void Gateway::ProvideCredentials(const FeedKey& key, size_t attempt) {
  const auto members = FindNamespace(key.nsp->path)->rooms().MembersOf(key.room);
  if (members.empty()) {
    // They left while the hub was asking, which it has been told by now.
    return services_.mesh.Post(services_.mesh.HomeOf(key),
                               [key](Gateway& gateway) { gateway.hub().AskForCredentials(key); });
  }
  services_.mesh.Post(services_.mesh.HomeOf(key),
                      [key, credentials = StateOf(*members[attempt % members.size()]).credentials](
                          Gateway& gateway) { gateway.hub().Reopen(key, credentials); });
}

transcoding::ConnectionContext Gateway::ContextOf(const Socket& socket) const {
  const ConnectionState& state = StateOf(socket);
  return {.claims = state.identity == nullptr ? nullptr : &state.identity->claims,
          .socket_id = socket.id(),
          .edge_id = services_.options.edge_id,
          .address = state.credentials.address,
          .auth = &state.auth,
          .query = &state.query};
}

}  // namespace caucus::edge::gateway
