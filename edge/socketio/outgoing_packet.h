// Events and acks to send, encoded whole: to be made once for all who get them.
//
// Thread-safe: free functions without state.

#ifndef EDGE_SOCKETIO_OUTGOING_PACKET_H_
#define EDGE_SOCKETIO_OUTGOING_PACKET_H_

#include <span>
#include <string>
#include <string_view>

#include "edge/engineio/encoded_packet.h"

namespace caucus::edge::socketio {

// What stands behind an event's name or an ack's id. Views, which must outlive the call.
struct OutgoingArguments {
  std::string_view json = {};  // An array, `[...]`; empty: none.
  // Attachment i is what `{"_placeholder":true,"num":i}` in the JSON stands for. At most ten.
  std::span<const std::string> attachments = {};
};

engineio::EncodedPacketPtr EventPacket(std::string_view nsp, std::string_view event,
                                       const OutgoingArguments& arguments);
engineio::EncodedPacketPtr AckPacket(std::string_view nsp, std::string_view ack_id,
                                     const OutgoingArguments& arguments);

}  // namespace caucus::edge::socketio

#endif  // EDGE_SOCKETIO_OUTGOING_PACKET_H_
