// What a client sends beside text: attachments; and how much of everything.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "edge/engineio/session.h"
#include "edge/limits/limit.h"
#include "edge/socketio/client.h"
#include "edge/socketio/client_fixture.h"

namespace caucus::edge::socketio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using ClientInputTest = ClientFixture;

// --- Text ---

TEST_F(ClientInputTest, PassesHalfASurrogatePairOn) {
  Connect();
  Receive(R"(2["\ud83d",["\udE00"]])");
  EXPECT_TRUE(IsOpen());
  EXPECT_THAT(handler_.events, ElementsAre("/ \uFFFD [[\"\uFFFD\"]] "));
  EXPECT_THAT(handler_.texts, ElementsAre(R"([["\udE00"]])"));
  Receive(R"(0/chat,{"name":"\ud83d"})");
  EXPECT_TRUE(IsOpen());
  EXPECT_EQ(handler_.auths.back(), "{\"name\":\"\uFFFD\"}");
  EXPECT_EQ(handler_.auth_texts.back(), R"({"name":"\ud83d"})");
}

// --- Binary ---

TEST_F(ClientInputTest, HandsAttachmentsOn) {
  Connect("/chat");
  const std::string json = R"({"_placeholder":true,"num":1},[{"_placeholder":true,"num":0}]])";
  Receive(R"(52-/chat,7["a",)" + json);
  ReceiveBinary("AB");
  EXPECT_THAT(handler_.events, IsEmpty());
  ReceiveBinary("C");
  EXPECT_THAT(handler_.events, ElementsAre("/chat a [" + json + " 7"));
  EXPECT_THAT(handler_.texts, ElementsAre("[" + json));
  EXPECT_THAT(handler_.attachments, ElementsAre("AB", "C"));
  Receive(R"(2/chat,["b"])");
  EXPECT_EQ(handler_.events.size(), 2u);
  EXPECT_THAT(handler_.attachments, IsEmpty());
}

TEST_F(ClientInputTest, ToleratesRepeatedAndUnusedAttachments) {
  Connect();
  Receive(R"(52-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}])");
  ReceiveBinary("AB");
  ReceiveBinary("unused");
  EXPECT_EQ(handler_.events.size(), 1u);
  EXPECT_THAT(handler_.attachments, ElementsAre("AB", "unused"));
}

TEST_F(ClientInputTest, IgnoresABinaryAck) {
  Connect();
  Receive(R"(61-7[{"_placeholder":true,"num":0}])");
  ReceiveBinary("AB");
  EXPECT_TRUE(IsOpen());
  EXPECT_THAT(Sent(), IsEmpty());
}

TEST_F(ClientInputTest, ClosesOnABadPlaceholder) {
  for (const std::string_view json :
       {R"(51-["a",{"_placeholder":true,"num":"splice"}])",
        R"(51-["a",{"_placeholder":true,"num":1}])", R"(51-["a",{"_placeholder":true,"num":-1}])",
        R"(51-["a",{"_placeholder":true}])", R"(61-7[{"_placeholder":true,"num":1}])",
        R"(51-[{"_placeholder":true,"num":0}])"}) {
    Open();
    Connect();
    Receive(json);
    ReceiveBinary("AB");
    EXPECT_FALSE(IsOpen()) << json;
  }
  EXPECT_THAT(handler_.events, IsEmpty());
}

TEST_F(ClientInputTest, ClosesOnATextWhileAwaitingAttachments) {
  Connect();
  Receive(R"(51-["a"])");
  Receive(R"(2["b"])");
  EXPECT_FALSE(IsOpen());
  EXPECT_THAT(handler_.events, IsEmpty());
}

TEST_F(ClientInputTest, ClosesOnAnUnexpectedAttachment) {
  Connect();
  ReceiveBinary("AB");
  EXPECT_FALSE(IsOpen());
  Open();
  Connect();
  Receive(R"(51-["a"])");
  ReceiveBinary("AB");
  EXPECT_TRUE(IsOpen());
  ReceiveBinary("AB");
  EXPECT_FALSE(IsOpen());
}

TEST_F(ClientInputTest, BoundsTheAttachmentsOfAPacketTogether) {
  limits_.attachment_bytes_max = 10;
  Connect();
  Receive(R"(52-["a"])");
  ReceiveBinary("12345");
  ReceiveBinary("12345");
  EXPECT_TRUE(IsOpen());
  Receive(R"(52-["a"])");
  ReceiveBinary("12345");
  ReceiveBinary("123456");
  EXPECT_FALSE(IsOpen());
}

TEST_F(ClientInputTest, BoundsWhatAShortTextMakesOfALongAttachment) {
  limits_.attachment_bytes_max = 1000;
  Connect();
  std::string text = R"(51-["a")";
  for (int i = 0; i < 3; ++i) text.append(R"(,{"_placeholder":true,"num":0})");
  Receive(text + "]");
  ReceiveBinary(std::string(400, 'x'));
  EXPECT_FALSE(IsOpen());
}

TEST_F(ClientInputTest, CountsWhatAttachmentsRunInto) {
  EXPECT_TRUE(IsViolation(R"(511-["a"])"));
  EXPECT_THAT(reached_.reached, ElementsAre(Limit::kAttachments));
  limits_.attachment_bytes_max = 3;
  Open();
  Connect();
  Receive(R"(51-["a"])");
  ReceiveBinary("ABCD");
  EXPECT_THAT(reached_.reached, ElementsAre(Limit::kAttachments, Limit::kMessageBytes));
}

