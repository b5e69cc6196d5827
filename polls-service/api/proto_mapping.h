// Polls as their API shows them.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_API_PROTO_MAPPING_H_
#define POLLS_SERVICE_API_PROTO_MAPPING_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "caucus/polls/v1/poll.pb.h"
#include "caucus/polls/v1/polls_service.pb.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

// Returns what everybody in the poll may see: who has voted, never what. REQUIRES: `poll` is not
// cancelled.
v1::Poll ToProto(const Poll& poll, v1::PollView view = v1::POLL_VIEW_FULL);

v1::CountingRules ToProto(const CountingRules& rules);

// Returns the rules that `rules` asks for, defaults filled in.
//   kInvalidArgument  an enum value that there is not, with google.rpc.BadRequest.
absl::StatusOr<CountingRules> FromProto(const v1::CountingRules& rules);

v1::Poll::Result ToProto(const Result& result);

// What everybody may know of the seed before the poll is closed: its SHA-256 in hexadecimal.
std::string TieBreakCommitment(std::string_view tie_break_seed);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_PROTO_MAPPING_H_
