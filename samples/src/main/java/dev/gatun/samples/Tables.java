package dev.gatun.samples;

import dev.gatun.autograd.Tensor;
import java.io.IOException;
import java.nio.file.Path;

/** What a table must be before a network learns from it. */
final class Tables {
    private Tables() {}

    /** Every element is a number. */
    static void requireFinite(Path file, Tensor table) throws IOException {
        if (table.isfinite().all().itemLong() == 0) {
            throw new IOException(file + ": expected numbers: it has one that is not finite");
        }
    }

    /** The elements of a column, or of some, lie between two numbers. */
    static void requireWithin(Path file, String name, Tensor column, int least, int most) throws IOException {
        double min = column.min().item();
        double max = column.max().item();
        if (!(min >= least && max <= most)) {
            throw new IOException(file + ": expected " + name + " from " + least + " to " + most + ": it is from " + min
                    + " to " + max);
        }
    }
}
