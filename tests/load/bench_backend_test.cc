#include "tests/load/bench_backend.h"

#include <google/protobuf/empty.pb.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "common/testing/status_matchers.h"
#include "tests/load/bench.grpc.pb.h"

namespace caucus::load {
namespace {

using bench::v1::BenchFeedItem;
using bench::v1::BenchMessage;
using bench::v1::BenchPoll;
using bench::v1::BenchRoom;

class BenchBackendTest : public testing::Test {
 protected:
  BenchBackendTest() : backend_(*BenchBackend::Start("127.0.0.1:0")) {}

  static BenchMessage MessageFor(const std::string& room) {
    BenchMessage message;
    message.set_room(room);
    message.set_ts("7");
    return message;
  }
  grpc::Status Publish(const std::string& room) {
    grpc::ClientContext context;
    google::protobuf::Empty nothing;
    return feed_->Publish(&context, MessageFor(room), &nothing);
  }

  std::unique_ptr<BenchBackend> backend_;
  const std::shared_ptr<grpc::Channel> channel_ = grpc::CreateChannel(
      "127.0.0.1:" + std::to_string(backend_->port()), grpc::InsecureChannelCredentials());
  const std::unique_ptr<bench::v1::FeedBench::Stub> feed_ = bench::v1::FeedBench::NewStub(channel_);
};

TEST_F(BenchBackendTest, EchoesAgainAndAgain) {
  const auto stub = bench::v1::PlainBench::NewStub(channel_);
  for (int i = 0; i < 1000; ++i) {
    grpc::ClientContext context;
    BenchPoll sent;
    sent.set_topic(std::to_string(i));
    BenchPoll received;
    ASSERT_TRUE(stub->Echo(&context, sent, &received).ok());
    ASSERT_EQ(received.topic(), sent.topic());
  }
}

TEST_F(BenchBackendTest, LetsEverybodyIn) {
  BenchRoom room;
  google::protobuf::Empty nothing;
  grpc::ClientContext rpc;
  EXPECT_TRUE(bench::v1::RpcBench::NewStub(channel_)->Enter(&rpc, room, &nothing).ok());
  grpc::ClientContext feed;
  EXPECT_TRUE(feed_->Enter(&feed, room, &nothing).ok());
  grpc::ClientContext token;
  EXPECT_TRUE(bench::v1::TokenBench::NewStub(channel_)->Enter(&token, nothing, &nothing).ok());
}

TEST_F(BenchBackendTest, SaysAMessageToThoseWhoFollowItsRoom) {
  EXPECT_EQ(Publish("r1").error_code(), grpc::StatusCode::NOT_FOUND);
  BenchRoom room;
  room.set_room("r1");
  grpc::ClientContext context;
  const auto reader = feed_->Follow(&context, room);
  while (!Publish("r1").ok()) continue;
  EXPECT_TRUE(backend_->Say(MessageFor("r1")));
  EXPECT_FALSE(backend_->Say(MessageFor("r2")));
  BenchFeedItem item;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(reader->Read(&item));
    EXPECT_EQ(item.message().ts(), "7");
  }
  context.TryCancel();
  while (reader->Read(&item)) continue;
  while (Publish("r1").ok()) continue;
}

TEST_F(BenchBackendTest, EndsFeedsWhenItStops) {
  BenchRoom room;
  room.set_room("r1");
  grpc::ClientContext context;
  const auto reader = feed_->Follow(&context, room);
  while (!Publish("r1").ok()) continue;
  backend_.reset();
  BenchFeedItem item;
  while (reader->Read(&item)) continue;
  EXPECT_FALSE(reader->Finish().ok());
}

TEST_F(BenchBackendTest, SaysThatItsAddressIsTaken) {
  EXPECT_THAT(BenchBackend::Start("127.0.0.1:" + std::to_string(backend_->port())),
              StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace caucus::load
