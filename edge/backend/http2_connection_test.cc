// Calls to a service that does what real ones do seldom, or never.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/testing/status_matchers.h"
#include "edge/backend/http2_rpc_invoker.h"
#include "edge/backend/http2_test_server.h"
#include "edge/backend/length_prefixed.h"
#include "edge/backend/rpc_invoker.h"
#include "edge/backend/target.h"
#include "edge/event_loop/event_loop.h"

namespace caucus::edge::backend {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using std::literals::operator""s;

const Headers kGrpc = {{":status", "200"}, {"content-type", "application/grpc"}};

// Never answers.
void Ignore(Http2TestPeer&, int32_t) {}

struct Outcome {
  std::optional<absl::StatusOr<std::string>> answer;
  absl::Status status() const { return answer ? answer->status() : absl::UnknownError("no end"); }
};

struct Stream {
  std::unique_ptr<RpcStream> rpc;
  std::vector<std::string> messages;
  std::optional<absl::Status> end;
};

// One thread is both ends.
class Http2ConnectionTest : public testing::Test {
 protected:
  void Connect(const std::string& target) {
    invoker_ = std::make_unique<Http2RpcInvoker>(loop_, *ParseTarget(target));
  }
  void Connect() { Connect("127.0.0.1:" + std::to_string(server_.port())); }

  std::shared_ptr<Outcome> Call(const std::string& request = "x",
                                absl::Duration timeout = absl::Minutes(1), Headers metadata = {}) {
    auto outcome = std::make_shared<Outcome>();
    invoker_->Invoke({.method = "/chat/Say",
                      .request = request,
                      .metadata = std::move(metadata),
                      .timeout = timeout},
                     [outcome](absl::StatusOr<std::string> answer) {
                       EXPECT_FALSE(outcome->answer) << "answered twice";
                       outcome->answer = std::move(answer);
                     });
    return outcome;
  }
  std::shared_ptr<Stream> Open(bool greedy = false) {
    auto stream = std::make_shared<Stream>();
    stream->rpc = invoker_->OpenStream(
        {.method = "/chat/Follow", .request = "x", .metadata = {}},
        [raw = stream.get(), greedy](std::string message) {
          raw->messages.push_back(std::move(message));
          if (greedy) raw->rpc->ReadNext();
        },
        [raw = stream.get()](absl::Status status) {
          EXPECT_FALSE(raw->end) << "ended twice";
          raw->end = std::move(status);
        });
    return stream;
  }

  void RunUntil(const std::function<bool()>& done) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!done() && std::chrono::steady_clock::now() < limit) {
      loop_.RunFor(std::chrono::milliseconds(1));
    }
    ASSERT_TRUE(done());
  }
  void RunUntilRequests(int count) {
    RunUntil([&] { return server_.complete_requests() == count; });
  }
  absl::Status End(const std::shared_ptr<Outcome>& outcome) {
    RunUntil([&] { return outcome->answer.has_value(); });
    return outcome->status();
  }
  absl::Status End(const std::shared_ptr<Stream>& stream) {
    RunUntil([&] { return stream->end.has_value(); });
    return stream->end.value_or(absl::UnknownError("no end"));
  }
  // Answers a call with what `say` does.
  absl::Status EndOfCall(const Http2TestPeer::OnRequest& say) {
    server_.on_request = say;
    Connect();
    return End(Call());
  }

  EventLoop loop_;
  Http2TestServer server_{loop_};
  std::unique_ptr<Http2RpcInvoker> invoker_;
};

TEST_F(Http2ConnectionTest, SendsWhatGrpcAsksFor) {
  Connect();
  EXPECT_OK(End(Call("hello", absl::Seconds(7), {{"x-request-id", "r1"}})));
  const auto& request = server_.peer(0).requests().at(1);
  EXPECT_THAT(request.headers, testing::IsSupersetOf(std::map<std::string, std::string>{
                                   {":method", "POST"},
                                   {":scheme", "http"},
                                   {":path", "/chat/Say"},
                                   {":authority", "127.0.0.1:" + std::to_string(server_.port())},
                                   {"te", "trailers"},
                                   {"content-type", "application/grpc"},
                                   {"x-request-id", "r1"}}));
  EXPECT_EQ(request.body, PrefixMessage("hello"));
}

