#include "edge/transport/request_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "edge/http/http_message.h"
#include "edge/transport/http_limits.h"

namespace caucus::edge::transport {
namespace {

using Progress = RequestReader::Progress;

const std::string kChunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

class RequestReaderTest : public testing::Test {
 protected:
  struct Outcome {
    std::vector<http::Request> requests;
    Progress progress = Progress::kNeedHead;
    std::string rest;
  };

  static bool GoesOn(Progress progress) {
    return progress == Progress::kHead || progress == Progress::kRequest;
  }

  // Gives `bytes` in pieces, as a connection would, until a request is refused.
  Outcome Feed(std::string_view bytes, size_t piece) const {
    RequestReader reader(limits_);
    Outcome outcome;
    http::Request request;
    while (!bytes.empty() && outcome.progress != Progress::kRefused) {
      outcome.rest.append(bytes.substr(0, piece));
      bytes.remove_prefix(std::min(piece, bytes.size()));
      outcome.progress = Progress::kRequest;
      while (GoesOn(outcome.progress) && !outcome.rest.empty()) {
        outcome.progress = reader.Read(outcome.rest);
        if (outcome.progress == Progress::kHead) request = reader.TakeHead();
        if (outcome.progress != Progress::kRequest) continue;
        request.body = reader.TakeBody();
        outcome.requests.push_back(std::move(request));
      }
    }
    return outcome;
  }

  // How many requests are read, 0 if one is refused.
  size_t CountOf(std::string_view bytes, size_t piece) const {
    const Outcome outcome = Feed(bytes, piece);
    return outcome.progress == Progress::kRefused ? 0 : outcome.requests.size();
  }

