// A TokenVerifier that asks auth-service, and remembers its positive answers.

#ifndef COMMON_AUTH_GRPC_TOKEN_VERIFIER_H_
#define COMMON_AUTH_GRPC_TOKEN_VERIFIER_H_

#include <grpcpp/channel.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "caucus/auth/v1/auth_service.pb.h"
#include "common/auth/identity_cache.h"
#include "common/auth/token_digest.h"
#include "common/auth/token_verifier.h"
#include "common/grpc/call_queue.h"
#include "common/time/clock.h"

namespace caucus {

// How AuthService.VerifyToken is called. Thread-safe. Once it has been destroyed no callback runs:
// it has ended the calls under way, or whoever carries them out for it did before.
class VerifyTokenCaller {
 public:
  using Callback = std::function<void(absl::StatusOr<auth::v1::VerifyTokenResponse>)>;

  virtual ~VerifyTokenCaller() = default;

  // Calls `done` once, later, on any thread.
  virtual void Call(std::string_view token, absl::Time deadline, Callback done) = 0;
};

// Verifies tokens with AuthService.VerifyToken. A positive answer is kept for `cache_retention` and
// never past the token's end; a negative one is not kept. Callers who ask about one token at the
// same time, with deadlines that are close, share one call, and with it its failure.
//
// Thread-safe. Destroying it cancels its calls and waits until each callback has returned, so a
// callback must not destroy it. `clock` must outlive it.
class GrpcTokenVerifier : public TokenVerifier {
 public:
  struct Options {
    std::size_t cache_entries_max = 16384;
    absl::Duration cache_retention = absl::Seconds(30);
    std::size_t waiting_callers_max = 16384;
  };

  GrpcTokenVerifier(std::unique_ptr<VerifyTokenCaller> caller, const Clock& clock, Options options);
  // Calls over `channel`; `queue` must outlive it.
  GrpcTokenVerifier(std::shared_ptr<grpc::Channel> channel, CallQueue& queue, const Clock& clock,
                    Options options);
  GrpcTokenVerifier(std::shared_ptr<grpc::Channel> channel, CallQueue& queue, const Clock& clock)
      : GrpcTokenVerifier(std::move(channel), queue, clock, Options()) {}

  // As in TokenVerifier. `done` runs on the calling thread if the answer is known or the token is
  // empty or longer than 4 KiB, else on the thread on which the VerifyTokenCaller answers.
  void Verify(std::string_view token, absl::Time deadline, Callback done) override;

  void Remember(std::string_view token, Identity identity) override;

 private:
  struct Flight;

  // Returns the flight to start for `done`, or null if `done` joined one that is under way. Takes
  // `done` only if it returns OK.
  absl::StatusOr<std::shared_ptr<Flight>> JoinFlight(const TokenDigest& digest, absl::Time deadline,
                                                     Callback& done)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void StartFlight(std::shared_ptr<Flight> flight, std::string_view token);
  void EndFlight(const std::shared_ptr<Flight>& flight,
                 const absl::StatusOr<std::shared_ptr<const Identity>>& result);

  const Clock& clock_;
  const Options options_;

  absl::Mutex mutex_;
  IdentityCache cache_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<TokenDigest, std::shared_ptr<Flight>> flights_ ABSL_GUARDED_BY(mutex_);
  std::size_t waiting_callers_ ABSL_GUARDED_BY(mutex_) = 0;

  const std::unique_ptr<VerifyTokenCaller> caller_;  // Last: its callbacks use the rest.
};

}  // namespace caucus

#endif  // COMMON_AUTH_GRPC_TOKEN_VERIFIER_H_
