#include "common/grpc/grpc_server.h"

#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/grpc/health_check.h"
#include "common/testing/status_matchers.h"

namespace caucus {
namespace {

using testing::HasSubstr;

absl::StatusOr<std::unique_ptr<GrpcServer>> StartOn(const std::string& address) {
  return GrpcServer::Start({.listen_address = address, .reflection = GrpcServer::Reflection::kOn},
                           {});
}

std::string TargetOf(const GrpcServer& server) { return absl::StrCat("127.0.0.1:", server.port()); }

TEST(GrpcServerTest, ServesHealthOnAFreePort) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<GrpcServer> server, StartOn("127.0.0.1:0"));
  EXPECT_GT(server->port(), 0);
  EXPECT_OK(CheckHealth(TargetOf(*server), absl::Seconds(10)));
  EXPECT_EQ(RunHealthCheck(TargetOf(*server)), 0);
}

TEST(GrpcServerTest, ListensAtSeveralAddresses) {
  // Not below TEST_TMPDIR: a Unix socket's path has room for 107 bytes.
  char folder[] = "/tmp/grpc_server_XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  const std::string socket = absl::StrCat("unix:", folder, "/several.sock");
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<GrpcServer> server,
                       StartOn(absl::StrCat("127.0.0.1:0,", socket)));
  EXPECT_GT(server->port(), 0);
  EXPECT_OK(CheckHealth(TargetOf(*server), absl::Seconds(10)));
  EXPECT_OK(CheckHealth(socket, absl::Seconds(10)));
  std::filesystem::remove_all(folder);
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
