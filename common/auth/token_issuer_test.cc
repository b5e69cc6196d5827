#include "common/auth/token_issuer.h"

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/grpc/call_queue.h"
#include "common/grpc/channel.h"
#include "common/status/error_details.h"
#include "common/testing/fake_auth_service.h"
#include "common/testing/status_matchers.h"

namespace caucus {
namespace {

class TokenIssuerTest : public testing::Test {
 protected:
  absl::StatusOr<IssuedToken> Issue(TokenIssuer& issuer, absl::Time deadline) {
    google::protobuf::Struct claims;
    (*claims.mutable_fields())["pollID"].set_string_value("AB12CD");
    std::promise<absl::StatusOr<IssuedToken>> promise;
    issuer.Issue("ann", claims, absl::Minutes(5), deadline,
                 [&](absl::StatusOr<IssuedToken> result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  }

  absl::Time Soon() { return absl::Now() + absl::Seconds(30); }

  CallQueue queue_;
  std::unique_ptr<FakeAuthService> auth_ = FakeAuthService::Start();
};

TEST_F(TokenIssuerTest, ReturnsATokenForSubjectAndClaims) {
  TokenIssuer issuer(CreateChannel(auth_->address()), auth_->service_key(), queue_);
  ASSERT_OK_AND_ASSIGN(const IssuedToken issued, Issue(issuer, Soon()));
  const auto verified = auth_->Lookup(issued.token);
  ASSERT_TRUE(verified.has_value());
  EXPECT_EQ(verified->subject(), "ann");
  EXPECT_EQ(verified->claims().fields().at("pollID").string_value(), "AB12CD");
  EXPECT_EQ(absl::ToUnixSeconds(issued.expire_time), verified->expire_time().seconds());
}

TEST_F(TokenIssuerTest, AsksInOneCallForWhatIsGathered) {
  constexpr int kTokens = 130;
  TokenIssuer issuer(CreateChannel(auth_->address()), auth_->service_key(), queue_);
  std::vector<absl::StatusOr<IssuedToken>> results(kTokens);
  absl::BlockingCounter done(kTokens);
  {
    const CallQueue::Gathering gathering(queue_);
    for (int i = 0; i < kTokens; ++i) {
      // Every tenth is refused, for it has no subject.
      const std::string subject = i % 10 == 0 ? "" : absl::StrCat("person-", i);
      issuer.Issue(subject, {}, absl::Minutes(5), Soon(), [&, i](auto result) {
        results[i] = std::move(result);
        done.DecrementCount();
      });
    }
  }
  done.Wait();
  for (int i = 0; i < kTokens; ++i) {
    if (i % 10 == 0) {
      EXPECT_THAT(results[i], StatusIs(absl::StatusCode::kInvalidArgument));
      continue;
    }
    ASSERT_OK(results[i]);
    EXPECT_EQ(auth_->Lookup(results[i]->token)->subject(), absl::StrCat("person-", i));
  }
  EXPECT_EQ(auth_->issue_calls(), 2);  // No more than 100 go together.
}

TEST_F(TokenIssuerTest, AnotherThreadsGatheringHoldsUpNothing) {
  TokenIssuer issuer(CreateChannel(auth_->address()), auth_->service_key(), queue_);
  absl::Notification asked;
  absl::Notification answered;
  absl::BlockingCounter done(1);
  std::thread thread([&] {
    const CallQueue::Gathering gathering(queue_);
    issuer.Issue("ann", {}, absl::Minutes(5), Soon(), [&](auto) { done.DecrementCount(); });
    asked.Notify();
    answered.WaitForNotification();
  });
  asked.WaitForNotification();
  EXPECT_OK(Issue(issuer, Soon()));
  answered.Notify();
  thread.join();
  done.Wait();
}

TEST_F(TokenIssuerTest, CutsWhatIsTooLongForOneCall) {
  constexpr int kTokens = 100;
  TokenIssuer issuer(CreateChannel(auth_->address()), auth_->service_key(), queue_);
  google::protobuf::Struct claims;
  (*claims.mutable_fields())["note"].set_string_value(std::string(4'000, 'x'));
  absl::BlockingCounter done(kTokens);
  {
    const CallQueue::Gathering gathering(queue_);
    for (int i = 0; i < kTokens; ++i) {
      issuer.Issue("ann", claims, absl::Minutes(5), Soon(), [&](const auto& result) {
        EXPECT_OK(result);
        done.DecrementCount();
      });
    }
  }
  done.Wait();
  EXPECT_EQ(auth_->issue_calls(), 4);
}

TEST_F(TokenIssuerTest, FailsAllThatAreGatheredWithTheCall) {
  TokenIssuer issuer(CreateChannel(auth_->address()), "wrong", queue_);
  absl::BlockingCounter done(2);
  std::vector<absl::Status> statuses(2);
  {
    const CallQueue::Gathering gathering(queue_);
    for (absl::Status& status : statuses) {
      issuer.Issue("ann", {}, absl::Minutes(5), Soon(), [&](auto result) {
        status = result.status();
        done.DecrementCount();
      });
    }
  }
  done.Wait();
  for (const absl::Status& status : statuses) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnauthenticated));
  }
}

TEST_F(TokenIssuerTest, IsRefusedWithoutTheServiceKey) {
  TokenIssuer issuer(CreateChannel(auth_->address()), "wrong", queue_);
  const absl::StatusOr<IssuedToken> result = Issue(issuer, Soon());
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_EQ(ReasonOf(result.status()), "SERVICE_KEY_REQUIRED");
}

TEST_F(TokenIssuerTest, PassesOnThatTheServiceIsUnavailable) {
  TokenIssuer issuer(CreateChannel(auth_->address()), auth_->service_key(), queue_);
  auth_->SetMode(FakeAuthService::Mode::kUnavailable);
  EXPECT_THAT(Issue(issuer, Soon()), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(TokenIssuerTest, GivesUpAtTheDeadline) {
  TokenIssuer issuer(CreateChannel(auth_->address()), auth_->service_key(), queue_);
  auth_->SetMode(FakeAuthService::Mode::kHold);
  EXPECT_THAT(Issue(issuer, absl::Now() + absl::Milliseconds(50)),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(TokenIssuerTest, TakesTheLatestDeadlineOfThoseThatGoTogether) {
  TokenIssuer issuer(CreateChannel(auth_->address()), auth_->service_key(), queue_);
  auth_->SetMode(FakeAuthService::Mode::kHold);
  absl::BlockingCounter done(2);
  std::vector<absl::Status> statuses(2);
  {
    const CallQueue::Gathering gathering(queue_);
    for (size_t i = 0; i < 2; ++i) {
      issuer.Issue("ann", {}, absl::Minutes(5), i == 0 ? absl::Now() : Soon(), [&, i](auto result) {
        statuses[i] = result.status();
        done.DecrementCount();
      });
    }
  }
  auth_->WaitForIssueCalls(1);
  auth_->SetMode(FakeAuthService::Mode::kServe);
  done.Wait();
  for (const absl::Status& status : statuses) EXPECT_OK(status);
}

TEST_F(TokenIssuerTest, DestructionEndsACallInFlight) {
  auth_->SetMode(FakeAuthService::Mode::kHold);
  absl::Status status;
  {
    TokenIssuer issuer(CreateChannel(auth_->address()), auth_->service_key(), queue_);
    issuer.Issue("ann", {}, absl::Minutes(5), Soon(),
                 [&](absl::StatusOr<IssuedToken> result) { status = result.status(); });
  }
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace caucus
