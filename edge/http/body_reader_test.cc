#include "edge/http/body_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace caucus::edge::http {
namespace {

using Progress = BodyReader::Progress;

constexpr BodyLimits kLimits = {
    .bytes_max = 100, .chunk_extension_bytes_max = 20, .trailer_bytes_max = 30};

struct Outcome {
  Progress progress;
  std::string body;
  std::string rest;
};

// Gives the input in pieces of `piece` bytes, as a connection would.
Outcome Feed(BodyReader reader, std::string_view input, size_t piece) {
  std::string kept;
  Progress progress = Progress::kNeedMore;
  while (!input.empty() && progress == Progress::kNeedMore) {
    kept.append(input.substr(0, piece));
    input.remove_prefix(std::min(piece, input.size()));
    std::string_view view = kept;
    progress = reader.Read(view);
    kept.erase(0, kept.size() - view.size());
  }
  return {progress, reader.TakeBody(), kept.append(input)};
}

void ExpectChunked(std::string_view input, Progress progress, std::string_view body = "",
                   std::string_view rest = "") {
  for (const size_t piece : {size_t{1}, size_t{2}, size_t{7}, size_t{1000}}) {
    const Outcome outcome = Feed(BodyReader(kLimits), input, piece);
    EXPECT_EQ(outcome.progress, progress) << input << " by " << piece;
    if (progress != Progress::kDone) continue;
    EXPECT_EQ(outcome.body, body);
    EXPECT_EQ(outcome.rest, rest);
  }
}

TEST(BodyReaderTest, ReadsABodyOfKnownLength) {
  for (const size_t piece : {size_t{1}, size_t{3}, size_t{100}}) {
    const Outcome outcome = Feed(BodyReader(kLimits, 5), "helloGET /", piece);
    EXPECT_EQ(outcome.progress, Progress::kDone);
    EXPECT_EQ(outcome.body, "hello");
    EXPECT_EQ(outcome.rest, "GET /");
  }
  EXPECT_EQ(Feed(BodyReader(kLimits, 5), "hell", 9).progress, Progress::kNeedMore);
}

TEST(BodyReaderTest, RefusesAKnownLengthBeyondTheLimitAtOnce) {
  std::string_view nothing;
  EXPECT_EQ(BodyReader(kLimits, 100).Read(nothing), Progress::kNeedMore);
  EXPECT_EQ(BodyReader(kLimits, 101).Read(nothing), Progress::kTooLarge);
  EXPECT_EQ(BodyReader(kLimits, UINT64_MAX).Read(nothing), Progress::kTooLarge);
}

TEST(BodyReaderTest, ReadsChunks) {
  ExpectChunked("0\r\n\r\n", Progress::kDone);
  ExpectChunked("5\r\nhello\r\n0\r\n\r\nGET /", Progress::kDone, "hello", "GET /");
  ExpectChunked("1\r\n\r\r\n2\r\n\r\n\r\n00\r\n\r\n", Progress::kDone, "\r\r\n");
  ExpectChunked("0000000A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", Progress::kDone,
                "01234567890123456789");
}

TEST(BodyReaderTest, DropsExtensionsAndTrailers) {
  ExpectChunked("5;a=b;c=\"d\"\r\nhello\r\n0;x\r\n\r\n", Progress::kDone, "hello");
  ExpectChunked("0\r\nX-A: 1\r\nHost: b\r\n\r\nrest", Progress::kDone, "", "rest");
}

TEST(BodyReaderTest, RefusesChunksThatOthersMayReadDifferently) {
  for (const std::string_view input : {"\r\n",
                                       ";a\r\n",
                                       "+5\r\nhello\r\n",
                                       "0x5\r\nhello\r\n",
                                       "-0\r\n\r\n",
                                       " 5\r\nhello\r\n",
                                       "5 \r\nhello\r\n",
                                       "5\n;\r\nhello\r\n",
                                       "5 ;a\r\nhello\r\n",
                                       "5;\n\r\nhello\r\n",
                                       "g\r\n",
                                       "00000000000000005\r\nhello\r\n",
                                       "5\r\nhelloX\r\n",
                                       "5\r\nhello\n0\r\n",
                                       "5\r\nhello0\r\n\r\n",
                                       "0\r\n folded: 1\r\n\r\n",
                                       "0\r\nno colon\r\n\r\n",
                                       "0\r\nX : 1\r\n\r\n",
                                       "0\r\n: 1\r\n\r\n",
                                       "0\r\nX: \x01\r\n\r\n",
                                       "0\r\nX: a\nY: b\r\n\r\n"}) {
    ExpectChunked(input, Progress::kMalformed);
  }
}

TEST(BodyReaderTest, LimitsABodyOfChunks) {
  const std::string fifty = "32\r\n" + std::string(50, 'a') + "\r\n";
  ExpectChunked(fifty + fifty + "0\r\n\r\n", Progress::kDone, std::string(100, 'a'));
  ExpectChunked(fifty + fifty + "1\r\n", Progress::kTooLarge);
  ExpectChunked("65\r\n", Progress::kTooLarge);
  ExpectChunked("FFFFFFFFFFFFFFFF\r\n", Progress::kTooLarge);
}

TEST(BodyReaderTest, LimitsExtensionsOfAllChunksTogether) {
  const std::string chunk = "1;2345678\r\na\r\n";
  ExpectChunked(chunk + chunk + "0;234\r\n\r\n", Progress::kDone, "aa");
  ExpectChunked(chunk + chunk + "0;2345\r\n\r\n", Progress::kTooLarge);
  ExpectChunked("1;" + std::string(1000, 'a'), Progress::kTooLarge);
  ExpectChunked(std::string(1000, '0'), Progress::kTooLarge);
}

TEST(BodyReaderTest, LimitsTrailers) {
  ExpectChunked("0\r\nX: 1\r\nX: 2\r\nX: 3\r\n\r\n", Progress::kDone);
  ExpectChunked("0\r\nX: " + std::string(27, 'a') + "\r\n\r\n", Progress::kDone);
  ExpectChunked("0\r\nX: " + std::string(28, 'a') + "\r\n\r\n", Progress::kTooLarge);
  std::string endless = "0\r\n";
  for (int i = 0; i < 100; ++i) endless += "X: 1\r\n";
  ExpectChunked(endless, Progress::kTooLarge);
}

}  // namespace
}  // namespace caucus::edge::http
