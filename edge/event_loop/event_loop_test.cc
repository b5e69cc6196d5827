#include "edge/event_loop/event_loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "edge/event_loop/net.h"
#include "edge/event_loop/tcp_socket.h"

namespace caucus::edge {
namespace {

// Echoes one read at a time; closes at the end.
class Echo final : public Watcher {
 public:
  Echo(EventLoop& loop, int descriptor, int& alive, int& ready)
      : socket(loop, descriptor), alive_(alive), ready_(ready) {
    ++alive_;
  }
  ~Echo() override { --alive_; }

  void OnReady(bool readable, bool) override {
    ++ready_;
    if (!readable) return;
    char buffer[64];
    ErrorCode error;
    const size_t bytes = socket.Read(buffer, error);
    if (error == net::error::would_block) return;
    if (error) return socket.Close();
    socket.Write(std::string_view(buffer, bytes), error);
  }

  TcpSocket socket;

 private:
  int& alive_;
  int& ready_;
};

class EventLoopTest : public testing::Test {
 protected:
  ~EventLoopTest() override { ::close(peer_); }

  // Makes a connection with the peer.
  std::shared_ptr<Echo> Connect() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    peer_ = ends[0];
    return std::make_shared<Echo>(loop_, ends[1], alive_, ready_);
  }
  // Runs the loop until it has nothing to do.
  void Run() {
    loop_.PostAfter(std::chrono::milliseconds(5), [] {});
    loop_.RunFor(std::chrono::milliseconds(5));
  }
  void Send(std::string_view text) { EXPECT_GT(::send(peer_, text.data(), text.size(), 0), 0); }
  std::string Receive() {
    char buffer[64];
    const ssize_t bytes = ::recv(peer_, buffer, sizeof(buffer), 0);
    return bytes <= 0 ? "" : std::string(buffer, static_cast<size_t>(bytes));
  }

  EventLoop loop_;
  int peer_ = -1;
  int alive_ = 0;
  int ready_ = 0;
};

TEST_F(EventLoopTest, RunsWhatIsPostedLastBehindAllElse) {
  std::vector<int> order;
  loop_.PostLast([&] {
    order.push_back(3);
    loop_.PostLast([&] { order.push_back(5); });
    loop_.Post([&] { order.push_back(4); });
  });
  loop_.Post([&] {
    order.push_back(1);
    loop_.Post([&] { order.push_back(2); });
  });
  Run();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3, 4, 5}));
}

TEST_F(EventLoopTest, TellsWatchersOfInputUntilTheirSocketIsClosed) {
  Connect()->socket.Close();
  EXPECT_EQ(alive_, 0);
  ::close(peer_);
  {
    const auto echo = Connect();
    echo->socket.Watch(echo, {.read = true});
  }
  EXPECT_EQ(alive_, 1) << "the loop keeps its watchers alive";
  Send("hello");
  Run();
  EXPECT_EQ(Receive(), "hello");
  ::shutdown(peer_, SHUT_RDWR);
  Run();
  EXPECT_EQ(alive_, 0);
}

TEST_F(EventLoopTest, TellsNothingThatIsOfNoInterest) {
  const auto echo = Connect();
  echo->socket.Watch(echo, {});
  Send("hello");
  ::shutdown(peer_, SHUT_WR);
  Run();
  EXPECT_EQ(ready_, 0);
  echo->socket.SetInterest({.read = true});
  Run();
  EXPECT_EQ(Receive(), "hello");
  EXPECT_EQ(ready_, 2);
}

TEST_F(EventLoopTest, TellsWhenASocketTakesOutput) {
  const auto echo = Connect();
  echo->socket.Watch(echo, {.read = true, .write = true});
  loop_.Post([&] { echo->socket.SetInterest({.read = true}); });
  Run();
  EXPECT_EQ(ready_, 1);
}

TEST_F(EventLoopTest, RunsTasksInOrderAndTimersInTime) {
  std::vector<int> ran;
  loop_.PostAfter(std::chrono::milliseconds(2), [&] { ran.push_back(4); });
  loop_.PostAfter(std::chrono::milliseconds(0), [&] { ran.push_back(1); });
  loop_.Post([&] {
    ran.push_back(2);
    loop_.Post([&] { ran.push_back(3); });
  });
  Run();
  EXPECT_EQ(ran, (std::vector<int>{1, 2, 3, 4}));
}

TEST_F(EventLoopTest, WakesForOtherThreadsAndStops) {
  int ran = 0;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) loop_.Post([&] { ++ran; });
    loop_.Post([&] { loop_.Stop(); });
  });
  loop_.Run();
  other.join();
  EXPECT_EQ(ran, 1000);
}

TEST_F(EventLoopTest, DropsWhatIsLeftWhenItIsDestroyed) {
  auto loop = std::make_unique<EventLoop>();
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
  peer_ = ends[0];
  {
    const auto echo = std::make_shared<Echo>(*loop, ends[1], alive_, ready_);
    echo->socket.Watch(echo, {.read = true});
    loop->Post([echo] {});
    loop->PostAfter(std::chrono::seconds(1), [echo] {});
  }
  loop.reset();
  EXPECT_EQ(alive_, 0);
}

}  // namespace
}  // namespace caucus::edge
