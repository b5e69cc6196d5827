// Public elections are not part of this repository: CAUCUS_SHARED names the folder that holds
// elections/abif and elections/glasgow2007 (its README tells their origins). Without it each test
// is skipped, and says so.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "common/testing/status_matchers.h"
#include "polls-service/ballot_files/abif.h"
#include "polls-service/ballot_files/blt.h"

namespace caucus::tally {
namespace {

namespace fs = std::filesystem;

fs::path Elections() {
  const char* const shared = std::getenv("CAUCUS_SHARED");
  return fs::path(shared == nullptr ? "../shared" : shared) / "elections";
}

std::string ContentOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

std::vector<fs::path> FilesIn(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  return files;
}

uint64_t BallotsIn(const Election& election) {
  uint64_t ballots = 0;
  for (const Ballots& line : election.ballots) ballots += line.count;
  return ballots;
}

TEST(SharedElectionsTest, GlasgowIsReadAndWrittenAgain) {
  const std::vector<fs::path> files = FilesIn(Elections() / "glasgow2007", ".blt");
  if (files.empty()) GTEST_SKIP() << "no " << Elections() / "glasgow2007";
  for (const fs::path& path : files) {
    ASSERT_OK_AND_ASSIGN(const BallotFile file, ParseBlt(ContentOf(path)));
    EXPECT_GT(BallotsIn(file.election), 5000) << path;
    ASSERT_OK_AND_ASSIGN(const std::string blt, WriteBlt(file.election, file.rules.seats));
    ASSERT_OK_AND_ASSIGN(const BallotFile again, ParseBlt(blt));
    EXPECT_EQ(again, file) << path;
  }
}

TEST(SharedElectionsTest, AbifIsReadUnlessItIsEmptyOrNamesNobody) {
  const std::vector<fs::path> files = FilesIn(Elections() / "abif", ".abif");
  if (files.empty()) GTEST_SKIP() << "no " << Elections() / "abif";
  for (const fs::path& path : files) {
    const absl::StatusOr<BallotFile> file = ParseAbif(ContentOf(path));
    if (path.filename() == "empty.abif") {
      EXPECT_THAT(file, StatusIs(absl::StatusCode::kInvalidArgument,
                                 "line 1, column 1: the file is empty"));
    } else if (path.filename() == "mock-all-blank.abif") {
      EXPECT_THAT(file, StatusIs(absl::StatusCode::kInvalidArgument,
                                 "line 5, column 1: an election needs candidates"));
    } else {
      EXPECT_THAT(file, IsOk()) << path;
    }
  }
}

TEST(SharedElectionsTest, BurlingtonStatesItsMethod) {
  const fs::path path = Elections() / "abif" / "burl2009.abif";
  if (!fs::exists(path)) GTEST_SKIP() << "no " << path;
  ASSERT_OK_AND_ASSIGN(const BallotFile file, ParseAbif(ContentOf(path)));
  EXPECT_EQ(file.election.title, "2009 Burlington mayoral election");
  EXPECT_EQ(file.election.candidates.size(), 6);
  EXPECT_TRUE(file.states_method);
}

}  // namespace
}  // namespace caucus::tally
