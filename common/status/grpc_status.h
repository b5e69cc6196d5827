// grpc::Status and google.rpc.Status to absl::Status and back. Codes are the same numbers;
// google.rpc details travel as payloads.
//
// Thread-safe: free functions without state.

#ifndef COMMON_STATUS_GRPC_STATUS_H_
#define COMMON_STATUS_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace caucus {

grpc::Status ToGrpcStatus(const absl::Status& status);

// Details that are not a google.rpc.Status are dropped; the code and message remain.
absl::Status FromGrpcStatus(const grpc::Status& status);

google::rpc::Status ToRpcStatus(const absl::Status& status);
absl::Status FromRpcStatus(const google::rpc::Status& status);

}  // namespace caucus

#endif  // COMMON_STATUS_GRPC_STATUS_H_
