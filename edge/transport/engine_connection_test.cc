// How sessions end, and who is told: over real sockets, on one thread. The rest of what the
// transport does is tested from outside, in tests/conformance.

#include "edge/transport/engine_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/session.h"
#include "edge/event_loop/tcp_socket.h"
#include "edge/http/http_message.h"
#include "edge/limits/limit.h"
#include "edge/transport/engine_endpoint.h"
#include "edge/transport/engine_observer.h"
#include "edge/transport/http_connection.h"
#include "edge/transport/shard.h"
#include "edge/websocket/deflate.h"

namespace caucus::edge::transport {
namespace {

using engineio::CloseReason;
using engineio::EncodedPacket;
using std::string_view_literals::operator""sv;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RecordingObserver final : public EngineObserver {
 public:
  void OnSessionOpened(engineio::Transport transport) override {
    seen.push_back(transport == engineio::Transport::kPolling ? "opened polling"
                                                              : "opened websocket");
  }
  void OnUpgraded() override { seen.emplace_back("upgraded"); }
  void OnSessionClosed(CloseReason reason) override {
    seen.push_back("closed: " + std::string(NameOf(reason)));
  }

  std::vector<std::string> seen;
};

class RecordingLimits final : public LimitObserver {
 public:
  void OnLimitReached(Limit limit) override { seen.emplace_back(NameOf(limit)); }

  std::vector<std::string> seen;
};

constexpr size_t kLargeBytes = 1 << 20;

// Answers `large` with kLargeBytes, and anything but `close` with itself, binary with binary.
class Handler final : public engineio::SessionHandler {
 public:
  Handler(engineio::Session& session, int& handled) : session_(session), handled_(handled) {}

  void OnMessage(engineio::MessageKind kind, std::string_view data,
                 engineio::MonotonicTime) override {
    ++handled_;
    if (kind == engineio::MessageKind::kBinary) return session_.Send(EncodedPacket::Binary(data));
    if (data == "close") return session_.RequestClose(CloseReason::kTooManyEvents);
    const std::string answer = data == "large" ? std::string(kLargeBytes, 'x') : std::string(data);
    session_.Send(EncodedPacket::Text(engineio::PacketType::kMessage, answer));
  }
  void OnClose(CloseReason) override {}

 private:
  engineio::Session& session_;
  int& handled_;  // Messages.
};

class NoHandler final : public HttpHandler {
 public:
  void OnRequest(const std::shared_ptr<HttpConnection>& connection) override {
    connection->Respond({.status = 404, .content_type = "", .body = "", .headers = {}});
  }
};

class EngineConnectionTest : public testing::Test {
 protected:
  EngineConnectionTest() {
    options_.observer = observer_;
    options_.limit_observer = limits_;
  }

  // Sends a request on a connection of its own.
  tcp::socket Connect(std::string_view request) {
    if (endpoint_ == nullptr) {
      endpoint_ = std::make_unique<EngineEndpoint>(
          shard_, 1, options_,
          [this](engineio::Session& session,
                 const std::shared_ptr<const engineio::HandshakeInfo>&) {
            return std::make_unique<Handler>(session, handled_);
          },
          fallback_, [](size_t, const HttpHandOver&) {});
    }
    tcp::acceptor acceptor(io_, tcp::endpoint(net::ip::address_v4::loopback(), 0));
    tcp::socket client(io_, tcp::v4());
    // Fixed, so that a client that does not read never takes more than it did.
    client.set_option(tcp::socket::receive_buffer_size(64 * 1024));
    client.connect(acceptor.local_endpoint());
    tcp::socket accepted = acceptor.accept();
    accepted.non_blocking(true);
    accepted.set_option(tcp::no_delay(true));
    std::make_shared<HttpConnection>(
        shard_, AcceptedSocket{TcpSocket(shard_.loop(), accepted.release()), "127.0.0.1"},
        *endpoint_, http_limits_)
        ->Start();
    client.non_blocking(true);
    Send(client, request);
    received_.clear();
    ended_ = false;
    return client;
  }
  // Opens a WebSocket on a connection of its own; `query` may name a session.
  tcp::socket Open(std::string_view query = "", std::string_view headers = "") {
    return Connect("GET /socket.io/?EIO=4&transport=websocket" + std::string(query) +
                   " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                   std::string(headers) + "\r\n");
  }

  void Send(tcp::socket& client, std::string_view bytes) { net::write(client, net::buffer(bytes)); }
  // A text message; its mask is zero.
  void SendText(tcp::socket& client, std::string_view text) {
    Send(client, std::string("\x81") + static_cast<char>(0x80 | text.size()) +
                     std::string(4, '\0') + std::string(text));
  }

  // Runs the shard and reads until `condition`.
  template <typename Condition>
  void Until(tcp::socket& client, Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << received_.substr(0, 1000);
      shard_.loop().RunFor(std::chrono::milliseconds(1));
      Read(client);
    }
  }
  // Runs the shard, reading nothing, until `condition`.
  template <typename Condition>
  void UntilUnread(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
      shard_.loop().RunFor(std::chrono::milliseconds(1));
    }
  }
  // Opens a WebSocket whose client asks for more and more, reads nothing, and so is closed.
  tcp::socket OpenSlow() {
    options_.session.queue_bytes_max = 3 * kLargeBytes;
    tcp::socket client = Open();
    UntilReceived(client, "upgrades");
    received_.clear();
    // One after the other: otherwise many would wait unread while the queue overflows.
    int sent = 0;
    UntilUnread([&] {
      if (handled_ == sent && limits_->seen.empty()) {
        SendText(client, "4large");
        ++sent;
      }
      return !limits_->seen.empty();
    });
    EXPECT_THAT(limits_->seen, ElementsAre("send_queue_bytes"));
    EXPECT_THAT(observer_->seen, ElementsAre("opened websocket", "closed: slow consumer"));
    EXPECT_EQ(shard_.connection_count(), 0);
    return client;
  }
  void UntilReceived(tcp::socket& client, std::string_view text) {
    Until(client, [&] { return received_.find(text) != std::string::npos; });
  }
  void UntilEnd(tcp::socket& client) {
    Until(client, [&] { return ended_; });
  }

