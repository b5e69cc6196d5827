// Writes JSON for people to read: members on lines of their own.
//
// Thread-compatible.

#ifndef POLLS_SERVICE_BALLOT_FILES_JSON_WRITER_H_
#define POLLS_SERVICE_BALLOT_FILES_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caucus::tally {

// REQUIRES, of all: what is written makes JSON: a Key before each value in an object, an End for
// each Begin.
class JsonWriter {
 public:
  enum class Layout : uint8_t { kLines, kOneLine };

  void BeginObject(Layout layout = Layout::kLines) { Begin('{', '}', layout); }
  void BeginArray(Layout layout = Layout::kLines) { Begin('[', ']', layout); }
  void End();
  void Key(std::string_view name);
  void String(std::string_view text);
  void Number(uint64_t number) { Literal(std::to_string(number)); }
  void Bool(bool value) { Literal(value ? "true" : "false"); }
  void Null() { Literal("null"); }

  // Returns the text, with a newline at its end.
  std::string Finish() { return std::move(text_).append("\n"); }

 private:
  struct Level {
    char closing;
    Layout layout;
    bool is_empty;
  };

  void Begin(char opening, char closing, Layout layout);
  void Literal(std::string_view literal);
  void Separate();
  void BreakLine();
  void AppendQuoted(std::string_view text);

  std::string text_;
  std::vector<Level> levels_;
  bool after_key_ = false;
};

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_JSON_WRITER_H_
