#include "auth-service/tokens/token_policy.h"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "auth-service/tokens/claims.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace caucus::auth {
namespace {

namespace json = boost::json;

constexpr std::int64_t kSubjectCharactersMax = 128;
constexpr std::size_t kClaimsBytesMax = 2048;
constexpr std::int64_t kSecondsMax = (std::int64_t{1} << 53) - 1;
constexpr std::array<const char*, 7> kReservedNames = {"iss", "sub", "aud", "exp",
                                                       "nbf", "iat", "jti"};

bool IsSubject(std::string_view text) {
  const auto characters = std::count_if(text.begin(), text.end(), [](unsigned char byte) {
    return (byte & 0xC0) != 0x80;  // The first byte of a character in UTF-8.
  });
  return characters >= 1 && characters <= kSubjectCharactersMax;
}

std::optional<std::string> ClaimsViolation(const google::protobuf::Struct& claims) {
  for (const char* name : kReservedNames) {
    if (claims.fields().contains(name)) return absl::StrCat("claims must not hold ", name);
  }
  const absl::StatusOr<json::object> object = ClaimsToJson(claims);
  if (!object.ok()) return absl::StrCat("claims are not JSON: ", object.status().message());
  if (json::serialize(*object).size() > kClaimsBytesMax) {
    return absl::StrCat("claims must be at most ", kClaimsBytesMax, " bytes as JSON");
  }
  return std::nullopt;
}

bool IsString(const json::value* value, std::string_view text) {
  return value != nullptr && value->is_string() &&
         std::string_view(value->get_string().data(), value->get_string().size()) == text;
}

bool HoldsAudience(const json::value* value, std::string_view audience) {
  if (value == nullptr || !value->is_array()) return IsString(value, audience);
  const json::array& array = value->get_array();
  return std::any_of(array.begin(), array.end(),
                     [&](const json::value& element) { return IsString(&element, audience); });
}

// Returns nothing for a claim that is absent.
absl::StatusOr<std::optional<absl::Time>> TimeClaim(const json::object& payload,
                                                    json::string_view name) {
  const json::value* value = payload.if_contains(name);
  if (value == nullptr) return std::nullopt;
  const std::int64_t* seconds = value->if_int64();
  if (seconds == nullptr || *seconds < 0 || *seconds > kSecondsMax) {
    return absl::InvalidArgumentError("a time is not a whole number of seconds");
  }
  return absl::FromUnixSeconds(*seconds);
}

}  // namespace

absl::Status CheckRequest(const TokenPolicy& policy, const TokenRequest& request) {
  std::vector<FieldViolation> violations;
  if (!IsSubject(request.subject)) {
    violations.push_back(
        {"subject", absl::StrCat("subject must be 1 to ", kSubjectCharactersMax, " characters")});
  }
  if (const std::optional<std::string> violation = ClaimsViolation(request.claims)) {
    violations.push_back({"claims", *violation});
  }
  if (request.lifetime < absl::Seconds(1) || request.lifetime > policy.lifetime_max) {
    violations.push_back({"lifetime", absl::StrCat("lifetime must be from 1s to ",
                                                   absl::FormatDuration(policy.lifetime_max))});
  }
  return violations.empty() ? absl::OkStatus() : BadRequestError(violations);
}

absl::StatusOr<VerifiedClaims> CheckPayload(const TokenPolicy& policy, const json::object& payload,
                                            absl::Time now) {
  if (!IsString(payload.if_contains("iss"), policy.issuer)) {
    return absl::InvalidArgumentError("another issuer");
  }
  if (!HoldsAudience(payload.if_contains("aud"), policy.audience)) {
    return absl::InvalidArgumentError("another audience");
  }
  const json::value* subject = payload.if_contains("sub");
  if (subject == nullptr || !subject->is_string() ||
      !IsSubject({subject->get_string().data(), subject->get_string().size()})) {
    return absl::InvalidArgumentError("no subject");
  }
  ASSIGN_OR_RETURN(const std::optional<absl::Time> expire_time, TimeClaim(payload, "exp"));
  ASSIGN_OR_RETURN(const std::optional<absl::Time> not_before, TimeClaim(payload, "nbf"));
  ASSIGN_OR_RETURN(const std::optional<absl::Time> issue_time, TimeClaim(payload, "iat"));
  if (!expire_time) return absl::InvalidArgumentError("no end");
  if (not_before.value_or(now) > now + policy.clock_skew ||
      issue_time.value_or(now) > now + policy.clock_skew) {
    return absl::InvalidArgumentError("not yet valid");
  }
  if (*expire_time <= now) return absl::DeadlineExceededError("over");
  return VerifiedClaims{.subject = std::string(subject->get_string()),
                        .claims = ClaimsFromJson(payload),
                        .expire_time = *expire_time};
}

}  // namespace caucus::auth
