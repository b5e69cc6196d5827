#include "edge/transport/engine_endpoint.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <string_view>

#include "edge/engineio/handshake_info.h"
#include "edge/engineio/session_id.h"
#include "edge/http/cookie.h"
#include "edge/http/http_message.h"
#include "edge/http/static_files.h"
#include "edge/limits/limit.h"
#include "edge/transport/transport_fixture.h"

namespace caucus::edge::transport {
namespace {

constexpr std::string_view kPolling = "/socket.io/?EIO=4&transport=polling";
constexpr std::string_view kWebSocket = "/socket.io/?EIO=4&transport=websocket";
constexpr std::string_view kUpgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
constexpr std::string_view kKey =
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

std::string Target(std::string_view target, std::string_view rest = "") {
  return std::string(target).append(rest);
}

std::string Headers(std::string_view first, std::string_view second = "") {
  return std::string(first).append(second);
}

class EngineEndpointTest : public testing::Test {
 protected:
  static std::string Request(std::string_view method, std::string_view target,
                             std::string_view headers = "", std::string_view body = "") {
    std::string request;
    request.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: a\r\n");
    request.append(headers);
    if (!body.empty()) {
      request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    }
    return request.append("\r\n").append(body);
  }

  Answer Ask(std::string_view method, std::string_view target, std::string_view headers = "",
             std::string_view body = "") const {
    return server_.Ask(Request(method, target, headers, body));
  }
  Answer Get(std::string_view target, std::string_view headers = "") const {
    return Ask("GET", target, headers);
  }

  // Sends a POST but for the end of its body, once it was seen.
  static void BeginPost(RawClient& client, std::string_view target) {
    client.Send(Request("POST", target, "Expect: 100-continue\r\nContent-Length: 5\r\n"));
    EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.Send("4a");
  }

  void ExpectRefused(unsigned code, std::string_view message, const Answer& answer) const {
    EXPECT_EQ(answer.status, code == 4 ? 403u : 400u);
    EXPECT_EQ(answer.body, R"({"code":)" + std::to_string(code) + R"(,"message":")" +
                               std::string(message) + "\"}");
    EXPECT_EQ(answer.Header("content-type"), "application/json");
    EXPECT_EQ(answer.Header("cache-control"), "");
    EXPECT_EQ(answer.Header("connection"), "keep-alive");
  }

  // An upgrade that is refused gets text and the end, and never a 101 before.
  void ExpectUpgradeRefused(std::string_view message, std::string_view target,
                            std::string_view headers) const {
    RawClient client(server_.port());
    client.Send(Request("GET", target, headers));
    const std::string answer = client.ReadToEnd();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 Bad Request\r\n")) << answer;
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\n" + std::string(message))) << answer;
  }

  TransportFixture server_;
};

TEST_F(EngineEndpointTest, OpensAPollingSession) {
  server_.Start();
  const Answer answer = Get(kPolling);
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.Header("content-type"), "text/plain; charset=UTF-8");
  EXPECT_EQ(answer.Header("cache-control"), "no-store");
  EXPECT_TRUE(answer.body.starts_with("0{\"sid\":\"")) << answer.body;
  EXPECT_TRUE(answer.body.ends_with(
      R"(","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})"));
  for (const std::string_view header : {"set-cookie", "access-control-allow-origin", "vary",
                                        "content-encoding", "x-xss-protection"}) {
    EXPECT_EQ(answer.Header(header), "") << header;
  }
}

TEST_F(EngineEndpointTest, OpensAWebSocketSession) {
  server_.Start();
  RawClient client(server_.port());
  client.Send(Request("GET", kWebSocket, Headers(kUpgrade, kKey)));
  const std::string answer = client.ReadUntil("\"maxPayload\"");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 101 Switching Protocols\r\n")) << answer;
  EXPECT_NE(answer.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos);
}

