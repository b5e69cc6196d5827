// What goes over a connection: streams and frames, as nghttp2 tells of them.

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "edge/backend/http2_connection.h"

namespace caucus::edge::backend {
namespace {

// What may come on one stream and is not consumed: a stream that nobody reads holds so much.
constexpr uint32_t kStreamWindow = 64 * 1024;
// On all together. It is given back at once: each stream has a window of its own.
constexpr int32_t kConnectionWindow = 8 * 1024 * 1024;

// Headers of a response: they take memory before anyone has seen them.
constexpr uint32_t kHeaderListBytesMax = 64 * 1024;

constexpr uint8_t kCopyValue = NGHTTP2_NV_FLAG_NO_COPY_NAME;
// The same in every call.
constexpr uint8_t kConstant = NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE;
// Another in each call, or secret: not worth a place in the table of headers, or not to be put
// there.
constexpr uint8_t kNotIndexed = NGHTTP2_NV_FLAG_NO_INDEX;

Http2Connection& Self(void* data) { return *static_cast<Http2Connection*>(data); }

uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
}

std::string_view Text(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

// What is left until `deadline`, as a grpc-timeout.
std::string TimeoutText(Http2Call::Clock::time_point deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - Http2Call::Clock::now());
  return absl::StrCat(std::clamp<int64_t>(left.count(), 1, 99'999'999), "m");
}

}  // namespace

void Http2Connection::BeginSession() {
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_no_auto_window_update(option, 1);
  nghttp2_option_set_no_closed_streams(option, 1);
  nghttp2_session* session = nullptr;
  nghttp2_session_client_new2(&session, &Callbacks(), this, option);
  nghttp2_option_del(option);
  session_.reset(session);
  const std::array<nghttp2_settings_entry, 3> settings = {
      nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, kHeaderListBytesMax}};
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
}

