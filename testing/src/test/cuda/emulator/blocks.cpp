/*
 * Blocks, threads, barriers and warps. A CUDA thread is a fiber: a stack and saved registers. The threads of a block take
 * turns, and a turn lasts until a barrier or a warp operation that others have not reached yet; blocks run one after
 * another. A thread that ends hands its stack on to the next that has not started, so that a kernel without barriers costs
 * a call for each thread and no switch.
 */
#include <sys/mman.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <random>

#include "machine.h"

#if !defined(__x86_64__)
#error "the emulator switches stacks by x86-64's registers"
#endif

namespace {

enum state { NEW, READY, AT_BARRIER, AT_WARP, DONE };

struct thread {
    void *stack_pointer;
    emu_index index;
    state where;
    int stack, line;
    /* A warp operation: what the thread brought and what it gets. */
    int operation, source;
    unsigned mask;
    uint64_t given, taken;
};

struct warp {
    unsigned present, left;   /* lanes: that exist, that ended */
    unsigned arrived[32];     /* lanes at an operation, by the lowest lane of its mask */
};

constexpr size_t STACK = 64 << 10;
constexpr unsigned NO_VALUE = 0x7fc0dead; /* what a shuffle reads from a lane that takes no part: a NaN */

std::vector<thread> threads;
std::vector<warp> warps;
std::vector<int> order, free_stacks;
int turn, living, waiting;
void *scheduler;
void **arguments;
int status;
unsigned order_kind;
char message[512] = "";
std::mt19937 shuffler;
alignas(64) char dynamic_shared[EMU_MOST_SHARED];

}

std::mutex emu_lock;
emu_run emu_now;
extern "C" {
emu_place emu_here;
}

/* Saves the registers that a function keeps, and the stack, in *from; goes on where `to` was left. */
extern "C" void emu_switch(void **from, void *to);
asm(R"(.text
.globl emu_switch
.hidden emu_switch
.type emu_switch, @function
emu_switch:
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, (%rdi)
    mov %rsi, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret
.size emu_switch, . - emu_switch
)");

void emu_say(const char *format, ...) {
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
}

void emu_fail(int with, const char *what, int line) {
    if (status != EMU_OK) return;
    status = with;
    const emu_index b = emu_here.block, t = emu_here.thread;
    char at[32] = "";
    if (line > 0) snprintf(at, sizeof at, ", line %d", line);
    emu_say("%s: %s: block %u, %u, %u thread %u, %u, %u%s", emu_now.kernel->name.c_str(), what, b.x, b.y, b.z, t.x, t.y,
            t.z, at);
}

static void give_turn() { emu_switch(&threads[emu_now.thread].stack_pointer, scheduler); }

void emu_die(int with, const char *what, int line) {
    emu_fail(with, what, line);
    for (;;) give_turn();
}

static void enter(int t) {
    emu_now.thread = t;
    emu_here.thread = threads[t].index;
}

/* ---- barriers ---- */

static void open_barrier() {
    int line = 0;
    for (thread &t : threads) {
        if (t.where != AT_BARRIER) continue;
        if (line != 0 && t.line != line) emu_fail(EMU_FAILED, "threads wait at different barriers", t.line);
        line = t.line;
        t.where = READY;
    }
    waiting = 0;
    emu_now.epoch++;
}

/* A card lets those go on whose others have ended; CUDA promises it nowhere. */
static void miss_barrier(int line) { emu_fail(EMU_FAILED, "a barrier that not all threads reach", line); }

extern "C" void emu_barrier(int line) {
    thread &t = threads[emu_now.thread];
    t.where = AT_BARRIER;
    t.line = line;
    if (living < (int)threads.size()) miss_barrier(line);
    if (++waiting == living) {
        open_barrier();
    } else {
        give_turn();
    }
}

extern "C" void *emu_dynamic_shared() { return dynamic_shared; }

/* ---- warps ---- */

