// Polls as their API shows them.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_API_PROTO_MAPPING_H_
#define POLLS_SERVICE_API_PROTO_MAPPING_H_

#include "caucus/polls/v1/poll.pb.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

// Returns what everybody in the poll may see: who has voted, never what. REQUIRES: `poll` is not
// cancelled.
v1::Poll ToProto(const Poll& poll);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_PROTO_MAPPING_H_
