#include "edge/gateway/fake_rpc_invoker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace caucus::edge::gateway {
namespace {

std::string NameOf(const backend::RpcCall& call) {
  return call.method.substr(call.method.rfind('/') + 1);
}

class FakeStream final : public backend::RpcStream {
 public:
  explicit FakeStream(std::shared_ptr<FakeRpcInvoker::Stream> stream)
      : stream_(std::move(stream)) {}
  ~FakeStream() override { stream_->is_open = false; }

  void ReadNext() override { ++stream_->reads; }

 private:
  const std::shared_ptr<FakeRpcInvoker::Stream> stream_;
};

}  // namespace

std::string MetadataOf(const backend::RpcCall& call, std::string_view name) {
  for (const auto& [key, value] : call.metadata) {
    if (key == name) return value;
  }
  return {};
}

void FakeRpcInvoker::Invoke(backend::RpcCall call, UnaryCallback done) {
  calls_.push_back({.call = std::move(call), .done = std::move(done)});
}

std::unique_ptr<backend::RpcStream> FakeRpcInvoker::OpenStream(backend::RpcCall call,
                                                               MessageCallback on_message,
                                                               EndCallback on_end) {
  streams_.push_back(std::make_shared<Stream>(Stream{
      .call = std::move(call), .on_message = std::move(on_message), .on_end = std::move(on_end)}));
  return std::make_unique<FakeStream>(streams_.back());
}

std::vector<std::string> FakeRpcInvoker::Waiting() const {
  std::vector<std::string> names;
  for (const UnaryCall& waiting : calls_) names.push_back(NameOf(waiting.call));
  return names;
}

FakeRpcInvoker::UnaryCall FakeRpcInvoker::Take(std::string_view method) {
  const auto found = std::find_if(calls_.begin(), calls_.end(), [&](const UnaryCall& waiting) {
    return NameOf(waiting.call) == method;
  });
  if (found == calls_.end()) {
    ADD_FAILURE() << "no call of " << method << " waits";
    return {.call = {}, .done = [](absl::StatusOr<std::string>) {}};
  }
  UnaryCall taken = std::move(*found);
  calls_.erase(found);
  return taken;
}

std::vector<std::shared_ptr<FakeRpcInvoker::Stream>> FakeRpcInvoker::StreamsOf(
    std::string_view method) const {
  std::vector<std::shared_ptr<Stream>> streams;
  for (const auto& stream : streams_) {
    if (NameOf(stream->call) == method) streams.push_back(stream);
  }
  return streams;
}

}  // namespace caucus::edge::gateway
