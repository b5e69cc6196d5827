#include "auth-service/api/auth_api.h"

#include <iterator>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "auth-service/tokens/token_policy.h"
#include "common/logging/logging.h"
#include "common/status/error_details.h"
#include "common/status/grpc_status.h"
#include "common/status/status_macros.h"

namespace caucus::auth {
namespace {

constexpr std::string_view kDomain = "auth.caucus";
constexpr int kBatchRequestsMax = 100;

// The contract wants google.rpc.ErrorInfo with every error, and no internals in a message.
absl::Status WithErrorInfo(const absl::Status& status) {
  if (status.ok() || ReasonOf(status)) return status;
  if (!absl::IsInvalidArgument(status)) {
    Log(Severity::kError, "call failed", {{"error", status.message()}});
    return ErrorWithReason(absl::StatusCode::kInternal, "Internal error",
                           {.domain = kDomain, .reason = "INTERNAL"});
  }
  absl::Status result =
      ErrorWithReason(status.code(), {status.message().data(), status.message().size()},
                      {.domain = kDomain, .reason = "INVALID_REQUEST"});
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    result.SetPayload(type_url, payload);
  });
  return result;
}

void Finish(UnaryResponder& responder, const absl::Status& status) {
  responder.Finish(ToGrpcStatus(WithErrorInfo(status)));
}

bool HasServiceKey(const grpc::ServerContext& context, const ServiceKey& key) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto [first, last] = context.client_metadata().equal_range("authorization");
  if (first == last || std::next(first) != last) return false;
  const std::string_view value(first->second.data(), first->second.size());
  return value.starts_with(kScheme) && key.Matches(value.substr(kScheme.size()));
}

absl::Duration ToDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

}  // namespace

AuthApi::AuthApi(const ServiceKey& service_key, const JwtSigner& signer,
                 const JwtVerifier& verifier, std::string jwks_json)
    : service_key_(service_key),
      signer_(signer),
      verifier_(verifier),
      jwks_json_(std::move(jwks_json)) {}

void AuthApi::TakeCalls(ServerQueue& queue) {
  const auto take = [&](auto await, auto handle) {
    TakeUnaryCalls(queue, *this, methods_, await, handle);
  };
  using Methods = v1::AuthService::AsyncService;
  take(&Methods::RequestIssueToken, &AuthApi::IssueToken);
  take(&Methods::RequestBatchIssueTokens, &AuthApi::BatchIssueTokens);
  take(&Methods::RequestVerifyToken, &AuthApi::VerifyToken);
  take(&Methods::RequestGetJwks, &AuthApi::GetJwks);
}

void AuthApi::IssueToken(grpc::ServerContext* context, const v1::IssueTokenRequest* request,
                         v1::IssueTokenResponse* response, UnaryResponder* responder) {
  absl::Status status = CheckServiceKey(*context);
  if (status.ok()) status = Issue(*request, *response);
  Finish(*responder, status);
}

void AuthApi::BatchIssueTokens(grpc::ServerContext* context,
                               const v1::BatchIssueTokensRequest* request,
                               v1::BatchIssueTokensResponse* response, UnaryResponder* responder) {
  absl::Status status = CheckServiceKey(*context);
  if (status.ok() &&
      (request->requests().empty() || request->requests_size() > kBatchRequestsMax)) {
    status = BadRequestError(
        {{"requests", absl::StrCat("requests must have 1 to ", kBatchRequestsMax, " entries")}});
  }
  if (!status.ok()) return Finish(*responder, status);
  for (const v1::IssueTokenRequest& one : request->requests()) {
    v1::BatchIssueTokensResponse::Result& result = *response->add_results();
    const absl::Status issued = Issue(one, *result.mutable_token());
    if (!issued.ok()) *result.mutable_error() = ToRpcStatus(WithErrorInfo(issued));
  }
  Finish(*responder, absl::OkStatus());
}

absl::Status AuthApi::CheckServiceKey(const grpc::ServerContext& context) const {
  if (HasServiceKey(context, service_key_)) return absl::OkStatus();
  Log(Severity::kWarning, "service key refused", {{"peer", context.peer()}});
  return ErrorWithReason(absl::StatusCode::kUnauthenticated, "The service key is required",
                         {.domain = kDomain, .reason = "SERVICE_KEY_REQUIRED"});
}

absl::Status AuthApi::Issue(const v1::IssueTokenRequest& request,
                            v1::IssueTokenResponse& response) const {
  ASSIGN_OR_RETURN(SignedJwt jwt, signer_.Sign({.subject = request.subject(),
                                                .claims = request.claims(),
                                                .lifetime = ToDuration(request.lifetime())}));
  response.set_token(std::move(jwt.token));
  response.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(jwt.expire_time));
  return absl::OkStatus();
}

void AuthApi::VerifyToken(grpc::ServerContext* context, const v1::VerifyTokenRequest* request,
                          v1::VerifyTokenResponse* response, UnaryResponder* responder) {
  absl::StatusOr<VerifiedClaims> verified = verifier_.Verify(request->token());
  if (!verified.ok()) return Finish(*responder, verified.status());
  response->set_subject(std::move(verified->subject));
  *response->mutable_claims() = std::move(verified->claims);
  response->mutable_expire_time()->set_seconds(absl::ToUnixSeconds(verified->expire_time));
  Finish(*responder, absl::OkStatus());
}

void AuthApi::GetJwks(grpc::ServerContext* context, const v1::GetJwksRequest* /*request*/,
                      v1::GetJwksResponse* response, UnaryResponder* responder) {
  response->set_jwks_json(jwks_json_);
  Finish(*responder, absl::OkStatus());
}

}  // namespace caucus::auth
