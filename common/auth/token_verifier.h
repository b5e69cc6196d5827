// The seam between a service and whoever can tell a genuine token.

#ifndef COMMON_AUTH_TOKEN_VERIFIER_H_
#define COMMON_AUTH_TOKEN_VERIFIER_H_

#include <functional>
#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/auth/identity.h"

namespace caucus {

// Verifies tokens.
//
// Thread-safe.
class TokenVerifier {
 public:
  using Callback = std::function<void(absl::StatusOr<std::shared_ptr<const Identity>>)>;

  virtual ~TokenVerifier() = default;

  // Calls `done` exactly once, on the calling thread before this returns or later on any thread; it
  // must not block. `token` is not referred to after this returns.
  //   kUnauthenticated    the token is not genuine or is over: reason TOKEN_INVALID or
  //                       TOKEN_EXPIRED, domain auth.caucus.
  //   kDeadlineExceeded   no answer by `deadline`.
  //   kUnavailable        nobody could tell.
  //   kResourceExhausted  too many verifications are under way.
  virtual void Verify(std::string_view token, absl::Time deadline, Callback done) = 0;

  // Tells of a token that auth-service has just issued to this process, which spares it a question:
  // whoever gets a token shows it at once. Does nothing unless a verifier remembers answers; what
  // it remembers so is kept no longer than those.
  virtual void Remember(std::string_view /*token*/, Identity /*identity*/) {}
};

}  // namespace caucus

#endif  // COMMON_AUTH_TOKEN_VERIFIER_H_
