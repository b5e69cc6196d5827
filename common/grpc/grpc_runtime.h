// Keeps gRPC's callback threads for the life of the process.

#ifndef COMMON_GRPC_GRPC_RUNTIME_H_
#define COMMON_GRPC_GRPC_RUNTIME_H_

namespace caucus {

// gRPC 1.51 ends its callback threads with the last channel or server that uses them, and now and
// then aborts while it does ("assertion failed: prior > 0" in ref_counted.h: two of a hundred runs
// of a test that makes ten servers; none with this). The first call holds them for good; further
// calls do nothing. For tests, whose services use the callback API; GrpcServer calls it for them.
// Thread-safe.
void KeepGrpcRunning();

}  // namespace caucus

#endif  // COMMON_GRPC_GRPC_RUNTIME_H_
