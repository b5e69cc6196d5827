#include "edge/backend/http2_test_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "edge/backend/length_prefixed.h"

namespace caucus::edge::backend {
namespace {

uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
}

std::string Text(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

std::vector<nghttp2_nv> Pairs(const Headers& headers) {
  std::vector<nghttp2_nv> pairs;
  for (const auto& [name, value] : headers) {
    pairs.push_back({Bytes(name), Bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  return pairs;
}

Http2TestPeer& Self(void* self) { return *static_cast<Http2TestPeer*>(self); }

}  // namespace

void Http2TestPeer::Start(const std::vector<nghttp2_settings_entry>& settings) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                    size_t name_bytes, const uint8_t* value, size_t value_bytes, uint8_t, void* p) {
        Self(p).requests_[frame->hd.stream_id].headers[Text(name, name_bytes)] =
            Text(value, value_bytes);
        return 0;
      });
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
      callbacks,
      [](nghttp2_session*, uint8_t, int32_t stream, const uint8_t* data, size_t size, void* p) {
        Self(p).requests_[stream].body += Text(data, size);
        return 0;
      });
  nghttp2_session_callbacks_set_on_frame_recv_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* p) {
        Self(p).OnFrame(*frame);
        return 0;
      });
  nghttp2_session_callbacks_set_on_stream_close_callback(
      callbacks, [](nghttp2_session*, int32_t stream, uint32_t error, void* p) {
        Self(p).requests_[stream].closed = error;
        return 0;
      });
  nghttp2_session_server_new(&session_, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  Flush();
}

void Http2TestPeer::OnReady(bool readable, bool) {
  const auto self = shared_from_this();
  std::array<char, 65536> buffer;
  ErrorCode error;
  const size_t bytes = readable ? socket_.Read(buffer, error) : 0;
  if (error && error != net::error::would_block) return socket_.Close();
  if (bytes > 0 && session_ != nullptr) {
    receiving_ = true;
    nghttp2_session_mem_recv(session_, reinterpret_cast<const uint8_t*>(buffer.data()), bytes);
    receiving_ = false;
  }
  if (is_open()) Flush();
}

void Http2TestPeer::OnFrame(const nghttp2_frame& frame) {
  if (frame.hd.type != NGHTTP2_HEADERS && frame.hd.type != NGHTTP2_DATA) return;
  if ((frame.hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return;
  requests_[frame.hd.stream_id].complete = true;
  if (on_request_ != nullptr) on_request_(*this, frame.hd.stream_id);
}

int Http2TestPeer::complete_requests() const {
  return static_cast<int>(std::count_if(requests_.begin(), requests_.end(),
                                        [](const auto& entry) { return entry.second.complete; }));
}

void Http2TestPeer::RespondOnly(int32_t stream, const Headers& headers) {
  const auto pairs = Pairs(headers);
  nghttp2_submit_response(session_, stream, pairs.data(), pairs.size(), nullptr);
  Flush();
}

void Http2TestPeer::Begin(int32_t stream, const Headers& headers) {
  const auto pairs = Pairs(headers);
  nghttp2_data_provider body = {.source = {.ptr = nullptr}, .read_callback = ReadBody};
  nghttp2_submit_response(session_, stream, pairs.data(), pairs.size(), &body);
  Flush();
}

void Http2TestPeer::Push(int32_t stream, std::string_view bytes) {
  bodies_[stream].unsent.append(bytes);
  nghttp2_session_resume_data(session_, stream);
  Flush();
}

void Http2TestPeer::End(int32_t stream, const Headers& trailers) {
  bodies_[stream].trailers = trailers;
  nghttp2_session_resume_data(session_, stream);
  Flush();
}

void Http2TestPeer::Respond(int32_t stream, std::string_view message) {
  Begin(stream, {{":status", "200"}, {"content-type", "application/grpc"}});
  Push(stream, PrefixMessage(message));
  End(stream, {{"grpc-status", "0"}});
}

ssize_t Http2TestPeer::ReadBody(nghttp2_session* session, int32_t stream, uint8_t* out, size_t size,
                                uint32_t* flags, nghttp2_data_source*, void* self) {
  Body& body = Self(self).bodies_[stream];
  const size_t taken = std::min(size, body.unsent.size());
  std::copy_n(body.unsent.begin(), taken, out);
  body.unsent.erase(0, taken);
  if (body.unsent.empty() && body.trailers) {
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (!body.trailers->empty()) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      const auto pairs = Pairs(*body.trailers);
      nghttp2_submit_trailer(session, stream, pairs.data(), pairs.size());
    }
  } else if (taken == 0) {
    return NGHTTP2_ERR_DEFERRED;
  }
  return static_cast<ssize_t>(taken);
}

void Http2TestPeer::Reset(int32_t stream, uint32_t error) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, error);
  Flush();
}

void Http2TestPeer::Goaway(int32_t last_stream, uint32_t error) {
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last_stream, error, nullptr, 0);
  Flush();
}

void Http2TestPeer::SendRaw(std::string_view bytes) {
  output_.append(bytes);
  Flush();
}

void Http2TestPeer::Flush() {
  if (!is_open() || receiving_) return;
  const uint8_t* frames = nullptr;
  ssize_t bytes = 0;
  while (session_ != nullptr && (bytes = nghttp2_session_mem_send(session_, &frames)) > 0) {
    output_ += Text(frames, static_cast<size_t>(bytes));
  }
  ErrorCode error;
  if (!output_.empty()) output_.erase(0, socket_.Write(std::string_view(output_), error));
  if (error && error != net::error::would_block) return socket_.Close();
  socket_.Watch(shared_from_this(), {.read = true, .write = !output_.empty()});
}

class Http2TestServer::Acceptor final : public Watcher {
 public:
  Acceptor(Http2TestServer& server, int descriptor)
      : socket(server.loop_, descriptor), server_(server) {}
  void OnReady(bool, bool) override { server_.Accept(); }

  TcpSocket socket;

 private:
  Http2TestServer& server_;
};

Http2TestServer::Http2TestServer(EventLoop& loop, uint16_t port, const char* ip) : loop_(loop) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  EXPECT_EQ(::inet_pton(AF_INET, ip, &address.sin_addr), 1);
  address.sin_port = htons(port);
  socklen_t bytes = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  EXPECT_EQ(::bind(descriptor, generic, bytes), 0);
  EXPECT_EQ(::listen(descriptor, 16), 0);
  EXPECT_EQ(::getsockname(descriptor, generic, &bytes), 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::make_shared<Acceptor>(*this, descriptor);
  acceptor_->socket.Watch(acceptor_, {.read = true});
}

void Http2TestServer::Stop() {
  acceptor_->socket.Close();
  for (const auto& peer : peers_) peer->Close();
}

void Http2TestServer::Accept() {
  const int descriptor =
      ::accept4(acceptor_->socket.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor < 0) return;
  peers_.push_back(std::make_shared<Http2TestPeer>(loop_, descriptor, on_request));
  if (!mute) {
    peers_.back()->Start(settings);
  } else {
    peers_.back()->Flush();
  }
}

int Http2TestServer::complete_requests() const {
  int count = 0;
  for (const auto& peer : peers_) count += peer->complete_requests();
  return count;
}

void Http2TestServer::Echo(Http2TestPeer& peer, int32_t stream) {
  peer.Respond(stream, std::string_view(peer.requests().at(stream).body).substr(5));
}

}  // namespace caucus::edge::backend
