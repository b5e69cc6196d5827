#include "edge/backend/target.h"

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/text/absl_view.h"

namespace caucus::edge::backend {
namespace {

// Takes `prefix` off the front of `text`, if it is there.
bool Consume(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

absl::StatusOr<Target::Host> ParseHost(std::string_view text) {
  const size_t colon = text.rfind(':');
  uint32_t port = 0;
  if (colon == std::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(ToAbsl(text.substr(colon + 1)), &port) || port == 0 || port > 0xFFFF) {
    return absl::InvalidArgumentError("a gRPC target has the form host:port or unix:path");
  }
  std::string_view name = text.substr(0, colon);
  if (name.starts_with('[') && name.ends_with(']')) {
    name = name.substr(1, name.size() - 2);
  } else if (name.find_first_of(":/[]") != std::string_view::npos) {
    return absl::InvalidArgumentError(
        "the host of a gRPC target is a name, an IPv4 address or an IPv6 address in brackets");
  }
  return Target::Host{.name = std::string(name), .port = absl::StrCat(port)};
}

}  // namespace

std::string Target::Authority() const {
  if (!unix_path.empty()) return "localhost";
  const auto& [name, port] = hosts.front();
  const bool is_ipv6 = name.find(':') != std::string::npos;
  return is_ipv6 ? absl::StrCat("[", name, "]:", port) : absl::StrCat(name, ":", port);
}

absl::StatusOr<Target> ParseTarget(std::string_view text) {
  if (Consume(text, "unix://") || Consume(text, "unix:")) {
    // What fits sockaddr_un.
    if (text.empty() || text.size() > 107) {
      return absl::InvalidArgumentError("the path of a Unix socket has 1 to 107 characters");
    }
    return Target{.hosts = {}, .unix_path = std::string(text)};
  }
  const bool is_list = Consume(text, "ipv4:") || Consume(text, "ipv6:");
  if (!is_list) Consume(text, "dns:///") || Consume(text, "dns:");
  Target target;
  do {
    const size_t comma = is_list ? text.find(',') : std::string_view::npos;
    ASSIGN_OR_RETURN(target.hosts.emplace_back(), ParseHost(text.substr(0, comma)));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  } while (!text.empty());
  return target;
}

}  // namespace caucus::edge::backend