/* Does the operation at which lanes of `mask` wait, where all have come that have not ended. */
static void meet(int w, unsigned mask) {
    warp &all = warps[w];
    thread *lanes = &threads[w * 32];
    const int group = __builtin_ctz(mask);
    const unsigned needed = mask & all.present & ~all.left;
    if (needed == 0 || (all.arrived[group] & needed) != needed) return;
    const thread &first = lanes[__builtin_ctz(needed)];
    uint64_t ballot = 0;
    for (unsigned rest = needed; rest; rest &= rest - 1) {
        const int lane = __builtin_ctz(rest);
        ballot |= (uint64_t)(lanes[lane].given != 0) << lane;
    }
    for (unsigned rest = needed; rest; rest &= rest - 1) {
        thread &t = lanes[__builtin_ctz(rest)];
        if (t.mask != mask || t.operation != first.operation || t.line != first.line)
            emu_fail(EMU_FAILED, "lanes of a warp are at different operations", t.line);
        const bool there = needed >> t.source & 1;
        t.taken = t.operation == EMU_BALLOT ? ballot : there ? lanes[t.source].given : NO_VALUE * 0x100000001u;
        t.where = READY;
    }
    all.arrived[group] = 0;
    emu_now.warp_epoch[w]++;
}

extern "C" uint64_t emu_warp(int operation, unsigned mask, uint64_t value, int source, int line) {
    thread &t = threads[emu_now.thread];
    const int w = emu_now.thread / 32, lane = emu_now.thread % 32;
    if (!(mask >> lane & 1)) emu_die(EMU_FAILED, "a lane is not in the mask that it gives", line);
    t.operation = operation;
    t.mask = mask;
    t.given = value;
    t.source = source & 31;
    t.line = line;
    t.where = AT_WARP;
    warps[w].arrived[__builtin_ctz(mask)] |= 1u << lane;
    meet(w, mask);
    if (t.where == AT_WARP) give_turn();
    return t.taken;
}

/* ---- threads ---- */

/* A thread ended: lanes that wait for it need not any more, and at barriers nobody may. */
static void leave() {
    const int me = emu_now.thread, w = me / 32;
    threads[me].where = DONE;
    living--;
    warps[w].left |= 1u << me % 32;
    for (int lane = 0; lane < 32 && w * 32 + lane < (int)threads.size(); lane++) {
        const thread &t = threads[w * 32 + lane];
        if (t.where == AT_WARP) meet(w, t.mask);
    }
    if (waiting > 0) miss_barrier(0);
}

static void run_threads() {
    for (;;) {
        const int stack = threads[emu_now.thread].stack;
        emu_now.kernel->thunk(arguments);
        leave();
        if (status == EMU_OK && turn + 1 < (int)threads.size() && threads[order[turn + 1]].where == NEW) {
            enter(order[++turn]);
            threads[emu_now.thread].stack = stack;
            threads[emu_now.thread].where = READY;
            continue;
        }
        free_stacks.push_back(stack);
        give_turn();
    }
}

/* A stack on which emu_switch finds run_threads to go on with; aligned as after a call. */
static void start(thread &t) {
    t.stack = free_stacks.back();
    free_stacks.pop_back();
    t.where = READY;
    /* Tops at different places of a cache's sets. */
    void **top = (void **)(emu_now.stacks + (t.stack + 1) * STACK - 64 - t.stack % 61 * 192);
    *--top = nullptr;
    *--top = (void *)run_threads;
    top -= 6;
    memset(top, 0, 6 * sizeof *top);
    t.stack_pointer = top;
}

static void run_block() {
    const int count = (int)threads.size();
    for (thread &t : threads) t.where = NEW;
    for (warp &w : warps) {
        memset(w.arrived, 0, sizeof w.arrived);
        w.left = 0;
    }
    free_stacks.clear();
    for (int i = count; i-- > 0;) free_stacks.push_back(i);
    living = count;
    waiting = 0;
    emu_now.block++;
    while (living > 0 && status == EMU_OK) {
        bool progress = false;
        for (turn = 0; turn < count && status == EMU_OK; turn++) {
            thread &t = threads[order[turn]];
            if (t.where != NEW && t.where != READY) continue;
            progress = true;
            enter(order[turn]);
            if (t.where == NEW) start(t);
            emu_switch(&scheduler, t.stack_pointer);
        }
        if (!progress) {
            int stuck = 0;
            while (threads[stuck].where == DONE) stuck++;
            emu_here.thread = threads[stuck].index;
            if (threads[stuck].where == AT_BARRIER) miss_barrier(threads[stuck].line);
            emu_fail(EMU_FAILED, "a warp operation that not all lanes reach", threads[stuck].line);
        }
    }
}

