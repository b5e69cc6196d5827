#include "edge/transcoding/raw_event.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "caucus/socketio/v1/raw_event.pb.h"
#include "edge/transcoding/json_text.h"
#include "google/protobuf/util/json_util.h"

namespace caucus::edge::transcoding {

using socketio::v1::RawEvent;
using socketio::v1::RawReply;

absl::StatusOr<bool> IsRawMethod(const google::protobuf::MethodDescriptor& method) {
  const bool takes = method.input_type()->full_name() == RawEvent::descriptor()->full_name();
  const bool returns = method.output_type()->full_name() == RawReply::descriptor()->full_name();
  if (takes == returns) return takes;
  return absl::InvalidArgumentError(
      absl::StrCat("a raw method takes ", RawEvent::descriptor()->full_name(), " and returns ",
                   RawReply::descriptor()->full_name()));
}

std::string EncodeRawConnection(const RawConnection& connection) {
  const ConnectionContext& context = connection.context;
  RawEvent event;
  event.set_namespace_(std::string(connection.nsp));
  event.set_socket_id(std::string(context.socket_id));
  event.set_edge_id(std::string(context.edge_id));
  socketio::v1::Handshake& handshake = *event.mutable_handshake();
  handshake.set_auth_json(std::string(connection.auth_json));
  handshake.set_address(std::string(context.address));
  if (context.query != nullptr) {
    for (const auto& [name, value] : *context.query) (*handshake.mutable_query())[name] = value;
  }
  if (context.headers != nullptr) {
    const std::vector<std::string>& names = connection.header_names;
    for (const auto& [name, value] : *context.headers) {
      if (std::find(names.begin(), names.end(), name) == names.end()) continue;
      (*handshake.mutable_headers())[name] = ReplaceMalformedUtf8(value);
    }
  }
  if (context.claims != nullptr) {
    std::string json;
    const auto written = google::protobuf::util::MessageToJsonString(*context.claims, &json);
    event.set_claims_json(written.ok() ? std::move(json) : "{}");
  }
  return event.SerializeAsString();
}

std::string EncodeRawEvent(std::string_view connection, RawEventContent content) {
  RawEvent event;
  event.set_event(std::string(content.name));
  event.set_ack_wanted(content.ack_wanted);
  socketio::v1::Arguments& arguments = *event.mutable_arguments();
  arguments.set_json(std::move(content.arguments_json));
  for (std::string& attachment : content.attachments) {
    arguments.add_attachments(std::move(attachment));
  }
  std::string bytes;
  bytes.reserve(connection.size() + event.ByteSizeLong());
  bytes.append(connection);
  event.AppendToString(&bytes);
  return bytes;
}

}  // namespace caucus::edge::transcoding
