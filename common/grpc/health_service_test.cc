#include "common/grpc/health_service.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <chrono>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/grpc/channel.h"
#include "common/grpc/grpc_server.h"
#include "common/testing/status_matchers.h"

namespace caucus {
namespace {

using grpc::health::v1::Health;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

// Through a server, which has a HealthService.
class HealthServiceTest : public testing::Test {
 protected:
  struct Watch {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<HealthCheckResponse>> reader;

    HealthCheckResponse::ServingStatus Next() {
      HealthCheckResponse response;
      EXPECT_TRUE(reader->Read(&response));
      return response.status();
    }

    grpc::StatusCode End() {
      HealthCheckResponse response;
      while (reader->Read(&response)) {
      }
      return reader->Finish().error_code();
    }
  };

  HealthServiceTest() {
    EXPECT_OK(server_.Listen({}));
    stub_ = Health::NewStub(CreateChannel(absl::StrCat("127.0.0.1:", server_.port())));
  }

  static void SetDeadline(grpc::ClientContext& context) {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  }

  static HealthCheckRequest RequestFor(const std::string& service) {
    HealthCheckRequest request;
    request.set_service(service);
    return request;
  }

  grpc::Status Check(const std::string& service) {
    grpc::ClientContext context;
    SetDeadline(context);
    HealthCheckResponse response;
    return stub_->Check(&context, RequestFor(service), &response);
  }

  std::unique_ptr<Watch> StartWatch(const std::string& service) {
    auto watch = std::make_unique<Watch>();
    SetDeadline(watch->context);
    watch->reader = stub_->Watch(&watch->context, RequestFor(service));
    return watch;
  }

  GrpcServer server_{{.listen_address = "127.0.0.1:0"}};
  std::unique_ptr<Health::Stub> stub_;
};

TEST_F(HealthServiceTest, KnowsTheServerAndNoSingleService) {
  EXPECT_TRUE(Check("").ok());
  EXPECT_EQ(Check("caucus.Nothing").error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(HealthServiceTest, TellsWhoWatchesThatTheServerStops) {
  const auto watch = StartWatch("");
  const auto other = StartWatch("");
  EXPECT_EQ(watch->Next(), HealthCheckResponse::SERVING);
  EXPECT_EQ(other->Next(), HealthCheckResponse::SERVING);
  server_.SayNotServing();
  EXPECT_EQ(watch->Next(), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(other->Next(), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(watch->End(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(other->End(), grpc::StatusCode::UNAVAILABLE);
  const auto late = StartWatch("");
  EXPECT_EQ(late->Next(), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(late->End(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(HealthServiceTest, WatchesAServiceThatItDoesNotKnow) {
  const auto watch = StartWatch("caucus.Nothing");
  EXPECT_EQ(watch->Next(), HealthCheckResponse::SERVICE_UNKNOWN);
  server_.SayNotServing();
  EXPECT_EQ(watch->Next(), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(watch->End(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(HealthServiceTest, ForgetsWhoWatchesNoMore) {
  const auto watch = StartWatch("");
  EXPECT_EQ(watch->Next(), HealthCheckResponse::SERVING);
  watch->context.TryCancel();
  EXPECT_EQ(watch->End(), grpc::StatusCode::CANCELLED);
  server_.Stop();
}

TEST_F(HealthServiceTest, StopsAtOnceWhileSomebodyWatches) {
  const auto watch = StartWatch("");
  EXPECT_EQ(watch->Next(), HealthCheckResponse::SERVING);
  server_.Stop();
  EXPECT_EQ(watch->Next(), HealthCheckResponse::NOT_SERVING);
}

}  // namespace
}  // namespace caucus
