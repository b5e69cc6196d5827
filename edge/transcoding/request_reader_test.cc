#include "edge/transcoding/request_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <memory>
#include <string>
#include <vector>

#include "common/testing/status_matchers.h"
#include "common/validation/violation_list.h"
#include "edge/transcoding/json_writer.h"
#include "edge/transcoding/message_type.h"
#include "edge/transcoding/test_descriptors.h"
#include "edge/transcoding/wire_fields.h"
#include "google/protobuf/empty.pb.h"
#include "google/protobuf/unknown_field_set.h"
#include "google/protobuf/util/json_util.h"

namespace caucus::edge::transcoding {
namespace {

using google::protobuf::Message;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kFull[] = R"json({
  "anInt32": -7, "aSint64": "-9007199254740993", "aUint32": 4294967295.0,
  "a_fixed64": "18446744073709551615", "aDouble": 1.5, "aFloat": "-Infinity", "aBool": true,
  "aString": "é 🎲 \u0000", "someBytes": "AP8Q", "colour": "COLOUR_RED",
  "nested": {"nameOfIt": "in", "inners": [{"name_of_it": "deep"}]},
  "maybe": 0, "left": "", "numbers": [1, "-2"], "strings": ["a", ""],
  "colours": [-2, "COLOUR_RED"], "inners": [{}, {"nameOfIt": "x"}], "doubles": [0, 1e-9],
  "bools": [true, false], "blobs": ["aGk", "_-8="],
  "byName": {"a": 1, "b": 2}, "byNumber": {"-9": {"nameOfIt": "n"}},
  "byTruth": {"true": "yes"}, "byBigNumber": {"18446744073709551615": 1},
  "time": "2023-11-14T22:13:20.500Z", "duration": "-3.000001s",
  "structure": {"a": [1, null, {"b": false}], "s": "t"}, "value": null,
  "list": ["x", []], "wrappedInt64": "5", "wrappedString": "", "wrappedBool": true,
  "wrappedBytes": "YWI=", "wrappedDouble": 2.5, "empty": {}, "mask": "user.displayName,photo",
  "null": null, "lists": {"l": []}, "values": [null, 1, "s", true, {}, []],
  "unknown": {"whatever": [1]}
})json";

class RequestReaderTest : public testing::Test {
 protected:
  // Reads `json` and returns the descriptions of the violations.
  std::vector<std::string> Read(const std::string& type_name, const std::string& json) {
    type_ =
        *types_.Add(*pool_->FindMessageTypeByName("caucus.edge.transcoding.testdata." + type_name));
    message_.reset(type_->prototype->New());
    const boost::json::value value = boost::json::parse(json);
    ViolationList violations;
    request_ = ReadRequestObject(
        *type_, &value, bound_, [](size_t i) { return std::to_string(i); }, violations);
    EXPECT_TRUE(!violations.empty() || message_->ParseFromString(request_)) << json;
    std::vector<std::string> descriptions;
    fields_.clear();
    for (const auto& violation : violations.violations()) {
      fields_.push_back(violation.field);
      descriptions.push_back(violation.description);
    }
    return descriptions;
  }

  std::unique_ptr<google::protobuf::DescriptorPool> pool_ =
      MakePool(ReadDescriptorSet(kTestDescriptors));
  MessageTypes types_{pool_.get()};
  const MessageType* type_ = nullptr;
  std::string request_;
  std::unique_ptr<Message> message_;
  std::vector<std::string> fields_;
  BoundFields bound_;
};

TEST_F(RequestReaderTest, ReadsWhatProtobufsOwnParserReads) {
  EXPECT_THAT(Read("EveryKind", kFull), IsEmpty());
  std::unique_ptr<Message> expected(type_->prototype->New());
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto parsed = google::protobuf::util::JsonStringToMessage(kFull, expected.get(), options);
  ASSERT_TRUE(parsed.ok()) << parsed.ToString();
  EXPECT_EQ(message_->DebugString(), expected->DebugString());
}

TEST_F(RequestReaderTest, TakesNullForAbsentAndIgnoresUnknownMembers) {
  EXPECT_THAT(Read("EveryKind", R"({"anInt32": null, "nested": null, "strings": null,
                                    "byName": null, "time": null, "left": null, "x": 1})"),
              IsEmpty());
  EXPECT_EQ(message_->ByteSizeLong(), 0u);
}

