// The one table of errors (caucus/socketio/v1/event_rule.proto, ERRORS and HttpRule): what a failed
// call looks like to a Socket.IO client and over HTTP. No text of an internal error reaches a
// client.
//
// Thread-safe: free functions without state.

#ifndef EDGE_GATEWAY_ERROR_MAPPING_H_
#define EDGE_GATEWAY_ERROR_MAPPING_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace caucus::edge::gateway {

// Returns the exception type of a code, e.g. `NotFound`.
std::string_view ExceptionTypeOf(absl::StatusCode code);

// Returns the HTTP status of a code.
unsigned HttpStatusOf(absl::StatusCode code);

// Returns `{"type":…,"message":…}`, with `"reason"` if the error has one. The message of a bad
// request with field violations is the array of their descriptions.
std::string ExceptionJson(const absl::Status& error);

// Returns an ack's argument: `{"error":{…}}`.
std::string AckErrorJson(const absl::Status& error);

// Returns the payload of CONNECT_ERROR: `{"message":…,"data":{…}}`.
std::string ConnectErrorJson(const absl::Status& error);

// Returns the body of an HTTP error: `{"statusCode":…,"message":…,"error":…}`.
std::string HttpErrorJson(const absl::Status& error);
// Likewise for an error of HTTP itself.
std::string HttpErrorJson(unsigned status, std::string_view message);

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_ERROR_MAPPING_H_
