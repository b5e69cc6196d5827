// The boards of echo.proto.

#ifndef TESTS_CONFORMANCE_BOARD_BACKEND_H_
#define TESTS_CONFORMANCE_BOARD_BACKEND_H_

#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/empty.pb.h"
#include "tests/conformance/echo.grpc.pb.h"

namespace caucus::conformance {

// Thread-safe. Its streams must have ended before it goes: so must the server.
class BoardBackend final : public v1::BoardService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Unary = grpc::ServerUnaryReactor;
  using Empty = google::protobuf::Empty;

  Unary* EnterBoard(Context* context, const v1::EnterBoardRequest* request,
                    v1::EnterBoardResponse* response) override;
  Unary* ExitBoard(Context* context, const v1::ExitBoardRequest* request,
                   v1::ExitBoardResponse* response) override;
  Unary* Beat(Context* context, const v1::BeatRequest* request,
              v1::BeatResponse* response) override;
  Unary* Watch(Context* context, const Empty* request, Empty* response) override;
  Unary* Note(Context* context, const v1::NoteRequest* request, Empty* response) override;
  Unary* Repeat(Context* context, const v1::BoardRequest* request, Empty* response) override;
  Unary* Break(Context* context, const v1::BoardRequest* request, Empty* response) override;
  Unary* Drop(Context* context, const v1::BoardRequest* request,
              v1::DropResponse* response) override;
  Unary* Inspect(Context* context, const v1::BoardRequest* request,
                 v1::InspectResponse* response) override;
  grpc::ServerWriteReactor<v1::FollowResponse>* Follow(Context* context,
                                                       const v1::FollowRequest* request) override;

 private:
  class Stream;
  struct Board {
    std::vector<std::string> notes;
    std::set<Stream*> streams;
    std::vector<uint32_t> resumed;
  };

  void Send(Board& board, const v1::FollowResponse& message) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Remove(const std::string& board, Stream* stream);

  absl::Mutex mutex_;
  std::map<std::string, Board> boards_ ABSL_GUARDED_BY(mutex_);
  int beats_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace caucus::conformance

#endif  // TESTS_CONFORMANCE_BOARD_BACKEND_H_
