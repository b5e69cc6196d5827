// An Engine.IO v4 packet as it was received.

#ifndef EDGE_ENGINEIO_PACKET_H_
#define EDGE_ENGINEIO_PACKET_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace caucus::edge::engineio {

// The values are the digits of the wire. kMessage is the only type that can be binary.
enum class PacketType : uint8_t {
  kOpen = 0,
  kClose = 1,
  kPing = 2,
  kPong = 3,
  kMessage = 4,
  kUpgrade = 5,
  kNoop = 6,
};

enum class MessageKind : uint8_t { kText, kBinary };

// A view into the bytes that were decoded, which must outlive it.
struct Packet {
  PacketType type = PacketType::kNoop;
  MessageKind kind = MessageKind::kText;
  std::string_view data;
};

// Returns the type that a wire digit stands for.
constexpr std::optional<PacketType> PacketTypeOf(char digit) {
  if (digit < '0' || digit > '6') return std::nullopt;
  return static_cast<PacketType>(digit - '0');
}

constexpr char DigitOf(PacketType type) { return static_cast<char>('0' + static_cast<int>(type)); }

}  // namespace caucus::edge::engineio

#endif  // EDGE_ENGINEIO_PACKET_H_
