#include "tests/conformance/board_backend.h"

#include <cstddef>
#include <deque>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "caucus/socketio/v1/effects.pb.h"

namespace caucus::conformance {
namespace {

using socketio::v1::Effect;
using socketio::v1::Effects;

grpc::ServerUnaryReactor* Ok(grpc::CallbackServerContext* context) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

void TellWatchers(const std::string& event, std::string arguments_json, Effects& effects) {
  Effect::Emit& emit = *effects.add_effects()->mutable_emit();
  emit.mutable_to()->set_room("watchers");
  emit.set_event(event);
  emit.set_arguments_json(std::move(arguments_json));
}

v1::FollowResponse SheetOf(const std::vector<std::string>& notes) {
  v1::FollowResponse message;
  message.mutable_sheet()->mutable_notes()->Add(notes.begin(), notes.end());
  message.set_sequence(static_cast<uint32_t>(notes.size()));
  return message;
}

v1::FollowResponse NoteOf(const std::vector<std::string>& notes, size_t index) {
  v1::FollowResponse message;
  message.set_note(notes[index]);
  message.set_sequence(static_cast<uint32_t>(index + 1));
  return message;
}

}  // namespace

// Owns itself until gRPC is done with it.
class BoardBackend::Stream final : public grpc::ServerWriteReactor<v1::FollowResponse> {
 public:
  Stream(BoardBackend& backend, std::string board) : backend_(backend), board_(std::move(board)) {}

  void Send(const v1::FollowResponse& message) {
    absl::MutexLock lock(&mutex_);
    if (ended_) return;
    messages_.push_back(message);
    if (messages_.size() == 1) StartWrite(&messages_.front());
  }

  // Behind a message that is being written.
  void End(const grpc::Status& status) {
    {
      absl::MutexLock lock(&mutex_);
      if (std::exchange(ended_, true)) return;
      status_ = status;
      if (!messages_.empty()) return;
    }
    Finish(status);
  }

  void OnWriteDone(bool ok) override {
    grpc::Status status;
    {
      absl::MutexLock lock(&mutex_);
      messages_.pop_front();
      if (!ok && !std::exchange(ended_, true)) status_ = grpc::Status::CANCELLED;
      if (!ended_) {
        if (!messages_.empty()) StartWrite(&messages_.front());
        return;
      }
      status = status_;
    }
    Finish(status);
  }
  void OnCancel() override { End(grpc::Status::CANCELLED); }
  void OnDone() override {
    backend_.Remove(board_, this);
    delete this;
  }

 private:
  BoardBackend& backend_;
  const std::string board_;
  absl::Mutex mutex_;
  std::deque<v1::FollowResponse> messages_ ABSL_GUARDED_BY(mutex_);  // The first is being written.
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::Status status_ ABSL_GUARDED_BY(mutex_);
};

BoardBackend::Unary* BoardBackend::EnterBoard(Context* context,
                                              const v1::EnterBoardRequest* request,
                                              v1::EnterBoardResponse* response) {
  uint32_t sequence = 0;
  if (absl::SimpleAtoi(request->sequence(), &sequence)) response->set_sequence(sequence);
  return Ok(context);
}

BoardBackend::Unary* BoardBackend::ExitBoard(Context* context, const v1::ExitBoardRequest* request,
                                             v1::ExitBoardResponse* response) {
  TellWatchers("gone", absl::StrCat(R"([")", request->socket_id(), R"("])"),
               *response->mutable_effects());
  return Ok(context);
}

BoardBackend::Unary* BoardBackend::Beat(Context* context, const v1::BeatRequest* request,
                                        v1::BeatResponse* response) {
  absl::MutexLock lock(&mutex_);
  TellWatchers("beat", absl::StrCat(R"([")", request->edge_id(), R"(",)", ++beats_, "]"),
               *response->mutable_effects());
  return Ok(context);
}

BoardBackend::Unary* BoardBackend::Watch(Context* context, const Empty*, Empty*) {
  return Ok(context);
}

BoardBackend::Unary* BoardBackend::Note(Context* context, const v1::NoteRequest* request, Empty*) {
  absl::MutexLock lock(&mutex_);
  Board& board = boards_[request->board()];
  board.notes.push_back(request->text());
  Send(board, NoteOf(board.notes, board.notes.size() - 1));
  return Ok(context);
}

BoardBackend::Unary* BoardBackend::Repeat(Context* context, const v1::BoardRequest* request,
                                          Empty*) {
  absl::MutexLock lock(&mutex_);
  Board& board = boards_[request->board()];
  v1::FollowResponse message = SheetOf(board.notes);
  message.set_again(true);
  Send(board, message);
  return Ok(context);
}

BoardBackend::Unary* BoardBackend::Break(Context* context, const v1::BoardRequest* request,
                                         Empty*) {
  absl::MutexLock lock(&mutex_);
  for (Stream* const stream : boards_[request->board()].streams) {
    stream->End(grpc::Status(grpc::StatusCode::UNAVAILABLE, "broken on purpose"));
  }
  return Ok(context);
}

BoardBackend::Unary* BoardBackend::Drop(Context* context, const v1::BoardRequest* request,
                                        v1::DropResponse* response) {
  Effect::Disconnect& disconnect =
      *response->mutable_effects()->add_effects()->mutable_disconnect();
  disconnect.mutable_target()->set_room(absl::StrCat(request->board(), ":NOTES"));
  disconnect.set_reconnect(true);
  return Ok(context);
}

BoardBackend::Unary* BoardBackend::Inspect(Context* context, const v1::BoardRequest* request,
                                           v1::InspectResponse* response) {
  absl::MutexLock lock(&mutex_);
  const std::vector<uint32_t>& resumed = boards_[request->board()].resumed;
  response->mutable_resumed()->Add(resumed.begin(), resumed.end());
  return Ok(context);
}

grpc::ServerWriteReactor<v1::FollowResponse>* BoardBackend::Follow(
    Context*, const v1::FollowRequest* request) {
  auto* const stream = new Stream(*this, request->board());
  absl::MutexLock lock(&mutex_);
  Board& board = boards_[request->board()];
  board.resumed.push_back(request->sequence());
  board.streams.insert(stream);
  if (request->sequence() == 0) stream->Send(SheetOf(board.notes));
  for (size_t i = request->sequence(); request->sequence() > 0 && i < board.notes.size(); ++i) {
    stream->Send(NoteOf(board.notes, i));
  }
  return stream;
}

void BoardBackend::Send(Board& board, const v1::FollowResponse& message) {
  for (Stream* const stream : board.streams) stream->Send(message);
}

void BoardBackend::Remove(const std::string& board, Stream* stream) {
  absl::MutexLock lock(&mutex_);
  boards_[board].streams.erase(stream);
}

}  // namespace caucus::conformance
