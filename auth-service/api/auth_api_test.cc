#include "auth-service/api/auth_api.h"

#include <grpcpp/client_context.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "auth-service/keys/jwks_document.h"
#include "auth-service/keys/key_ring.h"
#include "auth-service/tokens/genuine_tokens.h"
#include "auth-service/tokens/token_policy.h"
#include "common/grpc/channel.h"
#include "common/grpc/grpc_server.h"
#include "common/status/error_details.h"
#include "common/status/grpc_status.h"
#include "common/testing/status_matchers.h"
#include "common/time/fake_clock.h"

namespace caucus::auth {
namespace {

using testing::Eq;
using testing::Optional;

constexpr char kServiceKey[] = "0123456789abcdef0123456789abcdef";

// The service as main wires it, on a free port.
struct RunningService {
  RunningService(const std::string& key_directory, const Clock& clock)
      : ring(KeyRing::Open(key_directory).value()),
        signer(ring, policy, clock, genuine),
        verifier(ring, policy, clock, genuine),
        api(service_key, signer, verifier, JwksDocument(ring)),
        server(GrpcServer::Start({.listen_address = "127.0.0.1:0"}, {.queued = {&api}}).value()) {}

  const KeyRing ring;
  const TokenPolicy policy;
  const ServiceKey service_key{kServiceKey};
  GenuineTokens genuine;
  const JwtSigner signer;
  const JwtVerifier verifier;
  AuthApi api;
  const std::unique_ptr<GrpcServer> server;
};

class AuthApiTest : public testing::Test {
 protected:
  AuthApiTest() {
    std::filesystem::remove_all(directory_);
    Start();
  }

  void Start() {
    service_.emplace(directory_, clock_);
    stub_ = v1::AuthService::NewStub(
        CreateChannel(absl::StrCat("127.0.0.1:", service_->server->port())));
  }

  absl::StatusOr<v1::IssueTokenResponse> Issue(const v1::IssueTokenRequest& request,
                                               const std::vector<std::string>& authorizations = {
                                                   "Bearer " + std::string(kServiceKey)}) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    for (const std::string& value : authorizations) context.AddMetadata("authorization", value);
    v1::IssueTokenResponse response;
    const grpc::Status status = stub_->IssueToken(&context, request, &response);
    if (!status.ok()) return FromGrpcStatus(status);
    return response;
  }

  absl::StatusOr<v1::BatchIssueTokensResponse> IssueBatch(
      const v1::BatchIssueTokensRequest& request,
      const std::string& authorization = "Bearer " + std::string(kServiceKey)) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    context.AddMetadata("authorization", authorization);
    v1::BatchIssueTokensResponse response;
    const grpc::Status status = stub_->BatchIssueTokens(&context, request, &response);
    if (!status.ok()) return FromGrpcStatus(status);
    return response;
  }

  absl::StatusOr<v1::VerifyTokenResponse> Verify(const std::string& token) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    v1::VerifyTokenRequest request;
    request.set_token(token);
    v1::VerifyTokenResponse response;
    const grpc::Status status = stub_->VerifyToken(&context, request, &response);
    if (!status.ok()) return FromGrpcStatus(status);
    return response;
  }

  static v1::IssueTokenRequest GoodRequest() {
    v1::IssueTokenRequest request;
    request.set_subject("ann");
    (*request.mutable_claims()->mutable_fields())["pollID"].set_string_value("AB12CD");
    request.mutable_lifetime()->set_seconds(300);
    return request;
  }

  const std::string directory_ =
      testing::TempDir() + "/" + testing::UnitTest::GetInstance()->current_test_info()->name();
  FakeClock clock_;
  std::optional<RunningService> service_;
  std::unique_ptr<v1::AuthService::Stub> stub_;
};

TEST_F(AuthApiTest, VerifiesWhatItIssued) {
  ASSERT_OK_AND_ASSIGN(const v1::IssueTokenResponse issued, Issue(GoodRequest()));
  ASSERT_OK_AND_ASSIGN(const v1::VerifyTokenResponse verified, Verify(issued.token()));
  EXPECT_EQ(verified.subject(), "ann");
  EXPECT_EQ(verified.claims().fields().at("pollID").string_value(), "AB12CD");
  EXPECT_EQ(verified.claims().fields().at("sub").string_value(), "ann");
  EXPECT_EQ(verified.expire_time().seconds(), absl::ToUnixSeconds(clock_.Now()) + 300);
  EXPECT_EQ(verified.expire_time().seconds(), issued.expire_time().seconds());
}

TEST_F(AuthApiTest, SaysWhenATokenIsOver) {
  ASSERT_OK_AND_ASSIGN(const v1::IssueTokenResponse issued, Issue(GoodRequest()));
  clock_.Advance(absl::Seconds(300));
  const auto result = Verify(issued.token());
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(ReasonOf(result.status()), Optional(Eq("TOKEN_EXPIRED")));
}

