// gRPC's own messages as records of our log.

#ifndef COMMON_GRPC_GRPC_LOG_H_
#define COMMON_GRPC_GRPC_LOG_H_

namespace caucus {

// From now on gRPC writes with Log(), under the message "grpc", instead of plain text on stderr.
// Which messages it writes stays GRPC_VERBOSITY's affair; by default errors.
//
// REQUIRES: called from main, before gRPC is used.
void RouteGrpcLog();

}  // namespace caucus

#endif  // COMMON_GRPC_GRPC_LOG_H_
