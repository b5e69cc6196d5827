// What a request must be before it becomes a command.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_API_REQUEST_CHECK_H_
#define POLLS_SERVICE_API_REQUEST_CHECK_H_

#include <google/protobuf/message.h>

#include "absl/status/status.h"
#include "caucus/polls/v1/polls_service.pb.h"

namespace caucus::polls {

// Holds a request against the rules of its fields. kInvalidArgument with google.rpc.BadRequest.
absl::Status CheckRequest(const google::protobuf::Message& request);

// Bounds the ids that come from the edge, too, which have no rule in the proto.
absl::Status CheckRequest(const v1::AddParticipantRequest& request);
absl::Status CheckRequest(const v1::LeavePollRequest& request);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_REQUEST_CHECK_H_
