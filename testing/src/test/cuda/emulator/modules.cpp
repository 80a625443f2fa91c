/* Libraries of kernels: what registers while one is loaded is its own. */
#include <dlfcn.h>
#include <link.h>

#include <cstring>
#include <memory>

#include "machine.h"

namespace {

std::vector<std::unique_ptr<emu_module>> modules;
emu_module *loading;

/* Finds where a library lies, by its base. */
int find_range(dl_phdr_info *info, size_t, void *data) {
    auto *search = (std::pair<ElfW(Addr), emu_module *> *)data;
    if (info->dlpi_addr != search->first) return 0;
    char *base = (char *)info->dlpi_addr;
    emu_module *module = search->second;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) &part = info->dlpi_phdr[i];
        if (part.p_type != PT_LOAD) continue;
        char *begin = base + part.p_vaddr, *end = begin + part.p_memsz;
        if (!module->begin || begin < module->begin) module->begin = begin;
        if (end > module->end) module->end = end;
        if (part.p_flags & PF_W) { /* the last one counts: what is not in the file is 0 at first */
            module->shared = begin + part.p_filesz;
            module->shared_end = end;
        }
    }
    return 1;
}

}

extern "C" void emu_register(const char *name, void (*thunk)(void **), const emu_argument_place *places, int count) {
    if (!loading) return; /* somebody else's dlopen */
    loading->kernels.push_back(new emu_kernel{name, thunk, {places, places + count}, loading});
}

extern "C" emu_module *emu_load(const char *path) {
    std::lock_guard<std::mutex> guard(emu_lock);
    for (auto &module : modules)
        if (module->path == path) {
            module->users++;
            return module.get();
        }
    auto module = std::make_unique<emu_module>();
    module->path = path;
    module->users = 1;
    loading = module.get();
    module->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    loading = nullptr;
    if (!module->library || module->kernels.empty()) {
        emu_say("%s: %s", path, module->library ? "no kernels" : dlerror());
        return nullptr;
    }
    link_map *map;
    dlinfo(module->library, RTLD_DI_LINKMAP, &map);
    std::pair<ElfW(Addr), emu_module *> search(map->l_addr, module.get());
    dl_iterate_phdr(find_range, &search);
    modules.push_back(std::move(module));
    return modules.back().get();
}

extern "C" void emu_unload(emu_module *module) {
    std::lock_guard<std::mutex> guard(emu_lock);
    if (--module->users > 0) return;
    for (emu_kernel *kernel : module->kernels) delete kernel;
    dlclose(module->library);
    for (size_t i = 0; i < modules.size(); i++)
        if (modules[i].get() == module) {
            modules.erase(modules.begin() + (long)i);
            break;
        }
}

extern "C" emu_kernel *emu_find(emu_module *module, const char *name) {
    for (emu_kernel *kernel : module->kernels)
        if (kernel->name == name) return kernel;
    return nullptr;
}

extern "C" int emu_argument(const emu_kernel *kernel, int index, size_t *offset, size_t *bytes) {
    if (index < 0 || index >= (int)kernel->arguments.size()) return 0;
    *offset = kernel->arguments[(size_t)index].offset;
    *bytes = kernel->arguments[(size_t)index].bytes;
    return 1;
}
