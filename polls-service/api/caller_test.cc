#include "polls-service/api/caller.h"

#include <memory>
#include <utility>

#include "common/auth/identity.h"
#include "common/status/error_details.h"
#include "common/testing/status_matchers.h"

namespace caucus::polls {
namespace {

using absl::StatusCode;

// Knows the one token "good".
class OneTokenVerifier : public TokenVerifier {
 public:
  void Verify(std::string_view token, absl::Time, Callback done) override {
    if (!failure.ok()) return done(failure);
    if (token != "good") return done(absl::UnauthenticatedError("TOKEN_INVALID"));
    done(std::make_shared<const Identity>(identity));
  }

  Identity identity;
  absl::Status failure;
};

class CallerTest : public testing::Test {
 protected:
  CallerTest() {
    verifier_.identity.subject = "ann-id";
    SetClaim("pollID", "ABC123");
    SetClaim("name", "Ann");
  }

  void SetClaim(const std::string& name, const std::string& value) {
    (*verifier_.identity.claims.mutable_fields())[name].set_string_value(value);
  }

  absl::StatusOr<Caller> CheckBearer(const CallerCheck::Metadata& metadata,
                                     std::string_view poll_id = "ABC123") {
    absl::StatusOr<Caller> result = absl::UnknownError("not called");
    check_.CheckBearer(metadata, poll_id, absl::InfiniteFuture(),
                       [&](absl::StatusOr<Caller> caller) { result = std::move(caller); });
    return result;
  }

  absl::StatusOr<Caller> CheckToken(std::string_view token) {
    absl::StatusOr<Caller> result = absl::UnknownError("not called");
    check_.CheckToken(token, absl::InfiniteFuture(),
                      [&](absl::StatusOr<Caller> caller) { result = std::move(caller); });
    return result;
  }

  static CallerCheck::Metadata Authorization(grpc::string_ref value) {
    return {{"authorization", value}};
  }

  OneTokenVerifier verifier_;
  CallerCheck check_{verifier_};
};

TEST_F(CallerTest, TellsTheHolderOfAGoodToken) {
  ASSERT_OK_AND_ASSIGN(const Caller caller, CheckBearer(Authorization("Bearer good")));
  EXPECT_EQ(caller.poll_id, "ABC123");
  EXPECT_EQ(caller.user_id, "ann-id");
  EXPECT_EQ(caller.name, "Ann");
  EXPECT_OK(CheckBearer(Authorization("bearer good"), "abc123"));
}

TEST_F(CallerTest, RefusesAMissingOrBadToken) {
  for (const auto& metadata :
       {CallerCheck::Metadata{}, Authorization(""), Authorization("Bearer"),
        Authorization("Bearer "), Authorization("good"), Authorization("Basic good"),
        Authorization("Bearer bad"),
        CallerCheck::Metadata{{"authorization", "Bearer good"}, {"authorization", "Bearer x"}}}) {
    const absl::Status status = CheckBearer(metadata).status();
    EXPECT_THAT(status, StatusIs(StatusCode::kUnauthenticated, "Invalid authorization token"));
    EXPECT_EQ(ReasonOf(status), "TOKEN_INVALID");
  }
}

TEST_F(CallerTest, RefusesATokenOfAnotherPoll) {
  for (const char* poll_id : {"ABC124", "", "ABC1234"}) {
    const absl::Status status = CheckBearer(Authorization("Bearer good"), poll_id).status();
    EXPECT_THAT(status, StatusIs(StatusCode::kPermissionDenied));
    EXPECT_EQ(ReasonOf(status), "WRONG_POLL");
  }
}

TEST_F(CallerTest, RefusesATokenOfNoPoll) {
  verifier_.identity.claims.clear_fields();
  EXPECT_EQ(ReasonOf(CheckBearer(Authorization("Bearer good"), "").status()), "WRONG_POLL");
  EXPECT_EQ(ReasonOf(CheckToken("good").status()), "WRONG_POLL");
}

TEST_F(CallerTest, DoesNotTakeAnOutageForABadToken) {
  for (const absl::Status& failure : {absl::UnavailableError(""), absl::DeadlineExceededError(""),
                                      absl::ResourceExhaustedError("")}) {
    verifier_.failure = failure;
    EXPECT_THAT(CheckBearer(Authorization("Bearer good")), StatusIs(StatusCode::kUnavailable));
    EXPECT_THAT(CheckToken("good"), StatusIs(StatusCode::kUnavailable));
  }
}

TEST_F(CallerTest, DeniesABadTokenThatIsTheRequest) {
  EXPECT_OK(CheckToken("good"));
  for (const char* token : {"", "bad"}) {
    const absl::Status status = CheckToken(token).status();
    EXPECT_THAT(status, StatusIs(StatusCode::kPermissionDenied, "Invalid authorization token"));
    EXPECT_EQ(ReasonOf(status), "TOKEN_INVALID");
  }
}

TEST(ParsePollIdTest, ReadsSmallLettersAsCapitals) {
  EXPECT_EQ(ParsePollId("aBc12z"), "ABC12Z");
  for (const char* text : {"", "ABC12", "ABC1234", "ABC-12", "ABC 12", "{ABC}:", "ÄBC12"}) {
    EXPECT_EQ(ParsePollId(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace caucus::polls
