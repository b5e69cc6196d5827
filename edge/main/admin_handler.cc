#include "edge/main/admin_handler.h"

#include <utility>

namespace caucus::edge {

void AdminHandler::OnRequest(const std::shared_ptr<transport::HttpConnection>& connection) {
  const http::Request& request = connection->request();
  if (request.path == "/metrics" && (request.method == "GET" || request.method == "HEAD")) {
    return metrics_([connection](std::string text) {
      connection->Respond({.status = 200,
                           .content_type = "text/plain; version=0.0.4; charset=utf-8",
                           .body = std::move(text),
                           .headers = {}});
    });
  }
  if (request.path == "/healthz" || request.path == "/readyz") {
    return http_.OnRequest(
        request, [connection](const http::Response& response) { connection->Respond(response); });
  }
  connection->Respond({.status = 404, .content_type = "", .body = "", .headers = {}});
}

}  // namespace caucus::edge
