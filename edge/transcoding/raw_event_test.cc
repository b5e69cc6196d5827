#include "edge/transcoding/raw_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "caucus/socketio/v1/raw_event.pb.h"
#include "edge/transcoding/connection_context.h"
#include "google/protobuf/struct.pb.h"

namespace caucus::edge::transcoding {
namespace {

using socketio::v1::RawEvent;

RawEvent Parse(const std::string& bytes) {
  RawEvent event;
  EXPECT_TRUE(event.ParseFromString(bytes));
  return event;
}

TEST(RawEventTest, SaysWhatTheConnectionIs) {
  google::protobuf::Struct claims;
  (*claims.mutable_fields())["sub"].set_string_value("u1");
  const absl::flat_hash_map<std::string, std::string> query = {{"lang", "de"}};
  const std::vector<std::pair<std::string, std::string>> headers = {{"cookie", "secret"},
                                                                    {"x-tenant", "a\xFF"}};
  const ConnectionContext context = {.claims = &claims,
                                     .socket_id = "s1",
                                     .edge_id = "e1",
                                     .address = "192.0.2.1",
                                     .query = &query,
                                     .headers = &headers};
  const std::vector<std::string> names = {"x-none", "x-tenant"};
  const RawEvent event = Parse(EncodeRawConnection(
      {.nsp = "/chat", .auth_json = R"({"n":1.50})", .header_names = names, .context = context}));
  EXPECT_EQ(event.namespace_(), "/chat");
  EXPECT_EQ(event.socket_id(), "s1");
  EXPECT_EQ(event.edge_id(), "e1");
  EXPECT_EQ(event.claims_json(), R"({"sub":"u1"})");
  EXPECT_EQ(event.handshake().auth_json(), R"({"n":1.50})");
  EXPECT_EQ(event.handshake().address(), "192.0.2.1");
  EXPECT_EQ(event.handshake().query().at("lang"), "de");
  ASSERT_EQ(event.handshake().headers().size(), 1u);
  EXPECT_EQ(event.handshake().headers().at("x-tenant"), "a\uFFFD");
}

TEST(RawEventTest, HasNoClaimsWithoutAToken) {
  const std::vector<std::string> names;
  const RawEvent event = Parse(
      EncodeRawConnection({.nsp = "/", .auth_json = "{}", .header_names = names, .context = {}}));
  EXPECT_EQ(event.claims_json(), "");
  EXPECT_EQ(event.handshake().auth_json(), "{}");
}

TEST(RawEventTest, JoinsTheConnectionAndTheEvent) {
  RawEvent connection;
  connection.set_socket_id("s1");
  std::vector<std::string> attachments = {"AB", std::string("\0", 1)};
  const RawEvent event = Parse(EncodeRawEvent(
      connection.SerializeAsString(),
      {.name = "say", .arguments_json = "[1.50]", .attachments = attachments, .ack_wanted = true}));
  EXPECT_EQ(event.socket_id(), "s1");
  EXPECT_EQ(event.event(), "say");
  EXPECT_EQ(event.arguments().json(), "[1.50]");
  EXPECT_THAT(event.arguments().attachments(), testing::ElementsAre("AB", std::string("\0", 1)));
  EXPECT_TRUE(event.ack_wanted());
}

}  // namespace
}  // namespace caucus::edge::transcoding
