#include "edge/main/rpc_verify_token_caller.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "caucus/auth/v1/auth_service.pb.h"

namespace caucus::edge {
namespace {

absl::StatusOr<auth::v1::VerifyTokenResponse> Parse(const absl::StatusOr<std::string>& bytes) {
  if (!bytes.ok()) return bytes.status();
  auth::v1::VerifyTokenResponse response;
  if (!response.ParseFromString(*bytes)) return absl::InternalError("no VerifyTokenResponse");
  return response;
}

}  // namespace

void RpcVerifyTokenCaller::Call(std::string_view token, absl::Time deadline, Callback done) {
  auth::v1::VerifyTokenRequest request;
  request.set_token(std::string(token));
  executor_.Post([this, bytes = request.SerializeAsString(), deadline, done = std::move(done)] {
    invoker_.Invoke({.method = "/caucus.auth.v1.AuthService/VerifyToken",
                     .request = bytes,
                     .metadata = {},
                     .timeout = deadline - clock_.Now()},
                    [done](const absl::StatusOr<std::string>& answer) { done(Parse(answer)); });
  });
}

}  // namespace caucus::edge
