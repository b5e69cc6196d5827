#include "edge/engineio/handshake.h"

namespace caucus::edge::engineio {
namespace {

constexpr std::string_view kProtocol = "4";

}  // namespace

std::string_view MessageOf(HandshakeError error) {
  switch (error) {
    case HandshakeError::kUnknownTransport:
      return "Transport unknown";
    case HandshakeError::kUnknownSid:
      return "Session ID unknown";
    case HandshakeError::kBadHandshakeMethod:
      return "Bad handshake method";
    case HandshakeError::kBadRequest:
      return "Bad request";
    case HandshakeError::kForbidden:
      return "Forbidden";
    case HandshakeError::kUnsupportedProtocolVersion:
      return "Unsupported protocol version";
  }
  return "";
}

std::string BodyOf(HandshakeError error) {
  std::string body = R"({"code":)";
  body.push_back(static_cast<char>('0' + static_cast<int>(error)));
  body.append(R"(,"message":")").append(MessageOf(error)).append(R"("})");
  return body;
}

RequestQuery ParseRequestQuery(std::string_view query) {
  RequestQuery result;
  const auto take = [](std::string_view& field, std::string_view value) {
    if (field.data() == nullptr) field = value;
  };
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    const size_t equals = pair.find('=');
    const std::string_view name = pair.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? pair.substr(pair.size()) : pair.substr(equals + 1);
    if (name == "EIO") take(result.protocol, value);
    if (name == "transport") take(result.transport, value);
    if (name == "sid") take(result.sid, value);
    if (name == "b64") take(result.base64, value);
  }
  return result;
}

std::optional<HandshakeError> Verify(const RequestFacts& facts) {
  const std::optional<Transport> transport = TransportOf(facts.query.transport);
  if (!transport || !facts.transports.Has(*transport)) return HandshakeError::kUnknownTransport;
  if (facts.origin_malformed) return HandshakeError::kBadRequest;
  if (!facts.query.sid.empty()) {
    if (facts.session == nullptr) return HandshakeError::kUnknownSid;
    if (!facts.is_upgrade && facts.session->transport() != *transport) {
      return HandshakeError::kBadRequest;
    }
    if (facts.query.protocol != kProtocol) return HandshakeError::kBadRequest;
    if (facts.origin_forbidden) return HandshakeError::kForbidden;
  } else {
    if (!facts.is_get) return HandshakeError::kBadHandshakeMethod;
    if (*transport == Transport::kWebSocket && !facts.is_upgrade) {
      return HandshakeError::kBadRequest;
    }
    if (facts.origin_forbidden) return HandshakeError::kForbidden;
    if (facts.query.protocol != kProtocol) return HandshakeError::kUnsupportedProtocolVersion;
  }
  // The reference answers an upgrade of the polling transport with 101 and then closes; we refuse
  // it.
  if (facts.is_upgrade && *transport != Transport::kWebSocket) return HandshakeError::kBadRequest;
  return std::nullopt;
}

std::optional<Transport> TransportOf(std::string_view name) {
  if (name == "polling") return Transport::kPolling;
  if (name == "websocket") return Transport::kWebSocket;
  return std::nullopt;
}

}  // namespace caucus::edge::engineio