  HttpLimits limits_;
};

TEST_F(RequestReaderTest, ReadsRequestsInPiecesOfAnySize) {
  const std::string bytes = "POST /1?q HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" +
                            kChunked + "5;a=b;c=\"d\"\r\nhello\r\n1\r\n\r\r\n4E20\r\n" +
                            std::string(20'000, 'x') +
                            "\r\n0;x\r\nX-Trailer: 1\r\nHost: b\r\n\r\n\r\nGET /3 HTTP/1.0\r\n\r\n";
  for (const size_t piece : {1, 2, 3, 7, 100, 8192, 65536}) {
    const Outcome outcome = Feed(bytes, piece);
    ASSERT_EQ(outcome.requests.size(), 3u) << piece;
    EXPECT_EQ(outcome.requests[0].path + "?" + outcome.requests[0].query, "/1?q");
    EXPECT_EQ(outcome.requests[0].body, "hello");
    EXPECT_EQ(outcome.requests[1].body, "hello\r" + std::string(20'000, 'x'));
    EXPECT_EQ(outcome.requests[1].Header("host"), "a");
    EXPECT_EQ(outcome.requests[1].Header("x-trailer"), "");
    EXPECT_EQ(outcome.requests[2].path, "/3");
    EXPECT_EQ(outcome.rest, "");
  }
}

// Beast asserted that there was more.
TEST_F(RequestReaderTest, ReadsALastChunkThatComesInPieces) {
  for (const std::string_view chunks :
       {"0\r\n\r\n", "1\r\na\r\n0\r\n\r\n", "0;x\r\nX: 1\r\n\r\n"}) {
    for (const size_t piece : {1, 2, 3, 4, 5, 6}) {
      EXPECT_EQ(CountOf(kChunked + std::string(chunks), piece), 1u) << chunks << " by " << piece;
    }
  }
}

TEST_F(RequestReaderTest, RefusesChunksThatOthersMayReadDifferently) {
  for (const std::string_view chunks :
       {"\r\n\r\n\r\n", ";a\r\n\r\n", "+5\r\nhello\r\n", "0x5\r\nhello\r\n\r\n", "-0\r\n\r\n",
        " 5\r\nhello\r\n", "5\n;\r\nhello\r\n", "5;\n\r\nhello\r\n", "g\r\n\r\n",
        "5\r\nhelloX\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello0\r\n\r\n",
        "0\r\n folded: 1\r\n\r\n", "0\r\nno colon\r\n\r\n", "0\r\nX : 1\r\n\r\n",
        "0\r\nX: \x01\r\n\r\n", "0\r\nX: a\nY: b\r\n\r\n", "0\r\nContent-Length: 5\r\n\r\n"}) {
    for (const size_t piece : {1, 1000}) {
      EXPECT_EQ(Feed(kChunked + std::string(chunks), piece).progress, Progress::kRefused)
          << chunks << " by " << piece;
    }
  }
}

TEST_F(RequestReaderTest, BoundsTheExtensionsOfAllChunksTogether) {
  limits_.body.chunk_extension_bytes_max = 20;
  const std::string chunk = "1;2345678\r\na\r\n";  // 8 bytes of extension.
  EXPECT_EQ(CountOf(kChunked + chunk + chunk + "0;234\r\n\r\n", 1), 1u);
  EXPECT_EQ(CountOf(kChunked + chunk + chunk + "0;2345\r\n\r\n", 1), 0u);
}

TEST_F(RequestReaderTest, BoundsWhatStandsAroundChunks) {
  std::string trailers = "0\r\n";
  for (int i = 0; i < 2000; ++i) trailers += "X: 1\r\n";
  for (const std::string& rest : {"1;" + std::string(9000, 'x'), std::string(9000, '0'),
                                  "0\r\nX: " + std::string(9000, 'x'), trailers + "\r\n"}) {
    for (const size_t piece : {100, 65536}) {
      EXPECT_EQ(Feed(kChunked + rest, piece).progress, Progress::kRefused) << piece;
    }
  }
}

TEST_F(RequestReaderTest, ReadsAHeadBeforeItsBodyAndLeavesItInTheInput) {
  RequestReader reader(limits_);
  const std::string head = "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n";
  std::string input = "\r\n" + head + "hiGET";
  ASSERT_EQ(reader.Read(input), Progress::kHead);
  EXPECT_EQ(input, head + "hiGET");
  EXPECT_TRUE(reader.in_body());
  EXPECT_EQ(reader.TakeHead().path, "/1");
  ASSERT_EQ(reader.Read(input), Progress::kRequest);
  EXPECT_EQ(input, "GET");
  EXPECT_EQ(reader.TakeBody(), "hi");
  EXPECT_FALSE(reader.in_body());
}

TEST_F(RequestReaderTest, RefusesALineThatEndsAloneWithoutWaitingForMore) {
  for (const std::string_view head : {"GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nHost: a\n",
                                      "GET / HTTP/1.1\rHost", "GET / HTTP/1.1\n\n"}) {
    for (const size_t piece : {1, 1000}) {
      EXPECT_EQ(Feed(head, piece).progress, Progress::kRefused) << head;
    }
  }
}

TEST_F(RequestReaderTest, RefusesAnExpectationItCannotMeet) {
  const auto status_of = [this](std::string_view line, std::string_view expect) {
    RequestReader reader(limits_);
    std::string input = std::string(line) + "\r\nHost: a\r\nExpect: " + std::string(expect) +
                        "\r\nContent-Length: 2\r\n\r\n";
    return reader.Read(input) == Progress::kRefused ? reader.refusal().status : 0;
  };
  for (const std::string_view expect : {"foo", "100-continue2", "200-ok", "100"}) {
    EXPECT_EQ(status_of("POST / HTTP/1.1", expect), 417u) << expect;
    EXPECT_EQ(status_of("POST / HTTP/1.0", expect), 0u) << expect;
  }
  for (const std::string_view expect : {"", "100-continue", "100-Continue", "foo, 100-continue"}) {
    EXPECT_EQ(status_of("POST / HTTP/1.1", expect), 0u) << expect;
  }
}

TEST_F(RequestReaderTest, BoundsABody) {
  limits_.body.bytes_max = 10;
  const std::string five = "5\r\nhello\r\n";
  EXPECT_EQ(CountOf(kChunked + five + five + "0\r\n\r\n", 3), 1u);
  EXPECT_EQ(CountOf(kChunked + five + five + "1\r\na\r\n0\r\n\r\n", 3), 0u);
}

TEST_F(RequestReaderTest, ReadsWhetherTheConnectionGoesOn) {
  const auto goes_on = [this](std::string_view line, std::string_view headers) {
    RequestReader reader(limits_);
    std::string input = std::string(line) + "\r\nHost: a\r\n" + std::string(headers) + "\r\n";
    EXPECT_EQ(reader.Read(input), Progress::kHead);
    EXPECT_EQ(reader.Read(input), Progress::kRequest);
    return reader.keep_alive();
  };
  EXPECT_TRUE(goes_on("GET / HTTP/1.1", ""));
  EXPECT_FALSE(goes_on("GET / HTTP/1.1", "Connection: foo, Close\r\n"));
  EXPECT_FALSE(goes_on("GET / HTTP/1.1", "Connection: foo\r\nConnection: close\r\n"));
  EXPECT_FALSE(goes_on("GET / HTTP/1.0", ""));
  EXPECT_TRUE(goes_on("GET / HTTP/1.0", "Connection: keep-alive\r\n"));
  EXPECT_FALSE(goes_on("GET / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: h2c\r\n"));
}

TEST_F(RequestReaderTest, KnowsARequestForAnotherProtocol) {
  const auto is_upgrade = [this](std::string_view line, std::string_view headers) {
    return Feed(std::string(line) + "\r\nHost: a\r\n" + std::string(headers) + "\r\n", 1000)
        .requests.front()
        .is_upgrade;
  };
  const std::string_view websocket = "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n";
  EXPECT_TRUE(is_upgrade("GET / HTTP/1.1", websocket));
  EXPECT_TRUE(is_upgrade("GET / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: h2c\r\n"));
  EXPECT_FALSE(is_upgrade("GET / HTTP/1.1", "Upgrade: websocket\r\n"));
  EXPECT_FALSE(is_upgrade("GET / HTTP/1.1", "Connection: Upgrade\r\n"));
  EXPECT_FALSE(is_upgrade("GET / HTTP/1.0", websocket));
}

}  // namespace
}  // namespace caucus::edge::transport
