// An event as a client sent it.

#ifndef EDGE_SOCKETIO_INCOMING_EVENT_H_
#define EDGE_SOCKETIO_INCOMING_EVENT_H_

#include <boost/json/array.hpp>
#include <boost/json/storage_ptr.hpp>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/json/bounded_parser.h"

namespace caucus::edge::socketio {

// Lives during the call that it is given to, which may take the attachments.
struct IncomingEvent {
  std::string_view name;  // Of an event whose name is a number, the number as it was written.
  // The whole event as it was written, `["name",1,{"a":2}]`: JSON, and no deeper than it may be. If
  // there are attachments, `{"_placeholder":true,"num":i}` stands for attachment i, and every such
  // object is one that there is.
  std::string_view json;
  std::string_view arguments_text;     // The part `1,{"a":2}]` of it; empty: none.
  std::span<std::string> attachments;  // Empty: placeholders are objects like any other.
  std::string_view ack_id;             // Empty: no ack is wanted.
  JsonLimits json_limits;              // Of a parsed argument.

  // Returns the arguments as they were written, as a JSON array; empty if there are none.
  std::string ArgumentsJson() const {
    return arguments_text.empty() ? std::string() : std::string("[").append(arguments_text);
  }

  // Returns the arguments.
  //   kResourceExhausted  an object has more members than it may.
  absl::StatusOr<boost::json::array> ParseArguments(boost::json::storage_ptr storage = {}) const;
};

}  // namespace caucus::edge::socketio

#endif  // EDGE_SOCKETIO_INCOMING_EVENT_H_
