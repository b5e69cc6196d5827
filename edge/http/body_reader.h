// The body of a request: so many bytes, or chunks.
//
// Pure: bytes in, progress out. Chunks are read more strictly than RFC 9112 §7.1 demands, since
// whatever two servers read differently is a way to smuggle requests past one of them.

#ifndef EDGE_HTTP_BODY_READER_H_
#define EDGE_HTTP_BODY_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace caucus::edge::http {

struct BodyLimits {
  size_t bytes_max = 1'000'000;
  size_t chunk_extension_bytes_max = 8 * 1024;  // Of all chunks together.
  size_t trailer_bytes_max = 8 * 1024;
};

// Reads one body. Thread-compatible. The limits must outlive it.
class BodyReader {
 public:
  enum class Progress : uint8_t {
    kNeedMore,
    kDone,
    kMalformed,
    kTooLarge,  // The body, or what is around its chunks.
  };

  // For a body of exactly `length` bytes.
  BodyReader(const BodyLimits& limits, uint64_t length);
  // For a chunked body.
  explicit BodyReader(const BodyLimits& limits);

  // Takes what belongs to the body off the front of `input`. Chunk headers and trailers are taken
  // once they are whole: the caller keeps the rest and gives it again with more behind it. Trailers
  // are checked and dropped.
  Progress Read(std::string_view& input);

  std::string TakeBody() { return std::move(body_); }

 private:
  enum class State : uint8_t { kChunkHeader, kData, kDataEnd, kTrailers, kDone };

  Progress ReadChunkHeader(std::string_view& input);
  Progress ReadData(std::string_view& input);
  Progress ReadDataEnd(std::string_view& input);
  Progress ReadTrailers(std::string_view& input);

  const BodyLimits& limits_;
  const bool is_chunked_;
  State state_;
  uint64_t left_ = 0;  // Of the body or chunk.
  size_t extension_bytes_ = 0;
  size_t trailer_bytes_ = 0;
  std::string body_;
};

}  // namespace caucus::edge::http

#endif  // EDGE_HTTP_BODY_READER_H_
