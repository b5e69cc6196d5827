#include "auth-service/tokens/token_policy.h"

#include <string>
#include <vector>

#include "auth-service/encoding/strict_json.h"
#include "common/status/error_details.h"
#include "common/testing/status_matchers.h"

namespace caucus::auth {
namespace {

constexpr absl::Time kNow = absl::FromUnixSeconds(1000);
const TokenPolicy kPolicy;

absl::StatusOr<VerifiedClaims> Check(const std::string& payload) {
  return CheckPayload(kPolicy, ParseJsonObject(payload).value(), kNow);
}

TEST(TokenPolicyTest, ReturnsTheContentOfAGoodPayload) {
  ASSERT_OK_AND_ASSIGN(const VerifiedClaims claims,
                       Check(R"({"sub":"ann","iss":"caucus","aud":"caucus","iat":990,"nbf":990,)"
                             R"("exp":1001,"pollID":"AB12CD"})"));
  EXPECT_EQ(claims.subject, "ann");
  EXPECT_EQ(claims.expire_time, absl::FromUnixSeconds(1001));
  EXPECT_EQ(claims.claims.fields().at("pollID").string_value(), "AB12CD");
  EXPECT_EQ(claims.claims.fields().at("exp").number_value(), 1001);
}

TEST(TokenPolicyTest, AudienceMayBeOneOfSeveral) {
  EXPECT_OK(Check(R"({"sub":"a","iss":"caucus","aud":["x","caucus"],"exp":1001})"));
}

TEST(TokenPolicyTest, TellsThatATokenIsOver) {
  for (const char* exp : {"1000", "999", "0"}) {
    EXPECT_THAT(
        Check(R"({"sub":"a","iss":"caucus","aud":"caucus","exp":)" + std::string(exp) + "}"),
        StatusIs(absl::StatusCode::kDeadlineExceeded))
        << exp;
  }
}

TEST(TokenPolicyTest, AllowsClocksThirtySecondsApart) {
  const std::string base = R"({"sub":"a","iss":"caucus","aud":"caucus","exp":2000,")";
  for (const std::string name : {"nbf", "iat"}) {
    EXPECT_OK(Check(base + name + "\":1030}"));
    EXPECT_THAT(Check(base + name + "\":1031}"), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(TokenPolicyTest, RefusesWrongClaims) {
  for (const char* payload : {
           R"({"sub":"a","iss":"caucus","aud":"caucus"})",
           R"({"sub":"a","iss":"caucus","aud":"caucus","exp":"2000"})",
           R"({"sub":"a","iss":"caucus","aud":"caucus","exp":2000.0})",
           R"({"sub":"a","iss":"caucus","aud":"caucus","exp":2000.5})",
           R"({"sub":"a","iss":"caucus","aud":"caucus","exp":-1})",
           R"({"sub":"a","iss":"caucus","aud":"caucus","exp":9007199254740992})",
           R"({"sub":"a","iss":"caucus","aud":"caucus","exp":18446744073709551615})",
           R"({"sub":"a","iss":"caucus","aud":"caucus","exp":1e400})",
           R"({"sub":"a","iss":"caucus","aud":"caucus","exp":null})",
           R"({"sub":"a","iss":"caucus","aud":"caucus","exp":2000,"nbf":"0"})",
           R"({"sub":"a","iss":"caucus","aud":"caucus","exp":2000,"iat":true})",
           R"({"sub":"a","aud":"caucus","exp":2000})",
           R"({"sub":"a","iss":"Caucus","aud":"caucus","exp":2000})",
           R"({"sub":"a","iss":"caucus\u0000","aud":"caucus","exp":2000})",
           R"({"sub":"a","iss":["caucus"],"aud":"caucus","exp":2000})",
           R"({"sub":"a","iss":"caucus","exp":2000})",
           R"({"sub":"a","iss":"caucus","aud":"other","exp":2000})",
           R"({"sub":"a","iss":"caucus","aud":[],"exp":2000})",
           R"({"sub":"a","iss":"caucus","aud":["other",1],"exp":2000})",
           R"({"sub":"a","iss":"caucus","aud":{"caucus":1},"exp":2000})",
           R"({"iss":"caucus","aud":"caucus","exp":2000})",
           R"({"sub":"","iss":"caucus","aud":"caucus","exp":2000})",
           R"({"sub":5,"iss":"caucus","aud":"caucus","exp":2000})",
       }) {
    EXPECT_THAT(Check(payload), StatusIs(absl::StatusCode::kInvalidArgument)) << payload;
  }
}

TEST(TokenPolicyTest, TakesRequestsWithinTheBounds) {
  google::protobuf::Struct claims;
  (*claims.mutable_fields())["name"].set_string_value("Ann");
  EXPECT_OK(
      CheckRequest(kPolicy, {.subject = "a", .claims = claims, .lifetime = absl::Seconds(1)}));
  std::string subject;
  for (int i = 0; i < 128; ++i) subject += "\xC3\xA9";
  EXPECT_OK(
      CheckRequest(kPolicy, {.subject = subject, .claims = claims, .lifetime = absl::Hours(24)}));
}

TEST(TokenPolicyTest, NamesEveryFieldOutOfBounds) {
  google::protobuf::Struct claims;
  (*claims.mutable_fields())["exp"].set_number_value(1);
  const absl::Status status =
      CheckRequest(kPolicy, {.subject = "", .claims = claims, .lifetime = absl::ZeroDuration()});
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(ViolationsOf(status),
            (std::vector<FieldViolation>{{"subject", "subject must be 1 to 128 characters"},
                                         {"claims", "claims must not hold exp"},
                                         {"lifetime", "lifetime must be from 1s to 24h"}}));
}

TEST(TokenPolicyTest, RefusesRequestsOutOfBounds) {
  const google::protobuf::Struct none;
  google::protobuf::Struct huge;
  (*huge.mutable_fields())["a"].set_string_value(std::string(2048, 'x'));
  const std::string long_subject(129, 'x');
  for (const TokenRequest& request :
       {TokenRequest{.subject = long_subject, .claims = none, .lifetime = absl::Seconds(1)},
        TokenRequest{.subject = "a", .claims = huge, .lifetime = absl::Seconds(1)},
        TokenRequest{.subject = "a", .claims = none, .lifetime = absl::Milliseconds(999)},
        TokenRequest{
            .subject = "a", .claims = none, .lifetime = absl::Hours(24) + absl::Seconds(1)},
        TokenRequest{.subject = "a", .claims = none, .lifetime = -absl::Seconds(5)}}) {
    EXPECT_THAT(CheckRequest(kPolicy, request), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(TokenPolicyTest, RefusesEveryReservedName) {
  for (const char* name : {"iss", "sub", "aud", "exp", "nbf", "iat", "jti"}) {
    google::protobuf::Struct claims;
    (*claims.mutable_fields())[name].set_string_value("x");
    EXPECT_THAT(
        CheckRequest(kPolicy, {.subject = "a", .claims = claims, .lifetime = absl::Seconds(1)}),
        StatusIs(absl::StatusCode::kInvalidArgument))
        << name;
  }
}

}  // namespace
}  // namespace caucus::auth
