/*
 * The checked mode: kernels compiled with -fsanitize=thread call a function before each access, and those functions are
 * ours. An access must lie in device memory, in the block's shared memory or in the thread's own, and be aligned; and two
 * accesses of one place by two threads, of which one writes, must have a barrier or, within a warp, a warp operation
 * between them, or both be atomic. Blocks of one launch are never ordered.
 *
 * For each word of four bytes there is a cell with its last write and its last reads. Of several reads in one epoch the
 * warp, the block or the grid is kept that they have in common. A word whose bytes are read or written by different threads
 * keeps the last of them alone.
 */
#include <algorithm>
#include <cstdio>
#include <map>
#include <unordered_map>

#include "machine.h"

namespace {

/* Who touched which bytes of a word: a thread of `block` in `epoch` of it; thread, warp or block MANY where it was not one. */
constexpr int NOBODY = -1, MANY = -2;
struct access {
    int block;
    unsigned epoch, warp_epoch;
    short thread, warp;
    unsigned char bytes;
};

struct cell {
    unsigned launch;
    access write, read;
    bool atomic; /* the write */
};

constexpr uintptr_t WORD = 4, PAGE = 1024;
using page = std::vector<cell>;

std::map<uintptr_t, size_t> memory;
uintptr_t known_begin, known_end; /* where the last access was found */
std::unordered_map<uintptr_t, page> pages;
std::vector<page> spare; /* what they hold is of launches that are over */
uintptr_t last_number = ~(uintptr_t)0;
page *last_page;
bool on = true;

cell &cell_of(uintptr_t word) {
    const uintptr_t number = word / PAGE;
    if (number != last_number) {
        page &found = pages[number];
        if (found.empty() && !spare.empty()) {
            found = std::move(spare.back());
            spare.pop_back();
        }
        if (found.empty()) found.resize(PAGE);
        last_page = &found;
        last_number = number;
    }
    return (*last_page)[word % PAGE];
}

bool within(uintptr_t address, const char *begin, const char *end) {
    return address >= (uintptr_t)begin && address < (uintptr_t)end;
}

bool is_memory(uintptr_t address, uintptr_t bytes) {
    if (address >= known_begin && address + bytes <= known_end) return true;
    auto next = memory.upper_bound(address);
    if (next == memory.begin()) return false;
    --next;
    if (address + bytes > next->first + next->second) return false;
    known_begin = next->first;
    known_end = next->first + next->second;
    return true;
}

/* Whether what somebody did before is over for the running thread, or happened elsewhere in the word. */
bool over(const access &before, unsigned char bytes) {
    if (before.thread == NOBODY || !(before.bytes & bytes)) return true;
    if (before.block != (int)emu_now.block) return false;
    if (before.epoch != emu_now.epoch || before.thread == emu_now.thread) return true;
    const int warp = emu_now.thread / 32;
    return before.warp == warp && before.warp_epoch != emu_now.warp_epoch[(size_t)warp];
}

/* The same thread did both, with nothing between. */
bool together(const access &a, const access &b) {
    return a.thread == b.thread && a.block == b.block && a.epoch == b.epoch && a.warp_epoch == b.warp_epoch;
}

/* The reads before, and mine. */
access joined(const access &before, const access &now) {
    access both = now;
    if (together(before, now)) both.bytes |= before.bytes;
    if (over(before, 15) || !(before.bytes & now.bytes)) return both;
    both.thread = MANY;
    both.bytes |= before.bytes;
    if (before.block != now.block) both.block = MANY;
    if (before.warp != now.warp) both.warp = MANY;
    return both;
}

void touch(uintptr_t address, int bytes, bool writes, bool atomic, bool aligned) {
    /* Without a launch it is the library that is being loaded. */
    if (!on || !emu_now.kernel || within(address, emu_now.stacks, emu_now.stacks + emu_now.stacks_bytes) ||
        within(address, (const char *)&emu_here, (const char *)(&emu_here + 1)))
        return;
    const emu_module &module = *emu_now.kernel->module;
    const bool shared = within(address, emu_now.dynamic, emu_now.dynamic + emu_now.dynamic_bytes) ||
                        within(address, module.shared, module.shared_end);
    if (!shared && !writes && within(address, module.begin, module.end)) return; /* a constant */
    if (!shared && !is_memory(address, (uintptr_t)bytes)) {
        char what[96];
        snprintf(what, sizeof what, "a %s of %d bytes outside of device memory", writes ? "write" : "read", bytes);
        emu_die(EMU_BAD_ADDRESS, what, 0);
    }
    if (aligned && address % (uintptr_t)bytes != 0) emu_die(EMU_BAD_ADDRESS, "a misaligned access", 0);
    const int warp = emu_now.thread / 32;
    access now = {(int)emu_now.block, emu_now.epoch, emu_now.warp_epoch[(size_t)warp], (short)emu_now.thread, (short)warp, 0};
    const access nobody = {now.block, 0, 0, NOBODY, 0, 0};
    for (uintptr_t word = address / WORD; word * WORD < address + (uintptr_t)bytes; word++) {
        now.bytes = 0;
        for (uintptr_t k = 0; k < WORD; k++) {
            const uintptr_t at = word * WORD + k;
            now.bytes |= (unsigned char)((at >= address && at < address + (uintptr_t)bytes) << k);
        }
        cell &c = cell_of(word);
        /* Every block has shared memory of its own. */
        if (c.launch != (unsigned)emu_now.launch ||
            (shared && c.write.block != now.block && c.read.block != now.block))
            c = {(unsigned)emu_now.launch, nobody, nobody, false};
        if (!over(c.write, now.bytes) && !(atomic && c.atomic))
            emu_die(EMU_FAILED, writes ? "a race: two writes" : "a race: a read after a write", 0);
        if (writes && !over(c.read, now.bytes)) emu_die(EMU_FAILED, "a race: a write after a read", 0);
        if (writes) {
            const bool grows = together(c.write, now) && c.atomic == atomic;
            const unsigned char before = grows ? c.write.bytes : 0;
            c.write = now;
            c.write.bytes |= before;
            c.atomic = atomic;
        } else {
            c.read = joined(c.read, now);
        }
    }
}

}

