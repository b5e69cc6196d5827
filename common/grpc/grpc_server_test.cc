#include "common/grpc/grpc_server.h"

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/grpc/channel.h"
#include "common/grpc/health_check.h"
#include "common/testing/status_matchers.h"

namespace caucus {
namespace {

using testing::HasSubstr;

using Reflection = GrpcServer::Reflection;

absl::StatusOr<std::unique_ptr<GrpcServer>> StartOn(const std::string& address,
                                                    Reflection reflection = Reflection::kOff) {
  return GrpcServer::Start({.listen_address = address, .reflection = reflection}, {});
}

std::string TargetOf(const GrpcServer& server) { return absl::StrCat("127.0.0.1:", server.port()); }

// Not below TEST_TMPDIR: a Unix socket's path has room for 107 bytes.
class SocketFolder {
 public:
  SocketFolder() { EXPECT_NE(mkdtemp(path_.data()), nullptr); }
  ~SocketFolder() { std::filesystem::remove_all(path_); }

  std::string Address() const { return absl::StrCat("unix:", path_, "/test.sock"); }

 private:
  std::string path_ = "/tmp/grpc_server_XXXXXX";
};

// Returns how a call of `method`, with an empty request, ends.
grpc::StatusCode Call(const GrpcServer& server, const std::string& method) {
  grpc::GenericStub stub(CreateChannel(TargetOf(server)));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  const grpc::Slice nothing;
  const grpc::ByteBuffer request(&nothing, 1);
  grpc::CompletionQueue queue;
  const auto reader = stub.PrepareUnaryCall(&context, method, request, &queue);
  reader->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  reader->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  return status.error_code();
}

TEST(GrpcServerTest, TellsItsInterfaceOnlyIfItIsAllowed) {
  const std::string method = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<GrpcServer> server, StartOn("127.0.0.1:0"));
  EXPECT_EQ(Call(*server, method), grpc::StatusCode::UNIMPLEMENTED);
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<GrpcServer> open,
                       StartOn("127.0.0.1:0", Reflection::kOn));
  EXPECT_EQ(Call(*open, method), grpc::StatusCode::OK);
}

TEST(GrpcServerTest, RefusesMethodsThatItHasNot) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<GrpcServer> server, StartOn("127.0.0.1:0"));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(Call(*server, "/caucus.Nothing/At.All"), grpc::StatusCode::UNIMPLEMENTED);
  }
}

TEST(GrpcServerTest, ServesHealthOnAFreePort) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<GrpcServer> server, StartOn("127.0.0.1:0"));
  EXPECT_GT(server->port(), 0);
  EXPECT_OK(CheckHealth(TargetOf(*server), absl::Seconds(10)));
  EXPECT_EQ(RunHealthCheck(TargetOf(*server)), 0);
}

TEST(GrpcServerTest, ListensAtSeveralAddresses) {
  const SocketFolder folder;
  const std::string socket = folder.Address();
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<GrpcServer> server,
                       StartOn(absl::StrCat("127.0.0.1:0,", socket)));
  EXPECT_GT(server->port(), 0);
  EXPECT_OK(CheckHealth(TargetOf(*server), absl::Seconds(10)));
  EXPECT_OK(CheckHealth(socket, absl::Seconds(10)));
}

TEST(GrpcServerTest, LeavesAUnixSocketToWhoServesIt) {
  const SocketFolder folder;
  const std::string socket = folder.Address();
  {
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<GrpcServer> server, StartOn(socket));
    EXPECT_THAT(StartOn(socket), StatusIs(absl::StatusCode::kUnavailable,
                                          HasSubstr("another process listens on unix:")));
    EXPECT_OK(CheckHealth(socket, absl::Seconds(10)));
  }
  EXPECT_OK(StartOn(socket).status());
}

TEST(GrpcServerTest, RefusesIfOneOfItsAddressesIsTaken) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<GrpcServer> server, StartOn("127.0.0.1:0"));
  EXPECT_THAT(StartOn(absl::StrCat("127.0.0.1:0,", TargetOf(*server))),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST(GrpcServerTest, RefusesATakenPort) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<GrpcServer> server, StartOn("127.0.0.1:0"));
  EXPECT_THAT(StartOn(TargetOf(*server)),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("cannot listen on 127.0.0.1:")));
}

TEST(GrpcServerTest, SaysNotServingWhileItStillServes) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<GrpcServer> server, StartOn("127.0.0.1:0"));
  server->SayNotServing();
  server->SayNotServing();
  // Answered, by a server that can be reached.
  EXPECT_THAT(CheckHealth(TargetOf(*server), absl::Seconds(10)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("not serving")));
}

TEST(GrpcServerTest, IsUnhealthyOnceStopped) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<GrpcServer> server, StartOn("127.0.0.1:0"));
  server->Stop();
  server->Stop();
  EXPECT_THAT(CheckHealth(TargetOf(*server), absl::Seconds(10)),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(RunHealthCheck(TargetOf(*server)), 1);
}

}  // namespace
}  // namespace caucus
