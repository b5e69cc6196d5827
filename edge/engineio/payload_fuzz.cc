// Reading any body ends; what was read, written again, is read as the same.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/packet.h"
#include "edge/engineio/payload.h"

namespace caucus::edge::engineio {
namespace {

using Message = std::tuple<PacketType, MessageKind, std::string>;

void Check(bool holds) {
  if (!holds) std::abort();
}

// Returns the packets of a body up to the first malformed one.
std::vector<Message> Read(std::string_view body) {
  std::vector<Message> messages;
  PayloadReader reader(body);
  while (reader.HasNext()) {
    const std::optional<Packet> packet = reader.Next();
    if (!packet) break;
    Check(packet->kind == MessageKind::kText || packet->type == PacketType::kMessage);
    messages.emplace_back(packet->type, packet->kind, std::string(packet->data));
  }
  return messages;
}

std::string Write(const std::vector<Message>& messages) {
  std::string body;
  size_t bytes_max = 0;
  for (const auto& [type, kind, data] : messages) {
    const EncodedPacketPtr packet =
        kind == MessageKind::kText ? EncodedPacket::Text(type, data) : EncodedPacket::Binary(data);
    bytes_max += PayloadBytes(*packet);
    AppendToPayload(*packet, body);
  }
  Check(body.size() <= bytes_max);
  return body;
}

}  // namespace
}  // namespace caucus::edge::engineio

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caucus::edge::engineio;
  const std::vector<Message> messages = Read({reinterpret_cast<const char*>(data), size});
  if (!messages.empty()) Check(Read(Write(messages)) == messages);
  return 0;
}
