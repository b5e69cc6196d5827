// Room names that rules make: `user:{claims.sub}`.

#ifndef EDGE_TRANSCODING_ROOM_TEMPLATE_H_
#define EDGE_TRANSCODING_ROOM_TEMPLATE_H_

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "edge/transcoding/connection_context.h"
#include "edge/transcoding/context_value.h"
#include "edge/transcoding/field_chain.h"
#include "edge/transcoding/wire_fields.h"
#include "google/protobuf/descriptor.h"

namespace caucus::edge::transcoding {

// Text and the `{path}` parts in it, split; text and parts in the order in which they stand.
struct TemplateToken {
  enum class Kind { kText, kPath };
  Kind kind;
  std::string value;
};

// kInvalidArgument: braces that do not match, or an empty template or path.
absl::StatusOr<std::vector<TemplateToken>> SplitTemplate(std::string_view text);

// Immutable. Paths have the roots `request`, `response`, `claims` and `socket`.
class RoomTemplate {
 public:
  // What a call gives to its templates, all borrowed. A message may be null if no template reads
  // it.
  struct Values {
    const WireFields* request = nullptr;
    const WireFields* response = nullptr;
    const ConnectionContext& connection;
  };

  // kInvalidArgument: `text` is no template, a root is unknown, or a path does not lead to a
  // string, an integer or an enum.
  static absl::StatusOr<RoomTemplate> Parse(std::string_view text,
                                            const google::protobuf::MethodDescriptor& method);

  // Returns the room.
  //   kInternal    a part is empty; the message names it. Or one of the messages is malformed.
  absl::StatusOr<std::string> Expand(const Values& values) const;

  // Whether a path has the root `request`.
  bool reads_request() const { return reads_request_; }

 private:
  struct RequestField {
    FieldChain chain;
  };
  struct ResponseField {
    FieldChain chain;
  };
  struct Part {
    std::string source;  // for messages
    std::variant<std::string, RequestField, ResponseField, ContextValue> value;
  };

  RoomTemplate() = default;
  static absl::StatusOr<Part> ParsePath(const std::string& path,
                                        const google::protobuf::MethodDescriptor& method);

  std::vector<Part> parts_;
  bool reads_request_ = false;
};

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_ROOM_TEMPLATE_H_
