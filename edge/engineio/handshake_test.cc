#include "edge/engineio/handshake.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <ostream>
#include <string_view>

#include "edge/engineio/monotonic_time.h"
#include "edge/engineio/session.h"

namespace caucus::edge::engineio {

void PrintTo(HandshakeError error, std::ostream* out) { *out << MessageOf(error); }

namespace {

class SilentOutlet : public SessionOutlet {
 public:
  void OnOutput() override {}
};

class HandshakeTest : public testing::Test {
 protected:
  enum class Method { kGet, kPost };
  enum class Kind { kPlain, kUpgrade };

  // The verdict on a request without a session.
  static std::optional<HandshakeError> VerdictOf(std::string_view query,
                                                 Method method = Method::kGet,
                                                 Kind kind = Kind::kPlain,
                                                 const Session* session = nullptr) {
    return Verify({.query = ParseRequestQuery(query),
                   .is_get = method == Method::kGet,
                   .is_upgrade = kind == Kind::kUpgrade,
                   .session = session});
  }

  const SessionConfig config_ = {};
  SilentOutlet outlet_;
  Session polling_{config_, "p", Transport::kPolling, MonotonicTime(std::chrono::hours(1)),
                   outlet_};
  Session websocket_{config_, "w", Transport::kWebSocket, MonotonicTime(std::chrono::hours(1)),
                     outlet_};
};

TEST_F(HandshakeTest, BodiesAreThoseOfTheReference) {
  EXPECT_EQ(BodyOf(HandshakeError::kUnknownTransport),
            R"({"code":0,"message":"Transport unknown"})");
  EXPECT_EQ(BodyOf(HandshakeError::kUnknownSid), R"({"code":1,"message":"Session ID unknown"})");
  EXPECT_EQ(BodyOf(HandshakeError::kBadHandshakeMethod),
            R"({"code":2,"message":"Bad handshake method"})");
  EXPECT_EQ(BodyOf(HandshakeError::kBadRequest), R"({"code":3,"message":"Bad request"})");
  EXPECT_EQ(BodyOf(HandshakeError::kForbidden), R"({"code":4,"message":"Forbidden"})");
  EXPECT_EQ(BodyOf(HandshakeError::kUnsupportedProtocolVersion),
            R"({"code":5,"message":"Unsupported protocol version"})");
}

TEST_F(HandshakeTest, ReadsTheQuery) {
  const RequestQuery query = ParseRequestQuery("EIO=4&transport=polling&t=abc&sid=xyz");
  EXPECT_EQ(query.protocol, "4");
  EXPECT_EQ(query.transport, "polling");
  EXPECT_EQ(query.sid, "xyz");
}

TEST_F(HandshakeTest, ReadsWhetherBinaryIsWantedInBase64) {
  EXPECT_EQ(ParseRequestQuery("EIO=4&b64=1").base64, "1");
  for (const std::string_view query : {"EIO=4", "b64", "b64=", "xb64=1", "B64=1"}) {
    EXPECT_EQ(ParseRequestQuery(query).base64, "") << query;
  }
}

TEST_F(HandshakeTest, ReadsAQueryOfOddShape) {
  EXPECT_EQ(ParseRequestQuery("").transport, "");
  EXPECT_EQ(ParseRequestQuery("&&=&transport=a=b&").transport, "a=b");
  EXPECT_EQ(ParseRequestQuery("transport").transport, "");
  EXPECT_EQ(ParseRequestQuery("xtransport=a&transportx=b").transport, "");
  EXPECT_EQ(ParseRequestQuery("eio=4").protocol, "");
}

TEST_F(HandshakeTest, ReadsTheFirstOfARepeatedParameter) {
  EXPECT_EQ(ParseRequestQuery("sid=a&sid=b").sid, "a");
  EXPECT_EQ(ParseRequestQuery("sid=&sid=b").sid, "");
  EXPECT_EQ(ParseRequestQuery("sid&sid=b").sid, "");
}

TEST_F(HandshakeTest, AcceptsANewSession) {
  EXPECT_EQ(VerdictOf("EIO=4&transport=polling"), std::nullopt);
  EXPECT_EQ(VerdictOf("EIO=4&transport=websocket", Method::kGet, Kind::kUpgrade), std::nullopt);
}

TEST_F(HandshakeTest, TakesAnEmptySidForNone) {
  EXPECT_EQ(VerdictOf("EIO=4&transport=polling&sid="), std::nullopt);
  EXPECT_EQ(VerdictOf("EIO=4&transport=polling&sid"), std::nullopt);
  EXPECT_EQ(VerdictOf("EIO=4&transport=polling&sid=", Method::kPost),
            HandshakeError::kBadHandshakeMethod);
}

TEST_F(HandshakeTest, AcceptsRequestsOfASession) {
  const std::string_view polling = "EIO=4&transport=polling&sid=p";
  EXPECT_EQ(VerdictOf(polling, Method::kGet, Kind::kPlain, &polling_), std::nullopt);
  EXPECT_EQ(VerdictOf(polling, Method::kPost, Kind::kPlain, &polling_), std::nullopt);
  EXPECT_EQ(VerdictOf("EIO=4&transport=websocket&sid=p", Method::kGet, Kind::kUpgrade, &polling_),
            std::nullopt);
}

TEST_F(HandshakeTest, RefusesAnUnknownTransport) {
  for (const std::string_view query :
       {"", "EIO=4", "EIO=4&transport=", "EIO=4&transport", "EIO=4&transport=abc",
        "EIO=4&transport=webtransport", "EIO=4&transport=Polling"}) {
    EXPECT_EQ(VerdictOf(query), HandshakeError::kUnknownTransport) << query;
  }
}

// CVE-2023-31125: error code 0 of such a transport was taken for success.
TEST_F(HandshakeTest, RefusesNamesOfJavaScriptProperties) {
  for (const std::string_view query :
       {"EIO=4&transport=__proto__", "EIO=4&transport=constructor", "EIO=4&transport=toString"}) {
    EXPECT_EQ(VerdictOf(query), HandshakeError::kUnknownTransport);
    EXPECT_EQ(VerdictOf(query, Method::kGet, Kind::kUpgrade), HandshakeError::kUnknownTransport);
  }
  EXPECT_EQ(VerdictOf("EIO=4&transport=polling&sid=__proto__"), HandshakeError::kUnknownSid);
  EXPECT_EQ(VerdictOf("EIO=4&transport=websocket&sid=__proto__", Method::kGet, Kind::kUpgrade),
            HandshakeError::kUnknownSid);
}

TEST_F(HandshakeTest, RefusesAnUnknownSid) {
  EXPECT_EQ(VerdictOf("EIO=4&transport=polling&sid=abc"), HandshakeError::kUnknownSid);
  EXPECT_EQ(VerdictOf("EIO=4&transport=polling&sid=abc", Method::kPost),
            HandshakeError::kUnknownSid);
}

TEST_F(HandshakeTest, RefusesAHandshakeThatIsNoGet) {
  EXPECT_EQ(VerdictOf("EIO=4&transport=polling", Method::kPost),
            HandshakeError::kBadHandshakeMethod);
  EXPECT_EQ(VerdictOf("EIO=4&transport=websocket", Method::kPost),
            HandshakeError::kBadHandshakeMethod);
}

TEST_F(HandshakeTest, RefusesAWebSocketThatIsNoUpgrade) {
  EXPECT_EQ(VerdictOf("EIO=4&transport=websocket"), HandshakeError::kBadRequest);
}

TEST_F(HandshakeTest, RefusesAnUpgradeThatIsNoWebSocket) {
  EXPECT_EQ(VerdictOf("EIO=4&transport=polling", Method::kGet, Kind::kUpgrade),
            HandshakeError::kBadRequest);
  EXPECT_EQ(VerdictOf("EIO=4&transport=polling&sid=p", Method::kGet, Kind::kUpgrade, &polling_),
            HandshakeError::kBadRequest);
}

TEST_F(HandshakeTest, RefusesTheTransportThatASessionHasNot) {
  EXPECT_EQ(VerdictOf("EIO=4&transport=websocket&sid=p", Method::kGet, Kind::kPlain, &polling_),
            HandshakeError::kBadRequest);
  EXPECT_EQ(VerdictOf("EIO=4&transport=polling&sid=w", Method::kGet, Kind::kPlain, &websocket_),
            HandshakeError::kBadRequest);
}

TEST_F(HandshakeTest, RefusesOtherProtocolsForANewSession) {
  for (const std::string_view query :
       {"transport=polling", "EIO=&transport=polling", "EIO=3&transport=polling",
        "EIO=abc&transport=polling", "EIO=44&transport=polling", "EIO=5&transport=polling"}) {
    EXPECT_EQ(VerdictOf(query), HandshakeError::kUnsupportedProtocolVersion) << query;
  }
  // Before the 101: the reference answers only inside the WebSocket.
  EXPECT_EQ(VerdictOf("EIO=3&transport=websocket", Method::kGet, Kind::kUpgrade),
            HandshakeError::kUnsupportedProtocolVersion);
}

// engine.io 6.6.10: a session of protocol 4 that was upgraded with `EIO=3` killed the process.
TEST_F(HandshakeTest, RefusesOtherProtocolsForASession) {
  EXPECT_EQ(VerdictOf("EIO=3&transport=websocket&sid=p", Method::kGet, Kind::kUpgrade, &polling_),
            HandshakeError::kBadRequest);
  EXPECT_EQ(VerdictOf("transport=polling&sid=p", Method::kGet, Kind::kPlain, &polling_),
            HandshakeError::kBadRequest);
  EXPECT_EQ(VerdictOf("EIO=3&transport=polling&sid=p", Method::kPost, Kind::kPlain, &polling_),
            HandshakeError::kBadRequest);
}

TEST_F(HandshakeTest, ReportsTheFirstErrorInTheOrderOfTheReference) {
  // Everything is wrong; then one thing less each time.
  EXPECT_EQ(VerdictOf("transport=abc&sid=x", Method::kPost), HandshakeError::kUnknownTransport);
  EXPECT_EQ(VerdictOf("transport=abc", Method::kPost), HandshakeError::kUnknownTransport);
  EXPECT_EQ(VerdictOf("transport=abc"), HandshakeError::kUnknownTransport);
  EXPECT_EQ(VerdictOf("transport=websocket&sid=x", Method::kPost), HandshakeError::kUnknownSid);
  EXPECT_EQ(VerdictOf("transport=websocket", Method::kPost), HandshakeError::kBadHandshakeMethod);
  EXPECT_EQ(VerdictOf("transport=websocket"), HandshakeError::kBadRequest);
  EXPECT_EQ(VerdictOf("transport=polling"), HandshakeError::kUnsupportedProtocolVersion);
}

TEST_F(HandshakeTest, KnowsItsTransports) {
  EXPECT_EQ(TransportOf("polling"), Transport::kPolling);
  EXPECT_EQ(TransportOf("websocket"), Transport::kWebSocket);
  EXPECT_EQ(TransportOf(""), std::nullopt);
  EXPECT_EQ(TransportOf("polling "), std::nullopt);
}

TEST_F(HandshakeTest, ServesOnlyTheTransportsThatAreOn) {
  RequestFacts facts = {.query = ParseRequestQuery("EIO=4&transport=websocket"),
                        .is_get = true,
                        .is_upgrade = true,
                        .transports = {.polling = true, .websocket = false}};
  EXPECT_EQ(Verify(facts), HandshakeError::kUnknownTransport);
  facts.query = ParseRequestQuery("EIO=4&transport=polling");
  facts.is_upgrade = false;
  EXPECT_EQ(Verify(facts), std::nullopt);
  facts.transports.polling = false;
  EXPECT_EQ(Verify(facts), HandshakeError::kUnknownTransport);
}

TEST_F(HandshakeTest, RefusesAMalformedOriginRightAfterTheTransport) {
  RequestFacts facts = {.is_get = true, .origin_malformed = true};
  for (const std::string_view query :
       {"EIO=4&transport=polling", "EIO=3&transport=polling", "EIO=4&transport=polling&sid=abc"}) {
    facts.query = ParseRequestQuery(query);
    EXPECT_EQ(Verify(facts), HandshakeError::kBadRequest) << query;
  }
  facts.query = ParseRequestQuery("EIO=4&transport=abc");
  EXPECT_EQ(Verify(facts), HandshakeError::kUnknownTransport);
}

TEST_F(HandshakeTest, RefusesAForbiddenOriginWhereTheReferenceAsksItsHook) {
  RequestFacts facts = {.is_get = true, .origin_forbidden = true};
  facts.query = ParseRequestQuery("EIO=3&transport=polling");
  EXPECT_EQ(Verify(facts), HandshakeError::kForbidden);
  facts.query = ParseRequestQuery("EIO=4&transport=websocket");
  EXPECT_EQ(Verify(facts), HandshakeError::kBadRequest);
  facts.query = ParseRequestQuery("EIO=4&transport=polling&sid=p");
  EXPECT_EQ(Verify(facts), HandshakeError::kUnknownSid);
  facts.session = &polling_;
  EXPECT_EQ(Verify(facts), HandshakeError::kForbidden);
  facts.is_get = false;
  EXPECT_EQ(Verify(facts), HandshakeError::kForbidden);
}

}  // namespace
}  // namespace caucus::edge::engineio
