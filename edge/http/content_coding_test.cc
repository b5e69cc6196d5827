#include "edge/http/content_coding.h"

#include <brotli/decode.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <string>
#include <string_view>

namespace caucus::edge::http {
namespace {

constexpr int kDetectForm = 32;  // zlib: gzip or zlib, by the header.

std::string Inflate(std::string_view data) {
  z_stream stream = {};
  EXPECT_EQ(inflateInit2(&stream, 15 + kDetectForm), Z_OK);
  std::string out(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

std::string Unbrotli(std::string_view data) {
  std::string out(1 << 20, '\0');
  size_t size = out.size();
  EXPECT_EQ(BrotliDecoderDecompress(data.size(), reinterpret_cast<const uint8_t*>(data.data()),
                                    &size, reinterpret_cast<uint8_t*>(out.data())),
            BROTLI_DECODER_RESULT_SUCCESS);
  out.resize(size);
  return out;
}

constexpr std::array kQuick = {ContentCoding::kGzip, ContentCoding::kDeflate};
constexpr std::array kAll = {ContentCoding::kBrotli, ContentCoding::kGzip, ContentCoding::kDeflate};

ContentCoding Listed(std::string_view accept_encoding) {
  return NegotiateCoding(accept_encoding, kQuick, TieBreak::kAsListed);
}

ContentCoding Offered(std::string_view accept_encoding) {
  return NegotiateCoding(accept_encoding, kAll, TieBreak::kAsOffered);
}

TEST(ContentCodingTest, TakesWhatTheClientWantsMost) {
  EXPECT_EQ(Listed("gzip"), ContentCoding::kGzip);
  EXPECT_EQ(Listed("deflate"), ContentCoding::kDeflate);
  EXPECT_EQ(Listed("GZip , br"), ContentCoding::kGzip);
  EXPECT_EQ(Listed("gzip, deflate, br, zstd"), ContentCoding::kGzip);
  EXPECT_EQ(Listed("deflate, gzip"), ContentCoding::kDeflate);
  EXPECT_EQ(Listed("gzip;q=0.5, deflate;q=0.8"), ContentCoding::kDeflate);
  EXPECT_EQ(Listed("gzip;q=0.5, *;q=0.8"), ContentCoding::kDeflate);
  EXPECT_EQ(Listed("*"), ContentCoding::kGzip);
  EXPECT_EQ(Listed("gzip; q=1.0"), ContentCoding::kGzip);
}

TEST(ContentCodingTest, BreaksTiesAsOffered) {
  for (const std::string_view header :
       {"br", "gzip, deflate, br, zstd", "deflate, gzip, BR", "*", "gzip;q=0.5, *;q=0.8",
        "identity, br", "gzip;q=0.5, br;q=0.5", "gzip;q=0.8, br;q=0.9"}) {
    EXPECT_EQ(Offered(header), ContentCoding::kBrotli) << header;
  }
  for (const std::string_view header :
       {"gzip", "deflate, gzip", "br;q=0.5, gzip", "br;q=0, *", "gzip, *"}) {
    EXPECT_EQ(Offered(header), ContentCoding::kGzip) << header;
  }
  EXPECT_EQ(Offered("br;q=0, gzip;q=0, *"), ContentCoding::kDeflate);
  EXPECT_EQ(Offered("identity, br;q=0.5"), ContentCoding::kIdentity);
  EXPECT_EQ(Offered(""), ContentCoding::kIdentity);
}

TEST(ContentCodingTest, LeavesAloneWhatTheClientDoesNotTake) {
  for (const std::string_view header :
       {"", "br", "identity", "gzip;q=0", "gzip;q=0, deflate;q=0.0", "*;q=0", "gzip;q=-1",
        "gzip;q=2", "gzip;q=x", "gzip;x", ",,", "gzipped", "identity, gzip;q=0.5"}) {
    EXPECT_EQ(Listed(header), ContentCoding::kIdentity) << header;
  }
}

TEST(ContentCodingTest, MakesFormsThatOthersRead) {
  for (const size_t size : {0, 1, 5000, 500'000}) {
    std::string data;
    for (size_t i = 0; i < size; ++i) data.push_back(static_cast<char>('a' + (i * i) % 23));
    for (const ContentCoding coding : {ContentCoding::kGzip, ContentCoding::kDeflate}) {
      for (const CompressionEffort effort : {CompressionEffort::kFast, CompressionEffort::kSmall}) {
        EXPECT_EQ(Inflate(Compress(data, coding, effort)), data);
      }
    }
    for (const CompressionEffort effort : {CompressionEffort::kFast, CompressionEffort::kSmall}) {
      EXPECT_EQ(Unbrotli(Compress(data, ContentCoding::kBrotli, effort)), data);
    }
  }
  EXPECT_EQ(Compress("x", ContentCoding::kGzip, CompressionEffort::kFast).substr(0, 2), "\x1F\x8B");
  EXPECT_EQ(Compress("x", ContentCoding::kDeflate, CompressionEffort::kFast)[0], '\x78');
  EXPECT_EQ(Compress("x", ContentCoding::kIdentity, CompressionEffort::kFast), "x");
}

TEST(ContentCodingTest, CompressesAnAnswerFromTheThresholdOn) {
  Response response;
  response.body = std::string(1023, 'a');
  CompressResponse({}, "gzip", response);
  EXPECT_EQ(response.body.size(), 1023u);
  EXPECT_TRUE(response.headers.empty());

  response.body = std::string(1024, 'a');
  CompressResponse({}, "gzip", response);
  EXPECT_EQ(Inflate(response.body), std::string(1024, 'a'));
  const Headers expected = {{"Content-Encoding", "gzip"}};
  EXPECT_EQ(response.headers, expected);
}

TEST(ContentCodingTest, CompressesAnAnswerQuicklyOnly) {
  Response response;
  response.body = std::string(5000, 'a');
  CompressResponse({}, "br", response);
  EXPECT_TRUE(response.headers.empty());
  CompressResponse({}, "br, gzip;q=0.5", response);
  EXPECT_EQ(Inflate(response.body), std::string(5000, 'a'));
}

TEST(ContentCodingTest, LeavesAnAnswerAloneWhenOffOrUnwanted) {
  Response response;
  response.body = std::string(5000, 'a');
  CompressResponse({.enabled = false}, "gzip", response);
  CompressResponse({}, "", response);
  CompressResponse({}, "gzip;q=0", response);
  EXPECT_EQ(response.body, std::string(5000, 'a'));
  EXPECT_TRUE(response.headers.empty());
}

}  // namespace
}  // namespace caucus::edge::http
