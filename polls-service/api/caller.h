// Who calls: the identity that a token proves.

#ifndef POLLS_SERVICE_API_CALLER_H_
#define POLLS_SERVICE_API_CALLER_H_

#include <grpcpp/support/string_ref.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/auth/token_verifier.h"

namespace caucus::polls {

// The holder of a valid token of one poll.
struct Caller {
  std::string poll_id;
  std::string user_id;
  std::string name;
};

// Returns the poll id that `text` means, small letters read as capitals; nothing if it has not the
// form of one: six characters of `0-9A-Z`.
std::optional<std::string> ParsePollId(std::string_view text);

// Tells callers by their tokens.
//
// Thread-safe. `verifier` must outlive it.
class CallerCheck {
 public:
  using Metadata = std::multimap<grpc::string_ref, grpc::string_ref>;
  using Callback = std::function<void(absl::StatusOr<Caller>)>;

  explicit CallerCheck(TokenVerifier& verifier) : verifier_(verifier) {}

  // Checks the bearer token in `metadata` and that it is one of poll `poll_id`. Calls `done`
  // exactly once, before this returns or later on any thread.
  //   kUnauthenticated   TOKEN_INVALID: no token, or a bad or expired one.
  //   kPermissionDenied  WRONG_POLL.
  //   kUnavailable       nobody could tell.
  void CheckBearer(const Metadata& metadata, std::string_view poll_id, absl::Time deadline,
                   Callback done) const;

  // Checks a token of any poll. Errors as above, but PERMISSION_DENIED (TOKEN_INVALID) for a
  // missing or bad one.
  void CheckToken(std::string_view token, absl::Time deadline, Callback done) const;

 private:
  TokenVerifier& verifier_;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_CALLER_H_