TEST_F(EngineEndpointTest, RefusesInTheOrderOfTheReference) {
  server_.Start();
  const std::string sid = server_.OpenSession();
  for (const std::string_view query :
       {"", "?EIO=4", "?EIO=4&transport=foobar", "?transport=webtransport",
        "?EIO=3&transport=__proto__", "?EIO=4&transport=%70olling"}) {
    ExpectRefused(0, "Transport unknown", Get(Target("/socket.io/", query)));
  }
  ExpectRefused(1, "Session ID unknown", Get(Target(kPolling, "&sid=__proto__")));
  ExpectRefused(1, "Session ID unknown", Get("/socket.io/?transport=polling&sid=abc"));
  for (const std::string_view method : {"POST", "PUT", "OPTIONS", "DELETE"}) {
    ExpectRefused(2, "Bad handshake method", Ask(method, kPolling));
  }
  EXPECT_EQ(Ask("HEAD", kPolling).status, 400u);
  ExpectRefused(3, "Bad request", Get(kWebSocket));
  ExpectRefused(3, "Bad request", Get(Target(kWebSocket, "&sid=" + sid)));
  ExpectRefused(3, "Bad request", Get("/socket.io/?transport=polling&sid=" + sid));
  ExpectRefused(3, "Bad request", Get("/socket.io/?EIO=3&transport=polling&sid=" + sid));
  for (const std::string_view protocol : {"", "EIO=3&", "EIO=abc&", "EIO=&", "EIO=44&"}) {
    ExpectRefused(5, "Unsupported protocol version",
                  Get("/socket.io/?" + std::string(protocol) + "transport=polling"));
  }
}

