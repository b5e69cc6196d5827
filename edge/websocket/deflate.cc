#include "edge/websocket/deflate.h"

#include <zlib.h>

#include <algorithm>

namespace caucus::edge::websocket {
namespace {

constexpr int kRawWindowBits = -15;  // Negative: without zlib's header and checksum.
constexpr int kMemoryLevel = 8;
constexpr size_t kFirstInflatedBytes = 4096;

// What a flushed block ends with. It is not sent (RFC 7692 §7.2.1).
constexpr std::string_view kTail("\x00\x00\xFF\xFF", 4);

constexpr int kAtBlockBoundary = 128;  // In z_stream::data_type, see zlib.h at inflate.

Bytef* In(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib's const is optional.
}

Bytef* Out(std::string& bytes, size_t at) { return reinterpret_cast<Bytef*>(bytes.data() + at); }

// An inflater that ends itself.
class InflateStream {
 public:
  InflateStream() { ok_ = inflateInit2(&stream_, kRawWindowBits) == Z_OK; }
  ~InflateStream() {
    if (ok_) inflateEnd(&stream_);
  }
  InflateStream(const InflateStream&) = delete;
  InflateStream& operator=(const InflateStream&) = delete;

  bool ok() const { return ok_; }
  bool at_block_boundary() const { return (stream_.data_type & kAtBlockBoundary) != 0; }

  // Inflates all of `input` to the end of `message`, which has `*bytes` so far.
  CloseCode Feed(std::string_view input, size_t bytes_max, std::string& message, size_t& bytes) {
    stream_.next_in = In(input);
    stream_.avail_in = static_cast<uInt>(input.size());
    while (true) {
      if (bytes == message.size()) {
        if (bytes > bytes_max) return CloseCode::kMessageTooBig;
        message.resize(std::min(bytes_max + 1, std::max(kFirstInflatedBytes, 2 * bytes)));
      }
      const size_t room = message.size() - bytes;
      stream_.next_out = Out(message, bytes);
      stream_.avail_out = static_cast<uInt>(room);
      const int result = inflate(&stream_, Z_SYNC_FLUSH);
      bytes += room - stream_.avail_out;
      // A sender may end a block as the last one, and go on (§7.2.3.4).
      const bool restarts = result == Z_STREAM_END && inflateReset(&stream_) == Z_OK;
      if (result != Z_OK && result != Z_BUF_ERROR && !restarts) return CloseCode::kInvalidPayload;
      if (stream_.avail_in == 0 && stream_.avail_out > 0) return CloseCode::kNormal;
    }
  }

 private:
  z_stream stream_ = {};
  bool ok_ = false;
};

}  // namespace

std::optional<std::string> DeflateMessage(std::string_view message, int level) {
  z_stream stream = {};
  if (deflateInit2(&stream, level, Z_DEFLATED, kRawWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return std::nullopt;
  }
  // With the tail it may be as long as the message: then nothing would be gained.
  std::string payload(message.size() + kTail.size(), '\0');
  stream.next_in = In(message);
  stream.avail_in = static_cast<uInt>(message.size());
  stream.next_out = Out(payload, 0);
  stream.avail_out = static_cast<uInt>(payload.size());
  const int result = deflate(&stream, Z_SYNC_FLUSH);
  const size_t bytes = payload.size() - stream.avail_out;
  deflateEnd(&stream);
  if (result != Z_OK || stream.avail_in > 0 || stream.avail_out == 0) return std::nullopt;
  payload.resize(bytes - kTail.size());
  payload.shrink_to_fit();
  return payload;
}

CloseCode InflateMessage(std::string_view payload, size_t bytes_max, std::string& message) {
  InflateStream stream;
  if (!stream.ok()) return CloseCode::kInvalidPayload;
  message.clear();
  size_t bytes = 0;
  CloseCode code = stream.Feed(payload, bytes_max, message, bytes);
  if (code == CloseCode::kNormal) code = stream.Feed(kTail, bytes_max, message, bytes);
  if (code == CloseCode::kNormal && !stream.at_block_boundary()) code = CloseCode::kInvalidPayload;
  if (code == CloseCode::kNormal && bytes > bytes_max) code = CloseCode::kMessageTooBig;
  message.resize(code == CloseCode::kNormal ? bytes : 0);
  return code;
}

}  // namespace caucus::edge::websocket
