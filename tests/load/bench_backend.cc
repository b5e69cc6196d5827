#include "tests/load/bench_backend.h"

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <concepts>
#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "tests/load/bench.grpc.pb.h"

namespace caucus::load {
namespace {

using bench::v1::BenchFeedItem;
using bench::v1::BenchMessage;
using bench::v1::BenchRoom;
using bench::v1::FeedBench;
using bench::v1::PlainBench;
using bench::v1::RpcBench;
using bench::v1::TokenBench;
using grpc::ByteBuffer;

// Of each method, at a time. More wait in gRPC.
constexpr int kCallsMax = 256;

using Responder = grpc::ServerAsyncResponseWriter<ByteBuffer>;

// Answers a request.
using Method = std::function<grpc::Status(const ByteBuffer& request, ByteBuffer& response)>;

// Asks for a call of one method.
using Request = std::function<void(grpc::ServerContext*, ByteBuffer* request, Responder*,
                                   grpc::ServerCompletionQueue*, void* tag)>;

template <typename Base, std::derived_from<Base> Service>
Request RequestOf(Service& service, void (Base::*request)(grpc::ServerContext*, ByteBuffer*,
                                                          Responder*, grpc::CompletionQueue*,
                                                          grpc::ServerCompletionQueue*, void*)) {
  return [&service, request](grpc::ServerContext* context, ByteBuffer* bytes, Responder* responder,
                             grpc::ServerCompletionQueue* queue, void* tag) {
    (service.*request)(context, bytes, responder, queue, queue, tag);
  };
}

grpc::Status Echo(const ByteBuffer& request, ByteBuffer& response) {
  response = request;
  return grpc::Status::OK;
}

// google.protobuf.Empty
ByteBuffer Empty() {
  const grpc::Slice nothing;
  return ByteBuffer(&nothing, 1);
}

grpc::Status Accept(const ByteBuffer&, ByteBuffer& response) {
  response = Empty();
  return grpc::Status::OK;
}

void SetArguments(grpc::ServerBuilder& builder) {
  // Without what counts, compresses and bounds calls.
  builder.AddChannelArgument(GRPC_ARG_MINIMAL_STACK, 1);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  // Else a second server would silently share the port.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Feeds may be idle, and the edge pings.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
}

}  // namespace

// Something that gRPC is asked to do.
class BenchBackend::Operation {
 public:
  virtual ~Operation() = default;

  // It is done, or not: then nothing more can be.
  virtual void OnDone(bool ok) = 0;
};

// Ends the queue, between two operations: none may be begun afterwards.
class BenchBackend::Stop final : public Operation {
 public:
  explicit Stop(BenchBackend& backend) : backend_(backend) {}

  void OnDone(bool) override {
    backend_.stopped_ = true;
    backend_.queue_->Shutdown();
  }

 private:
  BenchBackend& backend_;
};

struct BenchBackend::Services {
  PlainBench::WithRawMethod_Echo<PlainBench::Service> plain;
  RpcBench::WithRawMethod_Enter<RpcBench::WithRawMethod_Publish<RpcBench::Service>> rpc;
  FeedBench::WithRawMethod_Enter<
      FeedBench::WithRawMethod_Publish<FeedBench::WithAsyncMethod_Follow<FeedBench::Service>>>
      feed;
  TokenBench::WithRawMethod_Enter<TokenBench::Service> token;
};

// Takes calls of one method, for as long as the server runs.
class BenchBackend::UnaryCalls {
 public:
  UnaryCalls(Request request, Method method, BenchBackend& backend)
      : request_(std::move(request)), method_(std::move(method)), backend_(backend) {
    for (int i = 0; i < kCallsMax; ++i) calls_.emplace_back(*this).Await();
  }

 private:
  class Call final : public Operation {
   public:
    explicit Call(UnaryCalls& calls) : calls_(calls) {}

    void Await() {
      if (calls_.backend_.stopped_) return;
      responder_.reset();
      responder_.emplace(&context_.emplace());
      calls_.request_(&*context_, &request_, &*responder_, calls_.backend_.queue_.get(), this);
    }

    void OnDone(bool ok) override {
      if (std::exchange(answered_, !answered_)) return Await();
      if (!ok) return;  // The server stops.
      ByteBuffer response;
      const grpc::Status status = calls_.method_(request_, response);
      if (status.ok()) {
        responder_->Finish(response, status, this);
      } else {
        responder_->FinishWithError(status, this);
      }
    }

   private:
    UnaryCalls& calls_;
    std::optional<grpc::ServerContext> context_;
    std::optional<Responder> responder_;
    ByteBuffer request_;
    bool answered_ = false;
  };

  const Request request_;
  const Method method_;
  BenchBackend& backend_;
  std::deque<Call> calls_;
};

// One follower's stream. Destroys itself when it has ended and nothing is under way.
class BenchBackend::Feed final : public Operation {
 public:
  // Awaits a follower.
  explicit Feed(BenchBackend& backend) : backend_(backend), end_(*this), writer_(&context_) {
    context_.AsyncNotifyWhenDone(&end_);
    backend_.services_->feed.RequestFollow(&context_, &request_, &writer_, backend_.queue_.get(),
                                           backend_.queue_.get(), this);
  }

