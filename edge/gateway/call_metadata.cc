#include "edge/gateway/call_metadata.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"

namespace caucus::edge::gateway {
namespace {

// gRPC refuses metadata with other bytes, and fails the call with an error of its own.
bool IsVisibleAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

CallMetadata::CallMetadata() : random_(std::random_device{}()) {}

CallMetadata::Entries CallMetadata::For(const Credentials& credentials) {
  Entries entries;
  entries.reserve(4);
  if (!credentials.token.empty() && IsVisibleAscii(credentials.token)) {
    entries.emplace_back("authorization", "Bearer " + credentials.token);
  }
  if (!credentials.address.empty()) entries.emplace_back("x-forwarded-for", credentials.address);
  const std::string request_id =
      absl::StrCat(absl::Hex(random_(), absl::kZeroPad16), absl::Hex(random_(), absl::kZeroPad16));
  entries.emplace_back("traceparent", absl::StrCat("00-", request_id, "-",
                                                   absl::Hex(random_(), absl::kZeroPad16), "-00"));
  entries.emplace_back("x-request-id", request_id);
  return entries;
}

std::string_view BearerToken(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (!absl::StartsWithIgnoreCase(ToAbsl(authorization), ToAbsl(kScheme))) return {};
  std::string_view token = authorization.substr(kScheme.size());
  while (token.starts_with(' ')) token.remove_prefix(1);
  while (token.ends_with(' ')) token.remove_suffix(1);
  return token;
}

}  // namespace caucus::edge::gateway
