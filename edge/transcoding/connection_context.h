// What a rule may take from the connection that an event came through.

#ifndef EDGE_TRANSCODING_CONNECTION_CONTEXT_H_
#define EDGE_TRANSCODING_CONNECTION_CONTEXT_H_

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/struct.pb.h"

namespace caucus::edge::transcoding {

// Borrowed values: all must outlive the call that they are given to. Thread-compatible. A null
// pointer is something that the connection does not have, and reads as empty.
struct ConnectionContext {
  // Of the verified token.
  const google::protobuf::Struct* claims = nullptr;
  std::string_view socket_id;
  std::string_view edge_id;
  std::string_view address;
  // The payload of the CONNECT packet.
  const boost::json::object* auth = nullptr;
  // The parameters of the connecting URL.
  const absl::flat_hash_map<std::string, std::string>* query = nullptr;
  // The headers of the connecting request that some namespace wants, by name in lower case.
  const std::vector<std::pair<std::string, std::string>>* headers = nullptr;
};

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_CONNECTION_CONTEXT_H_
