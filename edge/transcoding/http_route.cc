#include "edge/transcoding/http_route.h"

#include <boost/json/object.hpp>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/validation/violation_list.h"
#include "edge/transcoding/json_writer.h"
#include "edge/transcoding/message_codec.h"
#include "edge/transcoding/request_reader.h"
#include "edge/transcoding/wire_fields.h"

namespace caucus::edge::transcoding {

namespace json = boost::json;

using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;
using socketio::v1::HttpRule;

namespace {

constexpr unsigned kDefaultStatus = 200;

absl::Status CheckPath(std::string_view path) {
  const auto ordinary = [](char c) {
    return c > ' ' && c < '\x7f' && std::string_view("?#{}*%\\\"<>").find(c) == std::string::npos;
  };
  bool good = path.starts_with('/');
  for (const char c : path) good = good && ordinary(c);
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("path \"", std::string(path), "\" is no plain path such as /polls"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<const HttpRoute>> HttpRoute::Create(const MethodDescriptor& method,
                                                                   const HttpRule& rule,
                                                                   MessageTypes& types) {
  if (method.client_streaming() || method.server_streaming()) {
    return absl::InvalidArgumentError("only a unary method can be called over HTTP");
  }
  if (rule.pattern_case() == HttpRule::PATTERN_NOT_SET) {
    return absl::InvalidArgumentError("neither get nor post is set");
  }
  std::unique_ptr<HttpRoute> made(new HttpRoute());
  made->method_ = GrpcMethodPath(method);
  made->http_method_ = rule.has_get() ? "GET" : "POST";
  made->path_ = rule.has_get() ? rule.get() : rule.post();
  RETURN_IF_ERROR(CheckPath(made->path_));
  made->status_ = rule.status() == 0 ? kDefaultStatus : rule.status();
  if (made->status_ < 200 || made->status_ > 299) {
    return absl::InvalidArgumentError(
        absl::StrCat("status ", made->status_, " is none of success"));
  }
  ASSIGN_OR_RETURN(made->request_, types.Add(*method.input_type()));
  ASSIGN_OR_RETURN(made->response_, types.Add(*method.output_type()));
  if (!rule.response_body().empty()) {
    const FieldDescriptor* const field =
        method.output_type()->FindFieldByName(rule.response_body());
    if (field == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat("response_body \"", rule.response_body(),
                                                     "\": ", method.output_type()->full_name(),
                                                     " has no such field"));
    }
    made->response_body_ = &made->response_->FieldOf(*field);
  }
  return std::unique_ptr<const HttpRoute>(std::move(made));
}

absl::StatusOr<std::string> HttpRoute::EncodeRequest(const json::value* body,
                                                     const Query& query) const {
  json::value parameters;
  if (http_method_ == "GET") {
    json::object& object = parameters.emplace_object();
    for (const FieldType& field : request_->fields) {
      const FieldDescriptor& descriptor = *field.descriptor;
      if (descriptor.is_repeated() || descriptor.type() != FieldDescriptor::TYPE_STRING) continue;
      auto parameter = query.find(descriptor.json_name());
      if (parameter == query.end()) parameter = query.find(descriptor.name());
      if (parameter != query.end()) object[descriptor.json_name()] = parameter->second;
    }
    body = &parameters;
  }
  ViolationList violations;
  const auto nothing = [](size_t) { return std::string(); };
  std::string request = ReadRequestObject(*request_, body, BoundFields(), nothing, violations);
  if (!violations.empty()) return BadRequestError(violations.violations());
  return request;
}

absl::StatusOr<std::string> HttpRoute::EncodeResponse(std::string_view serialized_response) const {
  WireFields response;
  RETURN_IF_ERROR(ParseFields(*response_, serialized_response, response));
  return response_body_ == nullptr ? WriteJson(response)
                                   : WriteFieldJson(*response_body_, response);
}

}  // namespace caucus::edge::transcoding
