// Holds a message against the field rules (caucus.socketio.v1.field) of its type.
//
// A service calls it for every request: callers that use gRPC directly did not pass the edge. What
// the edge has let through passes here as well.
//
// Thread-safe: free functions without state.

#ifndef COMMON_VALIDATION_VALIDATE_H_
#define COMMON_VALIDATION_VALIDATE_H_

#include <vector>

#include "common/status/error_details.h"

namespace google::protobuf {
class Message;
}

namespace caucus {

// Returns every violation in `message` and the messages inside it, in the order in which the fields
// are declared; empty if there is none. Fields are called by their JSON names. A field declared
// `optional` is checked only if it is set. Give the result to BadRequestError if it is not empty.
std::vector<FieldViolation> Validate(const google::protobuf::Message& message);

}  // namespace caucus

#endif  // COMMON_VALIDATION_VALIDATE_H_
