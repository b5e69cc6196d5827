// Connecting, events, sending and disconnecting; for attachments and the rate of events see
// client_input_test.cc.

#include "edge/socketio/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/packet.h"
#include "edge/engineio/session.h"
#include "edge/limits/limit.h"
#include "edge/socketio/client_fixture.h"

namespace caucus::edge::socketio {
namespace {

using engineio::CloseReason;
using testing::ElementsAre;
using testing::IsEmpty;

using ClientTest = ClientFixture;

// --- Connecting ---

TEST_F(ClientTest, Connects) {
  Receive("0");
  EXPECT_THAT(Sent(), ElementsAre(R"(0{"sid":"s1"})"));
  Receive(R"(0/chat,{"token":"t"})");
  EXPECT_THAT(Sent(), ElementsAre(R"(0/chat,{"sid":"s2"})"));
  EXPECT_THAT(handler_.auths, ElementsAre("{}", R"({"token":"t"})"));
  EXPECT_THAT(handler_.auth_texts, ElementsAre("{}", R"({"token":"t"})"));
  EXPECT_EQ(handler_.namespaces.at("/chat").size(), 1u);
  EXPECT_EQ(handler_.namespaces.at("/chat").Find("s2"), handler_.sockets[1].get());
}

TEST_F(ClientTest, ActivatesTheSessionOnlyWhenAccepted) {
  handler_.accepts = false;
  Receive("0");
  EXPECT_LE(session_->deadline(), now_ + config_.activation_timeout);
  handler_.sockets[0]->Reject(R"({"message":"no"})");
  EXPECT_THAT(Sent(), ElementsAre(R"(4{"message":"no"})"));
  session_->OnDeadline(now_ + config_.activation_timeout);
  EXPECT_FALSE(IsOpen());
}

TEST_F(ClientTest, RefusesAnUnknownNamespaceAndGoesOn) {
  Receive("0/other,{}");
  EXPECT_THAT(Sent(), ElementsAre(R"(4/other,{"message":"Invalid namespace"})"));
  Receive("0/chat?a=b,");
  EXPECT_THAT(Sent(), ElementsAre(R"(4/chat?a=b,{"message":"Invalid namespace"})"));
  Receive("0");
  EXPECT_THAT(Sent(), ElementsAre(R"(0{"sid":"s1"})"));
}

TEST_F(ClientTest, LetsARefusedClientTryAgain) {
  handler_.accepts = false;
  Receive("0");
  handler_.sockets[0]->Reject(R"({"message":"no"})");
  handler_.accepts = true;
  Receive("0");
  EXPECT_THAT(Sent(), ElementsAre(R"(4{"message":"no"})", R"(0{"sid":"s2"})"));
  EXPECT_THAT(handler_.disconnects, IsEmpty());
}

TEST_F(ClientTest, BoundsTheNamespacesOfAConnection) {
  limits_.namespaces_max = 2;
  Connect();
  Connect("/chat");
  Receive("0/n2");
  EXPECT_THAT(Sent(), ElementsAre(R"(4/n2,{"message":"Invalid namespace"})"));
  EXPECT_THAT(reached_.reached, ElementsAre(Limit::kNamespacesPerConnection));
  Receive("1/chat,");
  Receive("0/n2");
  EXPECT_THAT(Sent(), ElementsAre(R"(0/n2,{"sid":"s3"})"));
}

TEST_F(ClientTest, ClosesOnABadConnectPayload) {
  for (const std::string_view packet :
       {"0[]", "0\"a\"", "0null", "0{", "0/chat,[1]", "0/chat,{a:1}", "0/chat,1x"}) {
    Open();
    Receive(packet);
    EXPECT_FALSE(IsOpen()) << packet;
    EXPECT_THAT(Sent(), IsEmpty()) << packet;
  }
}

TEST_F(ClientTest, ClosesOnASecondConnect) {
  EXPECT_TRUE(IsViolation("0"));
  EXPECT_TRUE(IsViolation("0{}"));
}

TEST_F(ClientTest, ASecondConnectTakesThePlaceOfAPendingOneButNotForEver) {
  handler_.accepts = false;
  Receive("0");
  for (size_t i = 0; i < limits_.replaced_connects_max; ++i) {
    Receive("0");
    EXPECT_TRUE(IsOpen());
  }
  Receive("0");
  EXPECT_FALSE(IsOpen());
}

TEST_F(ClientTest, ClosesOnAConnectPayloadThatIsTooLong) {
  EXPECT_TRUE(IsViolation("0/chat,{\"a\":\"" + std::string(limits_.auth_bytes_max, 'x') + "\"}"));
}

TEST_F(ClientTest, ClosesOnPacketsForANamespaceThatIsNotJoined) {
  for (const std::string_view packet :
       {R"(2["a"])", "1", "31[]", R"(2/chat,["a"])", "1/chat,", "3/chat,1[]", "2/other,[]"}) {
    Open();
    Receive(packet);
    EXPECT_FALSE(IsOpen()) << packet;
    EXPECT_THAT(Sent(), IsEmpty()) << packet;
  }
  EXPECT_TRUE(IsViolation(R"(2/chat,["a"])"));
}

TEST_F(ClientTest, ClosesOnAnEventBeforeTheConnectIsAnswered) {
  handler_.accepts = false;
  Receive("0");
  Receive(R"(2["a"])");
  EXPECT_FALSE(IsOpen());
  EXPECT_THAT(handler_.events, IsEmpty());
}

// --- Events ---

TEST_F(ClientTest, HandsEventsOn) {
  Connect();
  Connect("/chat");
  Receive(R"(2["a"])");
  Receive(R"(27["a",1,{"b":[]}])");
  Receive(R"(2/chat,7["b",null])");
  EXPECT_THAT(handler_.events, ElementsAre("/ a [] ", R"(/ a [1,{"b":[]}] 7)", "/chat b [null] 7"));
}

TEST_F(ClientTest, ClosesOnMalformedPackets) {
  for (const std::string_view packet : {"",
                                        "7",
                                        "x",
                                        "2[",
                                        "2[1,]",
                                        "2{}",
                                        "2\"a\"",
                                        "2null",
                                        "2[]",
                                        "2[null]",
                                        "2[[]]",
                                        "2[true]",
                                        R"(2[{"toString":"foo"}])",
                                        R"(2["a"]x)",
                                        "2-[]",
                                        "3{}",
                                        "31{}",
                                        "31\"a\"",
                                        "31[",
                                        "1{}",
                                        "1[]",
                                        "1\"a\"",
                                        R"(4{"message":"x"})",
                                        "4",
                                        "5[]",
                                        R"(51["a"])",
                                        R"(50-["a"])",
                                        R"(511-["a"])",
                                        R"(5x-["a"])",
                                        R"(5-["a"])",
                                        R"(2chat,["a"])",
                                        R"(250-["echo",1])"}) {
    EXPECT_TRUE(IsViolation(packet)) << packet;
  }
  EXPECT_THAT(handler_.events, IsEmpty());
}

TEST_F(ClientTest, ClosesOnReservedNames) {
  for (const std::string_view name : {"connect", "connect_error", "disconnect", "disconnecting",
                                      "newListener", "removeListener"}) {
    EXPECT_TRUE(IsViolation("2[\"" + std::string(name) + "\"]")) << name;
  }
}

// CVE-2024-38355, and names of JavaScript properties.
TEST_F(ClientTest, TakesOtherOddNamesForEvents) {
  Connect();
  Receive(R"(2["error","x"])");
  Receive(R"(2["connection"])");
  Receive(R"(2["__proto__"])");
  Receive(R"(2[""])");
  EXPECT_THAT(handler_.events,
              ElementsAre(R"(/ error ["x"] )", "/ connection [] ", "/ __proto__ [] ", "/  [] "));
}

TEST_F(ClientTest, IgnoresWhatTheReferenceIgnores) {
  for (const std::string_view packet :
       {"2", "27", "3", "31", "31[]", "399[1]", R"(31["connect"])"}) {
    EXPECT_TRUE(IsIgnored(packet)) << packet;
  }
}

TEST_F(ClientTest, KeepsLongAckIds) {
  Connect();
  Receive(R"(2007["a"])");
  Receive(R"(2100000000000000000000["a"])");
  EXPECT_THAT(handler_.events, ElementsAre("/ a [] 7", "/ a [] 100000000000000000000"));
}

TEST_F(ClientTest, TakesANumberForAName) {
  Connect();
  Receive("2[5]");
  Receive(R"(27[ 1.50,"a"])");
  EXPECT_THAT(handler_.events, ElementsAre("/ 5 [] ", R"(/ 1.50 ["a"] 7)"));
  EXPECT_THAT(handler_.texts, ElementsAre("", R"(["a"])"));
}

TEST_F(ClientTest, KeepsTheTextOfTheArguments) {
  Connect();
  Receive(R"(2["a",12345678901234567890123, {"b":1.50,"b":"\u0041"} ])");
  EXPECT_THAT(handler_.texts,
              ElementsAre(R"([12345678901234567890123, {"b":1.50,"b":"\u0041"} ])"));
}

TEST_F(ClientTest, PassesPlaceholdersOfATextEventOn) {
  Connect();
  Receive(R"(2["a",{"_placeholder":true,"num":5}])");
  EXPECT_THAT(handler_.events, ElementsAre(R"(/ a [{"_placeholder":true,"num":5}] )"));
}

TEST_F(ClientTest, ClosesOnDeepJson) {
  const auto nested = [](size_t depth) {
    return R"(2["a",)" + std::string(depth, '[') + std::string(depth, ']') + "]";
  };
  Connect();
  Receive(nested(31));
  EXPECT_TRUE(IsOpen());
  EXPECT_EQ(handler_.events.size(), 1u);
  EXPECT_TRUE(IsViolation(nested(32)));
  EXPECT_TRUE(IsViolation(nested(5000)));
  EXPECT_TRUE(IsViolation("2" + std::string(1'000'000, '[')));
  EXPECT_TRUE(IsViolation("0/chat," + std::string(1'000'000, '[')));
  EXPECT_TRUE(IsViolation("31" + std::string(1'000'000, '[')));
  EXPECT_THAT(reached_.reached,
              testing::AllOf(testing::SizeIs(4), testing::Each(Limit::kJsonDepth)));
}

TEST_F(ClientTest, ParsesNoArgumentThatNobodyWants) {
  limits_.packet.json_members_max = 2;
  Connect();
  Receive(R"(2["a",{"a":1,"b":2}])");
  Receive(R"(2["a",[{"a":1,"b":2,"c":3}]])");
  EXPECT_TRUE(IsOpen());
  EXPECT_THAT(handler_.events, ElementsAre(R"(/ a [{"a":1,"b":2}] )", "/ a refused "));
  EXPECT_EQ(handler_.texts.back(), R"([[{"a":1,"b":2,"c":3}]])");
  EXPECT_THAT(reached_.reached, IsEmpty());
}

TEST_F(ClientTest, ClosesOnObjectsWithManyMembers) {
  limits_.packet.json_members_max = 2;
  const std::string object = R"({"a":1,"b":2,"c":3})";
  EXPECT_TRUE(IsViolation("0/chat," + object));
  for (const std::string begin : {R"(51-["a",)", "61-7["}) {
    Open();
    Connect();
    Receive(begin + object + "]");
    ReceiveBinary("AB");
    EXPECT_FALSE(IsOpen()) << begin;
  }
  EXPECT_THAT(reached_.reached,
              testing::AllOf(testing::SizeIs(3), testing::Each(Limit::kJsonMembers)));
}

// --- Sending ---

TEST_F(ClientTest, SendsToAConnectedSocketOnly) {
  handler_.accepts = false;
  Receive("0/chat");
  const std::shared_ptr<Socket> socket = handler_.sockets[0];
  socket->Emit("early", {.json = "[1]"});
  socket->Accept();
  socket->Accept();
  socket->Reject("{}");
  socket->Emit("said", {.json = R"([{"a":1}])"});
  socket->Emit("bare", {});
  socket->SendAck("7", {.json = "[2]"});
  EXPECT_THAT(Sent(), ElementsAre(R"(0/chat,{"sid":"s1"})", R"(2/chat,["said",{"a":1}])",
                                  R"(2/chat,["bare"])", "3/chat,7[2]"));
}

TEST_F(ClientTest, BroadcastsToRooms) {
  Connect();
  Connect("/chat");
  Namespace& chat = handler_.namespaces.at("/chat");
  Socket& socket = *handler_.sockets[1];
  EXPECT_EQ(chat.rooms().Join(socket, "tea"), RoomIndex::JoinResult::kFirst);
  EXPECT_EQ(chat.rooms().Join(socket, "tea"), RoomIndex::JoinResult::kAlreadyIn);
  const auto packet = engineio::EncodedPacket::Text(engineio::PacketType::kMessage, "x");
  chat.BroadcastToRoom("tea", packet);
  chat.BroadcastToRoom("milk", packet);
  chat.BroadcastToRoom("tea", packet, &socket);
  chat.BroadcastToAll(packet, &socket);
  EXPECT_THAT(Sent(), ElementsAre("x"));
  chat.BroadcastToAll(packet);
  EXPECT_THAT(Sent(), ElementsAre("x"));
  EXPECT_EQ(chat.rooms().Leave(socket, "milk"), RoomIndex::LeaveResult::kNotIn);
  EXPECT_EQ(chat.rooms().Leave(socket, "tea"), RoomIndex::LeaveResult::kLast);
  EXPECT_EQ(chat.rooms().size(), 0u);
}

TEST_F(ClientTest, TakesASocketsIdForARoomOfItsOwn) {
  Connect("/chat");
  Namespace& chat = handler_.namespaces.at("/chat");
  Socket& socket = *handler_.sockets[0];
  const auto packet = engineio::EncodedPacket::Text(engineio::PacketType::kMessage, "x");
  chat.BroadcastToRoom("s1", packet);
  EXPECT_THAT(Sent(), ElementsAre("x"));
  chat.rooms().Join(socket, "s1");
  chat.BroadcastToRoom("s1", packet);
  EXPECT_THAT(Sent(), ElementsAre("x"));
  EXPECT_THAT(chat.Snapshot("s1"), ElementsAre(&socket));
  chat.rooms().Leave(socket, "s1");
  EXPECT_THAT(chat.Snapshot("s1"), ElementsAre(&socket));
  EXPECT_THAT(chat.SnapshotOfAll(), ElementsAre(&socket));
  chat.BroadcastToMembers("s1", packet, {});
  EXPECT_THAT(Sent(), IsEmpty());
}

TEST_F(ClientTest, KeepsRoomsWhenAMemberInTheMiddleLeaves) {
  RoomIndex rooms;
  for (const std::string_view nsp : {"/", "/chat", "/n2"}) Connect(nsp);
  const auto& sockets = handler_.sockets;
  for (const auto& socket : sockets) rooms.Join(*socket, "tea");
  EXPECT_EQ(rooms.Leave(*sockets[0], "tea"), RoomIndex::LeaveResult::kLeft);
  EXPECT_THAT(rooms.MembersOf("tea"), ElementsAre(sockets[2].get(), sockets[1].get()));
  EXPECT_EQ(rooms.Leave(*sockets[2], "tea"), RoomIndex::LeaveResult::kLeft);
  EXPECT_THAT(rooms.MembersOf("tea"), ElementsAre(sockets[1].get()));
  EXPECT_EQ(rooms.Leave(*sockets[1], "tea"), RoomIndex::LeaveResult::kLast);
}

TEST_F(ClientTest, PausesInputUntilEverySocketResumes) {
  Connect();
  Connect("/chat");
  handler_.sockets[0]->PauseInput();
  handler_.sockets[0]->PauseInput();
  handler_.sockets[1]->PauseInput();
  EXPECT_TRUE(session_->input_paused());
  handler_.sockets[0]->ResumeInput();
  handler_.sockets[0]->ResumeInput();
  EXPECT_TRUE(session_->input_paused());
  handler_.sockets[1]->ResumeInput();
  EXPECT_FALSE(session_->input_paused());
}

// --- Disconnecting ---

TEST_F(ClientTest, LeavesANamespaceWhenTheClientSaysSo) {
  Connect();
  Connect("/chat");
  Receive("1/chat,");
  EXPECT_THAT(handler_.disconnects,
              ElementsAre(std::pair("s2", DisconnectReason::kClientNamespace)));
  EXPECT_TRUE(IsOpen());
  EXPECT_THAT(Sent(), IsEmpty());
  EXPECT_EQ(handler_.namespaces.at("/chat").size(), 0u);
  Receive("1");
  EXPECT_TRUE(IsOpen());
  Receive("0/chat");
  EXPECT_THAT(Sent(), ElementsAre(R"(0/chat,{"sid":"s3"})"));
}

TEST_F(ClientTest, ClosesOnAnEventAfterADisconnect) {
  Connect();
  Receive("1");
  Receive(R"(2["a"])");
  EXPECT_FALSE(IsOpen());
}

TEST_F(ClientTest, AnswersAnEventAfterTheSocketHasLeft) {
  Connect();
  Receive(R"(27["a"])");
  Receive("1");
  handler_.sockets[0]->Emit("said", {});
  handler_.sockets[0]->SendAck("7", {.json = "[1]"});
  EXPECT_THAT(Sent(), ElementsAre("37[1]"));
}

TEST_F(ClientTest, DisconnectsOneNamespace) {
  Connect();
  Connect("/chat");
  handler_.sockets[1]->Disconnect(Socket::DisconnectScope::kNamespace);
  handler_.sockets[1]->Disconnect(Socket::DisconnectScope::kNamespace);
  EXPECT_THAT(Sent(), ElementsAre("1/chat,"));
  EXPECT_FALSE(session_->close_requested());
  EXPECT_THAT(handler_.disconnects,
              ElementsAre(std::pair("s2", DisconnectReason::kServerNamespace)));
}

TEST_F(ClientTest, DisconnectsEveryNamespaceBeforeTheConnection) {
  Connect();
  Connect("/chat");
  handler_.sockets[1]->Disconnect(Socket::DisconnectScope::kConnection);
  EXPECT_THAT(Sent(), ElementsAre("1", "1/chat,"));
  EXPECT_TRUE(session_->close_requested());
  EXPECT_THAT(handler_.disconnects,
              ElementsAre(std::pair("s1", DisconnectReason::kServerNamespace),
                          std::pair("s2", DisconnectReason::kServerNamespace)));
}

TEST_F(ClientTest, AsksForTheConnectionsEndOnceForASocketThatIsToReconnect) {
  handler_.accepts = false;
  Connect();
  handler_.sockets[0]->Reconnect();
  EXPECT_EQ(session_->requested_close(), CloseReason::kReconnect);
  EXPECT_THAT(Sent(), IsEmpty());
  session_->Close(CloseReason::kReconnect, now_);
  handler_.sockets[0]->Reconnect();
  handler_.sockets[0]->Accept();
  EXPECT_THAT(Sent(), IsEmpty());
  EXPECT_THAT(handler_.disconnects, IsEmpty());
}

TEST_F(ClientTest, DisconnectsEverySocketWhenTheConnectionEnds) {
  Connect();
  Connect("/chat");
  handler_.accepts = false;
  Receive("0/n2");
  session_->Close(CloseReason::kPingTimeout, now_);
  EXPECT_THAT(handler_.disconnects, ElementsAre(std::pair("s1", DisconnectReason::kTransport),
                                                std::pair("s2", DisconnectReason::kTransport)));
  EXPECT_EQ(handler_.sockets[2]->state(), Socket::State::kDisconnected);
}

TEST_F(ClientTest, TellsAShutdownFromALostConnection) {
  Connect();
  session_->Close(CloseReason::kServerShuttingDown, now_);
  EXPECT_THAT(handler_.disconnects,
              ElementsAre(std::pair("s1", DisconnectReason::kServerShuttingDown)));
  EXPECT_THAT(Sent(), IsEmpty());
}

TEST_F(ClientTest, SocketsOutliveTheirConnection) {
  Connect();
  Connect("/chat");
  Connect("/n2");
  handler_.accepts = false;
  Receive("0/n3");
  handler_.sockets[1]->PauseInput();
  Receive("1/chat,");
  handler_.sockets[2]->Disconnect(Socket::DisconnectScope::kNamespace);
  session_->Close(CloseReason::kTransportClose, now_);
  client_.reset();
  session_.reset();
  for (const auto& socket : handler_.sockets) {
    socket->Accept();
    socket->Emit("said", {});
    socket->SendAck("7", {});
    socket->PauseInput();
    socket->ResumeInput();
    socket->Disconnect(Socket::DisconnectScope::kConnection);
    EXPECT_EQ(socket->state(), Socket::State::kDisconnected);
  }
}

}  // namespace
}  // namespace caucus::edge::socketio
