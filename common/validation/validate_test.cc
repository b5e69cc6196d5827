#include "common/validation/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "caucus/polls/v1/polls_service.pb.h"

namespace caucus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Descriptions(const google::protobuf::Message& message) {
  std::vector<std::string> descriptions;
  for (const FieldViolation& violation : Validate(message)) {
    descriptions.push_back(violation.description);
  }
  return descriptions;
}

polls::v1::CreatePollRequest Create(std::string topic, uint32_t votes, std::string name) {
  polls::v1::CreatePollRequest request;
  request.set_topic(std::move(topic));
  request.set_votes_per_voter(votes);
  request.set_name(std::move(name));
  return request;
}

TEST(ValidateTest, AcceptsWhatKeepsTheRules) {
  EXPECT_THAT(Descriptions(Create("t", 1, "n")), IsEmpty());
  EXPECT_THAT(Descriptions(Create(std::string(100, 't'), 5, std::string(25, 'n'))), IsEmpty());
}

TEST(ValidateTest, ReportsEmptyFieldsInTheOrderOfTheFields) {
  EXPECT_THAT(Descriptions(Create("", 0, "")),
              ElementsAre("topic must be longer than or equal to 1 characters",
                          "votesPerVoter must not be less than 1",
                          "name must be longer than or equal to 1 characters"));
}

TEST(ValidateTest, ReportsWhatIsTooGreat) {
  EXPECT_THAT(Descriptions(Create(std::string(101, 'x'), 6, std::string(26, 'n'))),
              ElementsAre("topic must be shorter than or equal to 100 characters",
                          "votesPerVoter must not be greater than 5",
                          "name must be shorter than or equal to 25 characters"));
}

TEST(ValidateTest, CountsCodePointsOfTrimmedText) {
  std::string topic = "  ";
  for (int i = 0; i < 100; ++i) topic += "🎲";
  EXPECT_THAT(Descriptions(Create(topic, 1, "\u00A0 ")),
              ElementsAre("name must be longer than or equal to 1 characters"));
}

TEST(ValidateTest, RefusesControlCharactersInText) {
  EXPECT_THAT(Descriptions(Create("a\u202Eb", 1, "n\n")),
              ElementsAre("topic must not contain control characters",
                          "name must not contain control characters"));
}

TEST(ValidateTest, ReportsItemsOnceForEachText) {
  polls::v1::SubmitRankingsRequest request;
  EXPECT_THAT(Validate(request),
              ElementsAre(FieldViolation{"rankings", "rankings must contain at least 1 elements"}));
  request.add_rankings("a");
  request.add_rankings("");
  request.add_rankings("");
  EXPECT_THAT(
      Validate(request),
      ElementsAre(FieldViolation{
          "rankings[1]", "each value in rankings must be longer than or equal to 1 characters"}));
  for (int i = 0; i < 3; ++i) request.add_rankings("x");
  EXPECT_EQ(Descriptions(request).front(), "rankings must contain no more than 5 elements");
}

}  // namespace
}  // namespace caucus
