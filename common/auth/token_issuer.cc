#include "common/auth/token_issuer.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/grpc/client_call.h"
#include "common/status/grpc_status.h"

namespace caucus {
namespace {

using auth::v1::BatchIssueTokensRequest;
using auth::v1::BatchIssueTokensResponse;

// Of auth-service, whose messages have 256 KiB at most.
constexpr size_t kBatchMax = 100;
constexpr size_t kBatchBytesMax = size_t{128} << 10;

void SetDuration(absl::Duration from, google::protobuf::Duration& to) {
  to.set_seconds(absl::IDivDuration(from, absl::Seconds(1), &from));
  to.set_nanos(static_cast<int>(absl::ToInt64Nanoseconds(from)));
}

absl::StatusOr<IssuedToken> ResultOf(BatchIssueTokensResponse::Result& result) {
  if (!result.has_token()) {
    const absl::Status error = FromRpcStatus(result.error());
    return error.ok() ? absl::InternalError("auth-service answered nothing") : error;
  }
  const google::protobuf::Timestamp& expire_time = result.token().expire_time();
  return IssuedToken{.token = std::move(*result.mutable_token()->mutable_token()),
                     .expire_time = absl::FromUnixSeconds(expire_time.seconds()) +
                                    absl::Nanoseconds(expire_time.nanos())};
}

}  // namespace

TokenIssuer::TokenIssuer(std::shared_ptr<grpc::Channel> channel, std::string_view service_key,
                         CallQueue& queue)
    : authorization_("Bearer " + std::string(service_key)),
      stub_(auth::v1::AuthService::NewStub(std::move(channel))),
      queue_(queue) {}

// What waits is sent first, to be cancelled like the rest.
TokenIssuer::~TokenIssuer() {
  const auto is_sent = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return sends_due_ == 0; };
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&is_sent));
}

void TokenIssuer::Issue(std::string_view subject, const google::protobuf::Struct& claims,
                        absl::Duration lifetime, absl::Time deadline, Callback done) {
  Request request{.deadline = deadline, .done = std::move(done)};
  request.message.set_subject(std::string(subject));
  *request.message.mutable_claims() = claims;
  SetDuration(lifetime, *request.message.mutable_lifetime());
  {
    absl::MutexLock lock(&mutex_);
    waiting_.push_back(std::move(request));
    // Not the first alone: the gathering that it is in may last.
    ++sends_due_;
  }
  queue_.Run([this] { SendAll(); });
}

void TokenIssuer::SendAll() {
  std::vector<Request> requests;
  {
    absl::MutexLock lock(&mutex_);
    requests.swap(waiting_);
  }
  std::vector<Request> batch;
  size_t bytes = 0;
  for (Request& request : requests) {
    const size_t request_bytes = request.message.ByteSizeLong();
    if (batch.size() == kBatchMax || (!batch.empty() && bytes + request_bytes > kBatchBytesMax)) {
      Send(std::exchange(batch, {}));
      bytes = 0;
    }
    bytes += request_bytes;
    batch.push_back(std::move(request));
  }
  if (!batch.empty()) Send(std::move(batch));
  absl::MutexLock lock(&mutex_);
  --sends_due_;
}

void TokenIssuer::Send(std::vector<Request> batch) {
  BatchIssueTokensRequest message;
  absl::Time deadline = absl::InfinitePast();
  for (Request& request : batch) {
    *message.add_requests() = std::move(request.message);
    deadline = std::max(deadline, request.deadline);
  }
  ClientCall<BatchIssueTokensResponse>::Start(
      pending_,
      [&](grpc::ClientContext& context) {
        context.set_deadline(absl::ToChronoTime(deadline));
        context.AddMetadata("authorization", authorization_);
        return stub_->AsyncBatchIssueTokens(&context, message, queue_.get());
      },
      [batch = std::move(batch)](const grpc::Status& status, BatchIssueTokensResponse& response) {
        absl::Status failure = FromGrpcStatus(status);
        if (failure.ok() && static_cast<size_t>(response.results_size()) != batch.size()) {
          failure = absl::InternalError("auth-service answered another number of requests");
        }
        for (size_t i = 0; i < batch.size(); ++i) {
          if (failure.ok()) {
            batch[i].done(ResultOf(*response.mutable_results(static_cast<int>(i))));
          } else {
            batch[i].done(failure);
          }
        }
      });
}

}  // namespace caucus
