#include "edge/http/content_coding.h"

#include <gtest/gtest.h>
#include <zlib.h>

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

TEST(ContentCodingTest, TakesWhatTheClientWantsMost) {
  EXPECT_EQ(NegotiateCoding("gzip"), ContentCoding::kGzip);
  EXPECT_EQ(NegotiateCoding("deflate"), ContentCoding::kDeflate);
  EXPECT_EQ(NegotiateCoding("GZip , br"), ContentCoding::kGzip);
  EXPECT_EQ(NegotiateCoding("gzip, deflate, br, zstd"), ContentCoding::kGzip);
  EXPECT_EQ(NegotiateCoding("deflate, gzip"), ContentCoding::kDeflate);
  EXPECT_EQ(NegotiateCoding("gzip;q=0.5, deflate;q=0.8"), ContentCoding::kDeflate);
  EXPECT_EQ(NegotiateCoding("gzip;q=0.5, *;q=0.8"), ContentCoding::kDeflate);
  EXPECT_EQ(NegotiateCoding("*"), ContentCoding::kGzip);
  EXPECT_EQ(NegotiateCoding("gzip; q=1.0"), ContentCoding::kGzip);
}

TEST(ContentCodingTest, LeavesAloneWhatTheClientDoesNotTake) {
  for (const std::string_view header :
       {"", "br", "identity", "gzip;q=0", "gzip;q=0, deflate;q=0.0", "*;q=0", "gzip;q=-1",
        "gzip;q=2", "gzip;q=x", "gzip;x", ",,", "gzipped", "identity, gzip;q=0.5"}) {
    EXPECT_EQ(NegotiateCoding(header), ContentCoding::kIdentity) << header;
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
