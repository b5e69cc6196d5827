// Orderly ends: main blocks SIGTERM and SIGINT in every thread and waits for them itself.
//
// Thread-safe: free functions without state.

#ifndef COMMON_GRPC_TERMINATION_H_
#define COMMON_GRPC_TERMINATION_H_

namespace caucus {

// Keeps SIGTERM and SIGINT from ending the process, and ignores SIGPIPE. Threads inherit this.
//
// REQUIRES: called first in main, before any thread is started.
void BlockTerminationSignals();

// Blocks until SIGTERM or SIGINT arrives and returns which. REQUIRES: BlockTerminationSignals().
int WaitForTerminationSignal();

}  // namespace caucus

#endif  // COMMON_GRPC_TERMINATION_H_
