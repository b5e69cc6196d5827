#include "edge/gateway/gateway.h"

#include <utility>

#include "common/logging/logging.h"
#include "common/text/absl_view.h"
#include "edge/gateway/error_mapping.h"

namespace caucus::edge::gateway {

using socketio::Socket;
using transcoding::EmitAction;

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
