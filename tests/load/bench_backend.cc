#include "tests/load/bench_backend.h"

#include <deque>
#include <utility>
#include <vector>

namespace caucus::load {
namespace {

using bench::v1::BenchFeedItem;
using bench::v1::BenchMessage;
using bench::v1::BenchRoom;

grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context,
                                 const grpc::Status& status = grpc::Status::OK) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

}  // namespace

grpc::ServerUnaryReactor* PlainBenchService::Echo(grpc::CallbackServerContext* context,
                                                  const grpc::ByteBuffer* request,
                                                  grpc::ByteBuffer* response) {
  *response = *request;
  return Finish(context);
}

grpc::ServerUnaryReactor* RpcBenchService::Enter(grpc::CallbackServerContext* context,
                                                 const BenchRoom*, google::protobuf::Empty*) {
  return Finish(context);
}

grpc::ServerUnaryReactor* RpcBenchService::Publish(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* request,
                                                   grpc::ByteBuffer* response) {
  *response = *request;
  return Finish(context);
}

// One follower's stream. Destroyed by OnDone, when no Say can hold it any more.
class FeedBenchService::Feed final : public grpc::ServerWriteReactor<BenchFeedItem> {
 public:
  Feed(FeedBenchService& service, std::string room) : service_(service), room_(std::move(room)) {}

  void Push(const BenchMessage& message) {
    const absl::MutexLock lock(&mutex_);
    if (finished_) return;
    waiting_.emplace_back();
    *waiting_.back().mutable_message() = message;
    if (waiting_.size() == 1) StartWrite(&waiting_.front());
  }

  void End() {
    {
      const absl::MutexLock lock(&mutex_);
      if (std::exchange(finished_, true)) return;
    }
    Finish(grpc::Status::CANCELLED);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End();
    const absl::MutexLock lock(&mutex_);
    waiting_.pop_front();
    if (!finished_ && !waiting_.empty()) StartWrite(&waiting_.front());
  }

  void OnCancel() override { End(); }

  void OnDone() override {
    service_.Forget(room_, this);
    delete this;
  }

 private:
  FeedBenchService& service_;
  const std::string room_;
  absl::Mutex mutex_;
  std::deque<BenchFeedItem> waiting_ ABSL_GUARDED_BY(mutex_);  // The first is being written.
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

FeedBenchService::FeedBenchService() = default;
FeedBenchService::~FeedBenchService() = default;

grpc::ServerUnaryReactor* FeedBenchService::Enter(grpc::CallbackServerContext* context,
                                                  const BenchRoom*, google::protobuf::Empty*) {
  return Finish(context);
}

grpc::ServerUnaryReactor* FeedBenchService::Publish(grpc::CallbackServerContext* context,
                                                    const BenchMessage* request,
                                                    google::protobuf::Empty*) {
  return Finish(context, Say(*request)
                             ? grpc::Status::OK
                             : grpc::Status(grpc::StatusCode::NOT_FOUND, "nobody follows"));
}

grpc::ServerWriteReactor<BenchFeedItem>* FeedBenchService::Follow(grpc::CallbackServerContext*,
                                                                  const BenchRoom* request) {
  auto* const feed = new Feed(*this, request->room());  // Deletes itself, in OnDone.
  bool stopped = false;
  {
    const absl::MutexLock lock(&mutex_);
    feeds_[request->room()].insert(feed);
    stopped = stopped_;
  }
  if (stopped) feed->End();
  return feed;
}

bool FeedBenchService::Say(const BenchMessage& message) {
  const absl::MutexLock lock(&mutex_);
  const auto found = feeds_.find(message.room());
  if (found == feeds_.end()) return false;
  for (Feed* const feed : found->second) feed->Push(message);
  return true;
}

void FeedBenchService::Stop() {
  const absl::MutexLock lock(&mutex_);
  stopped_ = true;
  for (const auto& [room, feeds] : feeds_) {
    for (Feed* const feed : feeds) feed->End();
  }
}

void FeedBenchService::Forget(const std::string& room, Feed* feed) {
  const absl::MutexLock lock(&mutex_);
  const auto found = feeds_.find(room);
  found->second.erase(feed);
  if (found->second.empty()) feeds_.erase(found);
}

grpc::ServerUnaryReactor* TokenBenchService::Enter(grpc::CallbackServerContext* context,
                                                   const google::protobuf::Empty*,
                                                   google::protobuf::Empty*) {
  return Finish(context);
}

}  // namespace caucus::load