  void Push(const BenchMessage& message) {
    const absl::MutexLock lock(&mutex_);
    *waiting_.emplace_back().mutable_message() = message;
    if (waiting_.size() == 1) writer_.Write(waiting_.front(), this);
  }

  void OnDone(bool ok) override {
    if (!started_) {
      if (ok) return Start();
      delete this;  // The server stops, and `end_` will not be.
      return;
    }
    absl::ReleasableMutexLock lock(&mutex_);
    waiting_.pop_front();
    if (ok && !ended_ && !waiting_.empty()) return writer_.Write(waiting_.front(), this);
    waiting_.clear();
    if (!ended_) return;
    lock.Release();
    delete this;
  }

 private:
  class End final : public Operation {
   public:
    explicit End(Feed& feed) : feed_(feed) {}
    void OnDone(bool) override { feed_.OnEnd(); }

   private:
    Feed& feed_;
  };

  void Start() {
    started_ = true;
    new Feed(backend_);  // For the next.
    backend_.Remember(request_.room(), this);
  }

  void OnEnd() {
    backend_.Forget(request_.room(), this);
    absl::ReleasableMutexLock lock(&mutex_);
    ended_ = true;
    if (!waiting_.empty()) return;  // A write is under way.
    lock.Release();
    delete this;
  }

  BenchBackend& backend_;
  End end_;
  grpc::ServerContext context_;
  BenchRoom request_;
  grpc::ServerAsyncWriter<BenchFeedItem> writer_;
  bool started_ = false;
  absl::Mutex mutex_;
  std::deque<BenchFeedItem> waiting_ ABSL_GUARDED_BY(mutex_);  // The first is being written.
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

absl::StatusOr<std::unique_ptr<BenchBackend>> BenchBackend::Start(
    const std::string& listen_address) {
  std::unique_ptr<BenchBackend> backend(new BenchBackend);
  Services& services = *backend->services_;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(listen_address, grpc::InsecureServerCredentials(), &backend->port_);
  SetArguments(builder);
  builder.RegisterService(&services.plain);
  builder.RegisterService(&services.rpc);
  builder.RegisterService(&services.feed);
  builder.RegisterService(&services.token);
  backend->queue_ = builder.AddCompletionQueue();
  backend->server_ = builder.BuildAndStart();
  if (backend->server_ == nullptr || backend->port_ == 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", listen_address));
  }
  backend->ServeUnaryCalls();
  new Feed(*backend);  // Each awaits the next.
  backend->poller_ = std::thread([raw = backend.get()] { raw->Poll(); });
  return backend;
}

BenchBackend::BenchBackend() : services_(std::make_unique<Services>()) {}

BenchBackend::~BenchBackend() {
  if (!poller_.joinable()) return;
  server_->Shutdown(std::chrono::system_clock::now());
  Stop stop(*this);
  grpc::Alarm alarm;
  alarm.Set(queue_.get(), std::chrono::system_clock::now(), &stop);
  poller_.join();
}

void BenchBackend::ServeUnaryCalls() {
  const auto serve = [&](Request request, Method method) {
    unary_calls_.push_back(
        std::make_unique<UnaryCalls>(std::move(request), std::move(method), *this));
  };
  Services& s = *services_;
  serve(RequestOf(s.plain, &decltype(s.plain)::RequestEcho), Echo);
  serve(RequestOf(s.rpc, &decltype(s.rpc)::RequestEnter), Accept);
  serve(RequestOf(s.rpc, &decltype(s.rpc)::RequestPublish), Echo);
  serve(RequestOf(s.feed, &decltype(s.feed)::RequestEnter), Accept);
  serve(RequestOf(s.token, &decltype(s.token)::RequestEnter), Accept);
  serve(RequestOf(s.feed, &decltype(s.feed)::RequestPublish),
        [this](const ByteBuffer& request, ByteBuffer& response) {
          BenchMessage message;
          ByteBuffer bytes = request;
          if (!grpc::SerializationTraits<BenchMessage>::Deserialize(&bytes, &message).ok())
            return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "no BenchMessage");
          response = Empty();
          return Say(message) ? grpc::Status::OK
                              : grpc::Status(grpc::StatusCode::NOT_FOUND, "nobody follows");
        });
}

void BenchBackend::Poll() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) static_cast<Operation*>(tag)->OnDone(ok);
}

bool BenchBackend::Say(const BenchMessage& message) {
  const absl::MutexLock lock(&mutex_);
  const auto found = feeds_.find(message.room());
  if (found == feeds_.end()) return false;
  for (Feed* const feed : found->second) feed->Push(message);
  return true;
}

void BenchBackend::Remember(const std::string& room, Feed* feed) {
  const absl::MutexLock lock(&mutex_);
  feeds_[room].insert(feed);
}

void BenchBackend::Forget(const std::string& room, Feed* feed) {
  const absl::MutexLock lock(&mutex_);
  const auto found = feeds_.find(room);
  if (found == feeds_.end()) return;
  found->second.erase(feed);
  if (found->second.empty()) feeds_.erase(found);
}

}  // namespace caucus::load
