#include "polls-service/api/entry_limits.h"

#include <gtest/gtest.h>

namespace caucus::polls {
namespace {

TEST(AddressOfPeerTest, FindsTheAddressInEveryForm) {
  EXPECT_EQ(AddressOfPeer("ipv4:192.0.2.1:4711"), "192.0.2.1");
  EXPECT_EQ(AddressOfPeer("ipv6:[2001:db8::1]:4711"), "2001:db8::1");
  EXPECT_EQ(AddressOfPeer("ipv6:%5B2001:db8::1%5D:4711"), "2001:db8::1");
  EXPECT_EQ(AddressOfPeer("unix:/run/caucus.sock"), "unix:/run/caucus.sock");
  EXPECT_EQ(AddressOfPeer("ipv6:["), "");
  EXPECT_EQ(AddressOfPeer("strange"), "strange");
}

}  // namespace
}  // namespace caucus::polls
