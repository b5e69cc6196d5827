#include "polls-service/leases/edge_lease_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/time/fake_clock.h"
#include "polls-service/leases/edge_leases.h"

namespace caucus::polls {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Ids = std::vector<std::string>;

class EdgeLeaseWatchTest : public testing::Test {
 protected:
  // Observes after the usual interval.
  Ids Observe(const Ids& missing) {
    clock_.Advance(EdgeLeaseWatch::kObservationInterval);
    return watch_.Observe(missing);
  }

  FakeClock clock_;
  EdgeLeaseWatch watch_{clock_};
};

TEST_F(EdgeLeaseWatchTest, FindsAnEdgeDeadThatWasMissingForTheWholeGrace) {
  watch_.SetInterest(Ids{"a", "b"});
  for (int i = 0; i < 4; ++i) EXPECT_THAT(Observe({"a"}), IsEmpty());
  EXPECT_THAT(Observe({"a"}), ElementsAre("a"));
  EXPECT_THAT(Observe({"a"}), ElementsAre("a"));
}

TEST_F(EdgeLeaseWatchTest, SparesAnEdgeThatWasSeenOnce) {
  watch_.SetInterest(Ids{"a"});
  for (int i = 0; i < 4; ++i) EXPECT_THAT(Observe({"a"}), IsEmpty());
  EXPECT_THAT(Observe({}), IsEmpty());
  for (int i = 0; i < 4; ++i) EXPECT_THAT(Observe({"a"}), IsEmpty());
  EXPECT_THAT(Observe({"a"}), ElementsAre("a"));
}

TEST_F(EdgeLeaseWatchTest, BeginsTheGraceAnewAfterAFailedObservation) {
  watch_.SetInterest(Ids{"a"});
  for (int i = 0; i < 4; ++i) EXPECT_THAT(Observe({"a"}), IsEmpty());
  watch_.ObserveFailure();
  for (int i = 0; i < 4; ++i) EXPECT_THAT(Observe({"a"}), IsEmpty());
  EXPECT_THAT(Observe({"a"}), ElementsAre("a"));
}

TEST_F(EdgeLeaseWatchTest, BeginsTheGraceAnewAfterALongSilence) {
  watch_.SetInterest(Ids{"a"});
  EXPECT_THAT(Observe({"a"}), IsEmpty());
  clock_.Advance(absl::Hours(1));
  for (int i = 0; i < 4; ++i) EXPECT_THAT(Observe({"a"}), IsEmpty());
  EXPECT_THAT(Observe({"a"}), ElementsAre("a"));
}

TEST_F(EdgeLeaseWatchTest, BeginsTheGraceAnewWhenTheClockIsSetBack) {
  watch_.SetInterest(Ids{"a"});
  for (int i = 0; i < 4; ++i) EXPECT_THAT(Observe({"a"}), IsEmpty());
  clock_.Advance(-absl::Minutes(1));
  for (int i = 0; i < 4; ++i) EXPECT_THAT(Observe({"a"}), IsEmpty());
  EXPECT_THAT(Observe({"a"}), ElementsAre("a"));
}

TEST_F(EdgeLeaseWatchTest, SparesEverybodyWhoRenewsAfterRedisHasLostAllLeases) {
  // Too short a restart for an observation to fail: all leases are gone, then edges renew, each
  // within 5 s.
  watch_.SetInterest(Ids{"a", "b"});
  EXPECT_THAT(Observe({}), IsEmpty());
  EXPECT_THAT(Observe({"a", "b"}), IsEmpty());
  EXPECT_THAT(Observe({"a", "b"}), IsEmpty());
  EXPECT_THAT(Observe({"b"}), IsEmpty());
  for (int i = 0; i < 10; ++i) EXPECT_THAT(Observe({}), IsEmpty());
}

TEST_F(EdgeLeaseWatchTest, GivesANewEdgeAGraceOfItsOwn) {
  watch_.SetInterest(Ids{"a"});
  for (int i = 0; i < 4; ++i) EXPECT_THAT(Observe({"a"}), IsEmpty());
  watch_.SetInterest(Ids{"a", "b"});
  EXPECT_THAT(Observe({"a", "b"}), ElementsAre("a"));
  for (int i = 0; i < 3; ++i) EXPECT_THAT(Observe({"a", "b"}), ElementsAre("a"));
  EXPECT_THAT(Observe({"a", "b"}), UnorderedElementsAre("a", "b"));
}

TEST_F(EdgeLeaseWatchTest, ForgetsEdgesOfNoInterest) {
  watch_.SetInterest(Ids{"a", "b"});
  for (int i = 0; i < 5; ++i) Observe({"a", "b"});
  watch_.SetInterest(Ids{"b"});
  EXPECT_THAT(watch_.Interest(), ElementsAre("b"));
  EXPECT_THAT(Observe({"a", "b"}), ElementsAre("b"));
  watch_.SetInterest(Ids{"a", "b"});
  EXPECT_THAT(Observe({"a", "b"}), ElementsAre("b"));
}

TEST(EdgeLeaseWatchTimesTest, LeaveTimeToRemoveADeadEdgesPeopleWithin30Seconds) {
  constexpr absl::Duration kRenewalInterval = absl::Seconds(5);
  const EdgeLeaseWatch::Options options;
  const absl::Duration one_observation =
      EdgeLeaseWatch::kObservationInterval + EdgeLeaseWatch::kObservationTimeout;
  EXPECT_LE(kEdgeLeaseDuration + one_observation + options.grace + one_observation,
            absl::Seconds(26));
  EXPECT_GT(options.grace, kRenewalInterval);
  EXPECT_GT(kEdgeLeaseDuration, 2 * kRenewalInterval);
  EXPECT_GT(options.observation_gap_max, one_observation);
}

}  // namespace
}  // namespace caucus::polls
