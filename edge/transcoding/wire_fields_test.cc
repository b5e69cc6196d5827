#include "edge/transcoding/wire_fields.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>

#include "common/testing/status_matchers.h"
#include "edge/transcoding/json_writer.h"
#include "edge/transcoding/message_type.h"
#include "edge/transcoding/test_descriptors.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"

namespace caucus::edge::transcoding {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

class WireFieldsTest : public testing::Test {
 protected:
  WireFieldsTest() : message_(type_->prototype->New()) {}

  std::string Serialize(const std::string& text) {
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, message_.get()));
    return message_->SerializeAsString();
  }
  // The JSON of `bytes`; "malformed" if they are.
  std::string Json(const std::string& bytes) {
    WireFields fields;
    if (!fields.Parse(*type_, bytes)) return "malformed";
    return WriteJson(fields).value_or("malformed");
  }
  // Likewise, once protobuf has parsed and serialized them.
  std::string CanonicalJson(const std::string& bytes) {
    return message_->ParseFromString(bytes) ? Json(message_->SerializeAsString()) : "malformed";
  }

  void Fill(Message& message, int depth);
  void AddValue(Message& message, const FieldDescriptor* field, int depth);

  std::unique_ptr<google::protobuf::DescriptorPool> pool_ =
      MakePool(ReadDescriptorSet(kTestDescriptors));
  MessageTypes types_{pool_.get()};
  const MessageType* const type_ =
      *types_.Add(*pool_->FindMessageTypeByName("caucus.edge.transcoding.testdata.EveryKind"));
  std::unique_ptr<Message> message_;
  std::mt19937 random_{7};
};

void WireFieldsTest::AddValue(Message& message, const FieldDescriptor* field, int depth) {
  const Reflection& r = *message.GetReflection();
  const bool one = !field->is_repeated();
  const auto number = static_cast<int64_t>(random_()) << (random_() % 32);
  const std::string text(random_() % 3, static_cast<char>('a' + random_() % 3));
  Message* const m = &message;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: {
      const auto value = static_cast<int32_t>(number);
      return one ? r.SetInt32(m, field, value) : r.AddInt32(m, field, value);
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      const auto value = static_cast<uint32_t>(number);
      return one ? r.SetUInt32(m, field, value) : r.AddUInt32(m, field, value);
    }
    case FieldDescriptor::CPPTYPE_INT64:
      return one ? r.SetInt64(m, field, -number) : r.AddInt64(m, field, -number);
    case FieldDescriptor::CPPTYPE_UINT64: {
      const auto value = static_cast<uint64_t>(number);
      return one ? r.SetUInt64(m, field, value) : r.AddUInt64(m, field, value);
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      const double value = static_cast<double>(number) / 3;
      return one ? r.SetDouble(m, field, value) : r.AddDouble(m, field, value);
    }
    case FieldDescriptor::CPPTYPE_FLOAT:
      return r.SetFloat(m, field, static_cast<float>(number) / 3);
    case FieldDescriptor::CPPTYPE_BOOL:
      return one ? r.SetBool(m, field, true) : r.AddBool(m, field, number % 2 == 0);
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto value = static_cast<int>(random_() % 4);
      return one ? r.SetEnumValue(m, field, value) : r.AddEnumValue(m, field, value);
    }
    case FieldDescriptor::CPPTYPE_STRING:
      return one ? r.SetString(m, field, text) : r.AddString(m, field, text);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Fill(one ? *r.MutableMessage(m, field) : *r.AddMessage(m, field), depth - 1);
  }
}

void WireFieldsTest::Fill(Message& message, int depth) {
  const Descriptor& type = *message.GetDescriptor();
  if (type.full_name() == "google.protobuf.Timestamp" || depth == 0) return;
  if (type.full_name() == "google.protobuf.Duration") return;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* const field = type.field(i);
    const auto count = random_() % (field->is_repeated() ? 4 : 2);
    for (size_t j = 0; j < count; ++j) AddValue(message, field, depth);
  }
}

TEST_F(WireFieldsTest, ReadsRandomMessagesAndTheirConcatenationAsProtobufDoes) {
  for (int i = 0; i < 300; ++i) {
    std::string bytes;
    for (int pieces = 0; pieces < 3; ++pieces) {
      message_->Clear();
      Fill(*message_, 4);
      bytes.append(message_->SerializeAsString());
      const std::string json = Json(bytes);
      ASSERT_NE(json, "malformed");
      ASSERT_EQ(json, CanonicalJson(bytes));
    }
  }
}

