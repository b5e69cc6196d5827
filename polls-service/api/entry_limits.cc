#include "polls-service/api/entry_limits.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/status/error_details.h"
#include "polls-service/domain/errors.h"

namespace caucus::polls {
namespace {

constexpr char kForwardedFor[] = "x-forwarded-for";

RateLimit PerMinute(double count) {
  return {.per_second = count / 60, .burst = std::max(count, 1.0)};
}

// After a minute's nth part one more is allowed.
absl::Status RateLimited(std::string_view what, double per_minute) {
  return WithRetryDelay(PollError(absl::StatusCode::kResourceExhausted, what, "RATE_LIMITED"),
                        std::max(absl::Seconds(1), absl::Minutes(1) / per_minute));
}

}  // namespace

EntryLimits::EntryLimits(const Options& options, const Clock& clock)
    : options_(options),
      creations_(PerMinute(options.polls_created), clock),
      joins_(PerMinute(options.joins), clock),
      unknown_codes_(PerMinute(options.unknown_codes), clock),
      heartbeats_(PerMinute(options.heartbeats), clock),
      commands_(PerMinute(options.commands), clock) {}

absl::Status EntryLimits::AdmitCreation(const grpc::ServerContext& context) {
  if (creations_.Take(AddressOf(context))) return absl::OkStatus();
  return RateLimited("Too many polls were created from this address; wait a little",
                     options_.polls_created);
}

absl::Status EntryLimits::AdmitJoin(const grpc::ServerContext& context) {
  const std::string address = AddressOf(context);
  constexpr std::string_view kTooMany =
      "Too many attempts to join from this address; wait a little";
  if (!unknown_codes_.HasRoom(address)) return RateLimited(kTooMany, options_.unknown_codes);
  if (!joins_.Take(address)) return RateLimited(kTooMany, options_.joins);
  return absl::OkStatus();
}

absl::Status EntryLimits::AdmitHeartbeat(const grpc::ServerContext& context) {
  if (heartbeats_.Take(AddressOfPeer(context.peer()))) return absl::OkStatus();
  return RateLimited("Too many heartbeats from this address", options_.heartbeats);
}

// Guesses that were under way together have all been admitted: they are paid for afterwards.
void EntryLimits::OnUnknownCode(const grpc::ServerContext& context) {
  unknown_codes_.Charge(AddressOf(context));
}

absl::Status EntryLimits::AdmitCommand(const std::string& user_id) {
  if (commands_.Take(user_id)) return absl::OkStatus();
  return RateLimited("Too many changes by this person; wait a little", options_.commands);
}

// The last of the forwarded addresses is the one that the edge saw itself.
std::string EntryLimits::AddressOf(const grpc::ServerContext& context) const {
  const auto& metadata = context.client_metadata();
  const auto [begin, end] = metadata.equal_range(kForwardedFor);
  if (!options_.forwarded_for_trusted || begin == end) return AddressOfPeer(context.peer());
  const grpc::string_ref value = std::prev(end)->second;
  absl::string_view list(value.data(), value.size());
  const size_t comma = list.rfind(',');
  if (comma != absl::string_view::npos) list.remove_prefix(comma + 1);
  return std::string(absl::StripAsciiWhitespace(list));
}

std::string AddressOfPeer(std::string_view peer) {
  const size_t scheme_end = peer.find(':');
  if (scheme_end == std::string_view::npos || peer.starts_with("unix:")) return std::string(peer);
  std::string_view address = peer.substr(scheme_end + 1);
  if (peer.starts_with("ipv6:")) {
    // The brackets and the colons come percent-encoded from some releases of gRPC.
    const size_t open = address.starts_with("%5B") ? 3 : 1;
    const size_t close = address.find(open == 3 ? "%5D" : "]");
    return std::string(
        address.substr(open, close == std::string_view::npos ? close : close - open));
  }
  return std::string(address.substr(0, address.rfind(':')));
}

}  // namespace caucus::polls
