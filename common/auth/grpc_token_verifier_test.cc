#include "common/auth/grpc_token_verifier.h"

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "common/grpc/call_queue.h"
#include "common/grpc/channel.h"
#include "common/status/error_details.h"
#include "common/testing/fake_auth_service.h"
#include "common/testing/status_matchers.h"
#include "common/time/fake_clock.h"

namespace caucus {
namespace {

using Result = absl::StatusOr<std::shared_ptr<const Identity>>;

class GrpcTokenVerifierTest : public testing::Test {
 protected:
  absl::Time Soon() { return absl::Now() + absl::Seconds(30); }

  std::unique_ptr<GrpcTokenVerifier> MakeVerifier(GrpcTokenVerifier::Options options = {}) {
    return std::make_unique<GrpcTokenVerifier>(CreateChannel(auth_->address()), queue_, clock_,
                                               options);
  }

  static std::future<Result> Start(GrpcTokenVerifier& verifier, std::string_view token,
                                   absl::Time deadline) {
    auto promise = std::make_shared<std::promise<Result>>();
    verifier.Verify(token, deadline,
                    [promise](Result result) { promise->set_value(std::move(result)); });
    return promise->get_future();
  }

  Result Verify(GrpcTokenVerifier& verifier, std::string_view token) {
    return Start(verifier, token, Soon()).get();
  }

  FakeClock clock_;
  CallQueue queue_;
  std::unique_ptr<FakeAuthService> auth_ = FakeAuthService::Start(&clock_);
};

TEST_F(GrpcTokenVerifierTest, ReturnsWhoTheTokenSpeaksFor) {
  google::protobuf::Struct claims;
  (*claims.mutable_fields())["pollID"].set_string_value("AB12CD");
  const std::string token = auth_->Issue("ann", claims, absl::Minutes(5));
  const auto verifier = MakeVerifier();
  ASSERT_OK_AND_ASSIGN(const auto identity, Verify(*verifier, token));
  EXPECT_EQ(identity->subject, "ann");
  EXPECT_EQ(identity->Claim("pollID"), "AB12CD");
  EXPECT_EQ(identity->expire_time, clock_.Now() + absl::Minutes(5));
}

TEST_F(GrpcTokenVerifierTest, AsksOnceInThirtySeconds) {
  const std::string token = auth_->Issue("ann", {}, absl::Minutes(5));
  const auto verifier = MakeVerifier();
  ASSERT_OK(Verify(*verifier, token));
  clock_.Advance(absl::Seconds(29));
  ASSERT_OK(Verify(*verifier, token));
  EXPECT_EQ(auth_->verify_calls(), 1);
  auth_->Revoke(token);
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(Verify(*verifier, token), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_EQ(auth_->verify_calls(), 2);
}

TEST_F(GrpcTokenVerifierTest, DoesNotAskAboutATokenThatWasJustIssued) {
  const std::string token = auth_->Issue("ann", {}, absl::Minutes(5));
  const auto verifier = MakeVerifier();
  verifier->Remember(token, {.subject = "ann", .expire_time = clock_.Now() + absl::Minutes(5)});
  clock_.Advance(absl::Seconds(29));
  ASSERT_OK_AND_ASSIGN(const auto identity, Verify(*verifier, token));
  EXPECT_EQ(identity->subject, "ann");
  EXPECT_EQ(auth_->verify_calls(), 0);
  clock_.Advance(absl::Seconds(1));
  ASSERT_OK(Verify(*verifier, token));
  EXPECT_EQ(auth_->verify_calls(), 1);
}

TEST_F(GrpcTokenVerifierTest, RemembersNothingPastTheTokensEnd) {
  const std::string token = auth_->Issue("ann", {}, absl::Seconds(5));
  const auto verifier = MakeVerifier();
  verifier->Remember(token, {.subject = "ann", .expire_time = clock_.Now() + absl::Seconds(5)});
  clock_.Advance(absl::Seconds(5));
  EXPECT_EQ(ReasonOf(Verify(*verifier, token).status()), "TOKEN_EXPIRED");
}

TEST_F(GrpcTokenVerifierTest, NeverKeepsAnAnswerPastTheTokensEnd) {
  const std::string token = auth_->Issue("ann", {}, absl::Seconds(5));
  const auto verifier = MakeVerifier();
  ASSERT_OK(Verify(*verifier, token));
  clock_.Advance(absl::Seconds(5));
  const Result result = Verify(*verifier, token);
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_EQ(ReasonOf(result.status()), "TOKEN_EXPIRED");
}

TEST_F(GrpcTokenVerifierTest, AnswersAKnownTokenOnTheCallingThread) {
  const std::string token = auth_->Issue("ann", {}, absl::Minutes(5));
  const auto verifier = MakeVerifier();
  ASSERT_OK(Verify(*verifier, token));
  bool done = false;
  verifier->Verify(token, Soon(), [&](Result) { done = true; });
  EXPECT_TRUE(done);
}

TEST_F(GrpcTokenVerifierTest, KeepsNoNegativeAnswer) {
  const auto verifier = MakeVerifier();
  for (int i = 0; i < 2; ++i) {
    const Result result = Verify(*verifier, "forged");
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kUnauthenticated));
    EXPECT_EQ(ReasonOf(result.status()), "TOKEN_INVALID");
  }
  EXPECT_EQ(auth_->verify_calls(), 2);
}

TEST_F(GrpcTokenVerifierTest, RefusesEmptyAndHugeTokensWithoutAsking) {
  const auto verifier = MakeVerifier();
  for (const std::string& token : {std::string(), std::string(4097, 'x')}) {
    const Result result = Verify(*verifier, token);
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kUnauthenticated));
    EXPECT_EQ(ReasonOf(result.status()), "TOKEN_INVALID");
  }
  EXPECT_EQ(auth_->verify_calls(), 0);
}

