#include "edge/gateway/http_gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "edge/gateway/fake_rpc_invoker.h"
#include "edge/gateway/gateway_fixture.h"
#include "edge/gateway/testdata/chat.pb.h"
#include "edge/http/http_message.h"

namespace caucus::edge::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class HttpGatewayTest : public GatewayFixture {
 protected:
  void Request(const http::Request& request) {
    http_gateway_.OnRequest(request, [this](const http::Response& response) {
      answers_.push_back(std::to_string(response.status) + " " + response.body);
    });
    RunAll();
  }
  void Get(std::string_view path, std::string_view query = "") {
    http::Request request;
    request.method = "GET";
    request.path = path;
    request.query = query;
    Request(request);
  }
  void Post(std::string_view path, std::string_view body) {
    http::Request request;
    request.method = "POST";
    request.path = path;
    request.body = body;
    request.address = "192.0.2.1";
    request.headers = {{"authorization", "Bearer ann"}};
    Request(request);
  }

  std::vector<std::string> answers_;
  std::function<void(absl::Status)> readiness_done_;
  HttpGateway http_gateway_{executors_[0],
                            GatewayServices{.table = *table_,
                                            .invoker = invoker_,
                                            .verifier = verifier_,
                                            .mesh = mesh_,
                                            .options = options_,
                                            .limits = limits_},
                            gateway(0).calls(), [this](std::function<void(absl::Status)> done) {
                              readiness_done_ = std::move(done);
                            }};
};

TEST_F(HttpGatewayTest, SaysThatItIsAlive) {
  Get("/healthz");
  EXPECT_THAT(answers_, ElementsAre(R"(200 {"status":"ok"})"));
}

TEST_F(HttpGatewayTest, SaysWhetherItIsReady) {
  Get("/readyz");
  EXPECT_THAT(answers_, IsEmpty());
  readiness_done_(absl::OkStatus());
  RunAll();
  Get("/readyz");
  readiness_done_(absl::UnavailableError("10.0.0.1 is away"));
  RunAll();
  EXPECT_THAT(answers_, ElementsAre(R"(200 {"status":"ready"})", R"(503 {"status":"not ready"})"));
}

TEST_F(HttpGatewayTest, ServesAMethodWithABody) {
  Post("/build", R"({"text":"hall","other":1})");
  const auto call = invoker_.Take("Build");
  EXPECT_EQ(call.call.method, "/chat.v1.ChatService/Build");
  EXPECT_EQ(RequestOf<chat::v1::SayRequest>(call.call).ShortDebugString(), R"(text: "hall")");
  EXPECT_EQ(MetadataOf(call.call, "authorization"), "Bearer ann");
  EXPECT_EQ(MetadataOf(call.call, "x-forwarded-for"), "192.0.2.1");
  chat::v1::SayResponse response;
  response.set_echo("built");
  call.done(response.SerializeAsString());
  EXPECT_THAT(answers_, IsEmpty());
  RunAll();
  EXPECT_THAT(answers_, ElementsAre(R"(201 {"echo":"built"})"));
}

TEST_F(HttpGatewayTest, ServesAMethodWithAQuery) {
  Get("/find", "name=a%20b");
  const auto call = invoker_.Take("Find");
  EXPECT_EQ(RequestOf<chat::v1::FindRequest>(call.call).name(), "a b");
  chat::v1::FindResponse response;
  response.add_rooms("tea");
  call.done(response.SerializeAsString());
  RunAll();
  EXPECT_THAT(answers_, ElementsAre(R"(200 ["tea"])"));
}

TEST_F(HttpGatewayTest, ServesHeadAsGet) {
  http::Request request;
  request.method = "HEAD";
  request.path = "/find";
  Request(request);
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Find"));
}

TEST_F(HttpGatewayTest, RefusesAnUnknownPathOrMethod) {
  Get("/nowhere");
  Get("/build");
  Post("/find", "{}");
  Post("/healthz", "");
  EXPECT_THAT(
      answers_,
      ElementsAre(
          R"(404 {"statusCode":404,"message":"Cannot GET /nowhere","error":"Not Found"})",
          R"(404 {"statusCode":404,"message":"Cannot GET /build","error":"Not Found"})",
          R"(404 {"statusCode":404,"message":"Cannot POST /find","error":"Not Found"})",
          R"(404 {"statusCode":404,"message":"Cannot POST /healthz","error":"Not Found"})"));
}

TEST_F(HttpGatewayTest, ShowsNoEndlessPath) {
  Get("/" + std::string(100'000, 'a'));
  ASSERT_EQ(answers_.size(), 1u);
  EXPECT_LT(answers_[0].size(), 400u);
}

TEST_F(HttpGatewayTest, SharesTheBoundOnCallsWithTheGateway) {
  options_.calls_in_flight_max = 1;
  Post("/build", R"({"text":"hall"})");
  Post("/build", R"({"text":"hall"})");
  EXPECT_THAT(
      answers_,
      ElementsAre(
          R"(429 {"statusCode":429,"message":"Too many calls are under way","error":"Too Many Requests"})"));
  EXPECT_THAT(gateway(0).calls().CheckRoom(), testing::Not(absl::OkStatus()));
  Fail("Build", absl::NotFoundError("No such place"));
  Post("/build", R"({"text":"hall"})");
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Build"));
}

TEST_F(HttpGatewayTest, RefusesABadBody) {
  Post("/build", "{");
  Post("/build", R"({"text":""})");
  Post("/build", std::string(1'000'000, '['));
  std::string members = R"({"text":"hall")";
  for (int i = 1; i <= 256; ++i) members += ",\"" + std::to_string(i) + "\":0";
  Post("/build", members + "}");
  EXPECT_THAT(answers_, testing::Each(testing::StartsWith(R"(400 {"statusCode":400,)")));
  ASSERT_EQ(answers_.size(), 4u);
  EXPECT_EQ(
      answers_[1],
      R"(400 {"statusCode":400,"message":["text must be longer than or equal to 1 characters"],"error":"Bad Request"})");
  EXPECT_THAT(invoker_.Waiting(), IsEmpty());
}

TEST_F(HttpGatewayTest, TellsTheErrorOfTheService) {
  Get("/find");
  Fail("Find", absl::NotFoundError("No such room"));
  Get("/find");
  invoker_.Take("Find").done("\xFF");
  RunAll();
  EXPECT_THAT(answers_,
              ElementsAre(R"(404 {"statusCode":404,"message":"No such room","error":"Not Found"})",
                          R"(500 {"statusCode":500,"message":"Internal server error"})"));
}

}  // namespace
}  // namespace caucus::edge::gateway
