#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "loader/entries/entry_list.h"

namespace kboot {

/// {"entries": […], "sources": […]} as data (kboot(8), JSON).
nlohmann::ordered_json list_json(const EntryList& list);

/// The list of the place `place` from such an object. A member that is not what it should be counts as empty,
/// an entry of another place not at all: the text comes from another process.
EntryList parse_list(const nlohmann::ordered_json& json, const std::string& place);

/// One line without its newline. Texts from a disk may hold any bytes: what is no UTF-8 becomes U+FFFD.
std::string json_line(const nlohmann::ordered_json& json);

/// A member that is a text or a truth; empty or false where it is none.
std::string json_text(const nlohmann::ordered_json& json, const char* member);
bool json_flag(const nlohmann::ordered_json& json, const char* member);

}  // namespace kboot