TEST_F(Http2ConnectionTest, MovesCallsThatAGoawayExcludes) {
  server_.on_request = Ignore;
  Connect();
  const auto below = Call("below");
  RunUntilRequests(1);
  const auto above = Call("above");
  RunUntilRequests(2);
  server_.on_request = Http2TestServer::Echo;
  server_.peer(0).Goaway(1, NGHTTP2_NO_ERROR);
  EXPECT_OK(End(above));
  EXPECT_EQ(server_.peers(), 2u);
  EXPECT_EQ(server_.peer(1).requests().size(), 1u);
  server_.peer(0).Respond(1, "late");
  EXPECT_OK(End(below));
  EXPECT_EQ(**below->answer, "late");
  RunUntil([&] { return !server_.peer(0).is_open(); });
}

TEST_F(Http2ConnectionTest, MovesCallsThatWaitForTheirTurnBehindAStream) {
  server_.settings = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1}};
  server_.on_request = [](Http2TestPeer& peer, int32_t stream) { peer.Begin(stream, kGrpc); };
  Connect();
  const auto stream = Open();
  RunUntilRequests(1);
  const auto call = Call();
  server_.on_request = Http2TestServer::Echo;
  server_.peer(0).Goaway(1, NGHTTP2_NO_ERROR);
  EXPECT_OK(End(call));
  EXPECT_FALSE(stream->end);
}

TEST_F(Http2ConnectionTest, KeepsToTheNumberOfStreams) {
  server_.settings = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1}};
  server_.on_request = Ignore;
  Connect();
  std::vector<std::shared_ptr<Outcome>> calls;
  for (int i = 0; i < 5; ++i) calls.push_back(Call());
  for (int i = 0; i < 5; ++i) {
    RunUntilRequests(i + 1);
    server_.peer(0).Respond(2 * i + 1, "x");
  }
  for (const auto& call : calls) EXPECT_OK(End(call));
}

TEST_F(Http2ConnectionTest, CallsAgainWhatWasRefused) {
  int refusals = 0;
  EXPECT_OK(EndOfCall([&](Http2TestPeer& peer, int32_t stream) {
    if (++refusals <= 2) return peer.Reset(stream, NGHTTP2_REFUSED_STREAM);
    Http2TestServer::Echo(peer, stream);
  }));
  EXPECT_EQ(refusals, 3);
}

TEST_F(Http2ConnectionTest, GivesUpACallThatIsAlwaysRefused) {
  EXPECT_THAT(EndOfCall([](Http2TestPeer& peer, int32_t stream) {
                peer.Reset(stream, NGHTTP2_REFUSED_STREAM);
              }),
              StatusIs(StatusCode::kUnavailable));
  EXPECT_EQ(server_.complete_requests(), 3);
}

TEST_F(Http2ConnectionTest, TellsWhyACallWasReset) {
  int32_t next = 0;
  const std::vector<std::pair<uint32_t, StatusCode>> cases = {
      {NGHTTP2_NO_ERROR, StatusCode::kInternal},
      {NGHTTP2_INTERNAL_ERROR, StatusCode::kInternal},
      {NGHTTP2_CANCEL, StatusCode::kCancelled},
      {NGHTTP2_ENHANCE_YOUR_CALM, StatusCode::kResourceExhausted}};
  server_.on_request = [&](Http2TestPeer& peer, int32_t stream) {
    peer.Reset(stream, cases[next].first);
  };
  Connect();
  for (; next < static_cast<int32_t>(cases.size()); ++next) {
    EXPECT_THAT(End(Call()), StatusIs(cases[next].second)) << cases[next].first;
  }
}

TEST_F(Http2ConnectionTest, EndsCallsWhenTheConnectionIsLost) {
  server_.on_request = [](Http2TestPeer& peer, int32_t) { peer.Close(); };
  Connect();
  const auto call = Call();
  EXPECT_THAT(End(call), StatusIs(StatusCode::kUnavailable));
  EXPECT_EQ(server_.complete_requests(), 1) << "the service may have begun with it";
}

TEST_F(Http2ConnectionTest, CallsAgainWhatWasNotSentWhenTheConnectionIsLost) {
  server_.settings = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1}};
  server_.on_request = Ignore;
  Connect();
  const auto sent = Call();
  RunUntilRequests(1);
  const auto unsent = Call();
  server_.on_request = Http2TestServer::Echo;
  server_.peer(0).Close();
  EXPECT_THAT(End(sent), StatusIs(StatusCode::kUnavailable));
  EXPECT_OK(End(unsent));
}

TEST_F(Http2ConnectionTest, WaitsForAServiceThatStartsLateAndStartsAgain) {
  const uint16_t port = server_.port();
  server_.Stop();
  Connect();
  const auto first = Call();
  loop_.RunFor(std::chrono::milliseconds(150));
  EXPECT_FALSE(first->answer);
  for (int i = 0; i < 2; ++i) {
    Http2TestServer again(loop_, port);
    EXPECT_OK(End(i == 0 ? first : Call()));
  }
}

