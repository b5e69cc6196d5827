#include "common/auth/token_issuer.h"

#include <grpcpp/client_context.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/grpc_status.h"

namespace caucus {
namespace {

struct Call {
  grpc::ClientContext context;
  auth::v1::IssueTokenRequest request;
  auth::v1::IssueTokenResponse response;
  TokenIssuer::Callback done;
};

void SetDuration(absl::Duration from, google::protobuf::Duration& to) {
  to.set_seconds(absl::IDivDuration(from, absl::Seconds(1), &from));
  to.set_nanos(static_cast<int>(absl::ToInt64Nanoseconds(from)));
}

absl::StatusOr<IssuedToken> ResultOf(const grpc::Status& status, Call& call) {
  if (!status.ok()) return FromGrpcStatus(status);
  const google::protobuf::Timestamp& expire_time = call.response.expire_time();
  return IssuedToken{.token = std::move(*call.response.mutable_token()),
                     .expire_time = absl::FromUnixSeconds(expire_time.seconds()) +
                                    absl::Nanoseconds(expire_time.nanos())};
}

}  // namespace

TokenIssuer::TokenIssuer(std::shared_ptr<grpc::Channel> channel, std::string_view service_key)
    : authorization_("Bearer " + std::string(service_key)),
      stub_(auth::v1::AuthService::NewStub(std::move(channel))) {}

void TokenIssuer::Issue(std::string_view subject, const google::protobuf::Struct& claims,
                        absl::Duration lifetime, absl::Time deadline, Callback done) {
  auto call = std::make_shared<Call>();
  call->done = std::move(done);
  call->request.set_subject(std::string(subject));
  *call->request.mutable_claims() = claims;
  SetDuration(lifetime, *call->request.mutable_lifetime());
  call->context.set_deadline(absl::ToChronoTime(deadline));
  call->context.AddMetadata("authorization", authorization_);
  pending_.Add(call->context);
  stub_->async()->IssueToken(&call->context, &call->request, &call->response,
                             [this, call](grpc::Status status) {
                               call->done(ResultOf(status, *call));
                               pending_.Remove(call->context);
                             });
}

}  // namespace caucus
