#pragma once

#include <map>
#include <string>
#include <string_view>

namespace kboot {

/// The variables of a GRUB script. Those that are exported are seen by sub-menus and by the files of
/// `configfile`.
class GrubVariables {
 public:
  /// The value; empty for what is not set.
  const std::string& get(std::string_view name) const;
  /// A value is cut, and a new one not taken, where a script goes beyond any measure.
  void set(std::string_view name, std::string value);
  void unset(std::string_view name);
  void export_name(std::string_view name);
  /// A new context: the exported variables alone.
  GrubVariables child() const;
  std::map<std::string, std::string> all() const;
  /// About what a copy takes, in bytes; that of a variable counts as 64 beside its name and value.
  std::size_t bytes() const { return bytes_; }

 private:
  struct Variable {
    std::string value;
    bool exported = false;
  };
  Variable& variable_named(std::string_view name);

  std::map<std::string, Variable, std::less<>> variables_;
  std::size_t bytes_ = 0;
};

}  // namespace kboot
