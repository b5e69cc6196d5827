// A unary method as JSON over HTTP.

#ifndef EDGE_TRANSCODING_HTTP_ROUTE_H_
#define EDGE_TRANSCODING_HTTP_ROUTE_H_

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "caucus/socketio/v1/event_rule.pb.h"
#include "edge/transcoding/message_type.h"
#include "google/protobuf/descriptor.h"

namespace caucus::edge::transcoding {

// A method's HttpRule, resolved. Immutable. What `types` has given must outlive it.
class HttpRoute {
 public:
  using Query = absl::flat_hash_map<std::string, std::string>;

  // kInvalidArgument: the rule is wrong; the message says where, without naming the method.
  static absl::StatusOr<std::unique_ptr<const HttpRoute>> Create(
      const google::protobuf::MethodDescriptor& method,
      const ::caucus::socketio::v1::HttpRule& rule, MessageTypes& types);

  // As gRPC calls it: "/chat.v1.ChatService/Open".
  const std::string& method() const { return method_; }
  // "GET" or "POST".
  std::string_view http_method() const { return http_method_; }
  const std::string& path() const { return path_; }
  // The status of success.
  unsigned status() const { return status_; }

  // Returns the serialized request: of POST from `body`, which is null if there is none, of GET
  // from `query`.
  //   kInvalidArgument    a field rule is violated, with google.rpc.BadRequest details.
  absl::StatusOr<std::string> EncodeRequest(const boost::json::value* body,
                                            const Query& query) const;

  // Returns the answer's body for a serialized response.
  //   kInternal    it is no response of the method.
  absl::StatusOr<std::string> EncodeResponse(std::string_view serialized_response) const;

 private:
  HttpRoute() = default;

  std::string method_;
  std::string_view http_method_;
  std::string path_;
  unsigned status_ = 200;
  const MessageType* request_ = nullptr;
  const MessageType* response_ = nullptr;
  const FieldType* response_body_ = nullptr;  // null: the whole response
};

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_HTTP_ROUTE_H_
