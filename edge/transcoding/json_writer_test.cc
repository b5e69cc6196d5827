#include "edge/transcoding/json_writer.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <memory>
#include <string>

#include "common/testing/status_matchers.h"
#include "edge/transcoding/message_type.h"
#include "edge/transcoding/test_descriptors.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/json_util.h"

namespace caucus::edge::transcoding {
namespace {

using google::protobuf::Message;

constexpr char kFull[] = R"pb(
  an_int32: -7
  a_sint64: -9007199254740993
  a_uint32: 4294967295
  a_fixed64: 18446744073709551615
  a_double: 0.1
  a_float: 0.5
  a_bool: true
  a_string: "é \"quoted\" \n 🎲"
  some_bytes: "\x00\xff\x10"
  colour: COLOUR_RED
  inner {
    name_of_it: "in"
    inners { name_of_it: "deep" }
  }
  maybe: 0
  left: ""
  numbers: [ 1, -2 ]
  strings: [ "a", "" ]
  colours: [ COLOUR_BLUE, COLOUR_UNSPECIFIED ]
  inners { name_of_it: "x" }
  inners {}
  doubles: [ 0.25, 1e-9, inf, nan ]
  bools: [ true, false ]
  blobs: "hi"
  by_name { key: "b" value: 2 }
  by_name { key: "a" value: 1 }
  by_number {
    key: 10
    value { name_of_it: "ten" }
  }
  by_number {
    key: -9
    value {}
  }
  by_truth { key: true value: "yes" }
  by_truth { key: false value: "no" }
  by_big_number { key: 18446744073709551615 value: COLOUR_RED }
  time { seconds: 1700000000 nanos: 500000000 }
  duration { seconds: -3 nanos: -1000 }
  structure {
    fields {
      key: "list"
      value {
        list_value {
          values { null_value: NULL_VALUE }
          values { bool_value: true }
          values { number_value: 1.5 }
        }
      }
    }
    fields {
      key: "deep"
      value {
        struct_value {
          fields {
            key: "s"
            value { string_value: "t" }
          }
        }
      }
    }
  }
  value { string_value: "v" }
  list { values { string_value: "item" } }
  wrapped_int64 { value: 5 }
  wrapped_string {}
  wrapped_bool { value: true }
  wrapped_bytes { value: "ab" }
  wrapped_double { value: 2.5 }
  empty {}
  mask { paths: "user.display_name" paths: "photo" }
  lists {
    key: "none"
    value {}
  }
  values { number_value: 0.5 }
)pb";

class JsonWriterTest : public testing::Test {
 protected:
  std::unique_ptr<Message> Make(const std::string& type_name, const std::string& text) {
    type_ = *types_.Add(*pool_->FindMessageTypeByName(kPackage + type_name));
    std::unique_ptr<Message> message(type_->prototype->New());
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, message.get()));
    return message;
  }

  absl::StatusOr<std::string> WriteMessage(const Message& message) {
    bytes_ = message.SerializeAsString();
    EXPECT_TRUE(fields_.Parse(*type_, bytes_));
    return WriteJson(fields_);
  }

  std::string Write(const std::string& text) {
    const auto message = Make("EveryKind", text);
    const auto json = WriteMessage(*message);
    EXPECT_THAT(json, IsOk());
    return json.ok() ? *json : "";
  }

  const std::string kPackage = "caucus.edge.transcoding.testdata.";
  std::unique_ptr<google::protobuf::DescriptorPool> pool_ =
      MakePool(ReadDescriptorSet(kTestDescriptors));
  MessageTypes types_{pool_.get()};
  const MessageType* type_ = nullptr;
  std::string bytes_;
  WireFields fields_;
};

std::string ProtobufJson(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json, options).ok());
  return json;
}