TEST_F(RequestReaderTest, TakesAnythingButAnObjectForAnEmptyOne) {
  for (const char* json : {"\"str\"", "5", "[{}]", "null", "true"}) {
    EXPECT_THAT(Read("Ruled", json),
                ElementsAre("room must be longer than or equal to 1 characters",
                            "room must be a string", "grades must be an array"));
  }
}

TEST_F(RequestReaderTest, ReportsWrongTypesInTheOrderOfTheFields) {
  EXPECT_THAT(
      Read("EveryKind",
           R"({"wrappedInt64": true, "mask": 1, "time": "noon", "duration": 5, "structure": [],
               "list": {}, "byName": [], "inners": {}, "strings": [1, 2], "left": 5,
               "nested": "x", "colour": "PINK", "someBytes": "*", "aString": 1, "aBool": "true",
               "aFloat": 1e39, "aDouble": "1", "aFixed64": "-1", "aUint32": -1,
               "aSint64": "1.5", "anInt32": "3"})"),
      ElementsAre("anInt32 must be an integer number", "aSint64 must be an integer number",
                  "aUint32 must be an integer number", "aFixed64 must be an integer number",
                  "aDouble must be a number", "aFloat must be a number",
                  "aBool must be a boolean value", "aString must be a string",
                  "someBytes must be base64 encoded",
                  "colour must be one of the following values: COLOUR_UNSPECIFIED, COLOUR_RED, "
                  "COLOUR_BLUE",
                  "nested must be an object", "left must be a string",
                  "each value in strings must be a string", "inners must be an array",
                  "byName must be an object", "time must be a valid ISO 8601 date string",
                  "duration must be a duration in seconds: 1.5s", "structure must be an object",
                  "list must be an array", "wrappedInt64 must be an integer number",
                  "mask must be a string"));
}

TEST_F(RequestReaderTest, RefusesIntegersBeyondTheirType) {
  EXPECT_THAT(Read("EveryKind", R"({"anInt32": 2147483648, "aUint32": 4294967296,
                                    "aSint64": "9223372036854775808", "aFixed64": 1e20,
                                    "numbers": [null], "byNumber": {"x": {}, "1.5": {}}})"),
              ElementsAre("anInt32 must be an integer number", "aSint64 must be an integer number",
                          "aUint32 must be an integer number", "aFixed64 must be an integer number",
                          "each value in numbers must be an integer number",
                          "each value in byNumber must be an integer number"));
}

TEST_F(RequestReaderTest, RefusesTwoMembersOfAOneof) {
  EXPECT_THAT(Read("EveryKind", R"({"left": "l", "right": {}})"),
              ElementsAre("right must not be given beside another field of its oneof"));
}

TEST_F(RequestReaderTest, HoldsRulesAtEveryLevel) {
  EXPECT_THAT(
      Read("Ruled", R"({"room": "", "first": {}, "more": [{"text": "ok"}, {"text": "long"}, {}],
                        "grades": [1, 6, 7, "2"], "nickname": "x", "offset": "1"})"),
      ElementsAre("room must be longer than or equal to 1 characters",
                  "first.text must be longer than or equal to 1 characters",
                  "first.text must be a string", "more must contain no more than 2 elements",
                  "more[1].text must be shorter than or equal to 3 characters",
                  "more[2].text must be longer than or equal to 1 characters",
                  "more[2].text must be a string",
                  "each value in grades must not be greater than 5",
                  "each value in grades must not be less than 1",
                  "each value in grades must be an integer number",
                  "nickname must be longer than or equal to 2 characters",
                  "offset must not be greater than 5", "offset must not be less than -5",
                  "offset must be an integer number"));
  EXPECT_THAT(fields_, ElementsAre("room", "first.text", "first.text", "more", "more[1].text",
                                   "more[2].text", "more[2].text", "grades[1]", "grades[3]",
                                   "grades[3]", "nickname", "offset", "offset", "offset"));
}

TEST_F(RequestReaderTest, AsksForNothingThatMayBeAbsent) {
  EXPECT_THAT(Read("Ruled", R"({"room": "r", "grades": [1]})"), IsEmpty());
}

