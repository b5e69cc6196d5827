#include "edge/http/http_message.h"

#include "edge/http/http_syntax.h"

namespace caucus::edge::http {
namespace {

// The last guard against response splitting, wherever a value may have come from.
void AppendHeader(std::string& out, std::string_view name, std::string_view value) {
  if (!IsToken(name) || !IsFieldValue(value)) return;
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view Request::Header(std::string_view name) const {
  for (const auto& [header, value] : headers) {
    if (header == name) return value;
  }
  return {};
}

std::string_view ReasonPhrase(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Payload Too Large";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Unknown";
  }
}

// RFC 9110 §8.6: these have no length either.
bool HasBody(unsigned status) { return status != 204 && status != 304; }

std::string Serialize(const Response& response, BodyMode body, KeepAlive keep_alive) {
  std::string out;
  out.reserve(256 + response.body.size());
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(ReasonPhrase(response.status)).append("\r\n");
  if (!response.content_type.empty()) AppendHeader(out, "Content-Type", response.content_type);
  if (HasBody(response.status)) {
    AppendHeader(out, "Content-Length", std::to_string(response.body_size()));
  }
  for (const auto& [name, value] : response.headers) AppendHeader(out, name, value);
  out.append(keep_alive == KeepAlive::kYes ? "Connection: keep-alive\r\n"
                                           : "Connection: close\r\n");
  out.append("\r\n");
  if (body == BodyMode::kSend && HasBody(response.status) && response.shared_body == nullptr) {
    out.append(response.body);
  }
  return out;
}

}  // namespace caucus::edge::http