TEST_F(EngineEndpointTest, RefusesAnUpgradeWithoutA101) {
  server_.Start();
  const std::string sid = server_.OpenSession();
  const std::string good = Headers(kUpgrade, kKey);
  ExpectUpgradeRefused("Transport unknown", "/socket.io/?EIO=4&transport=__proto__", good);
  ExpectUpgradeRefused("Session ID unknown", Target(kWebSocket, "&sid=__proto__"), good);
  ExpectUpgradeRefused("Unsupported protocol version", "/socket.io/?EIO=3&transport=websocket",
                       good);
  ExpectUpgradeRefused("Bad request", "/socket.io/?EIO=3&transport=websocket&sid=" + sid, good);
  ExpectUpgradeRefused("Bad request", kPolling, good);
  ExpectUpgradeRefused("Bad request", Target(kPolling, "&sid=" + sid), good);
  ExpectUpgradeRefused("Bad request", kWebSocket, kUpgrade);
  ExpectUpgradeRefused(
      "Bad request", kWebSocket,
      Headers(kUpgrade, "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n"));
  ExpectUpgradeRefused("Bad request", kWebSocket,
                       Headers(kUpgrade,
                               "Sec-WebSocket-Version: 8\r\n"
                               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
  EXPECT_EQ(Get(kWebSocket, kUpgrade).Header("sec-websocket-version"), "13");
}

// CVE-2022-41940.
TEST_F(EngineEndpointTest, RefusesAnotherProtocolThanWebSocket) {
  server_.Start();
  const std::string h2c =
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n";
  const std::string sid = server_.OpenSession();
  for (const std::string& target :
       {Target(kPolling), Target(kWebSocket), Target(kWebSocket, "&sid=" + sid)}) {
    ExpectUpgradeRefused("Bad request", target, Headers(h2c, kKey));
    RawClient client(server_.port());
    client.Send(Request("GET", target, Headers(h2c, kKey)));
    client.Reset();
  }
  EXPECT_EQ(Get(kPolling).status, 200u);
}

TEST_F(EngineEndpointTest, EndsTheConnectionOfAnUpgradeBesideItsPath) {
  server_.Start();
  RawClient client(server_.port());
  client.Send(Request("GET", "/other", Headers(kUpgrade, kKey)));
  EXPECT_TRUE(client.ReadToEnd().ends_with("GET /other?|"));
}

TEST_F(EngineEndpointTest, AnswersOtherMethodsOfASessionBare) {
  server_.Start();
  const std::string sid = server_.OpenSession();
  for (const std::string_view method : {"PUT", "DELETE", "OPTIONS"}) {
    const Answer answer = Ask(method, Target(kPolling, "&sid=" + sid));
    EXPECT_EQ(answer.status, 500u) << method;
    EXPECT_EQ(answer.body, "");
  }
  EXPECT_EQ(Ask("HEAD", Target(kPolling, "&sid=" + sid)).status, 500u);
  EXPECT_EQ(Ask("POST", Target(kPolling, "&sid=" + sid), "", "4hello").body, "ok");
}

TEST_F(EngineEndpointTest, MatchesThePrefixOfThePath) {
  server_.engine.path = "/live/";
  server_.Start();
  EXPECT_EQ(Get("/live/?EIO=4&transport=polling").status, 200u);
  EXPECT_EQ(Get("/live/a/b?EIO=4&transport=polling").body.substr(0, 7), "0{\"sid\"");
  EXPECT_EQ(Get("/live?EIO=4&transport=polling").body, "GET /live?EIO=4&transport=polling|");
  EXPECT_EQ(Get("/socket.io/").body, "GET /socket.io/?|");
}

TEST_F(EngineEndpointTest, MatchesAPathWithoutASlash) {
  server_.engine.add_trailing_slash = false;
  server_.Start();
  EXPECT_EQ(Get("/socket.io?EIO=4&transport=polling").body.substr(0, 7), "0{\"sid\"");
  EXPECT_EQ(Get("/socket.io/?EIO=4&transport=polling").body.substr(0, 7), "0{\"sid\"");
  EXPECT_EQ(Get("/socket").body, "GET /socket?|");
}

TEST_F(EngineEndpointTest, ServesOnlyTheTransportsThatAreOn) {
  server_.engine.session.transports.websocket = false;
  server_.Start();
  EXPECT_NE(Get(kPolling).body.find("\"upgrades\":[]"), std::string::npos);
  ExpectRefused(0, "Transport unknown", Get(kWebSocket));
  ExpectUpgradeRefused("Transport unknown", kWebSocket, Headers(kUpgrade, kKey));
}

TEST_F(EngineEndpointTest, ServesNoPollingWhenThatIsOff) {
  server_.engine.session.transports.polling = false;
  server_.Start();
  ExpectRefused(0, "Transport unknown", Get(kPolling));
  RawClient client(server_.port());
  client.Send(Request("GET", kWebSocket, Headers(kUpgrade, kKey)));
  EXPECT_TRUE(client.ReadUntil("\"sid\"").starts_with("HTTP/1.1 101 "));
}

TEST_F(EngineEndpointTest, SetsACookieWithTheFirstPollingAnswerOnly) {
  server_.engine.cookie = http::CookieOptions{};
  server_.Start();
  const Answer first = Get(kPolling);
  const std::string sid = first.body.substr(9, 20);
  EXPECT_EQ(first.Header("set-cookie"), "io=" + sid + "; Path=/; HttpOnly; SameSite=Lax");
  const Answer post = Ask("POST", Target(kPolling, "&sid=" + sid), "", "4hello");
  EXPECT_EQ(post.Header("set-cookie"), "");
  EXPECT_EQ(Get(Target(kPolling, "&sid=" + sid)).Header("set-cookie"), "");
  RawClient client(server_.port());
  client.Send(Request("GET", kWebSocket, Headers(kUpgrade, kKey)));
  EXPECT_EQ(client.ReadUntil("\"sid\"").find("ookie"), std::string::npos);
}

TEST_F(EngineEndpointTest, AddsCorsHeadersToEveryAnswer) {
  server_.engine.cors.origins = {"http://a.test"};
  server_.engine.cors.credentials = true;
  server_.Start();
  const std::string_view origin = "Origin: http://a.test\r\n";
  const Answer session = Get(kPolling, origin);
  const std::string target = Target(kPolling, "&sid=" + session.body.substr(9, 20));
  for (const Answer& answer : {session, Ask("POST", target, origin, "4hi"), Get(target, origin),
                               Ask("PUT", target, origin), Get("/socket.io/", origin)}) {
    EXPECT_EQ(answer.Header("access-control-allow-origin"), "http://a.test") << answer.status;
    EXPECT_EQ(answer.Header("access-control-allow-credentials"), "true");
    EXPECT_EQ(answer.Header("vary"), "Origin");
  }
}

TEST_F(EngineEndpointTest, AnswersAPreflight) {
  server_.engine.cors.origins = {"http://a.test"};
  server_.Start();
  const Answer answer = Ask("OPTIONS", kPolling,
                            "Origin: http://a.test\r\nAccess-Control-Request-Method: POST\r\n"
                            "Access-Control-Request-Headers: foo, bar\r\n");
  EXPECT_EQ(answer.status, 204u);
  EXPECT_EQ(answer.Header("access-control-allow-origin"), "http://a.test");
  EXPECT_EQ(answer.Header("access-control-allow-methods"), "GET,HEAD,PUT,PATCH,POST,DELETE");
  EXPECT_EQ(answer.Header("access-control-allow-headers"), "foo, bar");
  EXPECT_EQ(answer.Header("vary"), "Origin, Access-Control-Request-Headers");
  EXPECT_EQ(answer.Header("content-length"), "0");
}

TEST_F(EngineEndpointTest, LetsAPreflightPassOnIfToldSo) {
  server_.engine.cors.origins = {"*"};
  server_.engine.cors.preflight_continue = true;
  server_.Start();
  const Answer answer = Ask("OPTIONS", kPolling, "Origin: http://a.test\r\n");
  ExpectRefused(2, "Bad handshake method", answer);
  EXPECT_EQ(answer.Header("access-control-allow-origin"), "*");
}

// Cross-site WebSocket hijacking: CORS alone would let it happen.
TEST_F(EngineEndpointTest, ServesOnlyTheOriginsThatAreListed) {
  server_.engine.cors.origins = {"http://a.test"};
  server_.Start();
  const std::string sid = server_.OpenSession();
  const std::string session = Target(kPolling, "&sid=" + sid);
  for (const std::string_view origin : {"Origin: http://evil.test\r\n", "Origin: null\r\n",
                                        "Origin: http://a.test.evil.test\r\n"}) {
    ExpectRefused(4, "Forbidden", Get(kPolling, origin));
    ExpectRefused(4, "Forbidden", Get(session, origin));
    ExpectRefused(4, "Forbidden", Ask("POST", session, origin, "4hi"));
    const std::string upgrade = Headers(kUpgrade, kKey) + std::string(origin);
    ExpectUpgradeRefused("Forbidden", kWebSocket, upgrade);
    ExpectUpgradeRefused("Forbidden", Target(kWebSocket, "&sid=" + sid), upgrade);
  }
  EXPECT_EQ(Get(kPolling, "Origin: http://a.test\r\n").status, 200u);
  EXPECT_EQ(Ask("POST", session, "Origin: http://a.test\r\n", "4hi").body, "ok");
}

TEST_F(EngineEndpointTest, RefusesAMissingOriginIfOneIsRequired) {
  server_.engine.require_origin = true;
  server_.Start();
  ExpectRefused(4, "Forbidden", Get(kPolling));
  ExpectUpgradeRefused("Forbidden", kWebSocket, Headers(kUpgrade, kKey));
  EXPECT_EQ(Get(kPolling, "Origin: http://any.test\r\n").status, 200u);
}

TEST_F(EngineEndpointTest, RefusesAnOriginThatIsNoText) {
  server_.Start();
  ExpectRefused(3, "Bad request", Get(kPolling, "Origin: a\xE9\r\n"));
  ExpectRefused(0, "Transport unknown", Get("/socket.io/", "Origin: a\xE9\r\n"));
  ExpectRefused(3, "Bad request", Get(Target(kPolling, "&sid=abc"), "Origin: a\xE9\r\n"));
}

TEST_F(EngineEndpointTest, CompressesALongPollingAnswer) {
  server_.Start();
  const std::string sid = server_.OpenSession();
  const std::string target = Target(kPolling, "&sid=" + sid);
  EXPECT_EQ(Ask("POST", target, "", "4" + std::string(5000, 'x')).body, "ok");
  const Answer answer = Get(target, "Accept-Encoding: gzip, deflate\r\n");
  EXPECT_EQ(answer.Header("content-encoding"), "gzip");
  EXPECT_LT(answer.body.size(), 200u);
  EXPECT_EQ(Ask("POST", target, "", "4short").body, "ok");
  const Answer small = Get(target, "Accept-Encoding: gzip, deflate\r\n");
  EXPECT_EQ(small.Header("content-encoding"), "");
  EXPECT_EQ(small.body, "4short");
  EXPECT_EQ(Ask("POST", target, "", "4" + std::string(5000, 'x')).body, "ok");
  EXPECT_EQ(Get(target, "Accept-Encoding: gzip;q=0\r\n").body, "4" + std::string(5000, 'x'));
}

TEST_F(EngineEndpointTest, CalmsOldInternetExplorers) {
  server_.Start();
  EXPECT_EQ(Get(kPolling, "User-Agent: Mozilla/5.0 (Windows NT 6.3; Trident/7.0; rv:11.0)\r\n")
                .Header("x-xss-protection"),
            "0");
  EXPECT_EQ(
      Get(kPolling, "User-Agent: Mozilla/4.0 (compatible;MSIE 8.0)\r\n").Header("x-xss-protection"),
      "0");
  EXPECT_EQ(Get(kPolling, "User-Agent: Mozilla/5.0 Firefox/130.0\r\n").Header("x-xss-protection"),
            "");
}

TEST_F(EngineEndpointTest, ServesTheClientBelowItsPath) {
  auto bundles = std::make_shared<http::StaticFiles>();
  bundles->Add("socket.io.js",
               http::MakeStaticFile("socket.io.js", std::string(5000, 'x'), "4.8.4"));
  server_.engine.client_bundles = bundles;
  server_.engine.cors.origins = {"*"};
  server_.Start();
  const Answer answer = Get("/socket.io/socket.io.js?v=1", "Origin: http://a.test\r\n");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.Header("content-type"), "application/javascript; charset=utf-8");
  EXPECT_EQ(answer.Header("cache-control"), "public, max-age=0");
  EXPECT_EQ(answer.Header("etag"), "\"4.8.4\"");
  EXPECT_EQ(answer.Header("access-control-allow-origin"), "*");
  EXPECT_EQ(answer.body, std::string(5000, 'x'));
  EXPECT_EQ(Get("/socket.io/socket.io.js", "If-None-Match: W/\"4.8.4\"\r\n").status, 304u);
  EXPECT_EQ(Ask("HEAD", "/socket.io/socket.io.js").Header("content-length"), "5000");
  EXPECT_EQ(Ask("OPTIONS", "/socket.io/socket.io.js").status, 204u);
  EXPECT_EQ(Get("/socket.io/socket.io.js", "Accept-Encoding: gzip\r\n").Header("content-encoding"),
            "gzip");
  ExpectRefused(0, "Transport unknown", Get("/socket.io/socket.io.min.js"));
  ExpectRefused(0, "Transport unknown", Get("/socket.io/../socket.io/socket.io.js"));
  ExpectRefused(0, "Transport unknown", Get("/socket.io/socket.io%2Ejs"));
  // The reference looks at no method.
  for (const std::string_view method : {"POST", "PUT", "DELETE"}) {
    EXPECT_EQ(Ask(method, "/socket.io/socket.io.js", "", "4hi").body, std::string(5000, 'x'));
  }
  EXPECT_EQ(Ask("POST", "/socket.io/socket.io.js", "If-None-Match: \"4.8.4\"\r\n").status, 304u);
}

TEST_F(EngineEndpointTest, SendsTheClientBrotliIfItTakesThat) {
  auto bundles = std::make_shared<http::StaticFiles>();
  bundles->Add("socket.io.js", http::MakeStaticFile("socket.io.js", std::string(5000, 'x')));
  server_.engine.client_bundles = bundles;
  server_.Start();
  const Answer answer =
      Get("/socket.io/socket.io.js", "Accept-Encoding: gzip, deflate, br, zstd\r\n");
  EXPECT_EQ(answer.Header("content-encoding"), "br");
  EXPECT_LT(answer.body.size(), 100u);
}

TEST_F(EngineEndpointTest, RefusesATooLongPayloadAndKeepsTheSession) {
  server_.http.body.bytes_max = 1000;
  server_.Start();
  const std::string target = Target(kPolling, "&sid=" + server_.OpenSession());
  const Answer answer = Ask("POST", target, "", "4" + std::string(1000, 'x'));
  EXPECT_EQ(answer.status, 413u);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(Ask("POST", target, "", "4hello").body, "ok");
  EXPECT_EQ(Get(target).body, "4hello");
}

TEST_F(EngineEndpointTest, RefusesASecondPostWhileTheFirstArrives) {
  server_.engine.cors.origins = {"*"};
  server_.Start(4);
  for (int i = 0; i < 4; ++i) {
    const std::string target = Target(kPolling, "&sid=" + server_.OpenSession());
    RawClient first(server_.port());
    BeginPost(first, target);
    RawClient second(server_.port());
    // Its body is not waited for either.
    second.Send(Request("POST", target, "Origin: http://a.test\r\nContent-Length: 5\r\n"));
    const Answer refused = second.Read();
    EXPECT_EQ(refused.status, 400u);
    EXPECT_EQ(refused.body, "");
    EXPECT_EQ(refused.Header("access-control-allow-origin"), "*");
    EXPECT_EQ(refused.Header("connection"), "close");
    EXPECT_EQ(first.Read().status, 400u);
    EXPECT_EQ(first.ReadToEnd(), "");
    ExpectRefused(1, "Session ID unknown", Get(target));
  }
}

TEST_F(EngineEndpointTest, EndsTheSessionOfAPostThatBreaksOff) {
  server_.Start(4);
  for (int i = 0; i < 8; ++i) {
    const std::string target = Target(kPolling, "&sid=" + server_.OpenSession());
    RawClient poll(server_.port());
    RawClient post(server_.port());
    BeginPost(post, target);
    poll.Send(Request("GET", target));
    i % 2 == 0 ? post.Reset() : post.Close();
    EXPECT_NE(poll.Read().status, 0u);
    ExpectRefused(1, "Session ID unknown", Get(target));
  }
}

TEST_F(EngineEndpointTest, EndsTheSessionOfAPostThatCannotBeRead) {
  server_.http.body_timeout = std::chrono::milliseconds(50);
  server_.Start();
  const std::string malformed = Target(kPolling, "&sid=" + server_.OpenSession());
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  RawClient client(server_.port());
  EXPECT_EQ(client.Ask(Request("POST", malformed, chunked) + "garbage\r\n").status, 400u);
  ExpectRefused(1, "Session ID unknown", Get(malformed));
  const std::string late = Target(kPolling, "&sid=" + server_.OpenSession());
  EXPECT_EQ(Ask("POST", late, chunked).status, 408u);
  ExpectRefused(1, "Session ID unknown", Get(late));
}

TEST_F(EngineEndpointTest, KeepsTheSessionOfAChunkedPostThatIsTooLong) {
  server_.http.body.bytes_max = 1000;
  server_.Start();
  const std::string target = Target(kPolling, "&sid=" + server_.OpenSession());
  RawClient client(server_.port());
  client.Send(Request("POST", target, "Transfer-Encoding: chunked\r\n"));
  EXPECT_EQ(client.Ask("3E9\r\n").status, 413u);
  EXPECT_EQ(Ask("POST", target, "", "4hello").body, "ok");
  EXPECT_EQ(Get(target).body, "4hello");
}

TEST_F(EngineEndpointTest, TakesAPostThatIsNoneForTheClientsBundle) {
  auto bundles = std::make_shared<http::StaticFiles>();
  bundles->Add("socket.io.js", http::MakeStaticFile("socket.io.js", "x"));
  server_.engine.client_bundles = bundles;
  server_.Start();
  const std::string query = "?EIO=4&transport=polling&sid=" + server_.OpenSession();
  RawClient client(server_.port());
  BeginPost(client, "/socket.io/socket.io.js" + query);
  client.Close();
  EXPECT_EQ(Ask("POST", "/socket.io/" + query, "", "4hello").body, "ok");
}

TEST_F(EngineEndpointTest, LimitsHandshakesThatNobodyAccepted) {
  server_.activates = false;
  server_.engine.pending_handshakes_max = 2;
  server_.Start();
  const std::string first = server_.OpenSession();
  const std::string second = server_.OpenSession();
  EXPECT_EQ(Get(kPolling).status, 503u);
  EXPECT_EQ(Get(kWebSocket, Headers(kUpgrade, kKey)).status, 503u);
  EXPECT_EQ(server_.limits->CountOf(Limit::kPendingHandshakes), 2);

  // One is accepted, the other ends: each makes room.
  EXPECT_EQ(Ask("POST", Target(kPolling, "&sid=" + first), "", "4activate").body, "ok");
  const std::string third = server_.OpenSession();
  EXPECT_EQ(Get(kPolling).status, 503u);
  EXPECT_EQ(Ask("POST", Target(kPolling, "&sid=" + second), "", "1").body, "ok");
  EXPECT_EQ(Get(kPolling).status, 200u);
  EXPECT_EQ(Get(kPolling).status, 503u);
  EXPECT_EQ(Ask("POST", Target(kPolling, "&sid=" + third), "", "4hello").body, "ok");
}

TEST_F(EngineEndpointTest, NothingRevivesAClosedSession) {
  server_.Start();
  for (const std::string_view end : {"1", "4close", "garbage"}) {
    const std::string sid = server_.OpenSession();
    const std::string target = Target(kPolling, "&sid=" + sid);
    EXPECT_EQ(Ask("POST", target, "", end).body, "ok") << end;
    // A client that was told to close fetches what is left.
    if (end == "4close") {
      EXPECT_EQ(Get(target).body, "6\0361");
    }
    ExpectRefused(1, "Session ID unknown", Get(target));
    ExpectRefused(1, "Session ID unknown", Ask("POST", target, "", "4hello"));
    ExpectUpgradeRefused("Session ID unknown", Target(kWebSocket, "&sid=" + sid),
                         Headers(kUpgrade, kKey));
  }
}

TEST_F(EngineEndpointTest, MovesARequestToTheShardOfItsSession) {
  server_.Start(4);
  for (int i = 0; i < 8; ++i) {
    const std::string sid = server_.OpenSession();
    const std::string target = Target(kPolling, "&sid=" + sid);
    // Each connection comes to another shard.
    for (int k = 0; k < 4; ++k) EXPECT_EQ(Ask("POST", target, "", "4hi").body, "ok");
    EXPECT_EQ(Get(target).body,
              "4hi\x1E"
              "4hi\x1E"
              "4hi\x1E"
              "4hi");
    RawClient client(server_.port());
    client.Send(Request("GET", Target(kWebSocket, "&sid=" + sid), Headers(kUpgrade, kKey)));
    EXPECT_TRUE(client.ReadUntil("\r\n\r\n").starts_with("HTTP/1.1 101 "));
  }
}

TEST_F(EngineEndpointTest, KnowsNoSessionOfAShardThatIsNone) {
  server_.Start(2);
  for (const int shard : {0, 1, 2, 255}) {
    engineio::SessionIdGenerator ids(static_cast<uint8_t>(shard));
    ExpectRefused(1, "Session ID unknown", Get(Target(kPolling, "&sid=" + ids.Next())));
  }
  const std::string sid = server_.OpenSession();
  EXPECT_EQ(sid.size(), 20u);
  ExpectRefused(1, "Session ID unknown", Get(Target(kPolling, "&sid=" + sid + "x")));
  ExpectRefused(1, "Session ID unknown", Get(Target(kPolling, "&sid=" + sid.substr(0, 19))));
}

TEST_F(EngineEndpointTest, PassesOnTheHeadersThatAreAskedFor) {
  server_.engine.handshake_headers = {"x-tenant", "cookie", "x-none"};
  std::promise<http::Headers> seen;
  server_.on_session = [&seen](const engineio::HandshakeInfo& info) {
    seen.set_value(info.headers);
  };
  server_.Start();
  Get(kPolling, "X-Tenant: blue\r\nX-Other: 1\r\nCookie: " + std::string(2000, 'c') + "\r\n");
  const http::Headers expected = {{"x-tenant", "blue"}, {"cookie", std::string(1024, 'c')}};
  EXPECT_EQ(seen.get_future().get(), expected);
}

}  // namespace
}  // namespace caucus::edge::transport
