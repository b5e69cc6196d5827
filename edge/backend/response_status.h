// How a gRPC call over HTTP/2 has ended: from headers, trailers and resets to a status.
// Sources: gRPC over HTTP2, Responses and Errors; HTTP to gRPC Status Code Mapping.

#ifndef EDGE_BACKEND_RESPONSE_STATUS_H_
#define EDGE_BACKEND_RESPONSE_STATUS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace caucus::edge::backend {

// Thread-compatible.
class ResponseStatus {
 public:
  // Tells of a header or trailer; those that say nothing of the status are ignored.
  void OnHeader(std::string_view name, std::string_view value);

  // Returns the call's status once the service has ended the stream. Of one that ended without a
  // grpc-status that is what the HTTP status stands for.
  absl::Status Get() const;

  // Whether the answer is not gRPC's, but of something in between: its data are no messages.
  bool is_foreign() const { return http_status_ != 0 && http_status_ != kHttpOk; }

 private:
  static constexpr uint16_t kHttpOk = 200;

  uint16_t http_status_ = 0;
  std::optional<uint8_t> code_;
  std::string message_;
  std::string details_;  // A google.rpc.Status.
};

// Returns the status of a call whose stream was reset with an HTTP/2 error code.
absl::Status StatusOfReset(uint32_t http2_error);

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_RESPONSE_STATUS_H_