TEST_F(GrpcTokenVerifierTest, SharesOneCallAmongConcurrentCallers) {
  const std::string token = auth_->Issue("ann", {}, absl::Minutes(5));
  const auto verifier = MakeVerifier();
  auth_->SetMode(FakeAuthService::Mode::kHold);
  const absl::Time deadline = Soon();
  std::vector<std::future<Result>> results;
  for (int i = 0; i < 10; ++i) results.push_back(Start(*verifier, token, deadline));
  auth_->WaitForVerifyCalls(1);
  auth_->SetMode(FakeAuthService::Mode::kServe);
  for (auto& result : results) EXPECT_OK(result.get());
  EXPECT_EQ(auth_->verify_calls(), 1);
}

TEST_F(GrpcTokenVerifierTest, CallerWithAnEarlierDeadlineDoesNotWaitForTheOthers) {
  const std::string token = auth_->Issue("ann", {}, absl::Minutes(5));
  const auto verifier = MakeVerifier();
  auth_->SetMode(FakeAuthService::Mode::kHold);
  std::future<Result> patient = Start(*verifier, token, Soon());
  EXPECT_THAT(Start(*verifier, token, absl::Now() + absl::Milliseconds(50)).get(),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  auth_->SetMode(FakeAuthService::Mode::kServe);
  EXPECT_OK(patient.get());
}

TEST_F(GrpcTokenVerifierTest, CallerWithALaterDeadlineDoesNotFailWithTheOthers) {
  const std::string token = auth_->Issue("ann", {}, absl::Minutes(5));
  const auto verifier = MakeVerifier();
  auth_->SetMode(FakeAuthService::Mode::kHold);
  std::future<Result> hasty = Start(*verifier, token, absl::Now() + absl::Milliseconds(50));
  std::future<Result> patient = Start(*verifier, token, Soon());
  EXPECT_THAT(hasty.get(), StatusIs(absl::StatusCode::kDeadlineExceeded));
  auth_->SetMode(FakeAuthService::Mode::kServe);
  EXPECT_OK(patient.get());
}

TEST_F(GrpcTokenVerifierTest, TransportTroubleIsUnavailable) {
  const std::string token = auth_->Issue("ann", {}, absl::Minutes(5));
  const auto verifier = MakeVerifier();
  auth_->SetMode(FakeAuthService::Mode::kUnavailable);
  EXPECT_THAT(Verify(*verifier, token), StatusIs(absl::StatusCode::kUnavailable));
  auth_->SetMode(FakeAuthService::Mode::kServe);
  EXPECT_OK(Verify(*verifier, token));
  GrpcTokenVerifier nobody(CreateChannel("127.0.0.1:1"), queue_, clock_);
  EXPECT_THAT(Verify(nobody, token), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(GrpcTokenVerifierTest, BoundsTheCallersWhoWait) {
  const auto verifier = MakeVerifier({.waiting_callers_max = 2});
  auth_->SetMode(FakeAuthService::Mode::kHold);
  std::future<Result> first = Start(*verifier, "a", Soon());
  std::future<Result> second = Start(*verifier, "b", Soon());
  EXPECT_THAT(Verify(*verifier, "c"), StatusIs(absl::StatusCode::kResourceExhausted));
  auth_->SetMode(FakeAuthService::Mode::kServe);
  EXPECT_THAT(first.get(), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(second.get(), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(Verify(*verifier, "c"), StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(GrpcTokenVerifierTest, DestructionAnswersEveryCaller) {
  auth_->SetMode(FakeAuthService::Mode::kHold);
  std::future<Result> result;
  {
    const auto verifier = MakeVerifier();
    result = Start(*verifier, "a", Soon());
  }
  EXPECT_THAT(result.get(), StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace caucus
