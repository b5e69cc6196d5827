#include "edge/gateway/error_mapping.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <vector>

#include "common/status/error_details.h"
#include "edge/http/http_message.h"
#include "edge/transcoding/json_text.h"

namespace caucus::edge::gateway {
namespace {

struct Row {
  absl::StatusCode code;
  std::string_view exception_type;
  unsigned http_status;
};

constexpr Row kUnknown = {absl::StatusCode::kUnknown, "Unknown", 500};

constexpr Row kTable[] = {
    {absl::StatusCode::kInvalidArgument, "BadRequest", 400},
    {absl::StatusCode::kOutOfRange, "BadRequest", 400},
    {absl::StatusCode::kUnauthenticated, "Unauthorized", 401},
    {absl::StatusCode::kPermissionDenied, "Unauthorized", 403},
    {absl::StatusCode::kNotFound, "NotFound", 404},
    {absl::StatusCode::kFailedPrecondition, "Conflict", 409},
    {absl::StatusCode::kAborted, "Conflict", 409},
    {absl::StatusCode::kAlreadyExists, "Conflict", 409},
    {absl::StatusCode::kResourceExhausted, "TooManyRequests", 429},
    {absl::StatusCode::kUnavailable, "Unavailable", 503},
    {absl::StatusCode::kDeadlineExceeded, "Unavailable", 504},
};

const Row& RowOf(absl::StatusCode code) {
  for (const Row& row : kTable) {
    if (row.code == code) return row;
  }
  return kUnknown;
}

// What is wrong inside is ours to know: the text of these may come from a library.
std::string_view PublicMessage(const absl::Status& error) {
  const Row& row = RowOf(error.code());
  if (row.http_status == 500) return "Internal error";
  if (row.exception_type == "Unavailable") return "Service unavailable";
  return {error.message().data(), error.message().size()};
}

// A service may put any bytes in a message, and a client closes on what is no UTF-8.
boost::json::value JsonString(std::string_view text) {
  return boost::json::string(transcoding::ReplaceMalformedUtf8(text));
}

boost::json::value Message(const absl::Status& error) {
  const std::vector<FieldViolation> violations = ViolationsOf(error);
  if (violations.empty()) return JsonString(PublicMessage(error));
  boost::json::array descriptions;
  for (const FieldViolation& violation : violations) {
    descriptions.push_back(JsonString(violation.description));
  }
  return descriptions;
}

boost::json::object Exception(const absl::Status& error) {
  boost::json::object exception;
  exception["type"] = JsonString(RowOf(error.code()).exception_type);
  exception["message"] = Message(error);
  if (const std::optional<std::string> reason = ReasonOf(error)) {
    exception["reason"] = JsonString(*reason);
  }
  return exception;
}

std::string HttpError(unsigned status, boost::json::value message) {
  boost::json::object body;
  body["statusCode"] = status;
  body["message"] = std::move(message);
  if (status != 500) body["error"] = JsonString(http::ReasonPhrase(status));
  return boost::json::serialize(body);
}

}  // namespace

std::string_view ExceptionTypeOf(absl::StatusCode code) { return RowOf(code).exception_type; }

unsigned HttpStatusOf(absl::StatusCode code) { return RowOf(code).http_status; }

std::string ExceptionJson(const absl::Status& error) {
  return boost::json::serialize(Exception(error));
}

std::string AckErrorJson(const absl::Status& error) {
  boost::json::object ack;
  ack["error"] = Exception(error);
  return boost::json::serialize(ack);
}

std::string ConnectErrorJson(const absl::Status& error) {
  boost::json::object payload;
  payload["message"] = JsonString(PublicMessage(error));
  payload["data"] = Exception(error);
  return boost::json::serialize(payload);
}

std::string HttpErrorJson(const absl::Status& error) {
  const unsigned status = HttpStatusOf(error.code());
  return HttpError(status, status == 500 ? JsonString("Internal server error") : Message(error));
}

std::string HttpErrorJson(unsigned status, std::string_view message) {
  return HttpError(status, JsonString(message));
}

}  // namespace caucus::edge::gateway
