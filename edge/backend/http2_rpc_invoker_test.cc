#include "edge/backend/http2_rpc_invoker.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <functional>
#include <latch>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/grpc/grpc_runtime.h"
#include "common/status/error_details.h"
#include "common/status/grpc_status.h"
#include "common/testing/status_matchers.h"
#include "edge/backend/target.h"
#include "edge/event_loop/event_loop.h"

namespace caucus::edge::backend {
namespace {

constexpr int kReceiveBytesMax = 64 * 1024 * 1024;

using testing::ElementsAre;
using testing::IsEmpty;

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string ToText(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  EXPECT_TRUE(buffer.DumpToSingleSlice(&slice).ok());
  return std::string(reinterpret_cast<const char*>(slice.begin()), slice.size());
}

// Serves methods without generated code, on a free port. Thread-safe.
//
//     /chat/Echo      answers with the request
//     /chat/Fail      fails with details
//     /chat/Silent    never answers
//     /chat/Count     streams "<request>1", "<request>2" and "<request>3", and ends with OK
//     /chat/Break     streams "1", and ends with NOT_FOUND
//     /chat/Endless   streams "1", "2" and so on
class GenericServer final : private grpc::CallbackGenericService {
 public:
  GenericServer() {
    KeepGrpcRunning();
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.SetMaxReceiveMessageSize(kReceiveBytesMax);
    builder.RegisterCallbackGenericService(this);
    server_ = builder.BuildAndStart();
  }
  ~GenericServer() override { server_->Shutdown(std::chrono::system_clock::now()); }

  int port() const { return port_; }

  void WaitForCalls(int count) {
    const absl::MutexLock lock(&mutex_);
    const auto reached = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return started_ >= count; };
    mutex_.Await(absl::Condition(&reached));
  }
  void WaitUntilIdle() {
    const absl::MutexLock lock(&mutex_);
    const auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return ended_ == started_; };
    mutex_.Await(absl::Condition(&idle));
  }
  std::multimap<std::string, std::string> metadata() {
    const absl::MutexLock lock(&mutex_);
    return metadata_;
  }

 private:
  class Call final : public grpc::ServerGenericBidiReactor {
   public:
    Call(GenericServer& server, std::string method) : server_(server), method_(std::move(method)) {
      StartRead(&request_);
    }

    void OnReadDone(bool ok) override {
      if (!ok) return FinishOnce(grpc::Status::CANCELLED);
      server_.OnStarted();
      if (method_ == "/chat/Fail") {
        return FinishOnce(ToGrpcStatus(
            ErrorWithReason(absl::StatusCode::kFailedPrecondition, "The room is closed",
                            {.domain = "chat.example", .reason = "ROOM_CLOSED"})));
      }
      if (method_ != "/chat/Silent") Write();
    }
    void OnWriteDone(bool ok) override {
      if (!ok) return FinishOnce(grpc::Status::CANCELLED);
      if (method_ == "/chat/Echo") return FinishOnce(grpc::Status::OK);
      if (method_ == "/chat/Count" && written_ == 3) return FinishOnce(grpc::Status::OK);
      if (method_ == "/chat/Break") {
        return FinishOnce(grpc::Status(grpc::StatusCode::NOT_FOUND, "No such room"));
      }
      Write();
    }
    void OnCancel() override {
      if (method_ == "/chat/Silent") FinishOnce(grpc::Status::CANCELLED);
    }
    void OnDone() override {
      server_.OnEnded();
      delete this;
    }

   private:
    void Write() {
      ++written_;
      const std::string number = std::to_string(written_);
      response_ = method_ == "/chat/Echo"    ? request_
                  : method_ == "/chat/Count" ? ToBuffer(ToText(request_) + number)
                                             : ToBuffer(number);
      StartWrite(&response_);
    }
    void FinishOnce(const grpc::Status& status) {
      {
        const absl::MutexLock lock(&mutex_);
        if (std::exchange(finished_, true)) return;
      }
      Finish(status);
    }

