#include "edge/socketio/packet.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace caucus::edge::socketio {
namespace {

// The parts of a packet, joined with `|`; `refused` if it is malformed.
std::string Decode(std::string_view text, const PacketLimits& limits = {}) {
  const absl::StatusOr<Packet> packet = DecodePacket(text, limits);
  if (absl::IsResourceExhausted(packet.status())) return "too many";
  if (!packet.ok()) return "refused";
  std::string parts = std::to_string(static_cast<int>(packet->type)) + "|" +
                      std::to_string(packet->attachments) + "|";
  parts.append(packet->nsp).append("|").append(packet->ack_id).append("|").append(packet->json);
  return parts;
}

TEST(PacketTest, SplitsAPacketIntoItsParts) {
  EXPECT_EQ(Decode(R"(2["a"])"), R"(2|0|/||["a"])");
  EXPECT_EQ(Decode(R"(2/chat,["a"])"), R"(2|0|/chat||["a"])");
  EXPECT_EQ(Decode(R"(2/chat,12["a",1])"), R"(2|0|/chat|12|["a",1])");
  EXPECT_EQ(Decode(R"(212["a"])"), R"(2|0|/|12|["a"])");
  EXPECT_EQ(Decode(R"(51-["a",{}])"), R"(5|1|/||["a",{}])");
  EXPECT_EQ(Decode(R"(510-/chat,7["a"])"), R"(5|10|/chat|7|["a"])");
  EXPECT_EQ(Decode(R"(61-/chat,7[{}])"), R"(6|1|/chat|7|[{}])");
  EXPECT_EQ(Decode(R"(0/chat,{"token":"t"})"), R"(0|0|/chat||{"token":"t"})");
}

TEST(PacketTest, AcceptsPacketsWithoutAPayload) {
  EXPECT_EQ(Decode("0"), "0|0|/||");
  EXPECT_EQ(Decode("1"), "1|0|/||");
  EXPECT_EQ(Decode("2"), "2|0|/||");
  EXPECT_EQ(Decode("37"), "3|0|/|7|");
}

TEST(PacketTest, AcceptsANamespaceAtTheEndWithoutAComma) {
  EXPECT_EQ(Decode("0/chat"), "0|0|/chat||");
  EXPECT_EQ(Decode("1/chat,"), "1|0|/chat||");
}

TEST(PacketTest, KeepsTheQueryStringInTheNamespace) {
  EXPECT_EQ(Decode("0/chat?a=b,{}"), "0|0|/chat?a=b||{}");
}

TEST(PacketTest, DropsLeadingZerosOfAnAckId) {
  EXPECT_EQ(Decode(R"(2007["a"])"), R"(2|0|/|7|["a"])");
  EXPECT_EQ(Decode(R"(2000["a"])"), R"(2|0|/|0|["a"])");
  EXPECT_EQ(Decode("2" + std::string(1'000'000, '0') + R"(7["a"])"), R"(2|0|/|7|["a"])");
}

TEST(PacketTest, RefusesAnUnknownType) {
  for (const std::string_view text : {"", "7", "9[]", "a", "-1", " 2[]", "\xFF"}) {
    EXPECT_EQ(Decode(text), "refused") << text;
  }
}

TEST(PacketTest, RefusesABadAttachmentCount) {
  for (const std::string_view text :
       {R"(5["a"])", R"(51["a"])", R"(5-["a"])", R"(50-["a"])", R"(5-1-["a"])", R"(51.5-["a"])",
        R"(51e0-["a"])", R"(50x1-["a"])", R"(5 1-["a"])", R"(5splice-["a"])", R"(51)", R"(5)",
        R"(60-1[])"}) {
    EXPECT_EQ(Decode(text), "refused") << text;
  }
}

TEST(PacketTest, RefusesTooManyAttachments) {
  for (const std::string_view text :
       {R"(511-["a"])", R"(59999999-["a"])", R"(518446744073709551617-["a"])"}) {
    EXPECT_EQ(Decode(text), "too many") << text;
  }
  EXPECT_EQ(Decode("5" + std::string(1'000'000, '1') + "-[]"), "too many");
}

// CVE-2026-69185: the type says that there are no attachments, whatever stands behind it.
TEST(PacketTest, TakesNoAttachmentsForATextPacket) {
  EXPECT_EQ(Decode(R"(250-["a"])"), R"(2|0|/|50|-["a"])");
}

TEST(PacketTest, BoundsItsParts) {
  const PacketLimits limits = {
      .attachments_max = 2, .namespace_bytes_max = 5, .ack_id_digits_max = 3};
  EXPECT_EQ(Decode("52-[]", limits), "5|2|/||[]");
  EXPECT_EQ(Decode("53-[]", limits), "too many");
  EXPECT_EQ(Decode("0/chat", limits), "0|0|/chat||");
  EXPECT_EQ(Decode("0/chats", limits), "refused");
  EXPECT_EQ(Decode("2999[]", limits), "2|0|/|999|[]");
  EXPECT_EQ(Decode("21000[]", limits), "refused");
}

// CVE-2020-36049.
TEST(PacketTest, RefusesPartsOfAMegabyte) {
  EXPECT_EQ(Decode("2" + std::string(1'000'000, '1')), "refused");
  EXPECT_EQ(Decode("2/" + std::string(1'000'000, 'a')), "refused");
  EXPECT_EQ(Decode("5" + std::string(1'000'000, '1')), "refused");
}

TEST(PacketTest, EncodesWhatAServerSends) {
  EXPECT_EQ(EncodeConnect("/", "s1"), R"(0{"sid":"s1"})");
  EXPECT_EQ(EncodeConnect("/chat", "s1"), R"(0/chat,{"sid":"s1"})");
  EXPECT_EQ(EncodeConnectError("/chat", R"({"message":"no"})"), R"(4/chat,{"message":"no"})");
  EXPECT_EQ(EncodeConnectError("/", R"({"message":"no"})"), R"(4{"message":"no"})");
  EXPECT_EQ(EncodeDisconnect("/"), "1");
  EXPECT_EQ(EncodeDisconnect("/chat"), "1/chat,");
  EXPECT_EQ(EncodeEvent("/", "said", "[{}]"), R"(2["said",{}])");
  EXPECT_EQ(EncodeEvent("/chat", "said", ""), R"(2/chat,["said"])");
  EXPECT_EQ(EncodeAck("/", "7", R"([{"a":1}])"), R"(37[{"a":1}])");
  EXPECT_EQ(EncodeAck("/chat", "7", ""), "3/chat,7[]");
}

TEST(PacketTest, EncodesAnyNumberOfArguments) {
  EXPECT_EQ(EncodeEvent("/chat", "said", "[]"), R"(2/chat,["said"])");
  EXPECT_EQ(EncodeEvent("/chat", "said", "[ \n]"), "2/chat,[\"said\" \n]");
  EXPECT_EQ(EncodeEvent("/chat", "said", "[1]"), R"(2/chat,["said",1])");
  EXPECT_EQ(EncodeEvent("/", "said", R"(["a",{}])"), R"(2["said","a",{}])");
  EXPECT_EQ(EncodeAck("/", "0", "[1,2]"), "30[1,2]");
}

TEST(PacketTest, TellsHowManyAttachmentsFollow) {
  EXPECT_EQ(EncodeEvent("/", "a", R"([{"_placeholder":true,"num":0}])", 1),
            R"(51-["a",{"_placeholder":true,"num":0}])");
  EXPECT_EQ(EncodeEvent("/chat", "a", "[1]", 10), R"(510-/chat,["a",1])");
  EXPECT_EQ(EncodeAck("/", "7", R"([{"_placeholder":true,"num":0}])", 1),
            R"(61-7[{"_placeholder":true,"num":0}])");
  EXPECT_EQ(EncodeAck("/chat", "7", "", 2), "62-/chat,7[]");
}

TEST(PacketTest, QuotesNames) {
  EXPECT_EQ(JsonQuote("a\"b\\c\n"), R"("a\"b\\c\n")");
  EXPECT_EQ(EncodeEvent("/", "\"", ""), R"(2["\""])");
}

}  // namespace
}  // namespace caucus::edge::socketio
