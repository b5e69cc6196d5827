// How often one address may create polls, join them, and speak for edges, and one person change a
// poll.

#ifndef POLLS_SERVICE_API_ENTRY_LIMITS_H_
#define POLLS_SERVICE_API_ENTRY_LIMITS_H_

#include <grpcpp/server_context.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "common/limits/address_limiter.h"
#include "common/time/clock.h"

namespace caucus::polls {

// Counts in this process: each replica grants as much.
//
// Thread-safe. `clock` must outlive it.
class EntryLimits {
 public:
  // Per minute and address; 0: any number. As many at once after a rest.
  struct Options {
    double polls_created = 60;
    // An auditorium may join from one address.
    double joins = 60'000;
    // Codes tried that no poll has. Then the address joins nothing, lest it go on guessing.
    double unknown_codes = 300;
    // Changes that one person asks for: each takes room in the store until the poll is gone.
    double commands = 600;
    // RenewEdgeLease, by the address of the peer: enough for a hundred edges.
    double heartbeats = 1'200;
    // Whether `x-forwarded-for` names the caller, for calls come from edges alone.
    bool forwarded_for_trusted = true;
  };

  EntryLimits(const Options& options, const Clock& clock);

  // Each returns kResourceExhausted, RATE_LIMITED with RetryInfo, when the caller has to wait.
  absl::Status AdmitCreation(const grpc::ServerContext& context);
  absl::Status AdmitJoin(const grpc::ServerContext& context);
  absl::Status AdmitHeartbeat(const grpc::ServerContext& context);

  // The caller has tried a code that no poll has.
  void OnUnknownCode(const grpc::ServerContext& context);

  absl::Status AdmitCommand(const std::string& user_id);

 private:
  std::string AddressOf(const grpc::ServerContext& context) const;

  const Options options_;
  AddressLimiter creations_;
  AddressLimiter joins_;
  AddressLimiter unknown_codes_;
  AddressLimiter heartbeats_;
  AddressLimiter commands_;  // By user id.
};

// Returns the address of gRPC's `peer`, e.g. `192.0.2.1` of `ipv4:192.0.2.1:4711`.
std::string AddressOfPeer(std::string_view peer);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_ENTRY_LIMITS_H_
