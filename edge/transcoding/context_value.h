// One value of a ConnectionContext, chosen when rules are read.

#ifndef EDGE_TRANSCODING_CONTEXT_VALUE_H_
#define EDGE_TRANSCODING_CONTEXT_VALUE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "edge/transcoding/connection_context.h"

namespace caucus::edge::transcoding {

// Immutable.
//
//   claims.<name> | socket.id | edge.id | handshake.auth.<name> | handshake.query.<name>
//   | handshake.headers.<name> | handshake.address
//
// A name is all that follows, dots too.
class ContextValue {
 public:
  // kInvalidArgument: `path` is none of the above.
  static absl::StatusOr<ContextValue> Parse(std::string_view path);

  // Returns the value as text: numbers as JSON writes them, true and false by these words. What is
  // absent, null or no scalar is the empty string.
  std::string Read(const ConnectionContext& context) const;

  // The name if this is a header, which its namespace must want; else empty.
  std::string_view header() const {
    return source_ == Source::kHeader ? std::string_view(name_) : std::string_view();
  }

 private:
  enum class Source { kClaim, kSocketId, kEdgeId, kAuth, kQuery, kHeader, kAddress };

  ContextValue(Source source, std::string name) : source_(source), name_(std::move(name)) {}

  Source source_;
  std::string name_;
};

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_CONTEXT_VALUE_H_
