// A table for a terminal or a text file, whose columns line up whatever script is in them.
//
// Thread-compatible.

#ifndef POLLS_SERVICE_BALLOT_FILES_TEXT_TABLE_H_
#define POLLS_SERVICE_BALLOT_FILES_TEXT_TABLE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caucus::tally {

// Returns how many columns of a terminal `text` takes: two for an East Asian wide character, none
// for a combining one. REQUIRES: it is UTF-8.
size_t DisplayWidth(std::string_view text);

// The first column is text, aligned left; the others are numbers, aligned right.
class TextTable {
 public:
  // The first row is the header, and has all columns.
  void AddRow(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  // Returns the table. If it is wider than `width_max`, further columns come in further tables
  // below, each with the first column again.
  std::string Format(size_t width_max) const;

 private:
  std::vector<size_t> ColumnWidths() const;

  std::vector<std::vector<std::string>> rows_;
};

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_TEXT_TABLE_H_
