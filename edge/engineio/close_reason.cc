#include "edge/engineio/close_reason.h"

namespace caucus::edge::engineio {

std::string_view NameOf(CloseReason reason) {
  switch (reason) {
    case CloseReason::kTransportError:
      return "transport error";
    case CloseReason::kTransportClose:
      return "transport close";
    case CloseReason::kForcedClose:
      return "forced close";
    case CloseReason::kPingTimeout:
      return "ping timeout";
    case CloseReason::kParseError:
      return "parse error";
    case CloseReason::kServerShuttingDown:
      return "server shutting down";
    case CloseReason::kInvalidPacket:
      return "invalid packet";
    case CloseReason::kConnectTimeout:
      return "connect timeout";
    case CloseReason::kTooManyEvents:
      return "too many events";
    case CloseReason::kSlowConsumer:
      return "slow consumer";
    case CloseReason::kReconnect:
      return "reconnect";
  }
  return "";
}

bool IsGraceful(CloseReason reason) {
  switch (reason) {
    case CloseReason::kForcedClose:
    case CloseReason::kServerShuttingDown:
    case CloseReason::kInvalidPacket:
    case CloseReason::kConnectTimeout:
    case CloseReason::kTooManyEvents:
    // A polling client whose next GET found no session would call that an error.
    case CloseReason::kReconnect:
      return true;
    case CloseReason::kTransportError:
    case CloseReason::kTransportClose:
    case CloseReason::kPingTimeout:
    case CloseReason::kParseError:
    case CloseReason::kSlowConsumer:
      return false;
  }
  return false;
}

}  // namespace caucus::edge::engineio
