// Builds an EventTable, file by file; then the table is frozen.

#ifndef EDGE_TRANSCODING_EVENT_TABLE_BUILDER_H_
#define EDGE_TRANSCODING_EVENT_TABLE_BUILDER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "edge/transcoding/event_table.h"
#include "edge/transcoding/namespace_rules.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"

namespace caucus::edge::transcoding {

// Thread-compatible. Of no more use after its first error.
class EventTableBuilder {
 public:
  EventTableBuilder();

  // Adds the rules of a file whose imports were added before. See EventTable::Create.
  absl::Status AddFile(const google::protobuf::FileDescriptorProto& file);

  absl::StatusOr<std::unique_ptr<const EventTable>> Build() &&;

 private:
  absl::Status AddService(const google::protobuf::ServiceDescriptor& service);
  absl::Status AddNamespace(const google::protobuf::ServiceDescriptor& service);
  absl::Status AddHeaders(const google::protobuf::ServiceDescriptor& service,
                          NamespaceRules& rules);
  absl::Status AddFeeds(const google::protobuf::ServiceDescriptor& service, NamespaceRules& rules);
  absl::Status AddEvent(const google::protobuf::MethodDescriptor& method,
                        const std::vector<std::string>& resume_fields, NamespaceRules& rules);
  absl::Status AddHttp(const google::protobuf::MethodDescriptor& method);

  std::unique_ptr<EventTable> table_;
};

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_EVENT_TABLE_BUILDER_H_
