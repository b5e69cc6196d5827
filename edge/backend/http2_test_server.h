// A gRPC service of tests, frame by frame: what a real one would say seldom, or never.

#ifndef EDGE_BACKEND_HTTP2_TEST_SERVER_H_
#define EDGE_BACKEND_HTTP2_TEST_SERVER_H_

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "edge/event_loop/event_loop.h"
#include "edge/event_loop/tcp_socket.h"

namespace caucus::edge::backend {

using Headers = std::vector<std::pair<std::string, std::string>>;

// The server's end of one connection. Confined to its loop's thread.
class Http2TestPeer final : public Watcher, public std::enable_shared_from_this<Http2TestPeer> {
 public:
  struct Request {
    std::map<std::string, std::string> headers;
    std::string body;  // With the prefix of its message.
    bool complete = false;
    std::optional<uint32_t> closed;  // With which error.
  };
  using OnRequest = std::function<void(Http2TestPeer&, int32_t stream)>;

  Http2TestPeer(EventLoop& loop, int descriptor, OnRequest on_request)
      : socket_(loop, descriptor), on_request_(std::move(on_request)) {}
  ~Http2TestPeer() override { nghttp2_session_del(session_); }

  // Speaks HTTP/2. Without this it only reads.
  void Start(const std::vector<nghttp2_settings_entry>& settings);
  void OnReady(bool readable, bool writable) override;

  // By stream.
  const std::map<int32_t, Request>& requests() const { return requests_; }
  int complete_requests() const;
  bool is_open() const { return socket_.is_open(); }
  nghttp2_session* session() const { return session_; }

  // Sends headers, with which the stream ends.
  void RespondOnly(int32_t stream, const Headers& headers);
  // Sends a response's headers; bytes of its body; what ends it, and may be empty.
  void Begin(int32_t stream, const Headers& headers);
  void Push(int32_t stream, std::string_view bytes);
  void End(int32_t stream, const Headers& trailers);
  // All that at once, with a message.
  void Respond(int32_t stream, std::string_view message);

  void Reset(int32_t stream, uint32_t error);
  void Goaway(int32_t last_stream, uint32_t error);
  void SendRaw(std::string_view bytes);
  void Close() { socket_.Close(); }
  void Flush();

 private:
  struct Body {
    std::string unsent;
    std::optional<Headers> trailers;
  };

  static ssize_t ReadBody(nghttp2_session* session, int32_t stream, uint8_t* out, size_t size,
                          uint32_t* flags, nghttp2_data_source* source, void* self);
  void OnFrame(const nghttp2_frame& frame);

  TcpSocket socket_;
  const OnRequest on_request_;
  nghttp2_session* session_ = nullptr;
  std::map<int32_t, Request> requests_;
  std::map<int32_t, Body> bodies_;
  std::string output_;
  bool receiving_ = false;  // What is said meanwhile leaves afterwards.
};

// Accepts on a port of 127.0.0.1 or another address. Confined to its loop's thread.
class Http2TestServer {
 public:
  // Answers with the request.
  static void Echo(Http2TestPeer& peer, int32_t stream);

  // `port` 0: any free one.
  explicit Http2TestServer(EventLoop& loop, uint16_t port = 0, const char* address = "127.0.0.1");
  ~Http2TestServer() { Stop(); }

  uint16_t port() const { return port_; }
  void Stop();  // With all its connections.

  Http2TestPeer& peer(size_t index) const { return *peers_.at(index); }
  size_t peers() const { return peers_.size(); }
  int complete_requests() const;

  // Of the connections to come.
  Http2TestPeer::OnRequest on_request = Echo;
  std::vector<nghttp2_settings_entry> settings;
  bool mute = false;  // Says nothing, not even settings.

 private:
  class Acceptor;

  void Accept();

  EventLoop& loop_;
  uint16_t port_ = 0;
  std::shared_ptr<Acceptor> acceptor_;
  std::deque<std::shared_ptr<Http2TestPeer>> peers_;
};

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_HTTP2_TEST_SERVER_H_
