// A WebSocket over a TCP socket: reads messages, writes the packets of a session's queue.
//
// Beast's websocket::stream is not used: it frames every message for every connection again, and
// keeps buffers for idle ones. See docs/adr/2026-11-20-own-websocket-framing.md.

#ifndef EDGE_TRANSPORT_WEBSOCKET_STREAM_H_
#define EDGE_TRANSPORT_WEBSOCKET_STREAM_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/packet.h"
#include "edge/engineio/session.h"
#include "edge/event_loop/net.h"
#include "edge/event_loop/tcp_socket.h"
#include "edge/event_loop/timer_queue.h"
#include "edge/http/address_limiter.h"
#include "edge/http/http_message.h"
#include "edge/transport/engine_options.h"
#include "edge/transport/shard.h"
#include "edge/websocket/frame.h"
#include "edge/websocket/frame_decoder.h"

namespace caucus::edge::transport {

class WebSocketStream;

// Told what comes in. Outlives its being set at the stream.
class WebSocketOwner {
 public:
  virtual ~WebSocketOwner() = default;
  virtual void OnWebSocketMessage(WebSocketStream& stream, engineio::MessageKind kind,
                                  std::string_view data) = 0;
  // Nothing more comes in: the peer has closed or broke the protocol, or the connection failed.
  // Called once, unless the owner was left. The stream may live on to deliver its close frame.
  virtual void OnWebSocketEnd(WebSocketStream& stream, engineio::CloseReason reason) = 0;
};

// How a WebSocket ends: what its close frame says, and how long the peer has to read that and to
// close too. While it lasts, what comes in is discarded.
struct WebSocketEnding {
  websocket::CloseCode code = websocket::CloseCode::kNoStatus;
  std::string_view words;
  std::chrono::steady_clock::duration timeout = std::chrono::seconds(5);
};

// Kept alive by the loop that watches its socket. Confined to its shard.
class WebSocketStream final : public Watcher,
                              private Timer,
                              public std::enable_shared_from_this<WebSocketStream> {
 public:
  // `socket` has received the upgrade request; `input` is what came behind it. The options must
  // outlive the stream.
  WebSocketStream(Shard& shard, TcpSocket socket, const EngineOptions& options,
                  const http::Request& request, std::string input);

  // Keeps the peer's place for as long as the stream exists.
  void Hold(std::optional<http::AddressLimiter::Slot> slot) { slot_ = std::move(slot); }

  // Sends the 101 and starts to read.
  void Start(WebSocketOwner& owner);

  // From now on Flush writes this session's queue.
  void SetSession(engineio::Session& session);

  void SetInputPaused(bool paused);
  bool input_paused() const { return input_paused_; }

  // Sends a small text message before whatever is queued; dropped if the peer leaves many unread.
  void SendNow(std::string_view text);

  // Writes as much as the socket takes; goes on by itself when it takes more.
  void Flush();

  // Writes as much as the socket takes, and leaves the rest, and any error, to the next Flush: the
  // owner hears nothing.
  void WriteNow();

  // Ends with a close frame behind all that is queued. Then the owner hears of the end.
  void Close(const WebSocketEnding& ending);

  // Ends without its session and owner, which may go: with a close frame behind the packet that has
  // begun to be written, if there is one. No more than that packet stays in memory.
  void Leave(const WebSocketEnding& ending);

  // Ends at once.
  void Abort();

 private:
  struct Ending {
    std::string close_frame;  // Written when all else is.
    // A packet that has begun, and what is left of it, of a session that was left.
    engineio::EncodedPacketPtr packet;
    std::string_view rest;
  };

  // Lets the loop watch for what there is to wait for.
  void Watch();
  void OnReady(bool readable, bool writable) override;
  void Read();
  // The end of a gap, or of the time that an ending has.
  void OnTimer() override;
  void Consume(std::span<char> input);
  // False: stop reading.
  bool OnEvent(const websocket::DecoderEvent& event);
  // Writes until all is written that may be, or the error it returns.
  ErrorCode Write();
  void BeginGap();
  // What must be written before any other frame.
  std::string_view RestOfBegunPacket() const;
  void Account(size_t written);
  void OnAllWritten();
  void BeginEnding(const WebSocketEnding& ending);
  // Answers the peer's close or error, and tells the owner.
  void CloseBy(const WebSocketEnding& ending, engineio::CloseReason reason);
  void ReportLimit(websocket::CloseCode code) const;
  void End(engineio::CloseReason reason);

  Shard& shard_;
  TcpSocket socket_;
  std::optional<http::AddressLimiter::Slot> slot_;
  const EngineOptions& options_;
  WebSocketOwner* owner_ = nullptr;
  engineio::Session* session_ = nullptr;
  std::optional<websocket::FrameDecoder> decoder_;  // Until the stream is ending.
  std::string held_input_;                          // What was read while input was paused.
  std::string urgent_;                              // Whole frames for the next frame boundary.
  size_t urgent_written_ = 0;
  std::unique_ptr<Ending> ending_;
  bool deflate_ = false;  // permessage-deflate was agreed on.
  bool consuming_ = false;
  bool input_paused_ = false;
  bool write_blocked_ = false;
  bool in_gap_ = false;  // A packet that stands alone was just written.
  bool ended_ = false;
};

}  // namespace caucus::edge::transport

#endif  // EDGE_TRANSPORT_WEBSOCKET_STREAM_H_
