// By what a request that is sent twice is known.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_API_REQUEST_KEY_H_
#define POLLS_SERVICE_API_REQUEST_KEY_H_

#include <google/protobuf/message_lite.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "polls-service/api/id_generator.h"
#include "polls-service/domain/request_answers.h"

namespace caucus::polls {

// Returns 64 bits of the SHA-256 of the message's type and fields.
uint64_t FingerprintOf(const google::protobuf::MessageLite& message);

// Returns the key of `request`, a message with a `request_id`, as `user_id` sends it.
template <typename Request>
RequestKey KeyOf(const std::string& user_id, const Request& request) {
  if (request.request_id().empty()) return {};
  Request fields = request;
  fields.clear_request_id();
  return {user_id, request.request_id(), FingerprintOf(fields)};
}

// Tells a CreatePoll call from all others with another request id; see Poll::request_digest.
struct CreationKey {
  std::string request_digest;  // 32 bytes of the request id, 8 of the fields; empty without an id.

  // Whether the poll with `other` was created by a call with the same request id.
  bool IsSameRequest(std::string_view other) const;
  // Returns a generator that draws the same for the same request id and attempt, in the same order.
  // REQUIRES: `request_digest` is not empty.
  IdGenerator Ids(int attempt) const;
};

CreationKey CreationKeyOf(std::string_view request_id, uint64_t fingerprint);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_REQUEST_KEY_H_
