// A gRPC server as all our services run it: health service, keepalive, message bounds, graceful
// stop.

#ifndef COMMON_GRPC_GRPC_SERVER_H_
#define COMMON_GRPC_GRPC_SERVER_H_

#include <grpcpp/impl/codegen/service_type.h>
#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace caucus {

// Runs services on one port, together with grpc.health.v1.Health, which says SERVING until
// SayNotServing() or Stop().
//
// Thread-safe. Destroying it stops it.
class GrpcServer {
 public:
  // Off in production: it tells everyone the whole interface.
  enum class Reflection { kOff, kOn };

  struct Options {
    std::string listen_address;  // "host:port"; port 0 takes any free one.
    Reflection reflection = Reflection::kOff;
    int receive_message_bytes_max = 256 * 1024;
    // How long a call in flight may go on after Stop().
    absl::Duration stop_grace = absl::Seconds(5);
  };

  // Returns a server that takes calls. `services` must outlive it.
  //   kUnavailable  the address is taken or cannot be resolved.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(
      Options options, const std::vector<grpc::Service*>& services);

  ~GrpcServer();
  GrpcServer(const GrpcServer&) = delete;
  GrpcServer& operator=(const GrpcServer&) = delete;

  // The port that was bound.
  int port() const { return port_; }

  // Says NOT_SERVING from now on, and serves on: callers go elsewhere before it stops. Idempotent.
  void SayNotServing();

  // Says NOT_SERVING, refuses new calls, waits up to `stop_grace` for those in flight, cancels the
  // rest. Returns when no call is left. Idempotent.
  void Stop();

 private:
  GrpcServer(Options options, std::unique_ptr<grpc::Server> server, int port);

  const Options options_;
  const std::unique_ptr<grpc::Server> server_;
  const int port_;
};

}  // namespace caucus

#endif  // COMMON_GRPC_GRPC_SERVER_H_
