package dev.gatun.samples;

import dev.gatun.io.Progress;
import dev.gatun.nn.data.Batch;
import dev.gatun.nn.data.DataLoader;
import java.io.PrintWriter;

/**
 * What a sample writes to.
 *
 * @param out for results
 * @param err for warnings, errors and progress bars
 * @param isTerminal whether somebody watches, so that progress bars are worth drawing
 */
record Screen(PrintWriter out, PrintWriter err, boolean isTerminal) {
    /** The process's own streams. */
    static Screen ofProcess() {
        return new Screen(
                new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()),
                Progress.isWatched());
    }

    /**
     * The batches of an epoch, with a progress bar on a terminal. The bar goes away with the last batch.
     *
     * @param task what the bar is called
     * @param loader gives the batches
     * @return to iterate over once
     */
    Iterable<Batch> progress(String task, DataLoader loader) {
        return new Progress(err, isTerminal).over(task, loader);
    }

    /**
     * A progress bar, on a terminal, for a file that arrives. The bar goes away when it is closed.
     *
     * @param file what the bar is called
     */
    Progress.Transfer transfer(String file) {
        return new Progress(err, isTerminal).transfer(file);
    }
}
