#include "edge/main/readiness.h"

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace caucus::edge {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(1);

// HealthCheckResponse { status: SERVING }: field 1, varint 1.
constexpr std::string_view kServing("\x08\x01", 2);

struct Query {
  std::atomic<size_t> left;
  std::atomic<bool> ready = true;
  std::function<void(absl::Status)> done;
};

}  // namespace

void Readiness::Check(std::function<void(absl::Status)> done) const {
  const auto query = std::make_shared<Query>();
  query->left = services_.size();
  query->done = std::move(done);
  for (backend::RpcInvoker* service : services_) {
    service->Invoke({.method = "/grpc.health.v1.Health/Check",
                     .request = "",
                     .metadata = {},
                     .timeout = kTimeout},
                    [query](const absl::StatusOr<std::string>& response) {
                      const bool ready = response.ok() ? *response == kServing
                                                       : absl::IsUnimplemented(response.status());
                      if (!ready) query->ready = false;
                      if (--query->left > 0) return;
                      query->done(query->ready ? absl::OkStatus()
                                               : absl::UnavailableError("a service is not ready"));
                    });
  }
}

}  // namespace caucus::edge
