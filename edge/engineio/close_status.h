// What a WebSocket's close frame tells a client about the end of its session.

#ifndef EDGE_ENGINEIO_CLOSE_STATUS_H_
#define EDGE_ENGINEIO_CLOSE_STATUS_H_

#include <string_view>

#include "edge/engineio/close_reason.h"
#include "edge/websocket/frame.h"

namespace caucus::edge::engineio {

struct CloseStatus {
  websocket::CloseCode code;
  std::string_view text;  // Empty if there is no code.
};

// Returns the status of a session that ended by `reason`. As with the reference, there is none if
// the layer above or the client closed; where the client is to blame, the reference sends none
// either, and we say why: 1008 with the reason's name.
CloseStatus CloseStatusOf(CloseReason reason);

}  // namespace caucus::edge::engineio

#endif  // EDGE_ENGINEIO_CLOSE_STATUS_H_
