// Channels as all our clients open them.
//
// Thread-safe: free functions without state.

#ifndef COMMON_GRPC_CHANNEL_H_
#define COMMON_GRPC_CHANNEL_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>

namespace caucus {

struct ChannelOptions {
  // Channels to one target share their connections (kShared) or have their own (kLocal), which
  // spreads load over several connections.
  enum class SubchannelPool { kShared, kLocal };

  int receive_message_bytes_max = 4 * 1024 * 1024;
  SubchannelPool subchannel_pool = SubchannelPool::kShared;
};

// Returns a lazily connecting channel to `target` ("host:port", "dns:///name:port") that spreads
// calls over all its addresses and reconnects within seconds. Every call needs a deadline of its
// own.
std::shared_ptr<grpc::Channel> CreateChannel(const std::string& target,
                                             const ChannelOptions& options = {});

}  // namespace caucus

#endif  // COMMON_GRPC_CHANNEL_H_
