#include "edge/engineio/open_packet.h"

#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"

namespace caucus::edge::engineio {
namespace {

int64_t Milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace

std::string OpenPacketJson(const SessionConfig& config, std::string_view sid, Transport transport) {
  const bool may_upgrade = transport == Transport::kPolling && config.allow_upgrades &&
                           config.transports.Has(Transport::kWebSocket);
  return absl::StrCat(
      R"({"sid":")", ToAbsl(sid), R"(","upgrades":[)", may_upgrade ? R"("websocket")" : "",
      R"(],"pingInterval":)", Milliseconds(config.ping_interval), R"(,"pingTimeout":)",
      Milliseconds(config.ping_timeout), R"(,"maxPayload":)", config.payload_bytes_max, "}");
}

}  // namespace caucus::edge::engineio
