#include "edge/main/readiness.h"

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
  size_t left;
  bool ready = true;
  std::function<void(absl::Status)> done;
};

}  // namespace

void Readiness::Check(std::function<void(absl::Status)> done) const {
  const auto query =
      std::make_shared<Query>(Query{.left = services_.size(), .done = std::move(done)});
  executor_.Post([query, &services = services_] {
    for (backend::RpcInvoker* const service : services) {
      service->Invoke({.method = "/grpc.health.v1.Health/Check",
                       .request = "",
                       .metadata = {},
                       .timeout = kTimeout},
                      [query](const absl::StatusOr<std::string>& response) {
                        const bool ready = response.ok() ? *response == kServing
                                                         : absl::IsUnimplemented(response.status());
                        if (!ready) query->ready = false;
                        if (--query->left > 0) return;
                        query->done(query->ready
                                        ? absl::OkStatus()
                                        : absl::UnavailableError("a service is not ready"));
                      });
    }
  });
}

}  // namespace caucus::edge
