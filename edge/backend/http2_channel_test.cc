// Names with many addresses, or none. The system's resolver is replaced: `service.test` is what a
// test says it is.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <netinet/in.h>
#include <nghttp2/nghttp2.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/testing/status_matchers.h"
#include "edge/backend/http2_rpc_invoker.h"
#include "edge/backend/http2_test_server.h"
#include "edge/backend/rpc_invoker.h"
#include "edge/backend/target.h"
#include "edge/event_loop/event_loop.h"

namespace caucus::edge::backend {
namespace {

// What the name stands for. Thread-safe.
class Addresses {
 public:
  void Set(std::vector<std::string> addresses) {
    const absl::MutexLock lock(&mutex_);
    addresses_ = std::move(addresses);
  }
  std::vector<std::string> Ask() {
    const absl::MutexLock lock(&mutex_);
    ++asked_;
    return addresses_;
  }
  int asked() {
    const absl::MutexLock lock(&mutex_);
    return asked_;
  }

 private:
  absl::Mutex mutex_;
  std::vector<std::string> addresses_ ABSL_GUARDED_BY(mutex_);
  int asked_ ABSL_GUARDED_BY(mutex_) = 0;
};

Addresses& TheAddresses() {
  static auto* const addresses = new Addresses;
  return *addresses;
}

struct FoundAddress {
  addrinfo info = {};
  sockaddr_in address = {};
};

}  // namespace

extern "C" int getaddrinfo(const char*, const char* port, const addrinfo* hints, addrinfo** first) {
  *first = nullptr;
  if ((hints->ai_flags & AI_NUMERICHOST) != 0) return EAI_NONAME;
  for (const std::string& text : TheAddresses().Ask()) {
    auto* const found = new FoundAddress;
    found->address.sin_family = AF_INET;
    found->address.sin_port = htons(static_cast<uint16_t>(std::atoi(port)));
    inet_pton(AF_INET, text.c_str(), &found->address.sin_addr);
    found->info.ai_family = AF_INET;
    found->info.ai_addrlen = sizeof(found->address);
    found->info.ai_addr = reinterpret_cast<sockaddr*>(&found->address);
    found->info.ai_next = *first;
    *first = &found->info;
  }
  return *first == nullptr ? EAI_NONAME : 0;
}

extern "C" void freeaddrinfo(addrinfo* first) {
  while (first != nullptr) {
    auto* const found = reinterpret_cast<FoundAddress*>(first);
    first = first->ai_next;
    delete found;
  }
}

namespace {

class Http2ChannelTest : public testing::Test {
 protected:
  ~Http2ChannelTest() override { TheAddresses().Set({}); }

  void Connect() {
    invoker_ = std::make_unique<Http2RpcInvoker>(
        loop_, *ParseTarget("service.test:" + std::to_string(first_.port())));
  }
  std::shared_ptr<std::optional<absl::Status>> Call() {
    auto end = std::make_shared<std::optional<absl::Status>>();
    invoker_->Invoke(
        {.method = "/chat/Say", .request = "x", .metadata = {}, .timeout = absl::Minutes(1)},
        [end](const absl::StatusOr<std::string>& answer) { *end = answer.status(); });
    return end;
  }
  void RunUntil(const std::function<bool()>& done) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!done() && std::chrono::steady_clock::now() < limit) {
      loop_.RunFor(std::chrono::milliseconds(1));
    }
    ASSERT_TRUE(done());
  }
  void ExpectAnswer() {
    const auto call = Call();
    RunUntil([&] { return call->has_value(); });
    EXPECT_OK(**call);
  }

  EventLoop loop_;
  Http2TestServer first_{loop_};
  Http2TestServer second_{loop_, first_.port(), "127.0.0.2"};
  std::unique_ptr<Http2RpcInvoker> invoker_;
};

TEST_F(Http2ChannelTest, CallsAllAddressesInTurn) {
  TheAddresses().Set({"127.0.0.1", "127.0.0.2"});
  Connect();
  // Until both have settled, one may be called alone.
  RunUntil([&] {
    ExpectAnswer();
    return first_.complete_requests() > 0 && second_.complete_requests() > 0;
  });
  const int first = first_.complete_requests();
  const int second = second_.complete_requests();
  for (int i = 0; i < 6; ++i) ExpectAnswer();
  EXPECT_EQ(first_.complete_requests() - first, 3);
  EXPECT_EQ(second_.complete_requests() - second, 3);
}

TEST_F(Http2ChannelTest, CallsTheAddressThatIsLeft) {
  TheAddresses().Set({"127.0.0.1", "127.0.0.2"});
  Connect();
  RunUntil([&] { return first_.peers() == 1 && second_.peers() == 1; });
  ExpectAnswer();
  first_.Stop();
  loop_.RunFor(std::chrono::milliseconds(20));  // So that its end is known.
  for (int i = 0; i < 6; ++i) ExpectAnswer();
}

TEST_F(Http2ChannelTest, AsksAgainForANameThatStoodForNothing) {
  TheAddresses().Set({});
  const int asked = TheAddresses().asked();
  Connect();
  const auto call = Call();
  RunUntil([&] { return TheAddresses().asked() > asked; });
  TheAddresses().Set({"127.0.0.1"});
  RunUntil([&] { return call->has_value(); });
  EXPECT_OK(**call);
}

TEST_F(Http2ChannelTest, FollowsANameThatHasMoved) {
  TheAddresses().Set({"127.0.0.1"});
  Connect();
  ExpectAnswer();
  TheAddresses().Set({"127.0.0.2"});
  first_.peer(0).Goaway(0x7FFFFFFF, NGHTTP2_NO_ERROR);
  RunUntil([&] { return second_.peers() == 1; });
  loop_.RunFor(std::chrono::milliseconds(50));
  const int first = first_.complete_requests();
  for (int i = 0; i < 3; ++i) ExpectAnswer();
  EXPECT_EQ(first_.complete_requests(), first);
}

TEST_F(Http2ChannelTest, MayBeDestroyedWhileANameIsLookedUp) {
  for (int i = 0; i < 20; ++i) {
    Connect();
    const auto call = Call();
    invoker_.reset();
    EXPECT_THAT(**call, StatusIs(absl::StatusCode::kCancelled));
  }
}

}  // namespace
}  // namespace caucus::edge::backend
