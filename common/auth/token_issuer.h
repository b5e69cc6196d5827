// The client of AuthService.BatchIssueTokens, for services that hand out tokens.

#ifndef COMMON_AUTH_TOKEN_ISSUER_H_
#define COMMON_AUTH_TOKEN_ISSUER_H_

#include <google/protobuf/struct.pb.h>
#include <grpcpp/channel.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "caucus/auth/v1/auth_service.grpc.pb.h"
#include "common/grpc/call_queue.h"
#include "common/grpc/pending_calls.h"

namespace caucus {

struct IssuedToken {
  std::string token;
  absl::Time expire_time;
};

// Has auth-service issue tokens, authorized by the service key. Those that are asked for in one
// CallQueue::Gathering go in one call.
//
// Thread-safe. Destroying it cancels its calls and waits until each callback has returned, so a
// callback must not destroy it, nor the thread of a gathering in which it was used. `queue` must
// outlive it.
class TokenIssuer {
 public:
  using Callback = std::function<void(absl::StatusOr<IssuedToken>)>;

  TokenIssuer(std::shared_ptr<grpc::Channel> channel, std::string_view service_key,
              CallQueue& queue);
  ~TokenIssuer();

  // Calls `done` exactly once, on the queue's thread; it must not block. What subject, claims and
  // lifetime may be is told in auth_service.proto.
  //   kInvalidArgument    with google.rpc.BadRequest: auth-service refuses one of them.
  //   kUnauthenticated    the service key is wrong.
  //   kDeadlineExceeded   no answer by `deadline`, or the latest of those in the same call.
  //   kUnavailable        auth-service cannot be reached.
  void Issue(std::string_view subject, const google::protobuf::Struct& claims,
             absl::Duration lifetime, absl::Time deadline, Callback done);

 private:
  struct Request {
    auth::v1::IssueTokenRequest message;
    absl::Time deadline;
    Callback done;
  };

  void SendAll();  // What waits, which may be nothing. On the queue's thread.
  void Send(std::vector<Request> batch);

  const std::string authorization_;
  const std::unique_ptr<auth::v1::AuthService::Stub> stub_;
  CallQueue& queue_;

  absl::Mutex mutex_;
  std::vector<Request> waiting_ ABSL_GUARDED_BY(mutex_);
  size_t sends_due_ ABSL_GUARDED_BY(mutex_) = 0;  // Calls of SendAll.

  PendingCalls pending_;  // Last: its destructor waits for callbacks that use the rest.
};

}  // namespace caucus

#endif  // COMMON_AUTH_TOKEN_ISSUER_H_