  void Read(tcp::socket& client) {
    std::array<char, 65536> buffer;
    ErrorCode error;
    while (!error) {
      const size_t bytes = client.read_some(net::buffer(buffer), error);
      received_.append(buffer.data(), bytes);
    }
    ended_ = error != net::error::would_block;
  }

  const std::shared_ptr<RecordingObserver> observer_ = std::make_shared<RecordingObserver>();
  const std::shared_ptr<RecordingLimits> limits_ = std::make_shared<RecordingLimits>();
  EngineOptions options_;
  HttpLimits http_limits_;
  NoHandler fallback_;
  net::io_context io_;  // Of the clients.
  Shard shard_{0};
  std::unique_ptr<EngineEndpoint> endpoint_;
  int handled_ = 0;
  std::string received_;
  bool ended_ = false;
};

TEST_F(EngineConnectionTest, TellsOfEverySessionOnce) {
  tcp::socket client = Open();
  UntilReceived(client, "upgrades");
  EXPECT_THAT(observer_->seen, ElementsAre("opened websocket"));
  SendText(client, "1");
  UntilEnd(client);
  EXPECT_TRUE(received_.ends_with("\x88\x00"sv));
  EXPECT_THAT(observer_->seen, ElementsAre("opened websocket", "closed: transport close"));
  EXPECT_EQ(shard_.connection_count(), 0);
  EXPECT_THAT(limits_->seen, IsEmpty());
}

TEST_F(EngineConnectionTest, RequestToCloseCarriesItsReasonBehindWhatIsQueued) {
  tcp::socket client = Open();
  SendText(client, "4ack");
  SendText(client, "4close");
  UntilEnd(client);
  EXPECT_TRUE(
      received_.ends_with("\x81\x04"
                          "4ack\x88\x11\x03\xF0too many events"))
      << received_;
  EXPECT_EQ(observer_->seen.back(), "closed: too many events");
}

TEST_F(EngineConnectionTest, MalformedPacketEndsTheSessionBehindWhatIsQueued) {
  tcp::socket client = Open();
  UntilReceived(client, "upgrades");
  Send(client,
       "\x81\x84\0\0\0\0"
       "4ack\x81\x83\0\0\0\0"
       "abc"sv);
  UntilEnd(client);
  EXPECT_TRUE(
      received_.ends_with("\x81\x04"
                          "4ack\x88\x0D\x03\xF0parse error"))
      << received_;
  EXPECT_EQ(observer_->seen.back(), "closed: parse error");
}

TEST_F(EngineConnectionTest, CountsLimitsThatFramesRunInto) {
  options_.fragments_max = 2;
  tcp::socket fragments = Open();
  Send(fragments, "\x01\x80\0\0\0\0\0\x80\0\0\0\0\0\x80\0\0\0\0"sv);
  UntilEnd(fragments);
  EXPECT_THAT(received_, HasSubstr("\x03\xF0too many fragments"));
  tcp::socket large = Open();
  Send(large, "\x82\xFF\0\0\0\0\x7F\0\0\0"sv);
  UntilEnd(large);
  EXPECT_THAT(received_, HasSubstr("\x03\xF1message too big"));
  EXPECT_THAT(limits_->seen, ElementsAre("fragments", "message_bytes"));
}

TEST_F(EngineConnectionTest, CountsClientsThatNeverConnect) {
  options_.session.activation_timeout = std::chrono::milliseconds(1);
  tcp::socket client = Open();
  UntilEnd(client);
  EXPECT_TRUE(
      received_.ends_with("\x03\xF0"
                          "connect timeout"));
  EXPECT_THAT(observer_->seen, ElementsAre("opened websocket", "closed: connect timeout"));
  EXPECT_THAT(limits_->seen, ElementsAre("connect_time"));
}

// The session is gone at once; its stream keeps one packet, and waits longer than for others.
TEST_F(EngineConnectionTest, SlowConsumerThatReadsAgainFindsOutWhy) {
  tcp::socket client = OpenSlow();
  UntilEnd(client);
  constexpr std::string_view kClose = "\x88\x0F\x03\xF0slow consumer";
  EXPECT_TRUE(received_.ends_with(kClose)) << received_.substr(0, 100);
  const size_t frame_bytes = 10 + 1 + kLargeBytes;
  EXPECT_GT(received_.size(), frame_bytes);
  EXPECT_EQ((received_.size() - kClose.size()) % frame_bytes, 0) << "a torn message";
}

TEST_F(EngineConnectionTest, MuchInOneTurnMakesNoSlowConsumer) {
  options_.session.queue_bytes_max = 10'000;
  tcp::socket client = Open();
  UntilReceived(client, "upgrades");
  std::string requests;
  for (int i = 0; i < 3000; ++i) requests += "\x81\x85" + std::string(4, '\0') + "4echo";
  Send(client, requests);
  UntilUnread([&] { return handled_ == 3000; });
  SendText(client, "4last");
  UntilReceived(client, "4last");
  EXPECT_THAT(observer_->seen, ElementsAre("opened websocket"));
}

TEST_F(EngineConnectionTest, SlowConsumerThatNeverReadsIsCutOff) {
  options_.session.close_linger = std::chrono::milliseconds(10);
  tcp::socket client = OpenSlow();
  const auto later = std::chrono::steady_clock::now() + std::chrono::milliseconds(30);
  UntilUnread([&] { return std::chrono::steady_clock::now() > later; });
  UntilEnd(client);
  EXPECT_EQ(received_.find("slow consumer"), std::string::npos);
}

TEST_F(EngineConnectionTest, AnswersTheFirstSubprotocol) {
  tcp::socket client =
      Open("", "Sec-WebSocket-Protocol: a b\r\nSec-WebSocket-Protocol: chat, superchat\r\n");
  UntilReceived(client, "upgrades");
  EXPECT_THAT(received_, HasSubstr("\r\nSec-WebSocket-Protocol: chat\r\n"));
  for (const std::string_view headers : {"", "Sec-WebSocket-Protocol: a b\r\n"}) {
    tcp::socket plain = Open("", headers);
    UntilReceived(plain, "upgrades");
    EXPECT_THAT(received_, testing::Not(HasSubstr("Sec-WebSocket-Protocol")));
  }
}

TEST_F(EngineConnectionTest, BinaryGoesInBase64ToAClientWhoseHandshakeAskedForIt) {
  constexpr std::string_view kBase64 =
      "\x81\x05"
      "bAQI=";
  tcp::socket client = Open("&b64=1");
  SendText(client, "bAQI=");
  UntilReceived(client, kBase64);
  tcp::socket binary = Open();
  SendText(binary, "bAQI=");
  UntilReceived(binary, "\x82\x02\x01\x02");

  tcp::socket polling =
      Connect("GET /socket.io/?EIO=4&transport=polling&b64=1 HTTP/1.1\r\nHost: x\r\n\r\n");
  UntilReceived(polling, "upgrades");
  const std::string sid = received_.substr(received_.find("sid") + 6, 20);
  tcp::socket upgraded = Open("&sid=" + sid);
  SendText(upgraded, "2probe");
  UntilReceived(upgraded, "3probe");
  SendText(upgraded, "5");
  SendText(upgraded, "bAQI=");
  UntilReceived(upgraded, kBase64);
}

TEST_F(EngineConnectionTest, AgreesOnCompressionOnlyIfItIsOn) {
  constexpr std::string_view kOffer = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
  tcp::socket plain = Open("", kOffer);
  UntilReceived(plain, "upgrades");
  EXPECT_THAT(received_, testing::Not(HasSubstr("Sec-WebSocket-Extensions")));
  options_.deflate = {.enabled = true, .threshold_bytes = 10};
  tcp::socket client = Open("", kOffer);
  UntilReceived(client, "client_no_context_takeover\r\n\r\n");
  EXPECT_THAT(received_, HasSubstr("\r\nSec-WebSocket-Extensions: permessage-deflate; "
                                   "server_no_context_takeover; client_no_context_takeover\r\n"));
  const std::string message = "4" + std::string(100, 'a');
  const std::string deflated = *websocket::DeflateMessage(message, options_.deflate.level);
  SendText(client, message);
  UntilReceived(client, "\xC1" + std::string(1, static_cast<char>(deflated.size())) + deflated);
}

}  // namespace
}  // namespace caucus::edge::transport
