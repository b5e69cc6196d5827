#include "edge/backend/target.h"

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"

namespace caucus::edge::backend {
namespace {

// Takes `prefix` off the front of `text`, if it is there.
bool Consume(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::string Target::Authority() const {
  if (!unix_path.empty()) return "localhost";
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return is_ipv6 ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
}

absl::StatusOr<Target> ParseTarget(std::string_view text) {
  if (Consume(text, "unix://") || Consume(text, "unix:")) {
    // What fits sockaddr_un.
    if (text.empty() || text.size() > 107) {
      return absl::InvalidArgumentError("the path of a Unix socket has 1 to 107 characters");
    }
    return Target{.host = "", .port = "", .unix_path = std::string(text)};
  }
  Consume(text, "dns:///") || Consume(text, "dns:");
  const size_t colon = text.rfind(':');
  uint32_t port = 0;
  if (colon == std::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(ToAbsl(text.substr(colon + 1)), &port) || port == 0 || port > 0xFFFF) {
    return absl::InvalidArgumentError("a gRPC target has the form host:port or unix:path");
  }
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":/[]") != std::string_view::npos) {
    return absl::InvalidArgumentError(
        "the host of a gRPC target is a name, an IPv4 address or an IPv6 address in brackets");
  }
  return Target{.host = std::string(host), .port = absl::StrCat(port), .unix_path = ""};
}

}  // namespace caucus::edge::backend
