#include "edge/gateway/http_gateway.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"
#include "common/text/unicode.h"
#include "edge/gateway/error_mapping.h"
#include "edge/gateway/query_parameters.h"
#include "edge/transcoding/json_error.h"

namespace caucus::edge::gateway {
namespace {

constexpr size_t kPathBytesShown = 200;

http::Response Json(unsigned status, std::string body) {
  return {.status = status,
          .content_type = "application/json; charset=utf-8",
          .body = std::move(body),
          .headers = {{"cache-control", "no-store"}}};
}

http::Response ErrorResponse(const absl::Status& error) {
  return Json(HttpStatusOf(error.code()), HttpErrorJson(error));
}

http::Response NotFound(const http::Request& request) {
  return Json(404, HttpErrorJson(404, absl::StrCat("Cannot ", request.method, " ",
                                                   request.path.substr(0, kPathBytesShown))));
}

absl::StatusOr<std::string> EncodeRequest(const transcoding::HttpRoute& route,
                                          const http::Request& request) {
  const auto query = ParseQueryParameters(request.query);
  if (request.body.empty() || route.http_method() == "GET") {
    return route.EncodeRequest(nullptr, query);
  }
  absl::StatusOr<boost::json::value> body = transcoding::ParseJson(request.body, {});
  // Too deep a body is a bad request like any other.
  if (!body.ok()) return absl::InvalidArgumentError(body.status().message());
  return route.EncodeRequest(&*body, query);
}

http::Response AnswerOf(const transcoding::HttpRoute& route,
                        const absl::StatusOr<std::string>& response) {
  if (!response.ok()) return ErrorResponse(response.status());
  absl::StatusOr<std::string> body = route.EncodeResponse(*response);
  return body.ok() ? Json(route.status(), *std::move(body)) : ErrorResponse(body.status());
}

}  // namespace

HttpGateway::HttpGateway(Executor& executor, const GatewayServices& services, CallBudget& calls,
                         ReadinessCheck readiness)
    : executor_(executor), services_(services), calls_(calls), readiness_(std::move(readiness)) {}

void HttpGateway::OnRequest(const http::Request& request, Respond respond) {
  const std::string_view method =
      request.method == "HEAD" ? "GET" : std::string_view(request.method);
  if (method == "GET" && request.path == "/healthz")
    return respond(Json(200, R"({"status":"ok"})"));
  if (method == "GET" && request.path == "/readyz") return OnReadiness(std::move(respond));
  const transcoding::HttpRoute* const route = services_.table.FindHttp(method, request.path);
  if (route == nullptr) return respond(NotFound(request));
  CallRoute(*route, request, std::move(respond));
}

void HttpGateway::OnReadiness(Respond respond) {
  readiness_([executor = &executor_, respond = std::move(respond)](absl::Status status) {
    executor->Post([respond, status = std::move(status)] {
      if (status.ok()) return respond(Json(200, R"({"status":"ready"})"));
      respond(Json(503, R"({"status":"not ready"})"));
    });
  });
}

void HttpGateway::CallRoute(const transcoding::HttpRoute& route, const http::Request& request,
                            Respond respond) {
  absl::StatusOr<std::string> encoded = EncodeRequest(route, request);
  if (!encoded.ok()) return respond(ErrorResponse(encoded.status()));
  const Credentials credentials = {
      .token = std::string(BearerToken(request.Header("authorization"))),
      .address = request.address};
  const size_t request_bytes = encoded->size();
  if (const absl::Status added = calls_.Add(request_bytes); !added.ok()) {
    return respond(ErrorResponse(added));
  }
  services_.invoker.Invoke(
      {.method = route.method(),
       .request = *std::move(encoded),
       .metadata = metadata_.For(credentials),
       .timeout = services_.options.call_timeout},
      [this, executor = &executor_, &route, request_bytes,
       respond = std::move(respond)](absl::StatusOr<std::string> response) {
        executor->Post([this, &route, request_bytes, respond, response = std::move(response)] {
          calls_.Remove(request_bytes);
          respond(AnswerOf(route, response));
        });
      });
}

}  // namespace caucus::edge::gateway
