#include "edge/engineio/payload.h"

#include "absl/strings/escaping.h"
#include "common/text/absl_view.h"

namespace caucus::edge::engineio {

std::optional<Packet> DecodePacket(std::string_view text, std::string& binary) {
  if (text.empty()) return std::nullopt;
  const std::string_view data = text.substr(1);
  if (text.front() == 'b') {
    if (!absl::Base64Unescape(ToAbsl(data), &binary)) return std::nullopt;
    return Packet{.type = PacketType::kMessage, .kind = MessageKind::kBinary, .data = binary};
  }
  const std::optional<PacketType> type = PacketTypeOf(text.front());
  if (!type) return std::nullopt;
  return Packet{.type = *type, .kind = MessageKind::kText, .data = data};
}

std::optional<Packet> PayloadReader::Next() {
  const size_t end = rest_.find(kPacketSeparator);
  const std::string_view text = rest_.substr(0, end);
  if (end == std::string_view::npos) {
    done_ = true;
  } else {
    rest_.remove_prefix(end + 1);
  }
  return DecodePacket(text, binary_);
}

namespace {

void AppendBinary(std::string_view data, std::string& body) {
  body.push_back('b');
  body.append(absl::Base64Escape(ToAbsl(data)));
}

size_t BinaryBytes(std::string_view data) { return 2 + (data.size() + 2) / 3 * 4; }

}  // namespace

void AppendToPayload(const EncodedPacket& packet, std::string& body) {
  if (!body.empty()) body.push_back(kPacketSeparator);
  if (packet.kind() == MessageKind::kText) {
    body.append(packet.content());
  } else {
    AppendBinary(packet.content(), body);
  }
  for (const std::string_view attachment : packet.attachments()) {
    body.push_back(kPacketSeparator);
    AppendBinary(attachment, body);
  }
}

size_t PayloadBytes(const EncodedPacket& packet) {
  size_t bytes = packet.kind() == MessageKind::kText ? 2 + packet.content().size()
                                                     : BinaryBytes(packet.content());
  for (const std::string_view attachment : packet.attachments()) bytes += BinaryBytes(attachment);
  return bytes;
}

}  // namespace caucus::edge::engineio
