// A stand-in for auth-service, inside the test's process.

#ifndef COMMON_TESTING_FAKE_AUTH_SERVICE_H_
#define COMMON_TESTING_FAKE_AUTH_SERVICE_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "caucus/auth/v1/auth_service.grpc.pb.h"
#include "common/grpc/grpc_server.h"
#include "common/grpc/server_queue.h"
#include "common/grpc/unary_call.h"
#include "common/time/clock.h"

namespace caucus {

// A real gRPC server on a free port whose tokens are opaque ("fake.1") and kept in a map.
//
// Thread-safe.
class FakeAuthService final : private QueuedService {
 public:
  enum class Mode {
    kServe,
    kUnavailable,  // Every call fails with UNAVAILABLE.
    kHold,         // Calls are answered only after the mode has become another.
  };

  // `clock` must outlive the fake; null is the machine's clock.
  static std::unique_ptr<FakeAuthService> Start(const Clock* clock = nullptr);

  ~FakeAuthService() override;

  // "127.0.0.1:<port>".
  const std::string& address() const { return address_; }

  // What BatchIssueTokens must be called with.
  std::string_view service_key() const { return "fake-service-key"; }

  // Issues a token without a call.
  std::string Issue(std::string_view subject, const google::protobuf::Struct& claims,
                    absl::Duration lifetime);

  // Makes VerifyToken refuse the token from now on.
  void Revoke(std::string_view token);

  // What VerifyToken would say of a token, whether or not it is over; nothing for an unknown one.
  std::optional<auth::v1::VerifyTokenResponse> Lookup(std::string_view token) const;

  void SetMode(Mode mode);

  // How many calls have arrived, whatever became of them.
  int issue_calls() const;
  int verify_calls() const;

  // Blocks until there have been as many.
  void WaitForIssueCalls(int count) const { WaitFor(&FakeAuthService::issue_calls_, count); }
  void WaitForVerifyCalls(int count) const { WaitFor(&FakeAuthService::verify_calls_, count); }

 private:
  explicit FakeAuthService(const Clock* clock);

  grpc::Service& service() override { return methods_; }
  void TakeCalls(ServerQueue& queue) override;

  void WaitFor(int FakeAuthService::*calls, int count) const;
  bool IsAuthorized(const grpc::ServerContext& context) const;
  void Issue(const auth::v1::IssueTokenRequest& request, auth::v1::IssueTokenResponse& response);
  void BatchIssueTokens(grpc::ServerContext* context,
                        const auth::v1::BatchIssueTokensRequest* request,
                        auth::v1::BatchIssueTokensResponse* response, UnaryResponder* responder);
  void VerifyToken(grpc::ServerContext* context, const auth::v1::VerifyTokenRequest* request,
                   auth::v1::VerifyTokenResponse* response, UnaryResponder* responder);

  // Runs `answer` now or once the mode is no longer kHold, and finishes the call with its result.
  void Answer(UnaryResponder* responder, std::function<grpc::Status()> answer);

  auth::v1::AuthService::AsyncService methods_;
  const SystemClock system_clock_;
  const Clock& clock_;
  std::unique_ptr<GrpcServer> server_;
  std::string address_;

  mutable absl::Mutex mutex_;
  Mode mode_ ABSL_GUARDED_BY(mutex_) = Mode::kServe;
  std::map<std::string, auth::v1::VerifyTokenResponse, std::less<>> tokens_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::function<void(Mode)>> held_ ABSL_GUARDED_BY(mutex_);
  int tokens_issued_ ABSL_GUARDED_BY(mutex_) = 0;
  int issue_calls_ ABSL_GUARDED_BY(mutex_) = 0;
  int verify_calls_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace caucus

#endif  // COMMON_TESTING_FAKE_AUTH_SERVICE_H_
