// Services that answer when a test says so.

#ifndef EDGE_GATEWAY_FAKE_RPC_INVOKER_H_
#define EDGE_GATEWAY_FAKE_RPC_INVOKER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "edge/backend/rpc_invoker.h"

namespace caucus::edge::gateway {

// Returns a call's metadata of this name, empty if there is none.
std::string MetadataOf(const backend::RpcCall& call, std::string_view name);

// Keeps every call. Thread-compatible. Must outlive the streams that it has opened.
class FakeRpcInvoker final : public backend::RpcInvoker {
 public:
  struct UnaryCall {
    backend::RpcCall call;
    UnaryCallback done;
  };
  struct Stream {
    backend::RpcCall call;
    MessageCallback on_message;
    EndCallback on_end;
    int reads = 1;  // How many messages were asked for.
    bool is_open = true;
  };

  void Invoke(backend::RpcCall call, UnaryCallback done) override;
  std::unique_ptr<backend::RpcStream> OpenStream(backend::RpcCall call, MessageCallback on_message,
                                                 EndCallback on_end) override;

  // The last parts of the methods of the calls that wait for an answer, oldest first.
  std::vector<std::string> Waiting() const;
  // Takes the oldest waiting call of a method, e.g. `Say`; a failed test if there is none.
  UnaryCall Take(std::string_view method);

  // Every stream of a method, ever, in the order of opening.
  std::vector<std::shared_ptr<Stream>> StreamsOf(std::string_view method) const;

 private:
  std::vector<UnaryCall> calls_;
  std::vector<std::shared_ptr<Stream>> streams_;
};

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_FAKE_RPC_INVOKER_H_
