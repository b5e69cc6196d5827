#include "edge/websocket/deflate_negotiation.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace caucus::edge::websocket {
namespace {

constexpr std::string_view kAnswer =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
constexpr std::string_view kAnswerWithWindow =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
    "server_max_window_bits=15";

TEST(DeflateNegotiationTest, AcceptsWhatClientsSend) {
  for (const std::string_view offers : {
           "permessage-deflate",                          // Firefox, ws
           "permessage-deflate; client_max_window_bits",  // Chromium, ws
           "permessage-deflate;client_no_context_takeover;server_no_context_takeover",
           "permessage-deflate; client_max_window_bits=15",
           "permessage-deflate; client_max_window_bits=8",
           "permessage-deflate; client_max_window_bits=\"1\\0\"",
           "  permessage-deflate ;\tserver_no_context_takeover  ",
       }) {
    EXPECT_EQ(AcceptDeflateOffer(offers), kAnswer) << offers;
  }
}

TEST(DeflateNegotiationTest, AnswersTheWindowThatWasAskedFor) {
  EXPECT_EQ(AcceptDeflateOffer("permessage-deflate; server_max_window_bits=15"), kAnswerWithWindow);
  EXPECT_EQ(AcceptDeflateOffer(
                "permessage-deflate; server_max_window_bits=\"15\"; client_max_window_bits"),
            kAnswerWithWindow);
}

TEST(DeflateNegotiationTest, TakesTheFirstAcceptableOffer) {
  EXPECT_EQ(AcceptDeflateOffer("permessage-deflate; server_max_window_bits=10, permessage-deflate"),
            kAnswer);
  EXPECT_EQ(
      AcceptDeflateOffer("x-webkit-deflate-frame, permessage-foo; a=\"b\", permessage-deflate;"
                         " server_max_window_bits=15, permessage-deflate"),
      kAnswerWithWindow);
}

TEST(DeflateNegotiationTest, DeclinesOffersThatItCannotKeep) {
  for (const std::string_view offers : {
           "permessage-deflate; server_max_window_bits=14",
           "permessage-deflate; server_max_window_bits=8",
           "permessage-deflate; server_max_window_bits=16",
           "permessage-deflate; server_max_window_bits=015",
           "permessage-deflate; server_max_window_bits",
           "permessage-deflate; client_max_window_bits=7",
           "permessage-deflate; client_max_window_bits=16",
           "permessage-deflate; client_max_window_bits=08",
           "permessage-deflate; client_max_window_bits=abc",
           "permessage-deflate; server_no_context_takeover=1",
           "permessage-deflate; client_no_context_takeover=true",
           "permessage-deflate; mystery",
           "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
           "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
           "PerMessage-Deflate",
           "permessage-bzip2",
       }) {
    EXPECT_EQ(AcceptDeflateOffer(offers), std::nullopt) << offers;
  }
}

TEST(DeflateNegotiationTest, AcceptsNothingOfAMalformedValue) {
  for (const std::string_view offers : {
           "",
           " ",
           ",",
           "permessage-deflate,",
           ",permessage-deflate",
           "permessage-deflate;",
           "permessage-deflate; =15",
           "permessage-deflate; server_max_window_bits=",
           "permessage-deflate; server_max_window_bits=\"15",
           "permessage-deflate; server_max_window_bits=\"15\\",
           "permessage-deflate; server_max_window_bits=\"\"",
           "permessage-deflate; server_max_window_bits=\"1 5\"",
           "permessage-deflate permessage-deflate",
           "permessage-deflate, @",
           "permessage-deflate\r\n",
       }) {
    EXPECT_EQ(AcceptDeflateOffer(offers), std::nullopt) << offers;
  }
}

// GHSA-5v72-xg48-5rpm: values that took some parsers quadratic time, or worse.
TEST(DeflateNegotiationTest, LooksAtNoLongValue) {
  std::string offers = "permessage-deflate";
  while (offers.size() <= kExtensionsBytesMax) offers += ", permessage-deflate";
  EXPECT_EQ(AcceptDeflateOffer(offers), std::nullopt);
  EXPECT_EQ(AcceptDeflateOffer("permessage-deflate; x=\"" + std::string(1'000'000, '\\')),
            std::nullopt);
  const std::string parameters(500, ';');
  EXPECT_EQ(AcceptDeflateOffer("permessage-deflate" + parameters), std::nullopt);
}

}  // namespace
}  // namespace caucus::edge::websocket
