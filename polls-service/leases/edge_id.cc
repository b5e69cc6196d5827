#include "polls-service/leases/edge_id.h"

#include "absl/strings/ascii.h"
#include "polls-service/leases/edge_leases.h"

namespace caucus::polls {

absl::Status CheckEdgeId(std::string_view edge_id) {
  if (edge_id.empty()) return absl::InvalidArgumentError("the edge id is empty");
  if (edge_id.size() > kEdgeIdBytesMax) {
    return absl::InvalidArgumentError("the edge id is too long");
  }
  return absl::OkStatus();
}

std::string EscapeEdgeId(std::string_view edge_id) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : edge_id) {
    if (absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-') {
      escaped += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      escaped += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return escaped;
}

}  // namespace caucus::polls
