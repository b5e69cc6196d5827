// Events as they are: caucus/socketio/v1/raw_event.proto.
//
// Thread-safe: free functions without state.

#ifndef EDGE_TRANSCODING_RAW_EVENT_H_
#define EDGE_TRANSCODING_RAW_EVENT_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "edge/transcoding/connection_context.h"
#include "google/protobuf/descriptor.h"

namespace caucus::edge::transcoding {

// Whether a method takes a RawEvent and returns a RawReply.
//   kInvalidArgument    it does one of the two.
absl::StatusOr<bool> IsRawMethod(const google::protobuf::MethodDescriptor& method);

// What of a RawEvent is the same for every event of a socket. Views, which must outlive the call.
struct RawConnection {
  std::string_view nsp;
  std::string_view auth_json;
  const std::vector<std::string>& header_names;  // Those of the namespace.
  const ConnectionContext& context;
};

// What differs. An attachment is taken.
struct RawEventContent {
  std::string_view name;
  std::string arguments_json;
  std::span<std::string> attachments;
  bool ack_wanted = false;
};

// Returns a serialized RawEvent without what is in a RawEventContent. It can be kept: serialized
// messages can be joined.
std::string EncodeRawConnection(const RawConnection& connection);

// Returns a whole serialized RawEvent. `connection`: from EncodeRawConnection.
std::string EncodeRawEvent(std::string_view connection, RawEventContent content);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_RAW_EVENT_H_
