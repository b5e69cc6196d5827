// One Engine.IO connection: its session, and the HTTP requests and WebSockets that carry it.

#ifndef EDGE_TRANSPORT_ENGINE_CONNECTION_H_
#define EDGE_TRANSPORT_ENGINE_CONNECTION_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "edge/engineio/handshake_info.h"
#include "edge/engineio/monotonic_time.h"
#include "edge/engineio/session.h"
#include "edge/event_loop/timer_queue.h"
#include "edge/transport/engine_options.h"
#include "edge/transport/flush_queue.h"
#include "edge/transport/http_connection.h"
#include "edge/transport/pending_handshake.h"
#include "edge/transport/shard.h"
#include "edge/transport/websocket_stream.h"

namespace caucus::edge::transport {

// Makes the layer above for a new session. Called on the session's shard.
using SessionHandlerFactory = std::function<std::unique_ptr<engineio::SessionHandler>(
    engineio::Session&, std::shared_ptr<const engineio::HandshakeInfo>)>;

// Held by its shard until its session is closed. Confined to its shard; the options must outlive
// it.
class EngineConnection final : public engineio::SessionOutlet,
                               public WebSocketOwner,
                               private Timer,
                               public Flushable,
                               public std::enable_shared_from_this<EngineConnection> {
 public:
  EngineConnection(Shard& shard, const EngineOptions& options, engineio::Transport transport);
  ~EngineConnection() override;

  // Registers with the shard and starts the clock.
  void Start(const SessionHandlerFactory& factory,
             std::shared_ptr<const engineio::HandshakeInfo> handshake);

  const engineio::Session& session() const { return session_; }

  // A polling GET, a polling POST; both are answered in their time.
  void OnPoll(const std::shared_ptr<HttpConnection>& poll);
  void OnPayload(const std::shared_ptr<HttpConnection>& post);
  // A polling POST whose body is still to come. False: it may not be, and has ended the session;
  // the caller answers it with 400.
  bool BeginPayload(const std::shared_ptr<HttpConnection>& post);
  // The session's own WebSocket.
  void Attach(std::shared_ptr<WebSocketStream> stream);
  // A WebSocket that wants to take over from polling. False: the session already has or tries one.
  bool BeginUpgrade(std::shared_ptr<WebSocketStream> stream);
  // Ends the session.
  void Close(engineio::CloseReason reason);

  // Carries the session's output to its transport. For FlushQueue only.
  void Flush() override;

  void OnOutput() override;
  void OnQueueFull() override;
  void OnWebSocketMessage(WebSocketStream& stream, engineio::MessageKind kind,
                          std::string_view data) override;
  void OnWebSocketEnd(WebSocketStream& stream, engineio::CloseReason reason) override;

 private:
  // Flush, whatever is due.
  void FlushAll();
  bool IsPostUnderWay() const;
  void OnPostAborted();
  void OnProbe(engineio::MessageKind kind, std::string_view data);
  void AnswerPoll();
  void FlushWebSocket();
  void AbortProbe();
  // Counts the handshake no longer once it is accepted, or the session has ended.
  void SettleHandshake();
  void Report();
  void Forget();
  void ArmTimer() { Set(session_.deadline()); }
  void OnTimer() override;

  Shard& shard_;
  const EngineOptions& options_;
  engineio::Session session_;
  std::unique_ptr<engineio::SessionHandler> handler_;
  std::optional<PendingHandshake> pending_;
  std::shared_ptr<HttpConnection> held_poll_;
  std::weak_ptr<HttpConnection> arriving_post_;  // Until its body is whole.
  std::shared_ptr<HttpConnection> held_post_;
  std::optional<std::string_view> post_rest_;  // Of its body, not yet taken while input is paused.
  std::shared_ptr<WebSocketStream> websocket_;
  std::shared_ptr<WebSocketStream> probe_;
  bool reported_ = false;  // The session's end, to the observer.
};

}  // namespace caucus::edge::transport

#endif  // EDGE_TRANSPORT_ENGINE_CONNECTION_H_
