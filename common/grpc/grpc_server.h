// A gRPC server as all our services run it: health service, keepalive, message bounds, graceful
// stop.

#ifndef COMMON_GRPC_GRPC_SERVER_H_
#define COMMON_GRPC_GRPC_SERVER_H_

#include <grpcpp/impl/codegen/service_type.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/grpc/health_service.h"
#include "common/grpc/server_queue.h"

namespace caucus {

// Runs services, together with grpc.health.v1.Health, which says SERVING until SayNotServing() or
// Stop().
//
// Thread-safe. Destroying it stops it.
class GrpcServer {
 public:
  // Off in production: it tells everyone the whole interface.
  enum class Reflection { kOff, kOn };

  struct Services {
    std::vector<QueuedService*> queued;
    std::vector<grpc::Service*> callback;  // For tests: gRPC's own threads serve it. See CallQueue.
  };

  struct Options {
    // "host:port", where port 0 takes any free one, or "unix:/path"; several, separated by commas.
    std::string listen_address;
    Reflection reflection = Reflection::kOff;
    int receive_message_bytes_max = 256 * 1024;
    // How long a call in flight may go on after Stop().
    absl::Duration stop_grace = absl::Seconds(5);
  };

  // Takes no calls before Listen().
  explicit GrpcServer(Options options);

  // The same, and calls Listen().
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(Options options,
                                                           const Services& services);

  ~GrpcServer();
  GrpcServer(const GrpcServer&) = delete;
  GrpcServer& operator=(const GrpcServer&) = delete;

  // For the calls of this process to others, made after Listen(), which are over before this is
  // destroyed.
  CallQueue& queue() { return *queue_; }

  // Takes calls from now on. Once. `services` live until Stop() has returned.
  //   kUnavailable  an address is taken or cannot be resolved.
  absl::Status Listen(const Services& services);

  // The port that was bound, of the first address.
  int port() const { return port_; }

  // Says NOT_SERVING from now on, and serves on: callers go elsewhere before it stops. Idempotent.
  void SayNotServing();

  // Says NOT_SERVING, refuses new calls, waits up to `stop_grace` for those in flight, cancels the
  // rest. Returns when each has been finished by its method, which may take until the deadlines of
  // what that waits for. Idempotent.
  void Stop();

 private:
  const Options options_;
  HealthService health_;
  grpc::ServerBuilder builder_;
  std::unique_ptr<ServerQueue> queue_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace caucus

#endif  // COMMON_GRPC_GRPC_SERVER_H_
