// The JSON of a received packet, with its binary attachments in place.

#ifndef EDGE_SOCKETIO_EVENT_ARGUMENTS_H_
#define EDGE_SOCKETIO_EVENT_ARGUMENTS_H_

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace caucus::edge::socketio {

// Parses JSON no deeper than `depth_max`. Nothing if it is malformed or too deep.
std::optional<boost::json::value> ParseJson(std::string_view text, size_t depth_max,
                                            boost::json::storage_ptr storage = {});

// Replaces each `{"_placeholder":true,"num":i}` by attachment i in base64, which is how proto3's
// JSON mapping spells bytes. False if a placeholder's number is no integer or out of range, or if
// the attachments, each counted as often as it stands in `value`, have more than `bytes_max` bytes.
// `value` must be no deeper than ParseJson allows.
bool ReplacePlaceholders(boost::json::value& value, std::span<const std::string> attachments,
                         size_t bytes_max);

// Whether Socket.IO keeps the name for itself: a client must not send it.
bool IsReservedEvent(std::string_view name);

}  // namespace caucus::edge::socketio

#endif  // EDGE_SOCKETIO_EVENT_ARGUMENTS_H_