extern "C" {

void emu_atomic(const volatile void *address, int bytes) { touch((uintptr_t)address, bytes, true, true, true); }

void emu_set_checks(int wanted) {
    std::lock_guard<std::mutex> guard(emu_lock);
    on = wanted != 0;
}

void emu_track(const void *at, size_t bytes) {
    std::lock_guard<std::mutex> guard(emu_lock);
    memory[(uintptr_t)at] = bytes;
}

void emu_untrack(const void *at) {
    std::lock_guard<std::mutex> guard(emu_lock);
    known_begin = known_end = 0;
    const auto found = memory.find((uintptr_t)at);
    if (found == memory.end()) return;
    /* What was noted of it is of no use any more, and memory comes and goes. */
    const uintptr_t bytes = WORD * PAGE, end = found->first + found->second;
    for (uintptr_t number = found->first / bytes; number * bytes < end; number++) {
        const auto noted = pages.find(number);
        if (noted == pages.end()) continue;
        spare.push_back(std::move(noted->second));
        pages.erase(noted);
    }
    memory.erase(found);
    last_number = ~(uintptr_t)0;
}

/* The functions that instrumented code calls. An unaligned access is one of packed data, which the source says. */
#define EMU_ACCESS(bytes)                                                                                              \
    EMU_API void __tsan_read##bytes(void *p) { touch((uintptr_t)p, bytes, false, false, true); }                      \
    EMU_API void __tsan_write##bytes(void *p) { touch((uintptr_t)p, bytes, true, false, true); }
EMU_ACCESS(1)
EMU_ACCESS(2)
EMU_ACCESS(4)
EMU_ACCESS(8)
EMU_ACCESS(16)
#define EMU_UNALIGNED(bytes)                                                                                           \
    EMU_API void __tsan_unaligned_read##bytes(void *p) { touch((uintptr_t)p, bytes, false, false, false); }           \
    EMU_API void __tsan_unaligned_write##bytes(void *p) { touch((uintptr_t)p, bytes, true, false, false); }
EMU_UNALIGNED(2)
EMU_UNALIGNED(4)
EMU_UNALIGNED(8)
EMU_UNALIGNED(16)
EMU_API void __tsan_read_range(void *p, long bytes) { touch((uintptr_t)p, (int)bytes, false, false, false); }
EMU_API void __tsan_write_range(void *p, long bytes) { touch((uintptr_t)p, (int)bytes, true, false, false); }
EMU_API void __tsan_init(void) {}
EMU_API void __tsan_func_entry(void *) {}
EMU_API void __tsan_func_exit(void) {}
}
