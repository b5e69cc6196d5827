#include "edge/transcoding/event_name.h"

#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"

namespace caucus::edge::transcoding {

absl::Status CheckEventName(std::string_view name) {
  if (name.empty()) return absl::InvalidArgumentError("an event's name is empty");
  for (const std::string_view reserved : {"connect", "connect_error", "disconnect", "disconnecting",
                                          "newListener", "removeListener"}) {
    if (name == reserved) {
      return absl::InvalidArgumentError(
          absl::StrCat("event \"", ToAbsl(name), "\" is a name that Socket.IO keeps for itself"));
    }
  }
  return absl::OkStatus();
}

}  // namespace caucus::edge::transcoding
