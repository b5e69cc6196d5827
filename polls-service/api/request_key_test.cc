#include "polls-service/api/request_key.h"

#include <gtest/gtest.h>

#include "caucus/polls/v1/polls_service.pb.h"

namespace caucus::polls {
namespace {

v1::SubmitRankingsRequest Vote(std::string request_id, std::string nomination_id) {
  v1::SubmitRankingsRequest request;
  request.set_request_id(std::move(request_id));
  request.add_rankings(std::move(nomination_id));
  return request;
}

TEST(RequestKeyTest, ARequestWithoutAnIdHasNoKey) {
  EXPECT_EQ(KeyOf("a", Vote("", "n1")).request_id, "");
}

TEST(RequestKeyTest, TheFingerprintIsOfMethodAndFieldsAlone) {
  const RequestKey key = KeyOf("a", Vote("r1", "n1"));
  EXPECT_EQ(key.user_id, "a");
  EXPECT_EQ(key.request_id, "r1");
  EXPECT_EQ(key.fingerprint, KeyOf("b", Vote("r2", "n1")).fingerprint);
  EXPECT_NE(key.fingerprint, KeyOf("a", Vote("r1", "n2")).fingerprint);
  v1::StartVoteRequest start;
  v1::ClosePollRequest close;
  EXPECT_NE(FingerprintOf(start), FingerprintOf(close));
}

TEST(CreationKeyTest, WithoutARequestIdThereIsNone) {
  EXPECT_EQ(CreationKeyOf("", 1).request_digest, "");
}

TEST(CreationKeyTest, TellsTheSameRequestFromOneWithOtherFields) {
  const CreationKey key = CreationKeyOf("r1", 1);
  EXPECT_TRUE(key.IsSameRequest(CreationKeyOf("r1", 1).request_digest));
  EXPECT_TRUE(key.IsSameRequest(CreationKeyOf("r1", 2).request_digest));
  EXPECT_NE(key.request_digest, CreationKeyOf("r1", 2).request_digest);
  EXPECT_FALSE(key.IsSameRequest(CreationKeyOf("r2", 1).request_digest));
  EXPECT_FALSE(key.IsSameRequest(""));
}

TEST(CreationKeyTest, DrawsTheSameIdsForTheSameRequestAndAttempt) {
  const CreationKey key = CreationKeyOf("r1", 1);
  const IdGenerator ids = key.Ids(0);
  const std::string poll_id = ids.DrawPollId();
  const std::string user_id = ids.DrawUserId();
  EXPECT_EQ(poll_id.size(), 6u);
  EXPECT_EQ(user_id.size(), 21u);
  const IdGenerator again = CreationKeyOf("r1", 2).Ids(0);
  EXPECT_EQ(again.DrawPollId(), poll_id);
  EXPECT_EQ(again.DrawUserId(), user_id);
  EXPECT_NE(key.Ids(1).DrawPollId(), poll_id);
}

}  // namespace
}  // namespace caucus::polls
