#include "edge/websocket/subprotocol.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace caucus::edge::websocket {
namespace {

TEST(SubprotocolTest, FirstOneIsSelected) {
  for (const std::string_view offers :
       {"chat", "chat,superchat", "chat, superchat", " \tchat \t, superchat", ",, chat", "chat,"}) {
    EXPECT_EQ(SelectSubprotocol(offers), "chat") << offers;
  }
  EXPECT_EQ(SelectSubprotocol("v1.json!#$%&'*+-.^_`|~"), "v1.json!#$%&'*+-.^_`|~");
}

TEST(SubprotocolTest, WhatIsNoTokenIsPassedOver) {
  for (const std::string_view offers : {"a b, chat", "\"chat\", chat", "x/y, chat", "a;b=c,chat",
                                        "\xC3\xA9, chat", "a\r\nb, chat"}) {
    EXPECT_EQ(SelectSubprotocol(offers), "chat") << offers;
  }
}

TEST(SubprotocolTest, NothingValidSelectsNone) {
  for (const std::string_view offers : {"", " ", ",", " , ,\t", "a b", "(chat)", "a:b"}) {
    EXPECT_EQ(SelectSubprotocol(offers), "") << offers;
  }
}

TEST(SubprotocolTest, LongOneIsPassedOver) {
  const std::string longest(kSubprotocolBytesMax, 'a');
  EXPECT_EQ(SelectSubprotocol(longest), longest);
  EXPECT_EQ(SelectSubprotocol(longest + "a"), "");
  EXPECT_EQ(SelectSubprotocol(longest + "a, chat"), "chat");
}

}  // namespace
}  // namespace caucus::edge::websocket
