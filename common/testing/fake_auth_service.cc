#include "common/testing/fake_auth_service.h"

#include <gtest/gtest.h>

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/status/error_details.h"
#include "common/status/grpc_status.h"

namespace caucus {
namespace {

grpc::Status Unauthenticated(std::string_view reason) {
  return ToGrpcStatus(ErrorWithReason(absl::StatusCode::kUnauthenticated, "No",
                                      {.domain = "auth.caucus", .reason = reason}));
}

absl::Duration ToDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

}  // namespace

std::unique_ptr<FakeAuthService> FakeAuthService::Start(const Clock* clock) {
  std::unique_ptr<FakeAuthService> fake(new FakeAuthService(clock));
  absl::StatusOr<std::unique_ptr<GrpcServer>> server =
      GrpcServer::Start({.listen_address = "127.0.0.1:0", .stop_grace = absl::ZeroDuration()},
                        {.queued = {fake.get()}});
  EXPECT_TRUE(server.ok()) << server.status();
  fake->server_ = *std::move(server);
  fake->address_ = absl::StrCat("127.0.0.1:", fake->server_->port());
  return fake;
}

FakeAuthService::FakeAuthService(const Clock* clock)
    : clock_(clock == nullptr ? system_clock_ : *clock) {}

FakeAuthService::~FakeAuthService() {
  SetMode(Mode::kUnavailable);
  server_.reset();
}

std::string FakeAuthService::Issue(std::string_view subject, const google::protobuf::Struct& claims,
                                   absl::Duration lifetime) {
  auth::v1::VerifyTokenResponse response;
  response.set_subject(std::string(subject));
  *response.mutable_claims() = claims;
  (*response.mutable_claims()->mutable_fields())["sub"].set_string_value(std::string(subject));
  response.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(clock_.Now() + lifetime));
  absl::MutexLock lock(&mutex_);
  std::string token = absl::StrCat("fake.", ++tokens_issued_);
  tokens_[token] = std::move(response);
  return token;
}

void FakeAuthService::Revoke(std::string_view token) {
  absl::MutexLock lock(&mutex_);
  tokens_.erase(std::string(token));
}

std::optional<auth::v1::VerifyTokenResponse> FakeAuthService::Lookup(std::string_view token) const {
  absl::MutexLock lock(&mutex_);
  const auto found = tokens_.find(token);
  if (found == tokens_.end()) return std::nullopt;
  return found->second;
}

void FakeAuthService::SetMode(Mode mode) {
  std::vector<std::function<void(Mode)>> released;
  {
    absl::MutexLock lock(&mutex_);
    mode_ = mode;
    if (mode != Mode::kHold) released.swap(held_);
  }
  for (const auto& answer : released) answer(mode);
}

int FakeAuthService::issue_calls() const {
  absl::MutexLock lock(&mutex_);
  return issue_calls_;
}

int FakeAuthService::verify_calls() const {
  absl::MutexLock lock(&mutex_);
  return verify_calls_;
}

void FakeAuthService::WaitFor(int FakeAuthService::*calls, int count) const {
  absl::MutexLock lock(&mutex_);
  const auto arrived = [&]() { return this->*calls >= count; };
  mutex_.Await(absl::Condition(&arrived));
}

void FakeAuthService::TakeCalls(ServerQueue& queue) {
  using Methods = auth::v1::AuthService::AsyncService;
  TakeUnaryCalls(queue, *this, methods_, &Methods::RequestBatchIssueTokens,
                 &FakeAuthService::BatchIssueTokens);
  TakeUnaryCalls(queue, *this, methods_, &Methods::RequestVerifyToken,
                 &FakeAuthService::VerifyToken);
}

void FakeAuthService::BatchIssueTokens(grpc::ServerContext* context,
                                       const auth::v1::BatchIssueTokensRequest* request,
                                       auth::v1::BatchIssueTokensResponse* response,
                                       UnaryResponder* responder) {
  {
    absl::MutexLock lock(&mutex_);
    ++issue_calls_;
  }
  Answer(responder, [this, context, request, response] {
    if (!IsAuthorized(*context)) return Unauthenticated("SERVICE_KEY_REQUIRED");
    for (const auth::v1::IssueTokenRequest& one : request->requests()) {
      auth::v1::BatchIssueTokensResponse::Result& result = *response->add_results();
      if (one.subject().empty()) {
        result.mutable_error()->set_code(grpc::StatusCode::INVALID_ARGUMENT);
      } else {
        Issue(one, *result.mutable_token());
      }
    }
    return grpc::Status::OK;
  });
}

bool FakeAuthService::IsAuthorized(const grpc::ServerContext& context) const {
  const auto found = context.client_metadata().find("authorization");
  return found != context.client_metadata().end() &&
         found->second == grpc::string_ref("Bearer " + std::string(service_key()));
}

void FakeAuthService::Issue(const auth::v1::IssueTokenRequest& request,
                            auth::v1::IssueTokenResponse& response) {
  response.set_token(Issue(request.subject(), request.claims(), ToDuration(request.lifetime())));
  *response.mutable_expire_time() = Lookup(response.token())->expire_time();
}

void FakeAuthService::VerifyToken(grpc::ServerContext* context,
                                  const auth::v1::VerifyTokenRequest* request,
                                  auth::v1::VerifyTokenResponse* response,
                                  UnaryResponder* responder) {
  {
    absl::MutexLock lock(&mutex_);
    ++verify_calls_;
  }
  Answer(responder, [this, request, response] {
    const auto found = Lookup(request->token());
    if (!found) return Unauthenticated("TOKEN_INVALID");
    if (clock_.Now() >= ToTime(found->expire_time())) return Unauthenticated("TOKEN_EXPIRED");
    *response = *found;
    return grpc::Status::OK;
  });
}

void FakeAuthService::Answer(UnaryResponder* responder, std::function<grpc::Status()> answer) {
  auto finish = [responder, answer = std::move(answer)](Mode mode) {
    responder->Finish(mode == Mode::kServe
                          ? answer()
                          : grpc::Status(grpc::StatusCode::UNAVAILABLE, "fake is unavailable"));
  };
  Mode mode;
  {
    absl::MutexLock lock(&mutex_);
    mode = mode_;
    if (mode == Mode::kHold) {
      held_.push_back(std::move(finish));
      return;
    }
  }
  finish(mode);
}

}  // namespace caucus