TEST_F(WireFieldsTest, RefusesWhatProtobufRefuses) {
  size_t refused = 0;
  for (int i = 0; i < 3000; ++i) {
    message_->Clear();
    Fill(*message_, 3);
    std::string bytes = message_->SerializeAsString();
    if (bytes.empty()) continue;
    bytes.resize(1 + random_() % bytes.size());
    bytes[random_() % bytes.size()] = static_cast<char>(random_());
    const std::string expected = CanonicalJson(bytes);
    // Effects and what a oneof has dropped are not looked into.
    if (expected == "malformed") {
      refused += Json(bytes) == expected ? 1 : 0;
    } else {
      ASSERT_EQ(Json(bytes), expected) << i;
    }
  }
  EXPECT_GT(refused, 1000u);
}

TEST_F(WireFieldsTest, CountsTheLastOfScalarsAndMergesMessages) {
  const std::string bytes = Serialize(R"pb(an_int32: 1
                                           inner {
                                             name_of_it: "a"
                                             inners {}
                                           })pb") +
                            Serialize(R"pb(an_int32: 2
                                           inner { inners { name_of_it: "b" } })pb");
  EXPECT_EQ(Json(bytes), Json(Serialize(R"pb(an_int32: 2
                                             inner {
                                               name_of_it: "a"
                                               inners {}
                                               inners { name_of_it: "b" }
                                             })pb")));
}

TEST_F(WireFieldsTest, LeavesTheLastMemberOfAOneof) {
  const std::string right = Serialize(R"pb(right {
                                             name_of_it: "r"
                                             inners {}
                                           })pb");
  const std::string other = Serialize(R"pb(right { name_of_it: "o" })pb");
  const std::string left = Serialize(R"pb(left: "l")pb");
  EXPECT_EQ(Json(right + left), Json(left));
  EXPECT_EQ(Json(left + right), Json(right));
  EXPECT_EQ(Json(right + left + other), Json(other));
  EXPECT_EQ(Json(other + right), Json(right));
}

TEST_F(WireFieldsTest, TakesTheLastOfEntriesWithOneKey) {
  const std::string bytes = Serialize(R"pb(by_name { key: "a" value: 1 }
                                           by_name { key: "b" value: 2 })pb") +
                            Serialize(R"pb(by_name { key: "a" value: 3 })pb");
  EXPECT_EQ(Json(bytes), CanonicalJson(bytes));
  EXPECT_NE(Json(bytes).find(R"("byName":{"a":3,"b":2})"), std::string::npos);
}

TEST_F(WireFieldsTest, TakesPackedAndSingleItemsForTheSame) {
  // Field 20, of int64: single items 1 and 2, then a packed list of 3 and 4.
  const std::string bytes = "\xA0\x01\x01\xA0\x01\x02\xA2\x01\x02\x03\x04";
  EXPECT_NE(Json(bytes).find(R"("numbers":["1","2","3","4"])"), std::string::npos);
}

TEST_F(WireFieldsTest, SkipsUnknownFieldsAndOtherWireTypes) {
  const std::string group = "\xA3\x06\x08\x05\xA3\x06\xA4\x06\xA4\x06";  // 100, with 100 in it
  const std::string varint = "\xC0\x3E\x05";                             // 1000
  const std::string text_for_int32 = "\x0A\x01x";
  EXPECT_EQ(Json(group + varint + text_for_int32), Json(""));
  for (const std::string bytes : {"\xA3\x06", "\xA4\x06", "\xA3\x06\xAC\x06", "\x07", "\x02\x00",
                                  "\x08", "\x08\xFF", "\x42\x02x", "\x42\x01\xFF", "\x11\x01"}) {
    EXPECT_EQ(Json(bytes), "malformed");
    EXPECT_FALSE(message_->ParseFromString(bytes));
  }
}

TEST_F(WireFieldsTest, NestsNoDeeperThanProtobuf) {
  for (const int depth : {kWireDepthMax, kWireDepthMax + 1}) {
    std::string bytes;
    for (int i = 1; i < depth; ++i) {
      std::string length;
      for (size_t size = bytes.size();; size >>= 7) {
        length.push_back(static_cast<char>(size < 128 ? size : (size & 127) | 128));
        if (size < 128) break;
      }
      bytes = "\x12" + length + bytes;
    }
    std::string nested(1, static_cast<char>((bytes.size() & 127) | 128));
    nested.push_back(static_cast<char>(bytes.size() >> 7));
    nested = "\x5A" + nested + bytes;
    EXPECT_EQ(Json(nested) != "malformed", depth == kWireDepthMax);
    EXPECT_EQ(message_->ParseFromString(nested), depth == kWireDepthMax);
  }
}

}  // namespace
}  // namespace caucus::edge::transcoding
