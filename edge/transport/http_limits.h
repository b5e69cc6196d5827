// What one HTTP connection may send, and how long it may take.

#ifndef EDGE_TRANSPORT_HTTP_LIMITS_H_
#define EDGE_TRANSPORT_HTTP_LIMITS_H_

#include <chrono>
#include <cstddef>
#include <memory>

#include "edge/http/address_limiter.h"
#include "edge/http/http_gate.h"
#include "edge/limits/limit.h"

namespace caucus::edge::transport {

struct BodyLimits {
  size_t bytes_max = 1'000'000;
  size_t chunk_extension_bytes_max = 8 * 1024;  // Of all chunks together.
};

struct HttpLimits {
  // A whole auditorium sits behind one address.
  static constexpr size_t kConnectionsPerAddressMax = 16'384;

  http::HeadLimits head;
  BodyLimits body;
  // From a connection's start, or a request's first byte, to the end of its head.
  std::chrono::milliseconds header_timeout{5'000};
  // For a body, beside the time that its bytes take at the least rate.
  std::chrono::milliseconds body_timeout{10'000};
  size_t body_bytes_per_second_min = 16 * 1024;     // 0: body_timeout is all there is.
  std::chrono::milliseconds write_timeout{10'000};  // For a client to take more of an answer.
  std::chrono::milliseconds idle_timeout{60'000};   // Between requests.
  // Shared by all shards.
  std::shared_ptr<http::AddressLimiter> addresses =
      std::make_shared<http::AddressLimiter>(kConnectionsPerAddressMax);
  std::shared_ptr<LimitObserver> observer = std::make_shared<NullLimitObserver>();
};

}  // namespace caucus::edge::transport

#endif  // EDGE_TRANSPORT_HTTP_LIMITS_H_
