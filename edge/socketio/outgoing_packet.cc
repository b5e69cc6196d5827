#include "edge/socketio/outgoing_packet.h"

#include "edge/engineio/packet.h"
#include "edge/socketio/packet.h"

namespace caucus::edge::socketio {

engineio::EncodedPacketPtr EventPacket(std::string_view nsp, std::string_view event,
                                       const OutgoingArguments& arguments) {
  return engineio::EncodedPacket::Text(
      engineio::PacketType::kMessage,
      EncodeEvent(nsp, event, arguments.json, arguments.attachments.size()), arguments.attachments);
}

engineio::EncodedPacketPtr AckPacket(std::string_view nsp, std::string_view ack_id,
                                     const OutgoingArguments& arguments) {
  return engineio::EncodedPacket::Text(
      engineio::PacketType::kMessage,
      EncodeAck(nsp, ack_id, arguments.json, arguments.attachments.size()), arguments.attachments);
}

}  // namespace caucus::edge::socketio
