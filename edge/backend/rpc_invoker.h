// The seam between the edge and the services behind it: calls by name, with bytes in and bytes out.

#ifndef EDGE_BACKEND_RPC_INVOKER_H_
#define EDGE_BACKEND_RPC_INVOKER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace caucus::edge::backend {

// Of one response or streamed message. A larger one is an error of the service.
inline constexpr size_t kMessageBytesMax = 4 * 1024 * 1024;

struct RpcCall {
  std::string method;   // "/package.Service/Method"
  std::string request;  // Serialized.
  std::vector<std::pair<std::string, std::string>> metadata;
  // Until the answer. While the service is unreachable a call that has not been sent waits for it,
  // so long. Ignored for streams, which last.
  absl::Duration timeout = absl::Seconds(5);
};

// An open stream. Destroying it cancels the call; neither callback runs afterwards, unless it is
// running. Thread-safe.
class RpcStream {
 public:
  virtual ~RpcStream() = default;

  // Asks for the next message. The first is asked for by OpenStream. REQUIRES: called once for each
  // message received: so a slow reader holds the service back.
  virtual void ReadNext() = 0;
};

// Thread-safe.
class RpcInvoker {
 public:
  using UnaryCallback = std::function<void(absl::StatusOr<std::string>)>;
  using MessageCallback = std::function<void(std::string)>;
  using EndCallback = std::function<void(absl::Status)>;

  virtual ~RpcInvoker() = default;

  // Makes a unary call. `done` runs once, on any thread, and must not block. Errors are the
  // service's, or kDeadlineExceeded, or kUnavailable, or kInternal for too large a response.
  virtual void Invoke(RpcCall call, UnaryCallback done) = 0;

  // Makes a server-streaming call. The callbacks run on any thread, one at a time, and must not
  // block; `on_end` is the last. Too large a message ends the stream with
  // kInternal.
  virtual std::unique_ptr<RpcStream> OpenStream(RpcCall call, MessageCallback on_message,
                                                EndCallback on_end) = 0;
};

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_RPC_INVOKER_H_