TEST_F(RequestReaderTest, NeverReadsBoundFields) {
  const auto* ruled = pool_->FindMessageTypeByName("caucus.edge.transcoding.testdata.Ruled");
  const auto* first = ruled->FindFieldByName("first");
  bound_.Add({ruled->FindFieldByName("room")}, 4);
  bound_.Add({first, first->message_type()->FindFieldByName("text")}, 5);
  EXPECT_THAT(Read("Ruled", R"({"room": 5, "first": {"text": "forged"}, "grades": [2]})"),
              IsEmpty());
  EXPECT_EQ(message_->ShortDebugString(), R"(room: "4" first { text: "5" } grades: 2)");
}

// As one message on the wire: not every client of protobuf merges two.
TEST_F(RequestReaderTest, WritesBoundFieldsWhereTheClientGivesNone) {
  const auto* kind = pool_->FindMessageTypeByName("caucus.edge.transcoding.testdata.EveryKind");
  const auto* inner = kind->FindFieldByName("inner");
  const auto* right = kind->FindFieldByName("right");
  const auto* wrapped = kind->FindFieldByName("wrapped_string");
  bound_.Add({inner, inner->message_type()->FindFieldByName("name_of_it")}, 1);
  bound_.Add({right, right->message_type()->FindFieldByName("name_of_it")}, 2);
  bound_.Add({wrapped, wrapped->message_type()->FindFieldByName("value")}, 3);
  constexpr char kBound[] =
      R"(inner { name_of_it: "1" } right { name_of_it: "2" } wrapped_string { value: "3" })";
  for (const char* json : {"{}", R"({"nested": null, "left": "x", "wrappedString": "forged"})"}) {
    EXPECT_THAT(Read("EveryKind", json), IsEmpty());
    EXPECT_EQ(message_->ShortDebugString(), kBound) << json;
  }
  EXPECT_THAT(Read("EveryKind", R"({"nested": {"nameOfIt": "forged", "inners": [{}]}})"),
              IsEmpty());
  google::protobuf::Empty fields;
  ASSERT_TRUE(fields.ParseFromString(request_));
  EXPECT_EQ(fields.GetReflection()->GetUnknownFields(fields).field_count(), 3);
  EXPECT_TRUE(
      message_->ShortDebugString().starts_with(R"(inner { name_of_it: "1" inners { } } right)"));
}

TEST_F(RequestReaderTest, WritesWhatIsAbsentAsNothing) {
  EXPECT_THAT(Read("EveryKind", R"({"anInt32": 0, "aDouble": 0, "aBool": false, "aString": "",
                                    "colour": 0, "numbers": [], "strings": [], "byName": {}})"),
              IsEmpty());
  EXPECT_EQ(request_, "");
}

TEST_F(RequestReaderTest, ReadsValuesOfAnyLength) {
  for (const size_t size : {0u, 126u, 127u, 128u, 16383u, 16384u, 3000000u}) {
    const std::string text(size, 'x');
    EXPECT_THAT(Read("EveryKind", R"({"nested": {"inners": [{"inners": [{"nameOfIt": ")" + text +
                                      R"("}]}]}, "numbers": [1], "aBool": true})"),
                IsEmpty());
    const std::string shown = message_->ShortDebugString();
    const std::string name = size == 0 ? "" : "name_of_it: \"" + text + "\" ";
    EXPECT_TRUE(shown == "a_bool: true inner { inners { inners { " + name + "} } } numbers: 1")
        << size;
  }
}

TEST_F(RequestReaderTest, ReadsBackWhatTheWriterWrites) {
  ASSERT_THAT(Read("EveryKind", kFull), IsEmpty());
  const std::string request = request_;
  WireFields fields;
  ASSERT_TRUE(fields.Parse(*type_, request));
  ASSERT_OK_AND_ASSIGN(const std::string json, WriteJson(fields));
  const std::string before = message_->DebugString();
  EXPECT_THAT(Read("EveryKind", json), IsEmpty());
  EXPECT_EQ(message_->DebugString(), before);
}

}  // namespace
}  // namespace caucus::edge::transcoding
