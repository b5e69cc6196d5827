#include "edge/engineio/close_status.h"

namespace caucus::edge::engineio {

using websocket::CloseCode;

CloseStatus CloseStatusOf(CloseReason reason) {
  switch (reason) {
    case CloseReason::kForcedClose:
    case CloseReason::kTransportClose:
    case CloseReason::kReconnect:
      return {.code = CloseCode::kNoStatus, .text = ""};
    case CloseReason::kServerShuttingDown:
      return {.code = CloseCode::kGoingAway, .text = NameOf(reason)};
    case CloseReason::kTransportError:
    case CloseReason::kPingTimeout:
    case CloseReason::kParseError:
    case CloseReason::kInvalidPacket:
    case CloseReason::kConnectTimeout:
    case CloseReason::kTooManyEvents:
    case CloseReason::kSlowConsumer:
      return {.code = CloseCode::kPolicyViolation, .text = NameOf(reason)};
  }
  return {.code = CloseCode::kNoStatus, .text = ""};
}

}  // namespace caucus::edge::engineio