TEST_F(JsonWriterTest, SaysWhatProtobufsOwnPrinterSays) {
  for (const std::string text : {"", kFull}) {
    const auto message = Make("EveryKind", text);
    ASSERT_OK_AND_ASSIGN(const std::string json, WriteMessage(*message));
    boost::json::value expected = boost::json::parse(ProtobufJson(*message));
    // It writes a NullValue field by name; the mapping's text says null, and it reads only that.
    expected.at("null") = nullptr;
    EXPECT_EQ(boost::json::parse(json), expected) << json;
  }
}

TEST_F(JsonWriterTest, WritesDefaultsAndLeavesOutWhatIsAbsent) {
  EXPECT_EQ(Write(""),
            R"({"anInt32":0,"aSint64":"0","aUint32":0,"aFixed64":"0","aDouble":0,"aFloat":0,)"
            R"("aBool":false,"aString":"","someBytes":"","colour":"COLOUR_UNSPECIFIED",)"
            R"("numbers":[],"strings":[],"colours":[],"inners":[],"doubles":[],"bools":[],)"
            R"("blobs":[],"byName":{},"byNumber":{},"byTruth":{},"byBigNumber":{},)"
            R"("null":null,"lists":{},"values":[]})");
}

TEST_F(JsonWriterTest, WritesOneMemberOfAOneofAndOptionalFieldsThatAreSet) {
  const std::string json = Write(R"pb(maybe: 0
                                      right { name_of_it: "r" })pb");
  EXPECT_NE(json.find(R"("maybe":0)"), std::string::npos);
  EXPECT_NE(json.find(R"("right":{"nameOfIt":"r","inners":[]})"), std::string::npos);
  EXPECT_EQ(json.find(R"("left")"), std::string::npos);
}

TEST_F(JsonWriterTest, SortsTheMembersOfMaps) {
  const std::string json = Write(kFull);
  EXPECT_NE(json.find(R"("byName":{"a":1,"b":2})"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("byNumber":{"-9":{"nameOfIt":"","inners":[]},"10":{)"), std::string::npos);
  EXPECT_NE(json.find(R"("byTruth":{"false":"no","true":"yes"})"), std::string::npos);
  EXPECT_NE(json.find(R"("structure":{"deep":{"s":"t"},"list":[null,true,1.5]})"),
            std::string::npos);
}

TEST_F(JsonWriterTest, NeverWritesEffects) {
  const std::string json = Write(R"pb(effects { effects { emit { event: "secret" } } })pb");
  EXPECT_EQ(json, Write(""));
}

TEST_F(JsonWriterTest, WritesUnknownEnumValuesAsNumbers) {
  EXPECT_NE(Write("colour: 77").find(R"("colour":77)"), std::string::npos);
}

TEST_F(JsonWriterTest, FailsForTimesOutOfRange) {
  const auto message = Make("EveryKind", "time { seconds: 999999999999999 }");
  EXPECT_THAT(WriteMessage(*message), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(JsonWriterTest, WritesTheValueOfOneField) {
  const auto message = Make("EveryKind", R"pb(strings: "s"
                                              inner { name_of_it: "i" })pb");
  EXPECT_OK(WriteMessage(*message).status());
  const auto write = [&](const char* name) {
    return WriteFieldJson(type_->FieldOf(*type_->descriptor->FindFieldByName(name)), fields_);
  };
  ASSERT_OK_AND_ASSIGN(const std::string strings, write("strings"));
  EXPECT_EQ(strings, R"(["s"])");
  ASSERT_OK_AND_ASSIGN(const std::string inner, write("inner"));
  EXPECT_EQ(inner, R"({"nameOfIt":"i","inners":[]})");
  ASSERT_OK_AND_ASSIGN(const std::string absent, write("time"));
  EXPECT_EQ(absent, "null");
}

TEST_F(JsonWriterTest, RefusesAny) {
  EXPECT_THAT(types_.Add(*pool_->FindMessageTypeByName(kPackage + "HasAny")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       testing::HasSubstr("HasAny.things: google.protobuf.Any")));
}

}  // namespace
}  // namespace caucus::edge::transcoding
