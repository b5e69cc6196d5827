// The content of the packet that opens a session (engine.io protocol 4, §Handshake).

#ifndef EDGE_ENGINEIO_OPEN_PACKET_H_
#define EDGE_ENGINEIO_OPEN_PACKET_H_

#include <string>
#include <string_view>

#include "edge/engineio/session.h"

namespace caucus::edge::engineio {

// Returns `{"sid":…,"upgrades":[…],"pingInterval":…,"pingTimeout":…,"maxPayload":…}`: exactly these
// keys, in this order; times in milliseconds. `upgrades` is empty for a
// session over a WebSocket, and where the configuration offers no upgrade.
std::string OpenPacketJson(const SessionConfig& config, std::string_view sid, Transport transport);

}  // namespace caucus::edge::engineio

#endif  // EDGE_ENGINEIO_OPEN_PACKET_H_
