// A WebSocket over a TCP socket: reads messages, writes the packets of a session's queue.
//
// Beast's websocket::stream is not used: it frames every message for every connection again, and
// keeps buffers for idle ones. See docs/adr/2026-11-20-own-websocket-framing.md.

#ifndef EDGE_TRANSPORT_WEBSOCKET_STREAM_H_
#define EDGE_TRANSPORT_WEBSOCKET_STREAM_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "edge/engineio/packet.h"
#include "edge/engineio/session.h"
#include "edge/transport/net.h"
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
  // Called once, unless the owner was unset. The stream may live on to deliver its close frame.
  virtual void OnWebSocketEnd(WebSocketStream& stream, engineio::CloseReason reason) = 0;
};

// Kept alive by its pending I/O. Confined to its shard.
class WebSocketStream final : public std::enable_shared_from_this<WebSocketStream> {
 public:
  // `socket` has received an upgrade request with this key; `input` is what came behind it.
  WebSocketStream(Shard& shard, tcp::socket socket, std::string_view client_key, std::string input,
                  websocket::DecoderLimits limits);

  // Sends the 101 and starts to read.
  void Start(WebSocketOwner& owner);

  // From now on Flush writes this session's queue. Null detaches.
  void set_session(engineio::Session* session) { session_ = session; }
  // The owner hears nothing more.
  void ForgetOwner() { owner_ = nullptr; }

  void SetInputPaused(bool paused);

  // Sends a small text message before whatever is queued; dropped if the peer leaves many unread.
  void SendNow(std::string_view text);

  // Writes as much as the socket takes; goes on by itself when it takes more.
  void Flush();

  // Sends a close frame behind what is queued, and ends when the peer has closed, or after five
  // seconds. What still comes in is discarded.
  void Close(websocket::CloseCode code, std::string_view reason);

  // Ends at once.
  void Abort();

 private:
  void WaitForInput();
  void OnReadable(ErrorCode error);
  void Consume(std::span<char> input);
  // False: stop reading.
  bool OnEvent(const websocket::DecoderEvent& event);
  void WaitForOutput();
  void Account(size_t written);
  void OnAllWritten();
  // Answers the peer's close or error with a close frame, and tells the owner.
  void CloseBy(websocket::CloseCode code, engineio::CloseReason reason);
  void End(engineio::CloseReason reason);

  Shard& shard_;
  tcp::socket socket_;
  websocket::FrameDecoder decoder_;
  WebSocketOwner* owner_ = nullptr;
  engineio::Session* session_ = nullptr;
  std::string held_input_;  // What was read while input was paused.
  std::string urgent_;      // Whole frames to write at the next frame boundary.
  size_t urgent_written_ = 0;
  std::unique_ptr<net::steady_timer> close_timer_;
  bool reading_ = false;
  bool input_paused_ = false;
  bool write_blocked_ = false;
  std::string close_frame_;  // Written when all else is.
  bool closing_ = false;
  bool ended_ = false;
};

}  // namespace caucus::edge::transport

#endif  // EDGE_TRANSPORT_WEBSOCKET_STREAM_H_
