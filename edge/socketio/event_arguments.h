// The JSON of a received packet, and the binary attachments that it refers to.

#ifndef EDGE_SOCKETIO_EVENT_ARGUMENTS_H_
#define EDGE_SOCKETIO_EVENT_ARGUMENTS_H_

#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace caucus::edge::socketio {

// Checks every `{"_placeholder":true,"num":i}`, which stands for attachment i. The depth of `value`
// must be bounded.
//   kInvalidArgument    a placeholder's number is no integer or out of range.
//   kResourceExhausted  the attachments, each counted as often as it stands in `value`, have more
//                       than `bytes_max` bytes.
absl::Status CheckPlaceholders(const boost::json::value& value,
                               std::span<const std::string> attachments, size_t bytes_max);

// Replaces each placeholder by its attachment in base64, which is how proto3's JSON mapping spells
// bytes. REQUIRES: CheckPlaceholders finds nothing wrong.
void ReplacePlaceholders(boost::json::value& value, std::span<const std::string> attachments);

// An event's JSON, `["name",1,2]`, in two parts as the client wrote them.
struct EventText {
  std::string_view name;       // `"name"`, or a number.
  std::string_view arguments;  // `1,2]`; empty: none.
};

// Returns nothing if `json` is no array that begins with a string or a number. REQUIRES: it is
// JSON.
std::optional<EventText> SplitEventText(std::string_view json);

// Whether Socket.IO keeps the name for itself: a client must not send it.
bool IsReservedEvent(std::string_view name);

}  // namespace caucus::edge::socketio

#endif  // EDGE_SOCKETIO_EVENT_ARGUMENTS_H_
