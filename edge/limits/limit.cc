#include "edge/limits/limit.h"

namespace caucus::edge {

std::string_view NameOf(Limit limit) {
  switch (limit) {
    case Limit::kAttachments:
      return "attachments";
    case Limit::kBodyBytes:
      return "body_bytes";
    case Limit::kBodyTime:
      return "body_time";
    case Limit::kCallsInFlight:
      return "calls_in_flight";
    case Limit::kConnectTime:
      return "connect_time";
    case Limit::kConnectionsPerAddress:
      return "connections_per_address";
    case Limit::kEventRate:
      return "event_rate";
    case Limit::kFeeds:
      return "feeds";
    case Limit::kFragments:
      return "fragments";
    case Limit::kHeaderBytes:
      return "header_bytes";
    case Limit::kHeaderCount:
      return "header_count";
    case Limit::kHeaderTime:
      return "header_time";
    case Limit::kJsonDepth:
      return "json_depth";
    case Limit::kJsonMembers:
      return "json_members";
    case Limit::kMessageBytes:
      return "message_bytes";
    case Limit::kNamespacesPerConnection:
      return "namespaces_per_connection";
    case Limit::kPendingAcks:
      return "pending_acks";
    case Limit::kPendingHandshakes:
      return "pending_handshakes";
    case Limit::kRoomsPerSocket:
      return "rooms_per_socket";
    case Limit::kSendQueueBytes:
      return "send_queue_bytes";
  }
  return "";
}

}  // namespace caucus::edge