    GenericServer& server_;
    const std::string method_;
    grpc::ByteBuffer request_;
    grpc::ByteBuffer response_;
    int written_ = 0;
    absl::Mutex mutex_;
    bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  };

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    {
      const absl::MutexLock lock(&mutex_);
      metadata_.clear();
      for (const auto& [key, value] : context->client_metadata()) {
        metadata_.emplace(std::string(key.data(), key.size()),
                          std::string(value.data(), value.size()));
      }
    }
    return new Call(*this, context->method());
  }
  void OnStarted() {
    const absl::MutexLock lock(&mutex_);
    ++started_;
  }
  void OnEnded() {
    const absl::MutexLock lock(&mutex_);
    ++ended_;
  }

  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  absl::Mutex mutex_;
  int started_ ABSL_GUARDED_BY(mutex_) = 0;
  int ended_ ABSL_GUARDED_BY(mutex_) = 0;
  std::multimap<std::string, std::string> metadata_ ABSL_GUARDED_BY(mutex_);
};

// What the callbacks of one call have said. Thread-safe.
class Outcome {
 public:
  RpcInvoker::UnaryCallback OnAnswer() {
    return [this](absl::StatusOr<std::string> response) {
      if (response.ok()) AddMessage(*response);
      SetEnd(response.status());
    };
  }
  RpcInvoker::MessageCallback OnMessage() {
    return [this](std::string message) { AddMessage(std::move(message)); };
  }
  RpcInvoker::EndCallback OnEnd() {
    return [this](absl::Status status) { SetEnd(std::move(status)); };
  }

  void WaitForMessages(size_t count) {
    const absl::MutexLock lock(&mutex_);
    const auto reached = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return messages_.size() >= count;
    };
    mutex_.Await(absl::Condition(&reached));
  }
  absl::Status WaitForEnd() {
    const absl::MutexLock lock(&mutex_);
    const auto reached = [this]()
                             ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return end_.has_value(); };
    mutex_.Await(absl::Condition(&reached));
    return *end_;
  }
  std::vector<std::string> messages() {
    const absl::MutexLock lock(&mutex_);
    return messages_;
  }
  std::optional<absl::Status> end() {
    const absl::MutexLock lock(&mutex_);
    return end_;
  }

 private:
  void AddMessage(std::string message) {
    const absl::MutexLock lock(&mutex_);
    messages_.push_back(std::move(message));
  }
  void SetEnd(absl::Status status) {
    const absl::MutexLock lock(&mutex_);
    EXPECT_FALSE(end_.has_value()) << "ended twice";
    end_ = std::move(status);
  }

  absl::Mutex mutex_;
  std::vector<std::string> messages_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
};

// The thread that an invoker belongs to.
class ShardThread {
 public:
  ShardThread() : thread_([this] { loop_.Run(); }) {}
  ~ShardThread() { Stop(); }

  EventLoop& loop() { return loop_; }

  // Runs `task` there, and waits for it; when the thread has ended, here.
  void Run(const std::function<void()>& task) {
    if (!thread_.joinable()) return task();
    std::latch done(1);
    loop_.Post([&] {
      task();
      done.count_down();
    });
    done.wait();
  }
  void Stop() {
    loop_.Stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  EventLoop loop_;
  std::thread thread_;
};

// A stream that is used from the test's thread.
class RemoteStream {
 public:
  explicit RemoteStream(ShardThread& shard) : shard_(shard) {}
  ~RemoteStream() {
    shard_.Run([this] { stream_.reset(); });
  }
  void Set(std::unique_ptr<RpcStream> stream) { stream_ = std::move(stream); }
  void ReadNext() {
    shard_.Run([this] { stream_->ReadNext(); });
  }

 private:
  ShardThread& shard_;
  std::unique_ptr<RpcStream> stream_;
};

class Http2RpcInvokerTest : public testing::Test {
 protected:
  static RpcCall CallTo(const std::string& method, const std::string& request = "x") {
    return {.method = "/chat/" + method,
            .request = request,
            .metadata = {},
            .timeout = absl::Minutes(1)};
  }

