// What every EdgeLeases promises, as a test suite:
//
//     INSTANTIATE_TEST_SUITE_P(Redis, EdgeLeasesContractTest, testing::Values(MakeRedis));

#ifndef POLLS_SERVICE_LEASES_EDGE_LEASES_CONTRACT_H_
#define POLLS_SERVICE_LEASES_EDGE_LEASES_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/testing/status_matchers.h"
#include "polls-service/leases/edge_leases.h"

namespace caucus::polls {

// Leases under test, with whatever they stand on.
class EdgeLeasesFixture {
 public:
  static constexpr absl::Duration kLeaseDuration = absl::Milliseconds(400);

  virtual ~EdgeLeasesFixture() = default;

  virtual EdgeLeases& leases() = 0;  // That last kLeaseDuration.
  virtual void Pass(absl::Duration duration) = 0;
};

inline absl::StatusOr<EdgeLeases::RenewResult> RenewIn(EdgeLeases& leases, std::string_view edge_id,
                                                       absl::Time deadline = absl::Now() +
                                                                             absl::Seconds(30)) {
  std::promise<absl::StatusOr<EdgeLeases::RenewResult>> promise;
  leases.Renew(edge_id, deadline, [&](absl::StatusOr<EdgeLeases::RenewResult> result) {
    promise.set_value(std::move(result));
  });
  return promise.get_future().get();
}

inline absl::StatusOr<std::vector<std::string>> FindMissingIn(
    EdgeLeases& leases, const std::vector<std::string>& edge_ids,
    absl::Time deadline = absl::Now() + absl::Seconds(30)) {
  std::promise<absl::StatusOr<std::vector<std::string>>> promise;
  leases.FindMissing(edge_ids, deadline, [&](absl::StatusOr<std::vector<std::string>> missing) {
    promise.set_value(std::move(missing));
  });
  return promise.get_future().get();
}

inline absl::Status DeclareDeadIn(EdgeLeases& leases, std::string_view edge_id,
                                  absl::Time deadline = absl::Now() + absl::Seconds(30)) {
  std::promise<absl::Status> promise;
  leases.DeclareDead(edge_id, deadline,
                     [&](absl::Status status) { promise.set_value(std::move(status)); });
  return promise.get_future().get();
}

class EdgeLeasesContractTest
    : public testing::TestWithParam<std::unique_ptr<EdgeLeasesFixture> (*)()> {
 protected:
  using Ids = std::vector<std::string>;

  EdgeLeasesContractTest() : fixture_(GetParam()()) {}

  EdgeLeases& leases() { return fixture_->leases(); }

  Ids Missing(const Ids& edge_ids) {
    const auto missing = FindMissingIn(leases(), edge_ids);
    EXPECT_OK(missing);
    return missing.ok() ? *missing : Ids{"(failed)"};
  }

  const std::unique_ptr<EdgeLeasesFixture> fixture_;
};

TEST_P(EdgeLeasesContractTest, MissesThoseWhoRenewNoMoreInTheOrderAskedFor) {
  for (const char* id : {"a", "b", "c"}) ASSERT_OK(RenewIn(leases(), id));
  fixture_->Pass(EdgeLeasesFixture::kLeaseDuration);
  ASSERT_OK(RenewIn(leases(), "b"));
  EXPECT_EQ(Missing({"c", "b", "a"}), (Ids{"c", "a"}));
  EXPECT_EQ(Missing({}), Ids{});
}

TEST_P(EdgeLeasesContractTest, MissesNobodyWhoNeverRenewed) {
  EXPECT_EQ(Missing({"a", "b"}), Ids{});
  ASSERT_OK(DeclareDeadIn(leases(), "a"));
  EXPECT_EQ(Missing({"a", "b"}), Ids{});
}

TEST_P(EdgeLeasesContractTest, EndsALeaseThatIsNotRenewed) {
  ASSERT_OK(RenewIn(leases(), "a"));
  fixture_->Pass(EdgeLeasesFixture::kLeaseDuration / 2);
  ASSERT_OK(RenewIn(leases(), "a"));
  ASSERT_OK(RenewIn(leases(), "b"));
  EXPECT_EQ(Missing({"a", "b"}), Ids{});
  fixture_->Pass(EdgeLeasesFixture::kLeaseDuration);
  ASSERT_OK(RenewIn(leases(), "b"));
  EXPECT_EQ(Missing({"a", "b"}), Ids{"a"});
}

TEST_P(EdgeLeasesContractTest, TellsAnEdgeOnceThatItWasDeclaredDead) {
  ASSERT_OK_AND_ASSIGN(auto first, RenewIn(leases(), "a"));
  EXPECT_FALSE(first.was_declared_dead);
  ASSERT_OK(DeclareDeadIn(leases(), "a"));
  ASSERT_OK(DeclareDeadIn(leases(), "a"));
  EXPECT_EQ(Missing({"a"}), Ids{"a"});

  ASSERT_OK_AND_ASSIGN(auto other, RenewIn(leases(), "b"));
  EXPECT_FALSE(other.was_declared_dead);
  ASSERT_OK_AND_ASSIGN(auto second, RenewIn(leases(), "a"));
  EXPECT_TRUE(second.was_declared_dead);
  EXPECT_EQ(Missing({"a"}), Ids{});
  ASSERT_OK_AND_ASSIGN(auto third, RenewIn(leases(), "a"));
  EXPECT_FALSE(third.was_declared_dead);
}

TEST_P(EdgeLeasesContractTest, KeepsADeclaredDeathLongerThanALease) {
  ASSERT_OK(DeclareDeadIn(leases(), "a"));
  fixture_->Pass(2 * EdgeLeasesFixture::kLeaseDuration);
  ASSERT_OK_AND_ASSIGN(auto result, RenewIn(leases(), "a"));
  EXPECT_TRUE(result.was_declared_dead);
}

TEST_P(EdgeLeasesContractTest, KeepsIdsOfAnyBytesApart) {
  const Ids ids = {"}",  "{",       "{}", "a}b", "a}c", "a:lease", "%7D", std::string("\0", 1),
                   "\n", "\xFF\xFE"};
  for (const std::string& id : ids) ASSERT_OK(RenewIn(leases(), id));
  fixture_->Pass(EdgeLeasesFixture::kLeaseDuration);
  for (size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(Missing(ids), Ids(ids.begin() + static_cast<ptrdiff_t>(i), ids.end()));
    ASSERT_OK(RenewIn(leases(), ids[i]));
  }
  EXPECT_EQ(Missing(ids), Ids{});
}

TEST_P(EdgeLeasesContractTest, RefusesIdsThatAreEmptyOrTooLong) {
  for (const std::string& id : {std::string(), std::string(kEdgeIdBytesMax + 1, 'e')}) {
    EXPECT_THAT(RenewIn(leases(), id), StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(FindMissingIn(leases(), {"a", id}), StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(DeclareDeadIn(leases(), id), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST_P(EdgeLeasesContractTest, DoesNothingAfterTheDeadline) {
  const absl::Time past = absl::Now() - absl::Hours(1000);
  EXPECT_THAT(RenewIn(leases(), "a", past), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(FindMissingIn(leases(), {"a"}, past), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(DeclareDeadIn(leases(), "a", past), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_OK_AND_ASSIGN(auto result, RenewIn(leases(), "a"));
  EXPECT_FALSE(result.was_declared_dead);
}

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_LEASES_EDGE_LEASES_CONTRACT_H_
