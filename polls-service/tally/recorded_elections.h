// Real elections with known counts, for tests: files that are not part of the repository.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_TALLY_RECORDED_ELECTIONS_H_
#define POLLS_SERVICE_TALLY_RECORDED_ELECTIONS_H_

#include <boost/json.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "polls-service/tally/election.h"

namespace caucus::tally::testing {

// Returns the folder `shared/elections`: of $CAUCUS_SHARED, or beside the repository. Unset if
// there is none.
std::optional<std::filesystem::path> ElectionsFolder();

// REQUIRES: the file exists.
std::string ReadFile(const std::filesystem::path& path);
boost::json::value ReadJson(const std::filesystem::path& path);

// Returns the files of `folder` with `extension`, sorted.
std::vector<std::filesystem::path> FilesIn(const std::filesystem::path& folder,
                                           std::string_view extension);

// The following read no more of a format than the recorded files use.

// "candidates seats", "weight i j k 0" ..., "0", names, title.
Election ReadBlt(const std::string& text, uint32_t& seats);

// "42:A>B=C", "=A:[Name]"; candidates are known by their tokens.
Election ReadAbif(const std::string& text);

// Debian's tally sheet: "Option 1---->: Name" and "V: 21-3 <hash>"; the digits are ranks.
Election ReadDebianSheet(const std::string& text);

}  // namespace caucus::tally::testing

#endif  // POLLS_SERVICE_TALLY_RECORDED_ELECTIONS_H_
