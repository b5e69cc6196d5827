#include "polls-service/domain/request_answers.h"

#include <gtest/gtest.h>

#include <string>

namespace caucus::polls {
namespace {

RequestAnswer Answer(std::string user_id, std::string request_id, uint64_t revision) {
  return {.request = {.user_id = std::move(user_id), .request_id = std::move(request_id)},
          .revision = revision,
          .visible_revision = revision};
}

TEST(RequestAnswersTest, FindsWhatItRemembersByUserAndRequest) {
  RequestAnswers answers;
  answers.Remember(Answer("a", "1", 5));
  answers.Remember(Answer("b", "1", 6));
  ASSERT_NE(answers.Find({.user_id = "a", .request_id = "1"}), nullptr);
  EXPECT_EQ(answers.Find({.user_id = "a", .request_id = "1"})->revision, 5u);
  EXPECT_EQ(answers.Find({.user_id = "b", .request_id = "1"})->revision, 6u);
  EXPECT_EQ(answers.Find({.user_id = "a", .request_id = "2"}), nullptr);
}

TEST(RequestAnswersTest, NamesThatReadTheSameAreKeptApart) {
  RequestAnswers answers;
  answers.Remember(Answer("ab", "c", 1));
  EXPECT_EQ(answers.Find({.user_id = "a", .request_id = "bc"}), nullptr);
}

TEST(RequestAnswersTest, TheFirstAnswerStands) {
  RequestAnswers answers;
  answers.Remember(Answer("a", "1", 5));
  answers.Remember(Answer("a", "1", 9));
  EXPECT_EQ(answers.Find({.user_id = "a", .request_id = "1"})->revision, 5u);
  EXPECT_EQ(answers.answers().size(), 1u);
}

TEST(RequestAnswersTest, TheOldestIsForgottenBeyondTheBound) {
  RequestAnswers answers;
  for (size_t i = 0; i <= RequestAnswers::kAnswersMax; ++i) {
    answers.Remember(Answer("a", std::to_string(i), i));
  }
  EXPECT_EQ(answers.answers().size(), RequestAnswers::kAnswersMax);
  EXPECT_EQ(answers.Find({.user_id = "a", .request_id = "0"}), nullptr);
  EXPECT_EQ(answers.Find({.user_id = "a", .request_id = "1"})->revision, 1u);
}

}  // namespace
}  // namespace caucus::polls
