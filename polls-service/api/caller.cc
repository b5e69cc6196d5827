#include "polls-service/api/caller.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "common/auth/identity.h"
#include "polls-service/domain/errors.h"

namespace caucus::polls {
namespace {

constexpr size_t kPollIdLength = 6;
constexpr absl::string_view kScheme = "Bearer ";

absl::Status TokenInvalid(absl::StatusCode code) {
  return PollError(code, "Invalid authorization token", "TOKEN_INVALID");
}

absl::Status WrongPoll() {
  return PollError(absl::StatusCode::kPermissionDenied, "The token is for another poll",
                   "WRONG_POLL");
}

// Returns the token of the only authorization header; empty if there is none.
std::string_view BearerToken(const CallerCheck::Metadata& metadata) {
  if (metadata.count("authorization") != 1) return {};
  const grpc::string_ref header = metadata.find("authorization")->second;
  if (!absl::StartsWithIgnoreCase({header.data(), header.size()}, kScheme)) return {};
  return std::string_view(header.data(), header.size()).substr(kScheme.size());
}

// `code` is what the caller is told of a bad token.
absl::StatusOr<Caller> ToCaller(const absl::StatusOr<std::shared_ptr<const Identity>>& identity,
                                absl::StatusCode code) {
  if (absl::IsUnauthenticated(identity.status())) return TokenInvalid(code);
  if (!identity.ok()) {
    return PollError(absl::StatusCode::kUnavailable, "The token cannot be checked now",
                     "TRY_AGAIN");
  }
  std::optional<std::string> poll_id = ParsePollId((*identity)->Claim("pollID"));
  if (!poll_id.has_value()) return WrongPoll();
  return Caller{*std::move(poll_id), (*identity)->subject, (*identity)->Claim("name")};
}

}  // namespace

std::optional<std::string> ParsePollId(std::string_view text) {
  if (text.size() != kPollIdLength) return std::nullopt;
  std::string id = absl::AsciiStrToUpper({text.data(), text.size()});
  const bool well_formed = std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isdigit(c) || absl::ascii_isupper(c);
  });
  if (!well_formed) return std::nullopt;
  return id;
}

void CallerCheck::CheckBearer(const Metadata& metadata, std::string_view poll_id,
                              absl::Time deadline, Callback done) const {
  const std::string_view token = BearerToken(metadata);
  if (token.empty()) return done(TokenInvalid(absl::StatusCode::kUnauthenticated));
  verifier_.Verify(token, deadline,
                   [poll_id = ParsePollId(poll_id), done = std::move(done)](
                       const absl::StatusOr<std::shared_ptr<const Identity>>& identity) {
                     absl::StatusOr<Caller> caller =
                         ToCaller(identity, absl::StatusCode::kUnauthenticated);
                     if (caller.ok() && caller->poll_id != poll_id) caller = WrongPoll();
                     done(std::move(caller));
                   });
}

void CallerCheck::CheckToken(std::string_view token, absl::Time deadline, Callback done) const {
  if (token.empty()) return done(TokenInvalid(absl::StatusCode::kPermissionDenied));
  verifier_.Verify(
      token, deadline,
      [done = std::move(done)](const absl::StatusOr<std::shared_ptr<const Identity>>& identity) {
        done(ToCaller(identity, absl::StatusCode::kPermissionDenied));
      });
}

}  // namespace caucus::polls