TEST_F(ClientInputTest, ClosesIfAttachmentsDoNotComeInTime) {
  limits_.attachments_timeout = std::chrono::seconds(10);
  for (const std::string_view text : {R"(52-["a"])", "61-7[]"}) {
    Open();
    Connect();
    reached_.reached.clear();
    Receive(text);
    Pass(std::chrono::milliseconds(9'999));
    if (text[0] == '5') ReceiveBinary("AB");  // It earns the other no time.
    EXPECT_TRUE(IsOpen());
    Pass(std::chrono::milliseconds(1));
    EXPECT_EQ(session_->close_reason(), engineio::CloseReason::kInvalidPacket);
    EXPECT_THAT(reached_.reached, ElementsAre(Limit::kBodyTime));
  }
}

TEST_F(ClientInputTest, CompletePacketNeedsNoMoreTime) {
  Connect();
  Receive(R"(51-["a"])");
  ReceiveBinary("AB");
  Pass(std::chrono::seconds(60));
  EXPECT_TRUE(IsOpen());
  EXPECT_EQ(handler_.events.size(), 1u);
}

TEST_F(ClientInputTest, AttachmentsOfADroppedEventMustComeInTimeToo) {
  limits_.event_rate = {.per_second = 0.01, .burst = 1};
  Connect();
  Receive(R"(2["a"])");
  Receive(R"(51-["a"])");
  EXPECT_EQ(handler_.dropped.size(), 1u);
  Pass(limits_.attachments_timeout);
  EXPECT_FALSE(IsOpen());
}

TEST_F(ClientInputTest, AttachmentsThatWeDoNotReadHaveTime) {
  Connect();
  Receive(R"(51-["a"])");
  handler_.sockets.back()->PauseInput();
  Pass(3 * limits_.attachments_timeout);
  EXPECT_TRUE(IsOpen());
  handler_.sockets.back()->ResumeInput();
  Pass(limits_.attachments_timeout / 2);
  ReceiveBinary("AB");
  EXPECT_EQ(handler_.events.size(), 1u);
  Receive(R"(51-["a"])");
  handler_.sockets.back()->PauseInput();
  handler_.sockets.back()->ResumeInput();
  Pass(limits_.attachments_timeout);
  EXPECT_TRUE(IsOpen());
  Pass(limits_.attachments_timeout);
  EXPECT_FALSE(IsOpen());
}

TEST_F(ClientInputTest, ClosesOnABinaryEventOfANamespaceThatIsNotJoined) {
  Receive(R"(51-["a"])");
  ReceiveBinary("AB");
  EXPECT_FALSE(IsOpen());
}

// --- The rate of events ---

TEST_F(ClientInputTest, DropsEventsBeyondTheRate) {
  limits_.event_rate = {.per_second = 1, .burst = 2};
  Connect();
  for (const std::string_view packet : {R"(2["a"])", R"(2["a"])", "2[[[", R"(27["a"])"}) {
    Receive(packet);
  }
  EXPECT_TRUE(IsOpen());
  EXPECT_EQ(handler_.events.size(), 2u);
  EXPECT_THAT(handler_.dropped, ElementsAre("/ ", "/ 7"));
  EXPECT_THAT(reached_.reached, ElementsAre(Limit::kEventRate, Limit::kEventRate));
  now_ += std::chrono::seconds(1);
  Receive(R"(2["b"])");
  EXPECT_EQ(handler_.events.size(), 3u);
}

TEST_F(ClientInputTest, DropsABinaryEventWithItsAttachments) {
  limits_.event_rate = {.per_second = 1, .burst = 1};
  Connect();
  Receive(R"(2["a"])");
  Receive(R"(52-7["a",{"_placeholder":true,"num":0}])");
  EXPECT_THAT(handler_.dropped, ElementsAre("/ 7"));
  ReceiveBinary("AB");
  ReceiveBinary("CD");
  EXPECT_TRUE(IsOpen());
  EXPECT_EQ(handler_.events.size(), 1u);
  ReceiveBinary("EF");
  EXPECT_FALSE(IsOpen());
}

TEST_F(ClientInputTest, CountsNoOtherPacketAsAnEvent) {
  limits_.event_rate = {.per_second = 1, .burst = 1};
  Connect();
  for (int i = 0; i < 5; ++i) Receive("31[]");
  Receive(R"(2["a"])");
  EXPECT_EQ(handler_.events.size(), 1u);
}

TEST_F(ClientInputTest, ClosesOnWhoeverGoesOnSendingTooMuch) {
  limits_.event_rate = {.per_second = 1, .burst = 1};
  limits_.event_rate_violations_max = 3;
  Connect();
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 3; ++i) Receive(R"(2["a"])");
    EXPECT_TRUE(IsOpen());
    now_ += std::chrono::seconds(1);
  }
  for (int i = 0; i < 4; ++i) Receive(R"(2["a"])");
  EXPECT_FALSE(IsOpen());
  EXPECT_EQ(handler_.events.size(), 3u);
  EXPECT_EQ(handler_.dropped.size(), 7u);
}

TEST_F(ClientInputTest, ClosesOnAnEventTooManyOfANamespaceThatIsNotJoined) {
  limits_.event_rate = {.per_second = 1, .burst = 1};
  Connect();
  Receive(R"(2["a"])");
  Receive(R"(2/chat,["a"])");
  EXPECT_FALSE(IsOpen());
}

}  // namespace
}  // namespace caucus::edge::socketio
