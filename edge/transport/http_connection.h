// One TCP connection that speaks HTTP/1.1, until it ends or becomes a WebSocket.

#ifndef EDGE_TRANSPORT_HTTP_CONNECTION_H_
#define EDGE_TRANSPORT_HTTP_CONNECTION_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "edge/event_loop/tcp_socket.h"
#include "edge/event_loop/timer_queue.h"
#include "edge/http/address_limiter.h"
#include "edge/http/content_coding.h"
#include "edge/http/http_message.h"
#include "edge/limits/limit.h"
#include "edge/transport/http_handler.h"
#include "edge/transport/http_limits.h"
#include "edge/transport/request_reader.h"
#include "edge/transport/shard.h"

namespace caucus::edge::transport {

// One request at a time, pipelined ones wait. Kept alive by the loop that watches its socket and by
// whoever is to answer. Confined to its shard; the handler and limits must outlive it.
class HttpConnection final : public Watcher,
                             private Timer,
                             public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(Shard& shard, AcceptedSocket accepted, HttpHandler& handler,
                 const HttpLimits& limits);

  // Serves, unless the peer's address has as many connections as it may have.
  void Start();
  // Goes on, on another shard, with a request whose head was already read.
  void Resume(HttpHandOver hand_over);

  // The request to answer, in OnHead without its body. REQUIRES: within OnHead or OnRequest, or not
  // yet answered.
  const http::Request& request() const { return request_; }
  // Likewise, to keep. REQUIRES: it is not to be answered any more.
  http::Request TakeRequest() { return std::move(request_); }
  // Whether a request's head was read, and its body not to its end.
  bool in_body() const { return reader_.in_body(); }

  // Adds headers to the answer, whoever gives it.
  void AddAnswerHeaders(http::Headers headers);
  // Lets the answer be compressed. `options` must outlive it.
  void AllowCompression(const http::CompressionOptions& options) { compression_ = &options; }

  // Answers. If the request is not whole yet, the rest is not read, and the connection ends. No
  // effect if the client has gone.
  void Respond(http::Response response);

  // Calls `aborted` if the client goes away before the answer, or the rest of its request cannot be
  // read; not if that is only too long.
  void OnAbort(std::function<void()> aborted) { aborted_ = std::move(aborted); }

  // What TakeSocket gives away.
  struct Socket {
    TcpSocket socket;
    std::string input;                               // What came behind the request.
    std::optional<http::AddressLimiter::Slot> slot;  // To be held for as long as the socket.
  };
  // Gives the socket away: for a WebSocket.
  Socket TakeSocket();
  // Gives everything away, to go on in another shard's HttpConnection. REQUIRES: within OnHead.
  HttpHandOver HandOver();

  Shard& shard() { return shard_; }

 private:
  using Clock = std::chrono::steady_clock;
  // What the deadline is for.
  enum class Awaited : uint8_t { kNothing, kHead, kBody, kWrite, kNextRequest, kPeersClose };

  // Leaves the socket to somebody else.
  void Detach();
  // Lets the loop watch for what there is to wait for.
  void Watch();
  void OnReady(bool readable, bool writable) override;
  void Read();
  void Process();
  void OnHead();
  void AwaitBody(bool begins);
  void Dispatch();
  void DropInput();
  void Refuse(const RequestReader::Refusal& refusal);
  void Write();
  // What is to be written next; empty: all is.
  std::string_view Unwritten() const;
  void OnWritten();
  void Await(Awaited awaited, Clock::duration timeout);
  void OnTimer() override;
  void End();

  Shard& shard_;
  TcpSocket socket_;
  HttpHandler& handler_;
  const HttpLimits& limits_;
  std::optional<http::AddressLimiter::Slot> slot_;
  std::string address_;
  std::string input_;
  RequestReader reader_;
  Clock::time_point body_begin_;
  size_t body_bytes_received_ = 0;
  http::Request request_;
  http::Headers answer_headers_;
  const http::CompressionOptions* compression_ = nullptr;  // Null: the answer goes as it is.
  std::function<void()> aborted_;
  std::string output_;
  std::shared_ptr<const std::string> shared_output_;  // Behind output_; may be null.
  size_t output_written_ = 0;                         // Of both.
  Awaited awaited_ = Awaited::kNothing;
  bool keep_alive_ = false;
  bool busy_ = false;  // A request waits for its answer.
  bool write_blocked_ = false;
  bool draining_ = false;  // The last answer is out; input is discarded until the peer closes.
  bool ended_ = false;
};

}  // namespace caucus::edge::transport

#endif  // EDGE_TRANSPORT_HTTP_CONNECTION_H_
