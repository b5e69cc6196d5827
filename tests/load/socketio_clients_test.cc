#include "tests/load/socketio_clients.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace caucus::load {
namespace {

// A server on the test's own thread: it says what the test tells it to, and reads what has come.
class Server {
 public:
  Server() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    address_ = absl::StrCat("127.0.0.1:", ntohs(address.sin_port));
  }
  ~Server() {
    close(connection_);
    close(listener_);
  }

  const std::string& address() const { return address_; }
  void Accept() { connection_ = accept(listener_, nullptr, nullptr); }
  void Say(std::string_view bytes) {
    EXPECT_EQ(send(connection_, bytes.data(), bytes.size(), 0), bytes.size());
  }
  // Short texts only.
  void SayFrame(std::string_view text) {
    Say(absl::StrCat("\x81", std::string(1, static_cast<char>(text.size())), std::string(text)));
  }
  void Hang() { shutdown(connection_, SHUT_RDWR); }

  // Whether `wanted` is among what it has received.
  bool Hears(std::string_view wanted) {
    char buffer[4096];
    const ssize_t bytes = recv(connection_, buffer, sizeof(buffer), MSG_DONTWAIT);
    if (bytes > 0) heard_.append(buffer, static_cast<size_t>(bytes));
    return heard_.find(wanted) != std::string::npos;
  }

 private:
  const int listener_;
  int connection_ = -1;
  std::string address_;
  std::string heard_;
};

class SocketIoClientsTest : public testing::Test, public SocketIoClients::Handler {
 protected:
  void SetUp() override {
    auto clients = SocketIoClients::Create(
        {.server = server_.address(), .socketio_namespace = "/polls"}, *this);
    ASSERT_TRUE(clients.ok());
    clients_ = *std::move(clients);
  }

  void OnPosted(size_t, int status, std::string_view body) override {
    told_.push_back(absl::StrCat("posted ", status, " ", std::string(body)));
  }
  void OnConnected(size_t) override { told_.push_back("connected"); }
  void OnEvent(size_t, const Message& event) override {
    told_.push_back(absl::StrCat("event ", std::string(event.head)));
  }
  void OnAck(size_t, uint64_t id, const Message& answer) override {
    told_.push_back(absl::StrCat("ack ", id, " ", std::string(answer.head)));
  }
  void OnEnded(size_t, std::string_view why) override {
    told_.push_back(absl::StrCat("ended ", std::string(why)));
  }

  void TurnUntilServerHears(std::string_view wanted) {
    while (!server_.Hears(wanted) && !HasFailure()) clients_->Turn(absl::Milliseconds(1));
  }
  void TurnUntilTold(size_t count) {
    while (told_.size() < count) clients_->Turn(absl::Milliseconds(1));
  }

  void Connect() {
    clients_->Connect(0, R"({"token":"t"})");
    server_.Accept();
    TurnUntilServerHears("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n");
    server_.Say("HTTP/1.1 101 Switching Protocols\r\n\r\n");
    server_.SayFrame(R"(0{"sid":"s"})");
    TurnUntilServerHears(R"(40/polls,{"token":"t"})");
    server_.SayFrame(R"(40/polls,{"sid":"n"})");
    TurnUntilTold(1);
    ASSERT_EQ(told_.back(), "connected");
  }

  Server server_;
  std::unique_ptr<SocketIoClients> clients_;
  std::vector<std::string> told_;
};

TEST_F(SocketIoClientsTest, ConnectsAndTellsEventsAndAcks) {
  Connect();
  clients_->EmitWithAck(0, 7, R"(["nominate",{}])");
  TurnUntilServerHears(R"(42/polls,7["nominate",{}])");
  server_.SayFrame(R"(42/polls,["poll_updated",{}])");
  server_.SayFrame(R"(43/polls,7[{"revision":3}])");
  TurnUntilTold(3);
  EXPECT_EQ(told_[1], R"(event ["poll_updated",{}])");
  EXPECT_EQ(told_[2], R"(ack 7 [{"revision":3}])");
}

TEST_F(SocketIoClientsTest, AnswersPings) {
  Connect();
  server_.SayFrame("2");
  TurnUntilServerHears(
      std::string_view("\x81\x81\0\0\0\0"
                       "3",
                       7));
}

TEST_F(SocketIoClientsTest, TellsWhoIsRefusedOrCutOff) {
  Connect();
  server_.SayFrame(R"(41/polls,)");
  TurnUntilTold(2);
  EXPECT_EQ(told_[1], "ended 41/polls,");
  clients_->Connect(0, "{}");
  server_.Accept();
  server_.Hang();
  TurnUntilTold(3);
  EXPECT_EQ(told_[2].substr(0, 5), "ended");
}

TEST_F(SocketIoClientsTest, Posts) {
  clients_->Post(0, "/polls", R"({"topic":"t"})");
  server_.Accept();
  TurnUntilServerHears("Content-Length: 13\r\n\r\n{\"topic\":\"t\"}");
  server_.Say("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}");
  TurnUntilTold(1);
  EXPECT_EQ(told_[0], "posted 201 {}");
}

TEST(SocketIoClientsCreateTest, RefusesWhatIsNoAddress) {
  class Nobody final : public SocketIoClients::Handler {
    void OnConnected(size_t) override {}
    void OnEvent(size_t, const Message&) override {}
    void OnEnded(size_t, std::string_view) override {}
  } nobody;
  for (const char* address : {"", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "nowhere:80"}) {
    EXPECT_EQ(SocketIoClients::Create({.server = address}, nobody).status().code(),
              absl::StatusCode::kInvalidArgument)
        << address;
  }
}

}  // namespace
}  // namespace caucus::load
