#include "edge/websocket/frame.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace caucus::edge::websocket {
namespace {

using std::string_view_literals::operator""sv;

std::string Header(Opcode opcode, size_t payload_bytes) {
  std::string header;
  AppendFrameHeader(opcode, payload_bytes, header);
  return header;
}

TEST(FrameTest, HeaderIsAsShortAsTheLengthAllows) {
  EXPECT_EQ(Header(Opcode::kText, 0), "\x81\x00"sv);
  EXPECT_EQ(Header(Opcode::kText, 125), "\x81\x7D"sv);
  EXPECT_EQ(Header(Opcode::kText, 126), "\x81\x7E\x00\x7E"sv);
  EXPECT_EQ(Header(Opcode::kBinary, 65'535), "\x82\x7E\xFF\xFF"sv);
  EXPECT_EQ(Header(Opcode::kBinary, 65'536), "\x82\x7F\x00\x00\x00\x00\x00\x01\x00\x00"sv);
}

TEST(FrameTest, HeaderCarriesAllEightBytesOfALength) {
  EXPECT_EQ(Header(Opcode::kBinary, 0x0102030405060708),
            "\x82\x7F\x01\x02\x03\x04\x05\x06\x07\x08"sv);
  EXPECT_EQ(Header(Opcode::kBinary, 65'536).size(), kFrameHeaderBytesMax);
}

TEST(FrameTest, HeaderOfACompressedMessageHasRsv1) {
  std::string out = "\x81";
  AppendCompressedFrameHeader(Opcode::kText, 1, out);
  AppendCompressedFrameHeader(Opcode::kBinary, 126, out);
  EXPECT_EQ(out, "\x81\xC1\x01\xC2\x7E\x00\x7E"sv);
}

TEST(FrameTest, HeaderIsAppended) {
  std::string out = "x";
  AppendFrameHeader(Opcode::kText, 1, out);
  EXPECT_EQ(out, "x\x81\x01"sv);
}

TEST(FrameTest, ControlFrameHasItsPayload) {
  // RFC 6455 §5.7: the unmasked ping, and its pong.
  EXPECT_EQ(ControlFrame(Opcode::kPing, "Hello"), "\x89\x05Hello"sv);
  EXPECT_EQ(ControlFrame(Opcode::kPong, "Hello"), "\x8A\x05Hello"sv);
  EXPECT_EQ(ControlFrame(Opcode::kPong, ""), "\x8A\x00"sv);
  EXPECT_EQ(ControlFrame(Opcode::kPong, std::string(125, 'p')), "\x8A\x7D" + std::string(125, 'p'));
}

TEST(FrameTest, CloseFrameHasCodeAndReason) {
  EXPECT_EQ(CloseFrame(CloseCode::kMessageTooBig, ""), "\x88\x02\x03\xF1"sv);
  EXPECT_EQ(CloseFrame(CloseCode::kGoingAway, "bye"),
            "\x88\x05\x03\xE9"
            "bye"sv);
}

TEST(FrameTest, CloseFrameWithoutStatusIsEmpty) {
  EXPECT_EQ(CloseFrame(CloseCode::kNoStatus, ""), "\x88\x00"sv);
}

TEST(FrameTest, AcceptKeyIsThatOfTheRfc) {
  // RFC 6455 §1.3.
  EXPECT_EQ(AcceptKey("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

}  // namespace
}  // namespace caucus::edge::websocket
