/*
 * Runs the kernels of one family on the emulator and compares what comes out with loops on the host:
 *   check LIBRARY FAMILY [ORDER...]
 * in each of the orders of threads. Exits with 1 and a line on the first difference.
 */
#include "check.h"

emu_module *kernels;

int main(int count, char **words) {
    if (count < 3) wrong("usage: check LIBRARY FAMILY [ORDER...]");
    kernels = emu_load(words[1]);
    if (!kernels) wrong(emu_error());
    const struct {
        const char *name;
        void (*check)();
    } families[] = {{"elementwise", check_elementwise}, {"cast", check_cast},     {"reduce", check_reduce},
                    {"norm", check_norm},               {"update", check_update}, {"random", check_random},
                    {"linalg", check_linalg},           {"index", check_index},   {"normalize", check_normalize},
                    {"pool", check_pool},               {"sort", check_sort},     {"conv", check_conv},
                    {"scan", check_scan},               {"recurrent", check_recurrent}};
    for (int i = 3; i < count || i == 3; i++) {
        emu_set_order(i < count ? (unsigned)atoi(words[i]) : 0);
        bool found = false;
        for (const auto &family : families) {
            if (strcmp(family.name, words[2]) != 0) continue;
            family.check();
            found = true;
        }
        if (!found) wrong(std::string("no such family: ") + words[2]);
    }
    return 0;
}
