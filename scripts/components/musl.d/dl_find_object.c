// Debian's libgcc_eh finds unwind tables with _dl_find_object(), which glibc has
// since 2.35 and musl has not. Here it is over dl_iterate_phdr(), which musl has.
// The structure is glibc's, from <dlfcn.h>; libgcc reads no more than this of it.
#define _GNU_SOURCE
#include <link.h>
#include <stddef.h>

struct dl_find_object {
    unsigned long long flags;
    void *map_start;
    void *map_end;
    struct link_map *link_map;
    void *eh_frame;
    unsigned long long reserved[7];
};

struct search {
    ElfW(Addr) address;
    struct dl_find_object *result;
};

static int examine(struct dl_phdr_info *info, size_t size, void *data) {
    (void)size;
    struct search *search = data;
    const char *eh_frame = NULL;
    ElfW(Addr) start = 0, end = 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        ElfW(Addr) begin = info->dlpi_addr + header->p_vaddr;
        if (header->p_type == PT_GNU_EH_FRAME)
            eh_frame = (const char *)begin;
        else if (header->p_type == PT_LOAD && search->address - begin < header->p_memsz)
            start = begin, end = begin + header->p_memsz;
    }
    if (!start || !eh_frame)
        return 0;
    *search->result = (struct dl_find_object){
        .map_start = (void *)start, .map_end = (void *)end, .eh_frame = (void *)eh_frame};
    return 1;
}

int _dl_find_object(void *address, struct dl_find_object *result) {
    struct search search = {(ElfW(Addr))address, result};
    return dl_iterate_phdr(examine, &search) ? 0 : -1;
}