  void Invoke(const RpcCall& call, const RpcInvoker::UnaryCallback& done) {
    shard_.Run([&] { invoker_->Invoke(call, done); });
  }
  std::unique_ptr<RemoteStream> Open(const RpcCall& call) {
    auto stream = std::make_unique<RemoteStream>(shard_);
    shard_.Run(
        [&] { stream->Set(invoker_->OpenStream(call, outcome_.OnMessage(), outcome_.OnEnd())); });
    return stream;
  }
  // A call there and back, in which anything that is under way arrives too.
  void RoundTrip() {
    Outcome echo;
    Invoke(CallTo("Echo"), echo.OnAnswer());
    EXPECT_OK(echo.WaitForEnd());
  }

  // As when the edge stops: the shard's thread first.
  void DestroyInvoker() {
    shard_.Stop();
    invoker_.reset();
  }

  GenericServer server_;
  Outcome outcome_;
  ShardThread shard_;
  std::unique_ptr<Http2RpcInvoker> invoker_ = std::make_unique<Http2RpcInvoker>(
      shard_.loop(), *ParseTarget("127.0.0.1:" + std::to_string(server_.port())));
};

TEST_F(Http2RpcInvokerTest, CallsAMethod) {
  const std::string request("\0binary\xFF", 8);
  Invoke(CallTo("Echo", request), outcome_.OnAnswer());
  EXPECT_OK(outcome_.WaitForEnd());
  EXPECT_THAT(outcome_.messages(), ElementsAre(request));
}

TEST_F(Http2RpcInvokerTest, CarriesEmptyMessages) {
  Invoke(CallTo("Echo", ""), outcome_.OnAnswer());
  EXPECT_OK(outcome_.WaitForEnd());
  EXPECT_THAT(outcome_.messages(), ElementsAre(""));
}

TEST_F(Http2RpcInvokerTest, KeepsTheDetailsOfAnError) {
  Invoke(CallTo("Fail"), outcome_.OnAnswer());
  const absl::Status error = outcome_.WaitForEnd();
  EXPECT_THAT(error, StatusIs(absl::StatusCode::kFailedPrecondition, "The room is closed"));
  EXPECT_EQ(ReasonOf(error), "ROOM_CLOSED");
}

TEST_F(Http2RpcInvokerTest, SendsMetadata) {
  RpcCall call = CallTo("Echo");
  call.metadata = {{"authorization", "Bearer t"}, {"x-request-id", "r1"}};
  Invoke(call, outcome_.OnAnswer());
  EXPECT_OK(outcome_.WaitForEnd());
  const auto metadata = server_.metadata();
  EXPECT_THAT(metadata, testing::Contains(testing::Pair("authorization", "Bearer t")));
  EXPECT_THAT(metadata, testing::Contains(testing::Pair("x-request-id", "r1")));
}

TEST_F(Http2RpcInvokerTest, SendsMetadataOfAStream) {
  RpcCall call = CallTo("Endless");
  call.metadata = {{"authorization", "Bearer t"}};
  const auto stream = Open(call);
  outcome_.WaitForMessages(1);
  EXPECT_THAT(server_.metadata(), testing::Contains(testing::Pair("authorization", "Bearer t")));
}

TEST_F(Http2RpcInvokerTest, WaitsForAServerUntilTheDeadline) {
  ShardThread shard;
  Http2RpcInvoker invoker(shard.loop(), *ParseTarget("unix:/nonexistent/socket"));
  RpcCall call = CallTo("Echo");
  call.timeout = absl::Milliseconds(50);
  shard.Run([&] { invoker.Invoke(call, outcome_.OnAnswer()); });
  EXPECT_THAT(outcome_.WaitForEnd(), StatusIs(absl::StatusCode::kDeadlineExceeded));
  shard.Stop();
}

TEST_F(Http2RpcInvokerTest, GivesUpOnASilentServerAtTheDeadline) {
  RpcCall call = CallTo("Silent");
  call.timeout = absl::Milliseconds(50);
  Invoke(call, outcome_.OnAnswer());
  EXPECT_THAT(outcome_.WaitForEnd(), StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(Http2RpcInvokerTest, StreamsMessagesOnRequest) {
  const auto stream = Open(CallTo("Count", "n"));
  outcome_.WaitForMessages(1);
  RoundTrip();
  EXPECT_THAT(outcome_.messages(), ElementsAre("n1"));
  stream->ReadNext();
  outcome_.WaitForMessages(2);
  RoundTrip();
  EXPECT_THAT(outcome_.messages(), ElementsAre("n1", "n2"));
  stream->ReadNext();
  outcome_.WaitForMessages(3);
  RoundTrip();
  EXPECT_FALSE(outcome_.end().has_value());
  stream->ReadNext();
  EXPECT_OK(outcome_.WaitForEnd());
  EXPECT_THAT(outcome_.messages(), ElementsAre("n1", "n2", "n3"));
}

TEST_F(Http2RpcInvokerTest, CarriesAMessageUpToTheBound) {
  Invoke(CallTo("Echo", std::string(kMessageBytesMax, 'x')), outcome_.OnAnswer());
  EXPECT_OK(outcome_.WaitForEnd());
}

TEST_F(Http2RpcInvokerTest, BlamesTheServiceForTooLargeAResponse) {
  Invoke(CallTo("Echo", std::string(kMessageBytesMax + 1, 'x')), outcome_.OnAnswer());
  EXPECT_THAT(outcome_.WaitForEnd(), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(Http2RpcInvokerTest, EndsAStreamWithTooLargeAMessage) {
  const auto stream = Open(CallTo("Count", std::string(kMessageBytesMax, 'x')));
  EXPECT_THAT(outcome_.WaitForEnd(), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(outcome_.messages(), IsEmpty());
  server_.WaitUntilIdle();
}

TEST_F(Http2RpcInvokerTest, TellsHowAStreamEnded) {
  const auto stream = Open(CallTo("Break"));
  outcome_.WaitForMessages(1);
  stream->ReadNext();
  EXPECT_THAT(outcome_.WaitForEnd(), StatusIs(absl::StatusCode::kNotFound, "No such room"));
}

TEST_F(Http2RpcInvokerTest, TellsWhyAStreamFailedAtOnce) {
  const auto stream = Open(CallTo("Fail"));
  const absl::Status error = outcome_.WaitForEnd();
  EXPECT_THAT(error, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(ReasonOf(error), "ROOM_CLOSED");
  EXPECT_THAT(outcome_.messages(), IsEmpty());
}

TEST_F(Http2RpcInvokerTest, SaysNothingMoreOfADestroyedStream) {
  auto stream = Open(CallTo("Endless"));
  outcome_.WaitForMessages(1);
  stream.reset();
  server_.WaitUntilIdle();
  DestroyInvoker();
  EXPECT_THAT(outcome_.messages(), ElementsAre("1"));
  EXPECT_FALSE(outcome_.end().has_value());
}

TEST_F(Http2RpcInvokerTest, SaysNothingOfAStreamThatIsDestroyedWhileReading) {
  auto stream = Open(CallTo("Silent"));
  server_.WaitForCalls(1);
  stream.reset();
  DestroyInvoker();
  EXPECT_THAT(outcome_.messages(), IsEmpty());
  EXPECT_FALSE(outcome_.end().has_value());
}

TEST_F(Http2RpcInvokerTest, DestroysAStreamAfterItsEnd) {
  auto stream = Open(CallTo("Fail"));
  outcome_.WaitForEnd().IgnoreError();
  DestroyInvoker();
  stream.reset();
}

TEST_F(Http2RpcInvokerTest, AnswersEveryCallBeforeItIsDestroyed) {
  Outcome others[10];
  for (Outcome& other : others) Invoke(CallTo("Silent"), other.OnAnswer());
  server_.WaitForCalls(10);
  EXPECT_FALSE(invoker_->Idle());
  DestroyInvoker();
  for (Outcome& other : others) {
    ASSERT_TRUE(other.end().has_value());
    EXPECT_THAT(*other.end(), StatusIs(absl::StatusCode::kCancelled));
  }
}

TEST_F(Http2RpcInvokerTest, IsDestroyedWhileCallsAreStarting) {
  Outcome others[50];
  for (Outcome& other : others) {
    Invoke(CallTo("Echo"), other.OnAnswer());
    Open(CallTo("Endless"));
  }
  DestroyInvoker();
  for (Outcome& other : others) EXPECT_TRUE(other.end().has_value());
}

}  // namespace
}  // namespace caucus::edge::backend