TEST_F(AuthApiTest, RefusesForgedTokens) {
  for (const std::string& token : {std::string(), std::string("a.b.c"), std::string(5000, 'x')}) {
    const auto result = Verify(token);
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kUnauthenticated));
    EXPECT_THAT(ReasonOf(result.status()), Optional(Eq("TOKEN_INVALID")));
  }
}

TEST_F(AuthApiTest, IssuesForTheServiceKeyOnly) {
  const std::string good = "Bearer " + std::string(kServiceKey);
  const std::vector<std::vector<std::string>> wrong = {{},
                                                       {""},
                                                       {kServiceKey},
                                                       {"Bearer "},
                                                       {good + "0"},
                                                       {"Basic " + std::string(kServiceKey)},
                                                       {good, good},
                                                       {good, "Bearer x"}};
  for (const auto& authorizations : wrong) {
    const auto result = Issue(GoodRequest(), authorizations);
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kUnauthenticated));
    EXPECT_THAT(ReasonOf(result.status()), Optional(Eq("SERVICE_KEY_REQUIRED")));
  }
}

TEST_F(AuthApiTest, ExplainsABadRequest) {
  v1::IssueTokenRequest request = GoodRequest();
  (*request.mutable_claims()->mutable_fields())["aud"].set_string_value("x");
  request.mutable_lifetime()->set_seconds(24 * 3600 + 1);
  const absl::Status status = Issue(request).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ReasonOf(status), Optional(Eq("INVALID_REQUEST")));
  EXPECT_EQ(ViolationsOf(status),
            (std::vector<FieldViolation>{{"claims", "claims must not hold aud"},
                                         {"lifetime", "lifetime must be from 1s to 24h"}}));
}

TEST_F(AuthApiTest, RequiresSubjectAndLifetime) {
  EXPECT_EQ(ViolationsOf(Issue({}).status()).size(), 2u);
}

TEST_F(AuthApiTest, IssuesABatchEachByItself) {
  v1::BatchIssueTokensRequest request;
  *request.add_requests() = GoodRequest();
  *request.add_requests() = {};
  *request.add_requests() = GoodRequest();
  request.mutable_requests(2)->set_subject("bob");
  ASSERT_OK_AND_ASSIGN(const v1::BatchIssueTokensResponse response, IssueBatch(request));
  ASSERT_EQ(response.results_size(), 3);
  for (const auto& [i, subject] : {std::pair(0, "ann"), {2, "bob"}}) {
    const v1::IssueTokenResponse& issued = response.results(i).token();
    ASSERT_OK_AND_ASSIGN(const v1::VerifyTokenResponse verified, Verify(issued.token()));
    EXPECT_EQ(verified.subject(), subject);
    EXPECT_EQ(verified.expire_time().seconds(), issued.expire_time().seconds());
  }
  const absl::Status refused = FromRpcStatus(response.results(1).error());
  EXPECT_EQ(refused, Issue({}).status());
  EXPECT_THAT(ReasonOf(refused), Optional(Eq("INVALID_REQUEST")));
}

TEST_F(AuthApiTest, BoundsABatch) {
  for (const int count : {0, 101}) {
    v1::BatchIssueTokensRequest request;
    for (int i = 0; i < count; ++i) *request.add_requests() = GoodRequest();
    const absl::Status status = IssueBatch(request).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(ReasonOf(status), Optional(Eq("INVALID_REQUEST")));
    EXPECT_EQ(ViolationsOf(status),
              (std::vector<FieldViolation>{{"requests", "requests must have 1 to 100 entries"}}));
  }
  v1::BatchIssueTokensRequest most;
  for (int i = 0; i < 100; ++i) *most.add_requests() = GoodRequest();
  EXPECT_OK(IssueBatch(most));
}

TEST_F(AuthApiTest, IssuesABatchForTheServiceKeyOnly) {
  v1::BatchIssueTokensRequest request;
  *request.add_requests() = GoodRequest();
  const absl::Status status = IssueBatch(request, "Bearer x").status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(ReasonOf(status), Optional(Eq("SERVICE_KEY_REQUIRED")));
}

TEST_F(AuthApiTest, RestartKeepsOlderTokens) {
  ASSERT_OK_AND_ASSIGN(const v1::IssueTokenResponse issued, Issue(GoodRequest()));
  service_.reset();
  Start();
  EXPECT_OK(Verify(issued.token()));
}

TEST_F(AuthApiTest, PublishesItsKeys) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
  v1::GetJwksResponse response;
  ASSERT_TRUE(stub_->GetJwks(&context, {}, &response).ok());
  EXPECT_EQ(response.jwks_json(), JwksDocument(service_->ring));
}

}  // namespace
}  // namespace caucus::auth
