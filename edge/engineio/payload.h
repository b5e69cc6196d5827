// Splits an Engine.IO v4 polling body into packets and joins them again.
//
//     payload := packet (0x1e packet)*
//     packet  := digit data | "b" base64        the latter is a binary message
//
// Thread-safe: free functions without state.

#ifndef EDGE_ENGINEIO_PAYLOAD_H_
#define EDGE_ENGINEIO_PAYLOAD_H_

#include <optional>
#include <string>
#include <string_view>

#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/packet.h"

namespace caucus::edge::engineio {

inline constexpr char kPacketSeparator = '\x1e';

// Decodes one text packet. The packet's data is a view into `text`, or into `binary`, which
// receives a binary message's content. Returns nothing if `text` is empty, starts with no known
// type, or has bad base64.
std::optional<Packet> DecodePacket(std::string_view text, std::string& binary);

// Walks through the packets of a polling body. Thread-compatible. `body` must outlive it.
//
//     PayloadReader reader(body);
//     while (reader.HasNext()) { std::optional<Packet> packet = reader.Next(); ... }
class PayloadReader {
 public:
  explicit PayloadReader(std::string_view body) : rest_(body) {}

  // An empty body is one empty, and so malformed, packet.
  bool HasNext() const { return !done_; }

  // Returns the next packet, valid until the next call, or nothing if it is malformed. REQUIRES:
  // HasNext().
  std::optional<Packet> Next();

  // What follows the last packet. REQUIRES: HasNext().
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  std::string binary_;
  bool done_ = false;
};

// Appends a packet's polling form, and behind it that of each attachment, to `body`, with a
// separator before each unless `body` is empty.
void AppendToPayload(const EncodedPacket& packet, std::string& body);

// Returns the bytes that AppendToPayload adds at most.
size_t PayloadBytes(const EncodedPacket& packet);

}  // namespace caucus::edge::engineio

#endif  // EDGE_ENGINEIO_PAYLOAD_H_
