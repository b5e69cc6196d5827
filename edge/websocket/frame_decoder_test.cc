#include "edge/websocket/frame_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "edge/websocket/deflate.h"
#include "edge/websocket/frame.h"

namespace caucus::edge::websocket {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint8_t kFin = 0x80;
constexpr uint8_t kContinuation = 0x0;
constexpr uint8_t kText = 0x1;
constexpr uint8_t kBinary = 0x2;
constexpr uint8_t kClose = 0x8;
constexpr uint8_t kPing = 0x9;
constexpr uint8_t kPong = 0xA;

constexpr uint8_t kMasked = 0x80;
constexpr std::array<char, 4> kMask = {'\x37', '\xFA', '\x21', '\x3D'};

// Returns the header of a frame as a client sends it. `length_bytes` of 0, 2 or 8 is the form of
// the length.
std::string ClientHeader(uint8_t first_byte, uint64_t payload_bytes, int length_bytes) {
  std::string header(1, static_cast<char>(first_byte));
  const auto length = static_cast<uint8_t>(length_bytes == 0   ? payload_bytes
                                           : length_bytes == 2 ? 126
                                                               : 127);
  header.push_back(static_cast<char>(kMasked | length));
  for (int shift = 8 * (length_bytes - 1); shift >= 0; shift -= 8) {
    header.push_back(static_cast<char>(payload_bytes >> shift));
  }
  return header.append(kMask.data(), kMask.size());
}

std::string ClientFrame(uint8_t first_byte, std::string_view payload) {
  const int length_bytes = payload.size() < 126 ? 0 : payload.size() <= 0xFFFF ? 2 : 8;
  std::string frame = ClientHeader(first_byte, payload.size(), length_bytes);
  for (size_t i = 0; i < payload.size(); ++i) {
    frame.push_back(static_cast<char>(payload[i] ^ kMask[i % 4]));
  }
  return frame;
}

std::string CloseFrameOf(uint16_t code, std::string_view reason = "") {
  std::string payload = {static_cast<char>(code >> 8), static_cast<char>(code)};
  return ClientFrame(kFin | kClose, payload.append(reason));
}

// An event as text, e.g. `text:hello`, `close:1000:bye`, `error:1002:bad close code`.
std::string Describe(const DecoderEvent& event) {
  const std::string code = std::to_string(static_cast<int>(event.code));
  switch (event.type) {
    case DecoderEvent::Type::kNeedMore:
      return "need more";
    case DecoderEvent::Type::kText:
      return "text:" + std::string(event.data);
    case DecoderEvent::Type::kBinary:
      return "binary:" + std::string(event.data);
    case DecoderEvent::Type::kPing:
      return "ping:" + std::string(event.data);
    case DecoderEvent::Type::kPong:
      return "pong:" + std::string(event.data);
    case DecoderEvent::Type::kClose:
      return "close:" + code + ":" + std::string(event.data);
    case DecoderEvent::Type::kError:
      return "error:" + code + ":" + std::string(event.data);
  }
  return "";
}

// Feeds `bytes` to `decoder` as one input, and returns the events until it needs more or the stream
// ends.
std::vector<std::string> Feed(FrameDecoder& decoder, std::string bytes) {
  std::vector<std::string> events;
  std::span<char> input(bytes);
  while (true) {
    const DecoderEvent event = decoder.Next(input);
    if (event.type == DecoderEvent::Type::kNeedMore) {
      EXPECT_TRUE(input.empty());
      return events;
    }
    events.push_back(Describe(event));
    if (event.type == DecoderEvent::Type::kClose || event.type == DecoderEvent::Type::kError) {
      return events;
    }
  }
}

std::vector<std::string> Decode(std::string bytes, DecoderLimits limits = {},
                                Compression compression = Compression::kNone) {
  FrameDecoder decoder(limits, compression);
  return Feed(decoder, std::move(bytes));
}

size_t HeapBytesInUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

TEST(FrameDecoderTest, DecodesTheExampleOfTheRfc) {
  // RFC 6455 §5.7: a single-frame masked text message.
  EXPECT_THAT(Decode("\x81\x85\x37\xFA\x21\x3D\x7F\x9F\x4D\x51\x58"), ElementsAre("text:Hello"));
}

TEST(FrameDecoderTest, DecodesEveryFormOfLength) {
  for (const size_t size : {0, 1, 7, 8, 9, 125, 126, 127, 65'535, 65'536, 65'537}) {
    std::string payload;
    for (size_t i = 0; i < size; ++i) payload.push_back(static_cast<char>('a' + i % 23));
    EXPECT_THAT(Decode(ClientFrame(kFin | kText, payload)), ElementsAre("text:" + payload));
  }
}

TEST(FrameDecoderTest, DecodesSeveralFramesOfOneInput) {
  EXPECT_THAT(Decode(ClientFrame(kFin | kText, "one") + ClientFrame(kFin | kPing, "two") +
                     ClientFrame(kFin | kBinary, "\xFF") + ClientFrame(kFin | kPong, "") +
                     ClientFrame(kFin | kText, "")),
              ElementsAre("text:one", "ping:two", "binary:\xFF", "pong:", "text:"));
}

TEST(FrameDecoderTest, PassesAWholeFrameOnWithoutACopy) {
  FrameDecoder decoder({});
  std::string bytes = ClientFrame(kFin | kText, "hello");
  std::span<char> input(bytes);
  const DecoderEvent event = decoder.Next(input);
  EXPECT_EQ(static_cast<const void*>(event.data.data()), &bytes[6]);
}

TEST(FrameDecoderTest, DecodesByteByByte) {
  const std::string bytes =
      ClientFrame(kFin | kText, "one") + ClientFrame(kText, "t") + ClientFrame(kFin | kPing, "p") +
      ClientFrame(kFin | kContinuation, "wo") + ClientFrame(kFin | kBinary, std::string(200, 'b')) +
      CloseFrameOf(1000, "bye");
  FrameDecoder decoder({});
  std::vector<std::string> events;
  for (const char byte : bytes) {
    for (std::string& event : Feed(decoder, std::string(1, byte))) {
      events.push_back(std::move(event));
    }
  }
  EXPECT_THAT(events, ElementsAre("text:one", "ping:p", "text:two",
                                  "binary:" + std::string(200, 'b'), "close:1000:bye"));
}

TEST(FrameDecoderTest, HowTheInputIsCutDoesNotMatter) {
  std::mt19937 random(7);
  const auto below = [&random](size_t bound) { return static_cast<size_t>(random() % bound); };
  for (int round = 0; round < 200; ++round) {
    std::string bytes;
    for (size_t messages = 1 + below(5); messages > 0; --messages) {
      const size_t fragments = 1 + below(4);
      for (size_t i = 0; i < fragments; ++i) {
        const uint8_t opcode = i == 0 ? kBinary : kContinuation;
        const uint8_t fin = i + 1 == fragments ? kFin : 0;
        bytes += ClientFrame(fin | opcode, std::string(below(300), static_cast<char>(random())));
        if (below(3) == 0) bytes += ClientFrame(kFin | kPing, std::string(below(126), 'p'));
      }
    }
    const std::vector<std::string> whole = Decode(bytes);
    FrameDecoder decoder({});
    std::vector<std::string> pieces;
    for (size_t at = 0; at < bytes.size();) {
      const size_t size = std::min(1 + below(150), bytes.size() - at);
      for (std::string& event : Feed(decoder, bytes.substr(at, size))) {
        pieces.push_back(std::move(event));
      }
      at += size;
    }
    ASSERT_EQ(pieces, whole);
  }
}

TEST(FrameDecoderTest, JoinsFragments) {
  EXPECT_THAT(Decode(ClientFrame(kText, "Hel") + ClientFrame(kContinuation, "") +
                     ClientFrame(kFin | kContinuation, "lo") + ClientFrame(kBinary, "a") +
                     ClientFrame(kFin | kContinuation, "b") + ClientFrame(kFin | kText, "end")),
              ElementsAre("text:Hello", "binary:ab", "text:end"));
}

TEST(FrameDecoderTest, TakesControlFramesBetweenFragments) {
  EXPECT_THAT(Decode(ClientFrame(kText, "Hel") + ClientFrame(kFin | kPing, "1") +
                     ClientFrame(kFin | kPong, "2") + ClientFrame(kFin | kContinuation, "lo")),
              ElementsAre("ping:1", "pong:2", "text:Hello"));
  EXPECT_THAT(Decode(ClientFrame(kText, "Hel") + ClientFrame(kFin | kClose, "")),
              ElementsAre("close:1005:"));
}

TEST(FrameDecoderTest, TakesACharacterThatIsCutByFragments) {
  EXPECT_THAT(Decode(ClientFrame(kText, "\xC3") + ClientFrame(kFin | kContinuation, "\xA9")),
              ElementsAre("text:\xC3\xA9"));
}

TEST(FrameDecoderTest, RefusesReservedBits) {
  for (const uint8_t bit : {0x40, 0x20, 0x10}) {
    EXPECT_THAT(Decode(ClientFrame(kFin | bit | kText, "x")),
                ElementsAre("error:1002:unexpected reserved bit"));
    EXPECT_THAT(Decode(ClientFrame(kFin | bit | kPing, "")),
                ElementsAre("error:1002:unexpected reserved bit"));
  }
}

TEST(FrameDecoderTest, RefusesUnmaskedFrames) {
  EXPECT_THAT(Decode("\x81\x05Hello"), ElementsAre("error:1002:frame is not masked"));
  EXPECT_THAT(Decode(std::string("\x88\x00", 2)), ElementsAre("error:1002:frame is not masked"));
}

TEST(FrameDecoderTest, RefusesReservedOpcodes) {
  for (const int opcode : {0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF}) {
    EXPECT_THAT(Decode(ClientFrame(static_cast<uint8_t>(kFin | opcode), "")),
                ElementsAre("error:1002:unknown opcode"));
  }
}

TEST(FrameDecoderTest, RefusesFragmentedControlFrames) {
  for (const uint8_t opcode : {kClose, kPing, kPong}) {
    EXPECT_THAT(Decode(ClientFrame(opcode, "")), ElementsAre("error:1002:bad control frame"));
  }
}

TEST(FrameDecoderTest, RefusesLongControlFrames) {
  EXPECT_THAT(Decode(ClientFrame(kFin | kPing, std::string(125, 'p'))),
              ElementsAre("ping:" + std::string(125, 'p')));
  for (const uint8_t opcode : {kClose, kPing, kPong}) {
    EXPECT_THAT(Decode(ClientFrame(kFin | opcode, std::string(126, 'p'))),
                ElementsAre("error:1002:bad control frame"));
    EXPECT_THAT(Decode(ClientHeader(kFin | opcode, 1 << 20, 8)),
                ElementsAre("error:1002:bad control frame"));
  }
}

TEST(FrameDecoderTest, RefusesAContinuationOfNothing) {
  EXPECT_THAT(Decode(ClientFrame(kFin | kContinuation, "x")),
              ElementsAre("error:1002:nothing to continue"));
  EXPECT_THAT(Decode(ClientFrame(kContinuation, "x")),
              ElementsAre("error:1002:nothing to continue"));
  EXPECT_THAT(Decode(ClientFrame(kText, "a") + ClientFrame(kFin | kContinuation, "b") +
                     ClientFrame(kFin | kContinuation, "c")),
              ElementsAre("text:ab", "error:1002:nothing to continue"));
}

TEST(FrameDecoderTest, RefusesAMessageWithinAMessage) {
  EXPECT_THAT(Decode(ClientFrame(kText, "a") + ClientFrame(kFin | kText, "b")),
              ElementsAre("error:1002:message is not finished"));
  EXPECT_THAT(Decode(ClientFrame(kText, "a") + ClientFrame(kBinary, "b")),
              ElementsAre("error:1002:message is not finished"));
}

TEST(FrameDecoderTest, RefusesALengthWithItsHighBitSet) {
  EXPECT_THAT(Decode(ClientHeader(kFin | kBinary, uint64_t{1} << 63, 8)),
              ElementsAre("error:1002:bad frame length"));
  EXPECT_THAT(Decode(ClientHeader(kFin | kBinary, UINT64_MAX, 8)),
              ElementsAre("error:1002:bad frame length"));
}

TEST(FrameDecoderTest, RefusesALengthThatIsNotInItsShortestForm) {
  EXPECT_THAT(Decode(ClientHeader(kFin | kText, 125, 2)),
              ElementsAre("error:1002:bad frame length"));
  EXPECT_THAT(Decode(ClientHeader(kFin | kText, 0xFFFF, 8)),
              ElementsAre("error:1002:bad frame length"));
  EXPECT_THAT(Decode(ClientHeader(kFin | kPing, 5, 2)), ElementsAre("error:1002:bad frame length"));
}

TEST(FrameDecoderTest, RefusesAnOversizeLengthBeforeThePayloadComes) {
  const DecoderLimits limits = {.message_bytes_max = 1000};
  EXPECT_THAT(Decode(ClientFrame(kFin | kText, std::string(1000, 'x')), limits),
              ElementsAre("text:" + std::string(1000, 'x')));
  EXPECT_THAT(Decode(ClientHeader(kFin | kText, 1001, 2), limits),
              ElementsAre("error:1009:message too big"));
  EXPECT_THAT(Decode(ClientHeader(kFin | kText, INT64_MAX, 8), limits),
              ElementsAre("error:1009:message too big"));
  // The length is enough: the mask has not come either.
  EXPECT_THAT(Decode(ClientHeader(kFin | kText, 1001, 2).substr(0, 4), limits),
              ElementsAre("error:1009:message too big"));
}

TEST(FrameDecoderTest, RefusesAMessageThatGrowsOversizeOverFragments) {
  const DecoderLimits limits = {.message_bytes_max = 1000};
  const std::string begun =
      ClientFrame(kBinary, std::string(600, 'x')) + ClientFrame(kContinuation, "");
  EXPECT_THAT(Decode(begun + ClientFrame(kFin | kContinuation, std::string(400, 'x')), limits),
              ElementsAre("binary:" + std::string(1000, 'x')));
  EXPECT_THAT(Decode(begun + ClientHeader(kContinuation, 401, 2), limits),
              ElementsAre("error:1009:message too big"));
  // A control frame is no part of the message.
  EXPECT_THAT(Decode(ClientFrame(kBinary, std::string(1000, 'x')) +
                         ClientFrame(kFin | kPing, std::string(125, 'p')),
                     limits),
              ElementsAre("ping:" + std::string(125, 'p')));
}

TEST(FrameDecoderTest, CountsSizeAnewForEachMessage) {
  FrameDecoder decoder({.message_bytes_max = 10});
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(
        Feed(decoder, ClientFrame(kText, "01234") + ClientFrame(kFin | kContinuation, "56789")),
        ElementsAre("text:0123456789"));
  }
}

// CVE-2026-48779: a message of millions of empty fragments.
TEST(FrameDecoderTest, RefusesTooManyFragmentsEvenIfEmpty) {
  const DecoderLimits limits = {.fragments_max = 4};
  std::string bytes = ClientFrame(kText, "");
  for (int i = 0; i < 2; ++i) bytes += ClientFrame(kContinuation, "");
  EXPECT_THAT(Decode(bytes + ClientFrame(kFin | kContinuation, ""), limits), ElementsAre("text:"));
  bytes += ClientFrame(kContinuation, "");
  EXPECT_THAT(Decode(bytes, limits), IsEmpty());
  EXPECT_THAT(Decode(bytes + ClientFrame(kContinuation, ""), limits),
              ElementsAre("error:1008:too many fragments"));
  EXPECT_THAT(Decode(bytes + ClientFrame(kFin | kContinuation, ""), limits),
              ElementsAre("error:1008:too many fragments"));
}

TEST(FrameDecoderTest, CountsFragmentsAnewForEachMessage) {
  FrameDecoder decoder({.fragments_max = 2});
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(Feed(decoder, ClientFrame(kText, "a") + ClientFrame(kFin | kPing, "") +
                                  ClientFrame(kFin | kContinuation, "b")),
                ElementsAre("ping:", "text:ab"));
  }
}