/* ---- launches ---- */

static void prepare(const unsigned block[3]) {
    const int count = (int)(block[0] * block[1] * block[2]);
    if (!emu_now.stacks) {
        emu_now.stacks_bytes = STACK * EMU_MOST_THREADS;
        emu_now.stacks = (char *)mmap(nullptr, emu_now.stacks_bytes, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    }
    threads.resize(count);
    order.resize(count);
    warps.resize((count + 31) / 32);
    emu_now.warp_epoch.assign(warps.size(), 0);
    for (int i = 0; i < count; i++) {
        threads[i].index = {i % block[0], i / block[0] % block[1], i / (block[0] * block[1])};
        order[i] = order_kind == 1 ? count - 1 - i : i;
    }
    for (size_t w = 0; w < warps.size(); w++) {
        const int lanes = count - (int)w * 32;
        warps[w].present = lanes >= 32 ? ~0u : (1u << lanes) - 1;
    }
}

static bool valid(const unsigned grid[3], const unsigned block[3], size_t shared_bytes) {
    for (int d = 0; d < 3; d++)
        if (grid[d] == 0 || block[d] == 0 || block[d] > EMU_MOST_THREADS) return false;
    const unsigned long count = (unsigned long)block[0] * block[1] * block[2];
    return count <= EMU_MOST_THREADS && block[2] <= 64 && grid[0] <= 0x7fffffff && grid[1] <= 65535 && grid[2] <= 65535 &&
           shared_bytes <= EMU_MOST_SHARED;
}

extern "C" int emu_launch(const emu_kernel *kernel, const unsigned grid[3], const unsigned block[3], size_t shared_bytes,
                          void **list) {
    std::lock_guard<std::mutex> guard(emu_lock);
    if (!valid(grid, block, shared_bytes)) {
        emu_say("%s: no card takes this launch: grid %u, %u, %u block %u, %u, %u, %zu bytes of shared memory",
                kernel->name.c_str(), grid[0], grid[1], grid[2], block[0], block[1], block[2], shared_bytes);
        return EMU_BAD_LAUNCH;
    }
    prepare(block);
    emu_now.kernel = kernel;
    emu_now.launch++;
    emu_now.dynamic = dynamic_shared;
    emu_now.dynamic_bytes = shared_bytes;
    arguments = list;
    status = EMU_OK;
    emu_here.grid_size = {grid[0], grid[1], grid[2]};
    emu_here.block_size = {block[0], block[1], block[2]};
    shuffler.seed(order_kind);
    const long count = (long)grid[0] * grid[1] * grid[2];
    const emu_module &module = *kernel->module;
    for (long i = 0; i < count && status == EMU_OK; i++) {
        const long b = order_kind == 1 ? count - 1 - i : i;
        emu_here.block = {(unsigned)(b % grid[0]), (unsigned)(b / grid[0] % grid[1]),
                          (unsigned)(b / grid[0] / grid[1])};
        if (order_kind > 1) std::shuffle(order.begin(), order.end(), shuffler);
        /* Nobody has written shared memory yet: all NaN. */
        memset(dynamic_shared, 0xff, shared_bytes);
        if (module.shared != module.shared_end) memset(module.shared, 0xff, (size_t)(module.shared_end - module.shared));
        run_block();
    }
    emu_now.kernel = nullptr;
    return status;
}

extern "C" const char *emu_error() { return message; }

extern "C" void emu_set_order(unsigned kind) {
    std::lock_guard<std::mutex> guard(emu_lock);
    order_kind = kind;
}
