// The services of bench.proto.

#ifndef TESTS_LOAD_BENCH_BACKEND_H_
#define TESTS_LOAD_BENCH_BACKEND_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "tests/load/bench.grpc.pb.h"

namespace caucus::load {

// Bytes in, the same bytes out. Thread-safe.
class PlainBenchService final
    : public bench::v1::PlainBench::WithRawCallbackMethod_Echo<bench::v1::PlainBench::Service> {
 public:
  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context,
                                 const grpc::ByteBuffer* request,
                                 grpc::ByteBuffer* response) override;
};

// Thread-safe.
class RpcBenchService final
    : public bench::v1::RpcBench::WithCallbackMethod_Enter<
          bench::v1::RpcBench::WithRawCallbackMethod_Publish<bench::v1::RpcBench::Service>> {
 public:
  grpc::ServerUnaryReactor* Enter(grpc::CallbackServerContext* context,
                                  const bench::v1::BenchRoom* request,
                                  google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* Publish(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;
};

// Thread-safe.
class FeedBenchService final : public bench::v1::FeedBench::CallbackService {
 public:
  FeedBenchService();
  ~FeedBenchService() override;

  grpc::ServerUnaryReactor* Enter(grpc::CallbackServerContext* context,
                                  const bench::v1::BenchRoom* request,
                                  google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* Publish(grpc::CallbackServerContext* context,
                                    const bench::v1::BenchMessage* request,
                                    google::protobuf::Empty* response) override;
  grpc::ServerWriteReactor<bench::v1::BenchFeedItem>* Follow(
      grpc::CallbackServerContext* context, const bench::v1::BenchRoom* request) override;

  // Says a message on its room's feed. False: nobody follows it.
  bool Say(const bench::v1::BenchMessage& message);

  // Ends all feeds.
  void Stop();

 private:
  class Feed;

  void Forget(const std::string& room, Feed* feed);

  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, absl::flat_hash_set<Feed*>> feeds_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

// Thread-safe.
class TokenBenchService final : public bench::v1::TokenBench::CallbackService {
 public:
  grpc::ServerUnaryReactor* Enter(grpc::CallbackServerContext* context,
                                  const google::protobuf::Empty* request,
                                  google::protobuf::Empty* response) override;
};

}  // namespace caucus::load

#endif  // TESTS_LOAD_BENCH_BACKEND_H_
