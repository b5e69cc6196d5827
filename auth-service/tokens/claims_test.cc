#include "auth-service/tokens/claims.h"

#include <boost/json/serialize.hpp>
#include <limits>
#include <string>

#include "auth-service/encoding/strict_json.h"
#include "common/testing/status_matchers.h"

namespace caucus::auth {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

TEST(ClaimsTest, JsonSurvivesTheStruct) {
  const std::string text =
      R"({"a":"x","b":[1,-2,0.5,true,null,{}],"c":{"d":{"e":"\u0000é"}},"f":9007199254740991})";
  ASSERT_OK_AND_ASSIGN(const auto object, ParseJsonObject(text));
  ASSERT_OK_AND_ASSIGN(const auto again, ClaimsToJson(ClaimsFromJson(object)));
  EXPECT_EQ(again, object) << boost::json::serialize(again);
}

TEST(ClaimsTest, WritesWholeNumbersAsIntegersAndNamesInOrder) {
  Struct claims;
  (*claims.mutable_fields())["z"].set_number_value(5);
  (*claims.mutable_fields())["a"].set_number_value(-0.25);
  ASSERT_OK_AND_ASSIGN(const auto object, ClaimsToJson(claims));
  EXPECT_EQ(boost::json::serialize(object), R"({"a":-2.5E-1,"z":5})");
}

TEST(ClaimsTest, RefusesWhatJsonLacks) {
  for (const double number :
       {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    Struct claims;
    (*claims.mutable_fields())["a"].set_number_value(number);
    EXPECT_THAT(ClaimsToJson(claims), StatusIs(absl::StatusCode::kInvalidArgument));
  }
  Struct claims;
  (*claims.mutable_fields())["a"];
  EXPECT_THAT(ClaimsToJson(claims), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ClaimsTest, RefusesWhatAVerifierWouldFindTooDeep) {
  Struct claims;
  Value* value = &(*claims.mutable_fields())["a"];
  for (int depth = 2; depth <= 4; ++depth) {
    value = value->mutable_list_value()->add_values();
  }
  value->set_bool_value(true);
  ASSERT_OK_AND_ASSIGN(const auto object, ClaimsToJson(claims));
  EXPECT_OK(ParseJsonObject(boost::json::serialize(object)));
  *value->mutable_list_value() = {};
  EXPECT_THAT(ClaimsToJson(claims), StatusIs(absl::StatusCode::kInvalidArgument));
  value->mutable_struct_value();
  EXPECT_THAT(ClaimsToJson(claims), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace caucus::auth
