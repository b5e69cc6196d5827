#include "common/auth/token_issuer.h"

#include <grpcpp/client_context.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/grpc/client_call.h"
#include "common/status/grpc_status.h"

namespace caucus {
namespace {

void SetDuration(absl::Duration from, google::protobuf::Duration& to) {
  to.set_seconds(absl::IDivDuration(from, absl::Seconds(1), &from));
  to.set_nanos(static_cast<int>(absl::ToInt64Nanoseconds(from)));
}

absl::StatusOr<IssuedToken> ResultOf(const grpc::Status& status,
                                     auth::v1::IssueTokenResponse& response) {
  if (!status.ok()) return FromGrpcStatus(status);
  const google::protobuf::Timestamp& expire_time = response.expire_time();
  return IssuedToken{.token = std::move(*response.mutable_token()),
                     .expire_time = absl::FromUnixSeconds(expire_time.seconds()) +
                                    absl::Nanoseconds(expire_time.nanos())};
}

}  // namespace

TokenIssuer::TokenIssuer(std::shared_ptr<grpc::Channel> channel, std::string_view service_key,
                         CallQueue& queue)
    : authorization_("Bearer " + std::string(service_key)),
      stub_(auth::v1::AuthService::NewStub(std::move(channel))),
      queue_(queue) {}

void TokenIssuer::Issue(std::string_view subject, const google::protobuf::Struct& claims,
                        absl::Duration lifetime, absl::Time deadline, Callback done) {
  auth::v1::IssueTokenRequest request;
  request.set_subject(std::string(subject));
  *request.mutable_claims() = claims;
  SetDuration(lifetime, *request.mutable_lifetime());
  ClientCall<auth::v1::IssueTokenResponse>::Start(
      pending_,
      [&](grpc::ClientContext& context) {
        context.set_deadline(absl::ToChronoTime(deadline));
        context.AddMetadata("authorization", authorization_);
        return stub_->AsyncIssueToken(&context, request, queue_.get());
      },
      [done = std::move(done)](const grpc::Status& status, auth::v1::IssueTokenResponse& response) {
        done(ResultOf(status, response));
      });
}

}  // namespace caucus
