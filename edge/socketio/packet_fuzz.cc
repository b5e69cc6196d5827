// Any text is refused, or is a packet within the limits whose parts stand in the text as they
// should.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "edge/socketio/packet.h"

namespace caucus::edge::socketio {
namespace {

constexpr PacketLimits kLimits = {.attachments_max = 3, .namespace_bytes_max = 16};

void Check(bool holds) {
  if (!holds) std::abort();
}

bool IsBinary(PacketType type) {
  return type == PacketType::kBinaryEvent || type == PacketType::kBinaryAck;
}

// Writes a packet's parts again, in the shortest way.
std::string Write(const Packet& packet) {
  std::string text(1, static_cast<char>('0' + static_cast<int>(packet.type)));
  if (IsBinary(packet.type)) text += std::to_string(packet.attachments) + "-";
  const bool must_name_root = packet.ack_id.empty() && packet.json.starts_with('/');
  if (packet.nsp != "/" || must_name_root) text.append(packet.nsp).append(",");
  return text.append(packet.ack_id).append(packet.json);
}

void CheckPacket(const Packet& packet) {
  Check(packet.attachments <= kLimits.attachments_max);
  Check((packet.attachments > 0) == IsBinary(packet.type));
  Check(packet.nsp.starts_with('/') && packet.nsp.size() <= kLimits.namespace_bytes_max);
  Check(packet.ack_id.size() <= kLimits.ack_id_digits_max);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  Check(std::all_of(packet.ack_id.begin(), packet.ack_id.end(), is_digit));
}

}  // namespace
}  // namespace caucus::edge::socketio

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caucus::edge::socketio;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<Packet> packet = DecodePacket(text, kLimits);
  if (!packet.ok()) return 0;
  CheckPacket(*packet);
  const std::string written = Write(*packet);
  const absl::StatusOr<Packet> again = DecodePacket(written, kLimits);
  Check(again.ok() && again->type == packet->type && again->nsp == packet->nsp &&
        again->ack_id == packet->ack_id && again->json == packet->json &&
        again->attachments == packet->attachments);
  return 0;
}
