#include "common/redis/reply.h"

#include <gtest/gtest.h>
#include <hiredis/hiredis.h>

#include <string>

#include "absl/status/status.h"
#include "common/testing/status_matchers.h"

namespace caucus {
namespace {

Reply Parse(const std::string& bytes) {
  redisReader* reader = redisReaderCreate();
  redisReaderFeed(reader, bytes.data(), bytes.size());
  void* parsed = nullptr;
  EXPECT_EQ(redisReaderGetReply(reader, &parsed), REDIS_OK);
  Reply reply = Reply::Copy(*static_cast<redisReply*>(parsed));
  freeReplyObject(parsed);
  redisReaderFree(reader);
  return reply;
}

TEST(ReplyTest, CopiesEveryKind) {
  EXPECT_EQ(Parse("$-1\r\n").kind, Reply::Kind::kNil);
  EXPECT_EQ(Parse(":-42\r\n").integer, -42);
  EXPECT_EQ(Parse("+OK\r\n").text, "OK");
  EXPECT_EQ(Parse(std::string("$3\r\na\0b\r\n", 9)).text, std::string("a\0b", 3));
  EXPECT_EQ(Parse("-ERR no\r\n").kind, Reply::Kind::kError);

  const Reply nested = Parse("*2\r\n:1\r\n*1\r\n$1\r\nx\r\n");
  ASSERT_EQ(nested.elements.size(), 2u);
  EXPECT_EQ(nested.elements[0].integer, 1);
  EXPECT_EQ(nested.elements[1].elements[0].text, "x");
}

TEST(ReplyTest, TellsAServerThatCannotNowFromAMistake) {
  for (const char* error : {"LOADING Redis is loading", "READONLY You can't write",
                            "MASTERDOWN Link with MASTER is down", "OOM command not allowed",
                            "NOREPLICAS Not enough good replicas"}) {
    EXPECT_THAT(StatusOfError(error), StatusIs(absl::StatusCode::kUnavailable)) << error;
  }
  EXPECT_THAT(StatusOfError("ERR unknown command"), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(StatusOfError("OOMPH"), StatusIs(absl::StatusCode::kInternal));
}

TEST(ReplyTest, KnowsAMaster) {
  EXPECT_TRUE(TellsOfMaster(Parse("*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n")));
  EXPECT_FALSE(TellsOfMaster(Parse("*1\r\n$5\r\nslave\r\n")));
  EXPECT_FALSE(TellsOfMaster(Parse("*0\r\n")));
  EXPECT_FALSE(TellsOfMaster(Parse("-NOPERM no\r\n")));
  EXPECT_TRUE(TellsOfNoMaster(Parse("-READONLY You can't write\r\n")));
  EXPECT_TRUE(TellsOfNoMaster(Parse("-UNBLOCKED force unblock\r\n")));
  EXPECT_FALSE(TellsOfNoMaster(Parse("-OOM no\r\n")));
  EXPECT_FALSE(TellsOfNoMaster(Parse("+READONLY\r\n")));
}

}  // namespace
}  // namespace caucus
