// One TCP connection that speaks HTTP/1.1, until it ends or becomes a WebSocket.

#ifndef EDGE_TRANSPORT_HTTP_CONNECTION_H_
#define EDGE_TRANSPORT_HTTP_CONNECTION_H_

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "edge/http/http_gate.h"
#include "edge/http/http_message.h"
#include "edge/transport/net.h"
#include "edge/transport/shard.h"

namespace caucus::edge::transport {

class HttpConnection;

struct HttpLimits {
  http::HeadLimits head;
  size_t body_bytes_max = 1'000'000;
  std::chrono::milliseconds request_timeout{10'000};  // From a request's first byte to its last.
  std::chrono::milliseconds idle_timeout{60'000};     // Between requests.
};

// Handles requests. Confined to its shard.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;

  // Answers with connection->Respond, now or later, or takes the socket. The next request of the
  // connection comes only after the answer.
  virtual void OnRequest(const std::shared_ptr<HttpConnection>& connection) = 0;
};

// What moves to another shard with a connection.
struct HttpHandOver {
  int native_socket;
  tcp protocol;  // IPv4 or IPv6.
  http::Request request;
  std::string input;  // Received behind the request.
  bool keep_alive;
};

// One request at a time, pipelined ones wait. Kept alive by its pending I/O and by whoever is to
// answer. Confined to its shard; the handler and limits must outlive it.
class HttpConnection final : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(Shard& shard, tcp::socket socket, HttpHandler& handler, const HttpLimits& limits);

  void Start();
  // Goes on, on another shard, with a request that was already read.
  void Resume(HttpHandOver hand_over);

  // The request to answer. REQUIRES: within OnRequest, or not yet answered.
  const http::Request& request() const { return request_; }

  // Answers. No effect if the client has gone.
  void Respond(const http::Response& response);

  // Calls `aborted` if the client goes away before the answer.
  void OnAbort(std::function<void()> aborted) { aborted_ = std::move(aborted); }

  // Gives the socket away: for a WebSocket, with the input behind the request.
  tcp::socket TakeSocket(std::string& input);
  // Gives everything away, to go on in another shard's HttpConnection.
  HttpHandOver HandOver();

  Shard& shard() { return shard_; }

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  enum class Progress : unsigned char { kNeedMore, kRequest, kRefused };

  void WaitForInput();
  void OnReadable(ErrorCode error);
  void Process();
  Progress ReadHead();
  Progress ReadBody();
  void TakeRequest();
  void Refuse(unsigned status);
  void Write();
  void OnWritten();
  void SetDeadline(std::chrono::milliseconds timeout);
  void End();

  Shard& shard_;
  tcp::socket socket_;
  HttpHandler& handler_;
  const HttpLimits& limits_;
  net::steady_timer deadline_;
  std::string address_;
  std::string input_;
  std::unique_ptr<Parser> parser_;  // Exists from a head's end to its body's end.
  http::Request request_;
  std::function<void()> aborted_;
  std::string output_;
  size_t output_written_ = 0;
  bool keep_alive_ = false;
  bool busy_ = false;      // A request waits for its answer.
  bool reading_ = false;   // A wait for input is pending.
  bool draining_ = false;  // The last answer is out; input is discarded until the peer closes.
  bool ended_ = false;
};

}  // namespace caucus::edge::transport

#endif  // EDGE_TRANSPORT_HTTP_CONNECTION_H_
