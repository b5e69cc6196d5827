#include "edge/transcoding/effect_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/testing/status_matchers.h"
#include "google/protobuf/text_format.h"

namespace caucus::edge::transcoding {
namespace {

using testing::HasSubstr;

absl::Status Check(const std::string& text) {
  socketio::v1::Effect effect;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &effect)) << text;
  return CheckEffect(effect);
}

TEST(EffectCheckTest, KnowsWhatCanBeDone) {
  for (const char* const text :
       {R"(emit { to { room: "a" } event: "e" })",
        R"(emit { to { all: true } event: "e" arguments_json: "[1]" volatile: true })",
        R"(emit { to { socket_id: "s" } event: "e" attachments: "x" })",
        R"(join { target { room: "a" except_socket_ids: "s" } room: "b" })",
        R"(leave { target { all: true } room: "b" })",
        R"(disconnect { target { socket_id: "s" } })"}) {
    EXPECT_OK(Check(text)) << text;
  }
}

TEST(EffectCheckTest, NamesWhatCannotBeDone) {
  const auto expect = [](const std::string& text, const std::string& message) {
    EXPECT_THAT(Check(text), StatusIs(absl::StatusCode::kInternal, HasSubstr(message))) << text;
  };
  expect("", "no action");
  expect(R"(emit { event: "e" })", "no target");
  expect(R"(emit { to { except_socket_ids: "s" } event: "e" })", "no target");
  expect(R"(emit { to { all: false } event: "e" })", "no target");
  expect(R"(emit { to { room: "" } event: "e" })", "a target room without a name");
  expect(R"(disconnect { target { socket_id: "" } })", "a target socket without an id");
  expect(R"(emit { to { all: true } })", "name is empty");
  expect(R"(emit { to { all: true } event: "disconnect" })", "Socket.IO keeps for itself");
  expect(R"(emit { to { all: true } event: "e" arguments_json: "{}" })", "no JSON array");
  expect(R"(emit { to { all: true } event: "e" arguments_json: "[" })", "no JSON");
  expect(R"(emit { to { all: true } event: "e" attachments: "x"
            arguments_json: '[{"_placeholder":true,"num":1}]' })",
         "a placeholder for no attachment");
  expect(R"(join { target { all: true } })", "a room without a name");
  expect(R"(leave { target { all: true } })", "a room without a name");
  expect(R"(join { room: "b" })", "no target");
  expect("disconnect { close: true }", "no target");
}

}  // namespace
}  // namespace caucus::edge::transcoding
