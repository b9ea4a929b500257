/*
 * The part of libkmod that iscsistart uses, to load drivers that the loader's kernel has built in: nothing to do, and
 * done. The handles are never looked into.
 */
static char handle;

void* kmod_new(const char* directory, const char* const* configurations) {
  return (void)directory, (void)configurations, &handle;
}
int kmod_load_resources(void* context) { return (void)context, 0; }
void* kmod_unref(void* context) { return (void)context, (void*)0; }

int kmod_module_new_from_name(void* context, const char* name, void** module) {
  (void)context, (void)name;
  *module = &handle;
  return 0;
}
int kmod_module_probe_insert_module(void* module, unsigned flags, const char* options, void* run, const void* data,
                                    void* print) {
  return (void)module, (void)flags, (void)options, (void)run, (void)data, (void)print, 0;
}
void* kmod_module_unref(void* module) { return (void)module, (void*)0; }
