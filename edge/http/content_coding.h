// Compressed answers: which form a client takes, and making it.
//
// Thread-safe: free functions without state.

#ifndef EDGE_HTTP_CONTENT_CODING_H_
#define EDGE_HTTP_CONTENT_CODING_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "edge/http/http_message.h"

namespace caucus::edge::http {

enum class ContentCoding : uint8_t { kIdentity, kBrotli, kGzip, kDeflate };

// Returns the name in Content-Encoding.
std::string_view NameOf(ContentCoding coding);

// Which of the codings with the same q-value is taken, both named or both by `*`.
enum class TieBreak : uint8_t { kAsListed, kAsOffered };

// Returns the one of the offered codings, or kIdentity, that an `Accept-Encoding` header wants most
// (RFC 9110 §12.5.3): by q-value, then a named one before `*`. No header: kIdentity.
ContentCoding NegotiateCoding(std::string_view accept_encoding,
                              std::span<const ContentCoding> offered, TieBreak ties);

enum class CompressionEffort : uint8_t { kFast, kSmall };

// Returns `data` in another form: Brotli, gzip, or zlib's, which is what HTTP means by deflate.
std::string Compress(std::string_view data, ContentCoding coding, CompressionEffort effort);

// When polling answers are compressed.
struct CompressionOptions {
  bool enabled = true;
  size_t threshold_bytes = 1024;  // Bodies smaller than that stay as they are.
};

// Compresses an answer's body, if it is long enough and the client takes it: with gzip or deflate,
// which are quick.
void CompressResponse(const CompressionOptions& options, std::string_view accept_encoding,
                      Response& response);

}  // namespace caucus::edge::http

#endif  // EDGE_HTTP_CONTENT_CODING_H_
