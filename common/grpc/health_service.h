// grpc.health.v1.Health.

#ifndef COMMON_GRPC_HEALTH_SERVICE_H_
#define COMMON_GRPC_HEALTH_SERVICE_H_

#include <grpcpp/server_context.h>

#include <unordered_set>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/grpc/server_queue.h"
#include "common/grpc/server_stream.h"
#include "common/grpc/unary_call.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace caucus {

// Tells how the server is as a whole; it knows no single services. gRPC has such a service of its
// own, which uses the callback API: see CallQueue.
//
// Thread-safe. Outlives the server.
class HealthService final : public QueuedService {
 public:
  grpc::Service& service() override { return methods_; }
  void TakeCalls(ServerQueue& queue) override;

  // The server serves until then. Whoever watches is told, and that call ended with UNAVAILABLE, as
  // nothing else will follow. Idempotent.
  void SayNotServing();

 private:
  using Request = grpc::health::v1::HealthCheckRequest;
  using Response = grpc::health::v1::HealthCheckResponse;
  using Methods =
      grpc::health::v1::Health::WithRawMethod_Watch<grpc::health::v1::Health::AsyncService>;
  struct Watch;

  void Check(grpc::ServerContext* context, const Request* request, Response* response,
             UnaryResponder* responder);
  void StartWatch(ServerStream& stream);
  void OnWriteDone(Watch& watch, bool ok);
  void OnCancel(Watch& watch);
  void Forget(Watch& watch);
  // Nothing if a message is being written: the next comes when it is.
  void SayNotServing(Watch& watch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void Finish(Watch& watch);

  Methods methods_;
  absl::Mutex mutex_;
  bool is_serving_ ABSL_GUARDED_BY(mutex_) = true;
  std::unordered_set<Watch*> watches_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace caucus

#endif  // COMMON_GRPC_HEALTH_SERVICE_H_
