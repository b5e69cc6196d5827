#include "edge/engineio/payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/packet.h"

namespace caucus::edge::engineio {
namespace {

using std::string_view_literals::operator""sv;
using testing::ElementsAre;

// A packet as text, e.g. `4 hello`, `4 binary \x01`, `malformed`.
std::string Describe(const std::optional<Packet>& packet) {
  if (!packet) return "malformed";
  std::string text(1, DigitOf(packet->type));
  text.append(packet->kind == MessageKind::kBinary ? " binary " : " ");
  return text.append(packet->data);
}

std::string Decode(std::string_view text) {
  std::string binary;
  return Describe(DecodePacket(text, binary));
}

std::vector<std::string> Read(std::string_view body) {
  std::vector<std::string> packets;
  PayloadReader reader(body);
  while (reader.HasNext()) packets.push_back(Describe(reader.Next()));
  return packets;
}

TEST(PayloadTest, DecodesEveryType) {
  EXPECT_EQ(Decode("0{}"), "0 {}");
  EXPECT_EQ(Decode("1"), "1 ");
  EXPECT_EQ(Decode("2probe"), "2 probe");
  EXPECT_EQ(Decode("3"), "3 ");
  EXPECT_EQ(Decode("4hello"), "4 hello");
  EXPECT_EQ(Decode("5"), "5 ");
  EXPECT_EQ(Decode("6"), "6 ");
}

TEST(PayloadTest, DecodesBinaryMessages) {
  EXPECT_EQ(Decode("bAQIDBA=="), "4 binary \x01\x02\x03\x04");
  EXPECT_EQ(Decode("b+/8="), "4 binary \xFB\xFF");
  EXPECT_EQ(Decode("b"), "4 binary ");
}

TEST(PayloadTest, RefusesMalformedPackets) {
  for (const std::string_view text : {""sv, "7"sv, "a"sv, "abc"sv, " 4"sv, "B"sv, "/"sv, ":"sv,
                                      "-1"sv, "\0"sv, "\xFF"sv, "b!"sv, "bA"sv, "bAQ==x"sv}) {
    EXPECT_EQ(Decode(text), "malformed") << text;
  }
}

TEST(PayloadTest, KeepsTextVerbatim) {
  EXPECT_EQ(Decode("4\xE2\x82\xAC\nb4"), "4 \xE2\x82\xAC\nb4");
  EXPECT_EQ(Decode("4"), "4 ");
}

TEST(PayloadTest, ReadsThePacketsOfABody) {
  EXPECT_THAT(Read("4hello\x1e"
                   "2\x1e"
                   "4world"),
              ElementsAre("4 hello", "2 ", "4 world"));
  EXPECT_THAT(Read("4a"), ElementsAre("4 a"));
  EXPECT_THAT(Read("4first\x1e"
                   "bAQI=\x1e"
                   "bAw==\x1e"
                   "4last"),
              ElementsAre("4 first", "4 binary \x01\x02", "4 binary \x03", "4 last"));
}

TEST(PayloadTest, ReadsAnEmptyBodyAsOneMalformedPacket) {
  EXPECT_THAT(Read(""), ElementsAre("malformed"));
}

TEST(PayloadTest, ReadsNothingBetweenSeparatorsAsMalformed) {
  EXPECT_THAT(Read("\x1e"), ElementsAre("malformed", "malformed"));
  EXPECT_THAT(Read("4a\x1e"), ElementsAre("4 a", "malformed"));
  EXPECT_THAT(Read("\x1e"
                   "4a"),
              ElementsAre("malformed", "4 a"));
  EXPECT_THAT(Read("4a\x1e\x1e"
                   "4b"),
              ElementsAre("4 a", "malformed", "4 b"));
}

TEST(PayloadTest, WritesTheFormOfTheProtocol) {
  std::string body;
  AppendToPayload(*EncodedPacket::Text(PacketType::kMessage, "hello"), body);
  EXPECT_EQ(body, "4hello");
  AppendToPayload(*EncodedPacket::Text(PacketType::kPing, ""), body);
  AppendToPayload(*EncodedPacket::Binary("\x01\x02\x03\x04"), body);
  AppendToPayload(*EncodedPacket::Binary("\xFB\xFF"), body);
  AppendToPayload(*EncodedPacket::Binary(""), body);
  EXPECT_EQ(body,
            "4hello\x1e"
            "2\x1e"
            "bAQIDBA==\x1e"
            "b+/8=\x1e"
            "b");
}

TEST(PayloadTest, ReadsWhatItWrites) {
  std::string body;
  std::string bytes;
  std::vector<std::string> expected;
  for (int i = 0; i < 256; ++i) {
    bytes.push_back(static_cast<char>(i));
    AppendToPayload(*EncodedPacket::Binary(bytes), body);
    expected.push_back("4 binary " + bytes);
    const std::string text = "[\"" + std::to_string(i) + "\"]";
    AppendToPayload(*EncodedPacket::Text(PacketType::kMessage, text), body);
    expected.push_back("4 " + text);
  }
  EXPECT_EQ(Read(body), expected);
}

TEST(PayloadTest, PayloadBytesIsABound) {
  for (size_t size = 0; size < 200; ++size) {
    for (const EncodedPacketPtr& packet :
         {EncodedPacket::Text(PacketType::kMessage, std::string(size, 'x')),
          EncodedPacket::Binary(std::string(size, 'x'))}) {
      std::string body = "6";
      AppendToPayload(*packet, body);
      EXPECT_LE(body.size() - 1, PayloadBytes(*packet));
      EXPECT_GE(body.size() + 1, PayloadBytes(*packet));
    }
  }
}

TEST(EncodedPacketTest, IsOneWebSocketFrame) {
  const EncodedPacketPtr text = EncodedPacket::Text(PacketType::kMessage, "hi");
  EXPECT_EQ(text->websocket_frame(),
            "\x81\x03"
            "4hi");
  EXPECT_EQ(text->content(), "4hi");
  EXPECT_EQ(text->kind(), MessageKind::kText);
  const EncodedPacketPtr binary = EncodedPacket::Binary("\x01\x02");
  EXPECT_EQ(binary->websocket_frame(), "\x82\x02\x01\x02");
  EXPECT_EQ(binary->content(), "\x01\x02");
  EXPECT_EQ(binary->kind(), MessageKind::kBinary);
}

TEST(EncodedPacketTest, CountsTheDigitInTheLengthOfItsFrame) {
  const std::string data(125, 'x');
  const EncodedPacketPtr packet = EncodedPacket::Text(PacketType::kMessage, data);
  EXPECT_EQ(packet->websocket_frame(), std::string("\x81\x7E\x00\x7E", 4) + "4" + data);
  EXPECT_EQ(packet->content(), "4" + data);
}

TEST(EncodedPacketTest, IsFollowedByItsAttachments) {
  const std::string attachments[] = {"\x01\x02", "", "\xFF"};
  const EncodedPacketPtr packet = EncodedPacket::Text(PacketType::kMessage, "hi", attachments);
  EXPECT_EQ(packet->websocket_frame(),
            "\x81\x03"
            "4hi\x82\x02\x01\x02\x82"
            "\0\x82\x01\xFF"sv);
  EXPECT_EQ(packet->content(), "4hi");
  EXPECT_EQ(packet->kind(), MessageKind::kText);
  EXPECT_TRUE(packet->has_attachments());
  EXPECT_THAT(packet->attachments(), ElementsAre("\x01\x02", "", "\xFF"));
  std::string body = "6";
  AppendToPayload(*packet, body);
  EXPECT_EQ(body,
            "6\x1e"
            "4hi\x1e"
            "bAQI=\x1e"
            "b\x1e"
            "b/w==");
}

TEST(EncodedPacketTest, FindsAttachmentsOfAnyLength) {
  for (const size_t size : {0, 1, 125, 126, 65535, 65536, 200'000}) {
    const std::string data(size, 'x');
    const std::string attachments[] = {data, "end"};
    const EncodedPacketPtr packet = EncodedPacket::Text(PacketType::kMessage, data, attachments);
    EXPECT_EQ(packet->content(), "4" + data);
    EXPECT_THAT(packet->attachments(), ElementsAre(data, "end"));
    std::string body = "6";
    AppendToPayload(*packet, body);
    EXPECT_LE(body.size() - 1, PayloadBytes(*packet));
  }
}

TEST(EncodedPacketTest, HasNoAttachmentsUnlessTheyAreGiven) {
  EXPECT_FALSE(EncodedPacket::Text(PacketType::kMessage, "hi")->has_attachments());
  EXPECT_THAT(EncodedPacket::Text(PacketType::kMessage, "hi")->attachments(), testing::IsEmpty());
  EXPECT_THAT(EncodedPacket::Binary("hi")->attachments(), testing::IsEmpty());
}

}  // namespace
}  // namespace caucus::edge::engineio
