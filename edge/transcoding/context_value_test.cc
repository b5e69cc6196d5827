#include "edge/transcoding/context_value.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "common/testing/status_matchers.h"
#include "edge/transcoding/connection_context.h"
#include "google/protobuf/struct.pb.h"

namespace caucus::edge::transcoding {
namespace {

std::string Read(std::string_view path, const ConnectionContext& context) {
  const auto value = ContextValue::Parse(path);
  EXPECT_THAT(value, IsOk());
  return value.ok() ? value->Read(context) : "";
}

TEST(ContextValueTest, ReadsEverySource) {
  google::protobuf::Struct claims;
  (*claims.mutable_fields())["sub"].set_string_value("u1");
  (*claims.mutable_fields())["https://x.y/age"].set_number_value(7);
  (*claims.mutable_fields())["list"].mutable_list_value();
  const boost::json::value auth =
      boost::json::parse(R"({"room": "r", "n": 1.5, "i": -3, "yes": true, "o": {}, "no": null})");
  const absl::flat_hash_map<std::string, std::string> query = {{"lang", "de"}};
  const std::vector<std::pair<std::string, std::string>> headers = {{"x-tenant", "a\xFF"}};
  const ConnectionContext context = {.claims = &claims,
                                     .socket_id = "s1",
                                     .edge_id = "e1",
                                     .address = "192.0.2.1",
                                     .auth = &auth.get_object(),
                                     .query = &query,
                                     .headers = &headers};
  EXPECT_EQ(Read("claims.sub", context), "u1");
  EXPECT_EQ(Read("claims.https://x.y/age", context), "7");
  EXPECT_EQ(Read("claims.list", context), "");
  EXPECT_EQ(Read("claims.none", context), "");
  EXPECT_EQ(Read("socket.id", context), "s1");
  EXPECT_EQ(Read("edge.id", context), "e1");
  EXPECT_EQ(Read("handshake.address", context), "192.0.2.1");
  EXPECT_EQ(Read("handshake.auth.room", context), "r");
  EXPECT_EQ(Read("handshake.auth.n", context), "1.5");
  EXPECT_EQ(Read("handshake.auth.i", context), "-3");
  EXPECT_EQ(Read("handshake.auth.yes", context), "true");
  EXPECT_EQ(Read("handshake.auth.o", context), "");
  EXPECT_EQ(Read("handshake.auth.no", context), "");
  EXPECT_EQ(Read("handshake.query.lang", context), "de");
  EXPECT_EQ(Read("handshake.query.none", context), "");
  EXPECT_EQ(Read("handshake.headers.x-tenant", context), "a\uFFFD");
  EXPECT_EQ(Read("handshake.headers.none", context), "");
}

TEST(ContextValueTest, ReadsNothingFromABareConnection) {
  for (const char* path : {"claims.sub", "socket.id", "edge.id", "handshake.address",
                           "handshake.auth.a", "handshake.query.q", "handshake.headers.h"}) {
    EXPECT_EQ(Read(path, {}), "") << path;
  }
}

TEST(ContextValueTest, RefusesOtherSources) {
  for (const char* path : {"", "claims", "claims.", "socket.idx", "socket", "handshake",
                           "handshake.auth.", "handshake.headers.", "request.room"}) {
    EXPECT_THAT(ContextValue::Parse(path), StatusIs(absl::StatusCode::kInvalidArgument)) << path;
  }
}

}  // namespace
}  // namespace caucus::edge::transcoding
