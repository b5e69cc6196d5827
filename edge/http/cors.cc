#include "edge/http/cors.h"

#include <algorithm>
#include <string_view>

namespace caucus::edge::http {
namespace {

std::string Join(const std::vector<std::string>& values) {
  std::string joined;
  for (const std::string& value : values) {
    if (!joined.empty()) joined.push_back(',');
    joined.append(value);
  }
  return joined;
}

bool Contains(const std::vector<std::string>& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace

Headers Cors::HeadersFor(const Request& request) const {
  Headers headers;
  if (options_.origins.empty()) return headers;
  const bool is_preflight = request.method == "OPTIONS";
  std::string vary;
  if (Contains(options_.origins, "*")) {
    headers.emplace_back("Access-Control-Allow-Origin", "*");
  } else {
    const std::string_view origin = request.Header("origin");
    if (!origin.empty() && Contains(options_.origins, origin)) {
      headers.emplace_back("Access-Control-Allow-Origin", origin);
    }
    vary = "Origin";
  }
  if (is_preflight && options_.allowed_headers.empty()) {
    vary.append(vary.empty() ? "" : ", ").append("Access-Control-Request-Headers");
  }
  if (!vary.empty()) headers.emplace_back("Vary", vary);
  if (options_.credentials) headers.emplace_back("Access-Control-Allow-Credentials", "true");
  if (is_preflight) {
    headers.emplace_back("Access-Control-Allow-Methods", Join(options_.methods));
    const std::string allowed = options_.allowed_headers.empty()
                                    ? std::string(request.Header("access-control-request-headers"))
                                    : Join(options_.allowed_headers);
    if (!allowed.empty()) headers.emplace_back("Access-Control-Allow-Headers", allowed);
    if (options_.max_age) {
      headers.emplace_back("Access-Control-Max-Age", std::to_string(options_.max_age->count()));
    }
  }
  if (!options_.exposed_headers.empty()) {
    headers.emplace_back("Access-Control-Expose-Headers", Join(options_.exposed_headers));
  }
  return headers;
}

std::optional<Response> Cors::Preflight(const Request& request) const {
  if (options_.origins.empty() || options_.preflight_continue || request.method != "OPTIONS") {
    return std::nullopt;
  }
  Response response = {.status = options_.options_success_status,
                       .content_type = "",
                       .body = "",
                       .headers = HeadersFor(request)};
  // Safari waits for a body of 204 without it.
  if (response.status == 204) response.headers.emplace_back("Content-Length", "0");
  return response;
}

}  // namespace caucus::edge::http
