// An event as a client sent it.

#ifndef EDGE_SOCKETIO_INCOMING_EVENT_H_
#define EDGE_SOCKETIO_INCOMING_EVENT_H_

#include <boost/json/value.hpp>
#include <span>
#include <string>
#include <string_view>

namespace caucus::edge::socketio {

// Lives during the call that it is given to, which may change the arguments and take the
// attachments.
struct IncomingEvent {
  std::string_view name;  // Of an event whose name is a number, the number as it was written.
  // Parsed. If there are attachments, `{"_placeholder":true,"num":i}` stands for attachment i, and
  // every such object is one that there is.
  std::span<boost::json::value> arguments;
  std::string_view arguments_text;     // As it was written, `1,{"a":2}]`; empty: none.
  std::span<std::string> attachments;  // Empty: placeholders are objects like any other.
  std::string_view ack_id;             // Empty: no ack is wanted.

  // Returns the arguments as they were written, as a JSON array; empty if there are none.
  std::string ArgumentsJson() const {
    return arguments_text.empty() ? std::string() : std::string("[").append(arguments_text);
  }
};

}  // namespace caucus::edge::socketio

#endif  // EDGE_SOCKETIO_INCOMING_EVENT_H_