TEST_F(Http2ConnectionTest, ConnectsAgainWhenTheServiceDoesNotSpeak) {
  server_.mute = true;
  Connect();
  const auto call = Call();
  RunUntil([&] { return server_.peers() == 1; });
  server_.mute = false;
  EXPECT_OK(End(call));
  EXPECT_FALSE(server_.peer(0).is_open());
}

TEST_F(Http2ConnectionTest, ConnectsAgainWhenTheServiceSpeaksSomethingElse) {
  server_.mute = true;
  Connect();
  const auto call = Call();
  RunUntil([&] { return server_.peers() == 1; });
  server_.mute = false;
  server_.peer(0).SendRaw("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
  EXPECT_OK(End(call));
}

TEST_F(Http2ConnectionTest, ConnectsAgainWhenTheServiceBreaksTheProtocol) {
  server_.on_request = Ignore;
  Connect();
  const auto call = Call();
  RunUntilRequests(1);
  server_.on_request = Http2TestServer::Echo;
  server_.peer(0).SendRaw("\0\0\1\0\0\0\0\0\0x"s);  // DATA of no stream.
  const auto next = Call();
  EXPECT_THAT(End(call), StatusIs(StatusCode::kUnavailable));
  EXPECT_TRUE(End(next).ok() || absl::IsUnavailable(next->status()));
  EXPECT_OK(End(Call()));
}

TEST_F(Http2ConnectionTest, CarriesLargeMessagesThroughSmallWindows) {
  server_.settings = {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1000}};
  Connect();
  const std::string large(1 << 20, 'x');
  const auto call = Call(large);
  EXPECT_OK(End(call));
  EXPECT_EQ(**call->answer, large);
}

