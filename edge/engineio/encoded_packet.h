// A packet ready for the wire, encoded once and shared by every connection that sends it.

#ifndef EDGE_ENGINEIO_ENCODED_PACKET_H_
#define EDGE_ENGINEIO_ENCODED_PACKET_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "edge/engineio/packet.h"
#include "edge/websocket/deflate.h"

namespace caucus::edge::engineio {

class EncodedPacket;
using EncodedPacketPtr = std::shared_ptr<const EncodedPacket>;

// The bytes of one packet, as unmasked WebSocket frames (RFC 6455 §5.2); the polling form is a part
// of them, or made from them. A packet with attachments is its text frame and a binary frame for
// each, one behind the other: whoever sends it sends all or nothing. Immutable.
class EncodedPacket {
 public:
  // A text packet: the type's digit, then `data`.
  static EncodedPacketPtr Text(PacketType type, std::string_view data);

  // Likewise, and the binary messages that belong to it.
  static EncodedPacketPtr Text(PacketType type, std::string_view data,
                               std::span<const std::string> attachments);

  // A text packet that a WebSocket client is to see before any that follows, see stands_alone.
  static EncodedPacketPtr Alone(PacketType type, std::string_view data);

  // A message with `data` as its binary content.
  static EncodedPacketPtr Binary(std::string_view data);

  // Use Text or Binary; public for std::make_shared only.
  struct Layout {
    MessageKind kind;
    uint8_t header_bytes;
    bool stands_alone = false;
    size_t content_bytes;
  };
  EncodedPacket(std::string frame, const Layout& layout)
      : frame_(std::move(frame)), layout_(layout) {}
  EncodedPacket(const EncodedPacket&) = delete;
  EncodedPacket& operator=(const EncodedPacket&) = delete;

  // Whole WebSocket frames, headers and payloads: one, and one more for each attachment.
  std::string_view websocket_frame() const { return frame_; }

  // The same with each payload compressed that is long enough and becomes shorter by it. Made once,
  // by the first caller, whose options count, and shared by all receivers. Valid as long as the
  // packet.
  std::string_view deflated_frame(const websocket::DeflateOptions& options) const;

  // The same with each binary frame as the text `b<base64>`, for clients that take no binary
  // messages. Likewise made once, if there is anything binary.
  std::string_view base64_frame() const;

  // The first frame's payload: digit and data of a text packet, the bare content of a binary one.
  std::string_view content() const {
    return std::string_view(frame_).substr(layout_.header_bytes, layout_.content_bytes);
  }

  // The first frame's kind. Attachments are binary.
  MessageKind kind() const { return layout_.kind; }

  // Whether a WebSocket client gets nothing else for some milliseconds after it. Node's server
  // sends the reply to CONNECT by itself, because the application's first event follows later;
  // there are clients that listen for one message at a time, and lose the second of two that come
  // at once.
  bool stands_alone() const { return layout_.stands_alone; }

  bool has_attachments() const {
    return frame_.size() > layout_.header_bytes + layout_.content_bytes;
  }

  // The payloads of the frames after the first; of a packet without attachments none, at no cost.
  std::vector<std::string_view> attachments() const;

 private:
  // Other frames with the same content, made when they are first asked for.
  class LazyFrames {
   public:
    LazyFrames() = default;
    ~LazyFrames();
    LazyFrames(const LazyFrames&) = delete;
    LazyFrames& operator=(const LazyFrames&) = delete;

    template <typename Make>
    const std::string& Get(const Make& make);

   private:
    std::atomic<const std::string*> made_ = nullptr;
  };

  const std::string frame_;
  const Layout layout_;
  mutable LazyFrames deflated_;  // Empty if nothing became shorter.
  mutable LazyFrames base64_;
};

}  // namespace caucus::edge::engineio

#endif  // EDGE_ENGINEIO_ENCODED_PACKET_H_
