#include "edge/transcoding/event_table.h"

#include <algorithm>
#include <utility>

#include "common/status/status_macros.h"
#include "edge/transcoding/event_table_builder.h"

namespace caucus::edge::transcoding {

absl::StatusOr<std::unique_ptr<const EventTable>> EventTable::Create(
    const google::protobuf::FileDescriptorSet& files) {
  EventTableBuilder builder;
  for (const google::protobuf::FileDescriptorProto& file : files.file()) {
    RETURN_IF_ERROR(builder.AddFile(file));
  }
  return std::move(builder).Build();
}

// A linear search: an edge serves a handful of each, and this is not asked for every event.
const NamespaceRules* EventTable::FindNamespace(std::string_view path) const {
  for (const auto& rules : namespaces_) {
    if (rules->path == path) return rules.get();
  }
  return nullptr;
}

const HttpRoute* EventTable::FindHttp(std::string_view method, std::string_view path) const {
  for (const auto& route : http_routes_) {
    if (route->path() == path && route->http_method() == method) return route.get();
  }
  return nullptr;
}

}  // namespace caucus::edge::transcoding
