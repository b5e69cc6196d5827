// Every rule of every backend, read from compiled protos at the start and checked whole.

#ifndef EDGE_TRANSCODING_EVENT_TABLE_H_
#define EDGE_TRANSCODING_EVENT_TABLE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "edge/transcoding/http_route.h"
#include "edge/transcoding/message_type.h"
#include "edge/transcoding/namespace_rules.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"

namespace caucus::edge::transcoding {

// Immutable. Owns the descriptors, message types and rules; what it returns lives as long as it.
class EventTable {
 public:
  // Reads the options of caucus/socketio/v1/annotations.proto. A file may be in the set twice if it
  // is the same both times, as when the sets of several backends are joined.
  //   kInvalidArgument    the set lacks an import, or a rule is wrong; the message names the file,
  //   the
  //                       method and the rule.
  static absl::StatusOr<std::unique_ptr<const EventTable>> Create(
      const google::protobuf::FileDescriptorSet& files);

  // Returns null if no service is the backend of `path`.
  const NamespaceRules* FindNamespace(std::string_view path) const;
  // Returns null if no method is served there. `method` is "GET" or "POST".
  const HttpRoute* FindHttp(std::string_view method, std::string_view path) const;

  // Sorted by path.
  const std::vector<std::unique_ptr<const NamespaceRules>>& namespaces() const {
    return namespaces_;
  }
  // The headers of a connection's first request that any namespace wants: in lower case, sorted.
  const std::vector<std::string>& handshake_headers() const { return handshake_headers_; }
  // Sorted by path, then by HTTP method.
  const std::vector<std::unique_ptr<const HttpRoute>>& http_routes() const { return http_routes_; }

 private:
  friend class EventTableBuilder;
  EventTable() : types_(&pool_) {}

  google::protobuf::DescriptorPool pool_;
  MessageTypes types_;
  std::vector<std::unique_ptr<const NamespaceRules>> namespaces_;
  std::vector<std::unique_ptr<const HttpRoute>> http_routes_;
  std::vector<std::string> handshake_headers_;
};

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_EVENT_TABLE_H_
