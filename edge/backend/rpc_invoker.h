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
// running. Confined to its invoker's thread.
class RpcStream {
 public:
  virtual ~RpcStream() = default;

  // Asks for the next message. The first is asked for by OpenStream. REQUIRES: called once for each
  // message received: so a slow reader holds the service back.
  virtual void ReadNext() = 0;
};

// Confined to one shard, which its callbacks run on too, but never from within Invoke or
// OpenStream.
class RpcInvoker {
 public:
  using UnaryCallback = std::function<void(absl::StatusOr<std::string>)>;
  using MessageCallback = std::function<void(std::string)>;
  using EndCallback = std::function<void(absl::Status)>;

  virtual ~RpcInvoker() = default;

  // Makes a unary call. `done` runs once. Errors are the
  // service's, or kDeadlineExceeded, or kUnavailable, or kInternal for too large a response.
  virtual void Invoke(RpcCall call, UnaryCallback done) = 0;

  // Makes a server-streaming call. `on_end` is the last callback. Too large a message ends the
  // stream with kInternal.
  virtual std::unique_ptr<RpcStream> OpenStream(RpcCall call, MessageCallback on_message,
                                                EndCallback on_end) = 0;
};

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_RPC_INVOKER_H_