bool Http2Connection::HasRoom() const {
  return streams_ < nghttp2_session_get_remote_settings(session_.get(),
                                                        NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

bool Http2Connection::Submit(Http2Call& call) {
  headers_.clear();
  AddHeader(":method", "POST", kConstant);
  AddHeader(":scheme", "http", kConstant);
  AddHeader(":path", call.rpc().method, kCopyValue);
  AddHeader(":authority", authority_, kConstant);
  AddHeader("te", "trailers", kConstant);
  AddHeader("content-type", "application/grpc", kConstant);
  AddHeader("user-agent", "caucus-edge", kConstant);
  std::string timeout;
  if (!call.is_stream()) {
    timeout = TimeoutText(call.deadline());
    AddHeader("grpc-timeout", timeout, kCopyValue);
  }
  for (const auto& [name, value] : call.rpc().metadata) AddHeader(name, value, kNotIndexed);
  nghttp2_data_provider body;
  body.source.ptr = nullptr;
  body.read_callback = [](nghttp2_session*, int32_t stream_id, uint8_t* out, size_t size,
                          uint32_t* flags, nghttp2_data_source*, void* self) -> ssize_t {
    Http2Call* const sending = Self(self).CallOf(stream_id);
    if (sending == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const std::string_view piece = sending->unsent().substr(0, size);
    std::copy(piece.begin(), piece.end(), out);
    sending->OnSent(piece.size());
    if (sending->unsent().empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(piece.size());
  };
  const int32_t stream_id = nghttp2_submit_request(session_.get(), nullptr, headers_.data(),
                                                   headers_.size(), &body, &call);
  if (stream_id < 0) {  // There are 2^30 of them.
    Retire();
    return false;
  }
  call.stream_id = stream_id;
  call.carrier = this;
  calls_.push_back(call);
  ++streams_;
  FlushLater();
  return true;
}

int32_t Http2Connection::Detach(Http2Call& call) {
  nghttp2_session_set_stream_user_data(session_.get(), call.stream_id, nullptr);
  call.unlink();
  call.carrier = nullptr;
  return std::exchange(call.stream_id, 0);
}

void Http2Connection::OnConsumed(Http2Call& call, size_t bytes) {
  if (call.stream_id == 0 || bytes == 0) return;
  nghttp2_session_consume_stream(session_.get(), call.stream_id, bytes);
  FlushLater();
}

void Http2Connection::OnFinished(Http2Call& call) {
  const int32_t stream_id = std::exchange(call.stream_id, 0);
  if (stream_id == 0) return;
  nghttp2_session_set_stream_user_data(session_.get(), stream_id, nullptr);
  if (!call.remote_ended() || !call.unsent().empty()) {
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream_id, NGHTTP2_CANCEL);
  }
  FlushLater();
}

void Http2Connection::OnFrame(const nghttp2_frame& frame) {
  switch (frame.hd.type) {
    case NGHTTP2_SETTINGS:
      if ((frame.hd.flags & NGHTTP2_FLAG_ACK) != 0) return;
      if (state_ == State::kConnecting) {
        state_ = State::kReady;
        ArmTimer(keepalive_time_);
      }
      if (ready()) observer_.OnReady(*this);
      return;
    case NGHTTP2_GOAWAY:
      return OnGoaway(frame.goaway.error_code);
    case NGHTTP2_HEADERS:
    case NGHTTP2_DATA:
      if ((frame.hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return;
      if (Http2Call* const call = CallOf(frame.hd.stream_id)) call->OnRemoteEnd();
      return;
    default:
      return;
  }
}

void Http2Connection::OnGoaway(uint32_t error) {
  if (error == NGHTTP2_ENHANCE_YOUR_CALM) observer_.OnTooManyPings();
  Retire();
}

void Http2Connection::OnHeadersNotSent(int32_t stream_id, int error) {
  Http2Call* const call = CallOf(stream_id);
  if (call == nullptr) return;
  Detach(*call);
  if (error == NGHTTP2_ERR_FRAME_SIZE_ERROR) {
    return call->Finish(absl::ResourceExhaustedError("the metadata of the call are too large"));
  }
  // nghttp2 makes no calls any more.
  Retire();
  call->Rewind();
  observer_.OnRefused(*call);
}

void Http2Connection::OnStreamClosed(int32_t stream_id, uint32_t error) {
  const bool was_full = !HasRoom();
  --streams_;
  if (Http2Call* const call = CallOf(stream_id)) EndClosed(*call, error);
  if (was_full && ready()) observer_.OnReady(*this);
}

void Http2Connection::EndClosed(Http2Call& call, uint32_t error) {
  Detach(call);
  if (error == NGHTTP2_REFUSED_STREAM && call.Rewind()) return observer_.OnRefused(call);
  // If it has ended, what it has said last may still be read.
  if (!call.remote_ended()) call.Finish(StatusOfReset(error));
}

Http2Call* Http2Connection::CallOf(int32_t stream_id) const {
  if (state_ == State::kClosed) return nullptr;
  return static_cast<Http2Call*>(nghttp2_session_get_stream_user_data(session_.get(), stream_id));
}

void Http2Connection::AddHeader(std::string_view name, std::string_view value, uint8_t flags) {
  headers_.push_back({Bytes(name), Bytes(value), name.size(), value.size(), flags});
}

const nghttp2_session_callbacks& Http2Connection::Callbacks() {
  static const nghttp2_session_callbacks* const callbacks = [] {
    nghttp2_session_callbacks* made = nullptr;
    nghttp2_session_callbacks_new(&made);
    nghttp2_session_callbacks_set_on_header_callback(
        made, [](nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                 size_t name_bytes, const uint8_t* value, size_t value_bytes, uint8_t, void* self) {
          if (Http2Call* const call = Self(self).CallOf(frame->hd.stream_id)) {
            call->OnHeader(Text(name, name_bytes), Text(value, value_bytes));
          }
          return 0;
        });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        made, [](nghttp2_session* session, uint8_t, int32_t stream_id, const uint8_t* data,
                 size_t bytes, void* self) {
          nghttp2_session_consume_connection(session, bytes);
          Http2Call* const call = Self(self).CallOf(stream_id);
          const size_t consumed = call == nullptr ? bytes : call->OnData(Text(data, bytes));
          if (consumed > 0) nghttp2_session_consume_stream(session, stream_id, consumed);
          return 0;
        });
    nghttp2_session_callbacks_set_on_frame_recv_callback(
        made, [](nghttp2_session*, const nghttp2_frame* frame, void* self) {
          Self(self).OnFrame(*frame);
          return 0;
        });
    nghttp2_session_callbacks_set_before_frame_send_callback(
        made, [](nghttp2_session*, const nghttp2_frame* frame, void* self) {
          if (frame->hd.type != NGHTTP2_HEADERS) return 0;
          if (Http2Call* const call = Self(self).CallOf(frame->hd.stream_id)) call->OnBegun();
          return 0;
        });
    nghttp2_session_callbacks_set_on_frame_not_send_callback(
        made, [](nghttp2_session*, const nghttp2_frame* frame, int error, void* self) {
          if (frame->hd.type == NGHTTP2_HEADERS) {
            Self(self).OnHeadersNotSent(frame->hd.stream_id, error);
          }
          return 0;
        });
    nghttp2_session_callbacks_set_on_stream_close_callback(
        made, [](nghttp2_session*, int32_t stream_id, uint32_t error, void* self) {
          Self(self).OnStreamClosed(stream_id, error);
          return 0;
        });
    return made;
  }();
  return *callbacks;
}

}  // namespace caucus::edge::backend
