#pragma once

#include <vector>

#include "config/settings.h"
#include "config/variables.h"
#include "loader/entries/entry_list.h"
#include "loader/entries/published.h"
#include "loader/prompt/menu/menu_model.h"

namespace kboot {

/// What the configuration names: the default, and the labels. Just these are booted in restricted mode.
std::vector<MenuPlace> configured_places(const Variables& variables, const Settings& settings);

/// What was found, by places, numbered as in the list. `settings`: what a typed line is completed from.
std::vector<MenuPlace> listed_places(const EntryList& list, const Settings& settings);

/// The same with what the discovery knows of each place: the system's name; that it is still being looked at,
/// or why it cannot be read. `list` has the entries of `published`, and others behind them.
std::vector<MenuPlace> published_places(const PublishedEntries& published, const EntryList& list,
                                        const Settings& settings);

/// The line that boots what the entry boots, with all its words; empty where none can say the same.
std::string whole_line(const SourceEntry& entry, const Settings& settings);

}  // namespace kboot