TEST(FrameDecoderTest, RefusesTextThatIsNotUtf8) {
  for (const std::string_view text :
       {"\xFF", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80"}) {
    EXPECT_THAT(Decode(ClientFrame(kFin | kText, text)), ElementsAre("error:1007:invalid UTF-8"));
    EXPECT_THAT(Decode(ClientFrame(kText, "ok") + ClientFrame(kFin | kContinuation, text)),
                ElementsAre("error:1007:invalid UTF-8"));
    EXPECT_THAT(Decode(ClientFrame(kFin | kBinary, text)),
                ElementsAre("binary:" + std::string(text)));
  }
}

TEST(FrameDecoderTest, RefusesTextAtTheFirstByteThatCannotBeUtf8) {
  const auto invalid = ElementsAre("error:1007:invalid UTF-8");
  // The frame and the message could go on.
  EXPECT_THAT(Decode(ClientFrame(kText, "ok\xF4\x90")), invalid);
  EXPECT_THAT(Decode(ClientFrame(kText, "ok\xF4") + ClientFrame(kContinuation, "\x90")), invalid);
  const std::string frame = ClientFrame(kFin | kText, "ok\xF4\x90\x80\x80 and more");
  EXPECT_THAT(Decode(frame.substr(0, 9)), IsEmpty());
  EXPECT_THAT(Decode(frame.substr(0, 10)), invalid);
  FrameDecoder decoder({});
  EXPECT_THAT(Feed(decoder, frame.substr(0, 9)), IsEmpty());
  EXPECT_THAT(Feed(decoder, frame.substr(9, 1)), invalid);
}

TEST(FrameDecoderTest, ChecksEachTextAnew) {
  EXPECT_THAT(Decode(ClientFrame(kBinary, "\xC3") + ClientFrame(kFin | kContinuation, "\xC3") +
                     ClientFrame(kText, "\xC3") + ClientFrame(kFin | kContinuation, "\xA9") +
                     ClientFrame(kFin | kText, "\xA9")),
              ElementsAre("binary:\xC3\xC3", "text:\xC3\xA9", "error:1007:invalid UTF-8"));
}

// --- Compression ---

constexpr uint8_t kRsv1 = 0x40;

std::vector<std::string> DecodeDeflated(std::string bytes, DecoderLimits limits = {}) {
  return Decode(std::move(bytes), limits, Compression::kDeflate);
}

// "Hello" in one block of its own (RFC 7692 §7.2.3.1).
constexpr std::string_view kHello("\xF2\x48\xCD\xC9\xC9\x07\x00", 7);

TEST(FrameDecoderTest, InflatesTheExamplesOfTheRfc) {
  EXPECT_THAT(DecodeDeflated(ClientFrame(kFin | kRsv1 | kText, kHello)), ElementsAre("text:Hello"));
  EXPECT_THAT(DecodeDeflated(ClientFrame(kRsv1 | kText, kHello.substr(0, 3)) +
                             ClientFrame(kFin | kPing, "") +
                             ClientFrame(kFin | kContinuation, kHello.substr(3))),
              ElementsAre("ping:", "text:Hello"));
}

TEST(FrameDecoderTest, TakesPlainMessagesBetweenCompressedOnes) {
  const std::string compressed = ClientFrame(kFin | kRsv1 | kBinary, kHello);
  const std::string plain = ClientFrame(kFin | kBinary, kHello);
  EXPECT_THAT(DecodeDeflated(compressed + plain + compressed),
              ElementsAre("binary:Hello", "binary:" + std::string(kHello), "binary:Hello"));
}

TEST(FrameDecoderTest, TakesRsv1OnlyOnTheFirstFrameOfAMessage) {
  const auto refused = ElementsAre("error:1002:unexpected reserved bit");
  EXPECT_THAT(DecodeDeflated(ClientFrame(kRsv1 | kText, kHello.substr(0, 3)) +
                             ClientFrame(kFin | kRsv1 | kContinuation, kHello.substr(3))),
              refused);
  for (const uint8_t opcode : {kClose, kPing, kPong}) {
    EXPECT_THAT(DecodeDeflated(ClientFrame(kFin | kRsv1 | opcode, "")), refused);
  }
  for (const uint8_t bit : {0x20, 0x10}) {
    EXPECT_THAT(DecodeDeflated(ClientFrame(kFin | kRsv1 | bit | kText, kHello)), refused);
  }
}

TEST(FrameDecoderTest, RefusesWhatIsNotDeflated) {
  EXPECT_THAT(DecodeDeflated(ClientFrame(kFin | kRsv1 | kText, "\xFF\xFF\xFF")),
              ElementsAre("error:1007:bad compressed data"));
}

TEST(FrameDecoderTest, RefusesInflatedTextThatIsNotUtf8) {
  const std::string payload = *DeflateMessage(std::string(100, '\xFF'), 6);
  EXPECT_THAT(DecodeDeflated(ClientFrame(kFin | kRsv1 | kText, payload)),
              ElementsAre("error:1007:invalid UTF-8"));
  const std::string cut = *DeflateMessage(std::string(100, 'a') + "\xC3", 6);
  EXPECT_THAT(DecodeDeflated(ClientFrame(kFin | kRsv1 | kText, cut)),
              ElementsAre("error:1007:invalid UTF-8"));
  EXPECT_THAT(DecodeDeflated(ClientFrame(kFin | kRsv1 | kBinary, payload)),
              ElementsAre("binary:" + std::string(100, '\xFF')));
}

TEST(FrameDecoderTest, LimitsWhatAMessageInflatesTo) {
  const DecoderLimits limits = {.message_bytes_max = 10'000};
  const std::string fits = *DeflateMessage(std::string(10'000, 'x'), 9);
  const std::string bomb = *DeflateMessage(std::string(5'000'000, 'x'), 9);
  ASSERT_LT(bomb.size(), limits.message_bytes_max);
  EXPECT_THAT(DecodeDeflated(ClientFrame(kFin | kRsv1 | kBinary, fits), limits),
              ElementsAre("binary:" + std::string(10'000, 'x')));
  EXPECT_THAT(DecodeDeflated(ClientFrame(kFin | kRsv1 | kBinary, bomb), limits),
              ElementsAre("error:1009:message too big"));
}

TEST(FrameDecoderTest, TakesCloseFrames) {
  EXPECT_THAT(Decode(ClientFrame(kFin | kClose, "")), ElementsAre("close:1005:"));
  EXPECT_THAT(Decode(CloseFrameOf(1001)), ElementsAre("close:1001:"));
  EXPECT_THAT(Decode(CloseFrameOf(1000, std::string(123, 'r'))),
              ElementsAre("close:1000:" + std::string(123, 'r')));
  for (const uint16_t code : {1000, 1003, 1007, 1014, 3000, 3999, 4000, 4999}) {
    EXPECT_THAT(Decode(CloseFrameOf(code)), ElementsAre("close:" + std::to_string(code) + ":"));
  }
}

TEST(FrameDecoderTest, RefusesCloseCodesThatMustNotBeSent) {
  for (const uint16_t code : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65'535}) {
    EXPECT_THAT(Decode(CloseFrameOf(code, "why")), ElementsAre("error:1002:bad close code"));
  }
}

TEST(FrameDecoderTest, RefusesHalfACloseCode) {
  EXPECT_THAT(Decode(ClientFrame(kFin | kClose, "\x03")),
              ElementsAre("error:1002:bad close frame"));
}

TEST(FrameDecoderTest, RefusesACloseReasonThatIsNotUtf8) {
  EXPECT_THAT(Decode(CloseFrameOf(1000, "\xFF")), ElementsAre("error:1007:invalid UTF-8"));
}

TEST(FrameDecoderTest, RefusesAFrameThatFollowsAGoodOne) {
  EXPECT_THAT(Decode(ClientFrame(kFin | kText, "good") + "\x81\x05Hello"),
              ElementsAre("text:good", "error:1002:frame is not masked"));
}

// With the address sanitizer, mallinfo2 sees nothing and this holds trivially.
TEST(FrameDecoderTest, GivesMemoryBackAfterALargeMessage) {
  constexpr size_t kSlack = 100'000;
  FrameDecoder decoder({});
  const std::string half(400'000, 'x');
  for (const bool fragmented : {false, true}) {
    std::string bytes = fragmented
                            ? ClientFrame(kText, half) + ClientFrame(kFin | kContinuation, half)
                            : ClientFrame(kFin | kText, half + half);
    const size_t before = HeapBytesInUse();
    std::span<char> start(bytes.data(), bytes.size() - 1);
    ASSERT_EQ(decoder.Next(start).type, DecoderEvent::Type::kNeedMore);
    std::span<char> rest(&bytes.back(), 1);
    ASSERT_EQ(decoder.Next(rest).data.size(), 2 * half.size());
    ASSERT_EQ(decoder.Next(rest).type, DecoderEvent::Type::kNeedMore);
    EXPECT_LT(HeapBytesInUse(), before + kSlack);
  }
}

}  // namespace
}  // namespace caucus::edge::websocket
