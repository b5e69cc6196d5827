// The backend of bench.proto: a gRPC server that costs little.
//
// The load generator shares a core with it, so what it spends is missing there. One thread polls
// gRPC's completion queue for all calls; requests and responses stay bytes. gRPC's callback API
// hands calls from thread to thread: 19 us and 0.25 switches a call of `echo`, here 14 us and 0.08.
// One of its threads anywhere in the process (grpc_runtime.h) costs 1 us of that.

#ifndef TESTS_LOAD_BENCH_BACKEND_H_
#define TESTS_LOAD_BENCH_BACKEND_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "tests/load/bench.pb.h"

namespace caucus::load {

// Thread-safe. Destroying it ends all calls.
class BenchBackend {
 public:
  // Serves on `listen_address`, host:port; port 0 takes any free one.
  //   kUnavailable  the address is taken or cannot be resolved.
  static absl::StatusOr<std::unique_ptr<BenchBackend>> Start(const std::string& listen_address);

  ~BenchBackend();
  BenchBackend(const BenchBackend&) = delete;
  BenchBackend& operator=(const BenchBackend&) = delete;

  int port() const { return port_; }

  // Says a message on its room's feed. False: nobody follows it.
  bool Say(const bench::v1::BenchMessage& message);

 private:
  class Operation;
  class Stop;
  class UnaryCalls;
  class Feed;
  struct Services;

  BenchBackend();

  void ServeUnaryCalls();
  void Poll();
  // Of the room's feeds.
  void Remember(const std::string& room, Feed* feed);
  void Forget(const std::string& room, Feed* feed);

  const std::unique_ptr<Services> services_;
  std::vector<std::unique_ptr<UnaryCalls>> unary_calls_;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
  std::thread poller_;
  bool stopped_ = false;  // The poller's.

  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, absl::flat_hash_set<Feed*>> feeds_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace caucus::load

#endif  // TESTS_LOAD_BENCH_BACKEND_H_
