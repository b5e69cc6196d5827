#include "common/auth/grpc_token_verifier.h"

#include <grpcpp/client_context.h>

#include <string>
#include <utility>
#include <vector>

#include "caucus/auth/v1/auth_service.grpc.pb.h"
#include "common/grpc/client_call.h"
#include "common/grpc/pending_calls.h"
#include "common/status/error_details.h"
#include "common/status/grpc_status.h"

namespace caucus {
namespace {

constexpr std::size_t kTokenBytesMax = 4096;

// How much of its patience a caller may lose by joining another's call.
constexpr absl::Duration kDeadlineSlack = absl::Milliseconds(500);

absl::Status TokenInvalidError() {
  return ErrorWithReason(absl::StatusCode::kUnauthenticated, "The token is invalid",
                         {.domain = "auth.caucus", .reason = "TOKEN_INVALID"});
}

absl::Status UnavailableError() {
  return ErrorWithReason(absl::StatusCode::kUnavailable, "Tokens cannot be verified now",
                         {.domain = "auth.caucus", .reason = "AUTH_UNAVAILABLE"});
}

// A verdict and the caller's own deadline pass; whatever else went wrong, nobody could tell.
absl::Status ErrorOf(const absl::Status& error) {
  if (absl::IsUnauthenticated(error) || absl::IsDeadlineExceeded(error)) return error;
  return UnavailableError();
}

absl::StatusOr<std::shared_ptr<const Identity>> ResultOf(
    absl::StatusOr<auth::v1::VerifyTokenResponse> answer) {
  if (!answer.ok()) return ErrorOf(answer.status());
  auth::v1::VerifyTokenResponse& response = *answer;
  if (response.subject().empty()) return UnavailableError();
  return std::make_shared<const Identity>(
      Identity{.subject = std::move(*response.mutable_subject()),
               .claims = std::move(*response.mutable_claims()),
               .expire_time = absl::FromUnixSeconds(response.expire_time().seconds()) +
                              absl::Nanoseconds(response.expire_time().nanos())});
}

// Over a channel of gRPC's.
class ChannelCaller final : public VerifyTokenCaller {
 public:
  ChannelCaller(std::shared_ptr<grpc::Channel> channel, CallQueue& queue)
      : stub_(auth::v1::AuthService::NewStub(std::move(channel))), queue_(queue) {}

  void Call(std::string_view token, absl::Time deadline, Callback done) override {
    auth::v1::VerifyTokenRequest request;
    request.set_token(std::string(token));
    ClientCall<auth::v1::VerifyTokenResponse>::Start(
        pending_,
        [&](grpc::ClientContext& context) {
          context.set_deadline(absl::ToChronoTime(deadline));
          return stub_->AsyncVerifyToken(&context, request, queue_.get());
        },
        [done = std::move(done)](const grpc::Status& status,
                                 auth::v1::VerifyTokenResponse& response) {
          if (!status.ok()) return done(FromGrpcStatus(status));
          done(std::move(response));
        });
  }

 private:
  const std::unique_ptr<auth::v1::AuthService::Stub> stub_;
  CallQueue& queue_;
  PendingCalls pending_;  // Last: its destructor waits for callbacks that use the rest.
};

}  // namespace

// One call to auth-service and those who wait for it.
struct GrpcTokenVerifier::Flight {
  TokenDigest digest;
  absl::Time deadline;
  std::vector<Callback> callers;  // Guarded by mutex_.
};

GrpcTokenVerifier::GrpcTokenVerifier(std::unique_ptr<VerifyTokenCaller> caller, const Clock& clock,
                                     Options options)
    : clock_(clock),
      options_(options),
      cache_(options.cache_entries_max, options.cache_retention),
      caller_(std::move(caller)) {}

GrpcTokenVerifier::GrpcTokenVerifier(std::shared_ptr<grpc::Channel> channel, CallQueue& queue,
                                     const Clock& clock, Options options)
    : GrpcTokenVerifier(std::make_unique<ChannelCaller>(std::move(channel), queue), clock,
                        options) {}

void GrpcTokenVerifier::Verify(std::string_view token, absl::Time deadline, Callback done) {
  if (token.empty() || token.size() > kTokenBytesMax) return done(TokenInvalidError());
  const TokenDigest digest = DigestToken(token);
  std::shared_ptr<const Identity> known;
  absl::StatusOr<std::shared_ptr<Flight>> flight = nullptr;
  {
    absl::MutexLock lock(&mutex_);
    known = cache_.Find(digest, clock_.Now());
    if (known == nullptr) flight = JoinFlight(digest, deadline, done);
  }
  if (known != nullptr) return done(std::move(known));
  if (!flight.ok()) return done(flight.status());
  if (*flight != nullptr) StartFlight(*std::move(flight), token);
}

void GrpcTokenVerifier::Remember(std::string_view token, Identity identity) {
  const TokenDigest digest = DigestToken(token);
  auto known = std::make_shared<const Identity>(std::move(identity));
  absl::MutexLock lock(&mutex_);
  cache_.Insert(digest, std::move(known), clock_.Now());
}

absl::StatusOr<std::shared_ptr<GrpcTokenVerifier::Flight>> GrpcTokenVerifier::JoinFlight(
    const TokenDigest& digest, absl::Time deadline, Callback& done) {
  if (waiting_callers_ >= options_.waiting_callers_max) {
    return ErrorWithReason(absl::StatusCode::kResourceExhausted, "Too many tokens to verify",
                           {.domain = "auth.caucus", .reason = "TOO_MANY_VERIFICATIONS"});
  }
  ++waiting_callers_;
  const auto found = flights_.find(digest);
  // A flight that may outlast this caller's deadline is of no use to it; one that may end long
  // before would make it fail for the haste of another.
  if (found != flights_.end() && found->second->deadline <= deadline &&
      found->second->deadline >= deadline - kDeadlineSlack) {
    found->second->callers.push_back(std::move(done));
    return nullptr;
  }
  auto flight = std::make_shared<Flight>();
  flight->digest = digest;
  flight->deadline = deadline;
  flight->callers.push_back(std::move(done));
  flights_[digest] = flight;
  return flight;
}

void GrpcTokenVerifier::StartFlight(std::shared_ptr<Flight> flight, std::string_view token) {
  const absl::Time deadline = flight->deadline;
  caller_->Call(
      token, deadline,
      [this, flight = std::move(flight)](absl::StatusOr<auth::v1::VerifyTokenResponse> answer) {
        EndFlight(flight, ResultOf(std::move(answer)));
      });
}

void GrpcTokenVerifier::EndFlight(const std::shared_ptr<Flight>& flight,
                                  const absl::StatusOr<std::shared_ptr<const Identity>>& result) {
  std::vector<Callback> callers;
  {
    absl::MutexLock lock(&mutex_);
    if (result.ok()) cache_.Insert(flight->digest, *result, clock_.Now());
    const auto found = flights_.find(flight->digest);
    if (found != flights_.end() && found->second == flight) flights_.erase(found);
    callers.swap(flight->callers);
    waiting_callers_ -= callers.size();
  }
  for (Callback& done : callers) done(result);
}

}  // namespace caucus
