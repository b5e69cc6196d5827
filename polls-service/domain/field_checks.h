// Whether what a person enters is within bounds. Errors are kInvalidArgument with
// google.rpc.BadRequest, in the words of the class-validator library.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_DOMAIN_FIELD_CHECKS_H_
#define POLLS_SERVICE_DOMAIN_FIELD_CHECKS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

// Returns `text` trimmed. Then it has 1 to 100 code points.
absl::StatusOr<std::string> CheckedText(std::string_view field, std::string_view text);

// 1 to `max`.
absl::Status CheckNumber(std::string_view field, uint32_t number, uint32_t max);

// 1 to votes_per_voter distinct nominations of the poll.
absl::Status CheckBallot(const Poll& poll, const Ballot& rankings);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_DOMAIN_FIELD_CHECKS_H_
