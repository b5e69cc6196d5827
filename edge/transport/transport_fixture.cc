#include "edge/transport/transport_fixture.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <cctype>
#include <charconv>
#include <utility>

#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/packet.h"

namespace caucus::edge::transport {
namespace {

constexpr int kPatienceMs = 10'000;

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

}  // namespace

std::string Answer::Header(std::string_view name) const {
  std::string joined;
  for (const auto& [header, value] : headers) {
    if (header == name) joined.append(joined.empty() ? "" : ", ").append(value);
  }
  return joined;
}

RawClient::RawClient(uint16_t port) : socket_(io_) {
  socket_.connect(tcp::endpoint(net::ip::address_v4::loopback(), port));
}

void RawClient::Send(std::string_view bytes) {
  ErrorCode ignored;  // A server that refuses may have closed already.
  net::write(socket_, net::buffer(bytes), ignored);
}

bool RawClient::Receive() {
  pollfd readable = {.fd = socket_.native_handle(), .events = POLLIN, .revents = 0};
  if (::poll(&readable, 1, kPatienceMs) <= 0) {
    ADD_FAILURE() << "nothing came for ten seconds, after: " << received_;
    return false;
  }
  std::array<char, 16 * 1024> buffer;
  ErrorCode error;
  const size_t bytes = socket_.read_some(net::buffer(buffer), error);
  received_.append(buffer.data(), bytes);
  return !error;
}

Answer RawClient::Read(http::BodyMode body) {
  while (received_.find("\r\n\r\n") == std::string::npos) {
    if (!Receive()) return {};
  }
  Answer answer;
  std::string_view head = std::string_view(received_).substr(0, received_.find("\r\n\r\n") + 2);
  const size_t head_size = head.size() + 2;
  std::from_chars(head.data() + 9, head.data() + 12, answer.status);
  for (head.remove_prefix(head.find("\r\n") + 2); !head.empty();
       head.remove_prefix(head.find("\r\n") + 2)) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const size_t colon = line.find(": ");
    answer.headers.emplace_back(Lower(line.substr(0, colon)), line.substr(colon + 2));
  }
  received_.erase(0, head_size);
  const std::string length = answer.Header("content-length");
  const size_t size = body == http::BodyMode::kOmit || length.empty() ? 0 : std::stoul(length);
  while (received_.size() < size) {
    if (!Receive()) return {};
  }
  answer.body = received_.substr(0, size);
  received_.erase(0, size);
  return answer;
}

Answer RawClient::Ask(std::string_view request) {
  Send(request);
  return Read(request.starts_with("HEAD") ? http::BodyMode::kOmit : http::BodyMode::kSend);
}

std::string RawClient::ReadToEnd() {
  while (Receive()) {
  }
  return std::exchange(received_, {});
}

std::string RawClient::ReadUntil(std::string_view text) {
  while (received_.find(text) == std::string::npos) {
    if (!Receive()) break;
  }
  return std::exchange(received_, {});
}

void RawClient::Reset() {
  socket_.set_option(net::socket_base::linger(true, 0));
  socket_.close();
}

void RawClient::Close() { socket_.close(); }

class TransportFixture::EchoHandler final : public engineio::SessionHandler {
 public:
  explicit EchoHandler(engineio::Session& session) : session_(session) {}

  void OnMessage(engineio::MessageKind kind, std::string_view data,
                 engineio::MonotonicTime now) override {
    static_cast<void>(kind);
    if (data == "activate") session_.Activate();
    if (data == "close") return session_.Close(engineio::CloseReason::kForcedClose, now);
    session_.Send(engineio::EncodedPacket::Text(engineio::PacketType::kMessage, data));
  }
  void OnClose(engineio::CloseReason) override {}

 private:
  engineio::Session& session_;
};

class TransportFixture::Fallback final : public HttpHandler {
 public:
  void OnRequest(const std::shared_ptr<HttpConnection>& connection) override {
    const http::Request& request = connection->request();
    connection->Respond(
        {.content_type = "text/plain",
         .body = request.method + " " + request.path + "?" + request.query + "|" + request.body,
         .headers = {}});
  }
};

TransportFixture::TransportFixture() : fallback_(std::make_unique<Fallback>()) {
  engine.limit_observer = limits;
  http.observer = limits;
}

TransportFixture::~TransportFixture() {
  for (const auto& shard : shards_) shard->Stop();
  for (std::thread& thread : threads_) thread.join();
  for (const auto& shard : shards_) shard->DropConnections();
}

void TransportFixture::Start(size_t shards) {
  std::vector<Shard*> pointers;
  for (size_t i = 0; i < shards; ++i) {
    shards_.push_back(std::make_unique<Shard>(static_cast<uint8_t>(i)));
    pointers.push_back(shards_.back().get());
    endpoints_.push_back(std::make_unique<EngineEndpoint>(
        *shards_.back(), shards, engine,
        [this](engineio::Session& session, std::shared_ptr<const engineio::HandshakeInfo> info) {
          return MakeHandler(session, info);
        },
        *fallback_,
        [this](size_t target, HttpHandOver hand_over) { Resume(target, std::move(hand_over)); }));
  }
  auto listener =
      Listener::Create("127.0.0.1:0", pointers, [this](Shard& shard, AcceptedSocket accepted) {
        std::make_shared<HttpConnection>(shard, std::move(accepted), *endpoints_[shard.index()],
                                         http)
            ->Start();
      });
  ASSERT_TRUE(listener.ok()) << listener.status();
  listener_ = *std::move(listener);
  listener_->Start();
  for (Shard* shard : pointers) threads_.emplace_back([shard] { shard->Run(); });
}

std::unique_ptr<engineio::SessionHandler> TransportFixture::MakeHandler(
    engineio::Session& session, const std::shared_ptr<const engineio::HandshakeInfo>& info) {
  if (activates) session.Activate();
  if (on_session) on_session(*info);
  return std::make_unique<EchoHandler>(session);
}

void TransportFixture::Resume(size_t shard, HttpHandOver hand_over) {
  auto shared = std::make_shared<HttpHandOver>(std::move(hand_over));
  shards_[shard]->Post([this, shard, shared] {
    AcceptedSocket accepted = {.socket = TcpSocket(shards_[shard]->loop(), shared->native_socket),
                               .address = shared->address};
    std::make_shared<HttpConnection>(*shards_[shard], std::move(accepted), *endpoints_[shard], http)
        ->Resume(std::move(*shared));
  });
}

std::string TransportFixture::OpenSession() const {
  const Answer answer = Ask("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n");
  const size_t begin = answer.body.find("\"sid\":\"");
  EXPECT_NE(begin, std::string::npos) << answer.status;
  return begin == std::string::npos ? "" : answer.body.substr(begin + 7, 20);
}

}  // namespace caucus::edge::transport