TEST_F(Http2ConnectionTest, HoldsAPausedStreamBackAndNoOther) {
  server_.on_request = [](Http2TestPeer& peer, int32_t stream) {
    if (stream > 1) return Http2TestServer::Echo(peer, stream);
    peer.Begin(stream, kGrpc);
    for (int i = 0; i < 1000; ++i) peer.Push(stream, PrefixMessage(std::string(1000, 'x')));
    peer.End(stream, {{"grpc-status", "0"}});
  };
  Connect();
  const auto stream = Open();
  RunUntil([&] { return stream->messages.size() == 1; });
  EXPECT_OK(End(Call(std::string(100'000, 'y'))));
  EXPECT_EQ(stream->messages.size(), 1u);
  // What the window takes has left the service, and no more.
  EXPECT_LE(nghttp2_session_get_stream_remote_window_size(server_.peer(0).session(), 1), 1000);
  for (size_t read = 1; !stream->end; ++read) {
    RunUntil([&] { return stream->messages.size() == read; });
    stream->rpc->ReadNext();
    if (read == 1000) break;
  }
  EXPECT_OK(End(stream));
  EXPECT_EQ(stream->messages.size(), 1000u);
}

TEST_F(Http2ConnectionTest, DeliversAllThatCameBeforeTheEndToWhoReadsAtOnce) {
  server_.on_request = [](Http2TestPeer& peer, int32_t stream) {
    peer.Begin(stream, kGrpc);
    peer.Push(stream, PrefixMessage("1") + PrefixMessage("2") + PrefixMessage("3"));
    peer.End(stream, {{"grpc-status", "0"}});
  };
  Connect();
  const auto greedy = Open(true);
  EXPECT_OK(End(greedy));
  EXPECT_THAT(greedy->messages, ElementsAre("1", "2", "3"));
}

TEST_F(Http2ConnectionTest, DeliversAllThatWasHeldToWhoReadsOnFromTheCallback) {
  server_.on_request = [](Http2TestPeer& peer, int32_t stream) {
    peer.Begin(stream, kGrpc);
    peer.Push(stream, PrefixMessage("1") + PrefixMessage("2") + PrefixMessage("3"));
    peer.End(stream, {{"grpc-status", "0"}});
  };
  Connect();
  Stream stream;
  stream.rpc = invoker_->OpenStream(
      {.method = "/chat/Follow", .request = "x", .metadata = {}},
      [&](std::string message) {
        stream.messages.push_back(std::move(message));
        if (stream.messages.size() > 1) stream.rpc->ReadNext();
      },
      [&](absl::Status status) { stream.end = std::move(status); });
  RunUntil([&] { return stream.messages.size() == 1; });
  RunUntil([&] { return server_.peer(0).requests().at(1).closed.has_value(); });
  loop_.RunFor(std::chrono::milliseconds(20));  // Its end, too, is here.
  stream.rpc->ReadNext();
  EXPECT_THAT(stream.messages, ElementsAre("1", "2", "3"));
  ASSERT_TRUE(stream.end);
  EXPECT_OK(*stream.end);
}

TEST_F(Http2ConnectionTest, ReadsATrailersOnlyResponse) {
  EXPECT_THAT(EndOfCall([](Http2TestPeer& peer, int32_t stream) {
                peer.RespondOnly(stream, {{":status", "200"},
                                          {"content-type", "application/grpc"},
                                          {"grpc-status", "5"},
                                          {"grpc-message", "No such %22room%22"}});
              }),
              StatusIs(StatusCode::kNotFound, "No such \"room\""));
}

TEST_F(Http2ConnectionTest, ReadsTheAnswerOfAProxy) {
  EXPECT_THAT(EndOfCall([](Http2TestPeer& peer, int32_t stream) {
                peer.Begin(stream, {{":status", "503"}, {"content-type", "text/html"}});
                peer.Push(stream, "<html>no upstream</html>");
                peer.End(stream, {});
              }),
              StatusIs(StatusCode::kUnavailable));
}

TEST_F(Http2ConnectionTest, BlamesTheServiceForABrokenResponse) {
  const Headers ok = {{"grpc-status", "0"}};
  const std::vector<std::tuple<std::string, Headers, StatusCode>> cases = {
      {PrefixMessage("x"), {}, StatusCode::kUnknown},  // No grpc-status.
      {PrefixMessage("x") + PrefixMessage("y"), ok, StatusCode::kInternal},
      {"", ok, StatusCode::kInternal},
      {PrefixMessage("x").substr(0, 5), ok, StatusCode::kInternal},
      {"\1\0\0\0\1x"s, ok, StatusCode::kInternal},  // Compressed.
      {"\0\xFF\xFF\xFF\xFFx"s, ok, StatusCode::kInternal}};
  size_t next = 0;
  server_.on_request = [&](Http2TestPeer& peer, int32_t stream) {
    peer.Begin(stream, kGrpc);
    peer.Push(stream, std::get<0>(cases[next]));
    peer.End(stream, std::get<1>(cases[next]));
  };
  Connect();
  for (; next < cases.size(); ++next) {
    EXPECT_THAT(End(Call()), StatusIs(std::get<2>(cases[next]))) << next;
  }
  EXPECT_EQ(server_.peers(), 1u);
}

TEST_F(Http2ConnectionTest, CarriesMetadataOfManyFrames) {
  Connect();
  const std::string token(40'000, 't');
  EXPECT_OK(End(Call("x", absl::Minutes(1), {{"authorization", token}})));
  EXPECT_EQ(server_.peer(0).requests().at(1).headers.at("authorization"), token);
}

TEST_F(Http2ConnectionTest, RefusesTooLargeMetadata) {
  Connect();
  const auto call = Call("x", absl::Minutes(1), {{"authorization", std::string(100'000, 't')}});
  EXPECT_THAT(End(call), StatusIs(StatusCode::kResourceExhausted));
  EXPECT_OK(End(Call()));
  EXPECT_EQ(server_.peers(), 1u);
}

TEST_F(Http2ConnectionTest, ResetsACallAtItsDeadline) {
  server_.on_request = Ignore;
  Connect();
  EXPECT_THAT(End(Call("x", absl::Milliseconds(100))), StatusIs(StatusCode::kDeadlineExceeded));
  RunUntil([&] { return server_.peer(0).requests().at(1).closed == NGHTTP2_CANCEL; });
}

TEST_F(Http2ConnectionTest, ResetsADestroyedStream) {
  server_.on_request = Ignore;
  Connect();
  auto stream = Open();
  RunUntilRequests(1);
  stream->rpc.reset();
  RunUntil([&] { return server_.peer(0).requests().at(1).closed == NGHTTP2_CANCEL; });
  EXPECT_FALSE(stream->end);
}

TEST_F(Http2ConnectionTest, MayBeEndedFromACallback) {
  server_.on_request = Ignore;
  Connect();
  std::optional<absl::Status> ended;
  const auto other = Call();
  invoker_->Invoke({.method = "/chat/Say", .request = "x", .metadata = {}},
                   [&](const absl::StatusOr<std::string>& answer) {
                     ended = answer.status();
                     loop_.Post([&] { invoker_.reset(); });
                   });
  RunUntilRequests(2);
  server_.peer(0).Respond(3, "x");
  server_.peer(0).Respond(1, "x");
  RunUntil([&] { return invoker_ == nullptr; });
  EXPECT_OK(*ended);
  EXPECT_TRUE(other->answer.has_value());
}

}  // namespace
}  // namespace caucus::edge::backend
