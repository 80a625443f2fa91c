package dev.gatun.samples;

import dev.gatun.nn.data.Batch;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.PublicFile;
import java.io.Console;
import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * What a sample writes to.
 *
 * @param out for results
 * @param err for warnings, errors and progress bars
 * @param isTerminal whether somebody watches, so that progress bars are worth drawing
 */
record Screen(PrintWriter out, PrintWriter err, boolean isTerminal) {
    private static final int COLUMNS = 79;
    private static final int KILO = 1000;
    private static final int REFRESH_MILLIS = 100;

    /** The process's own streams. */
    @SuppressWarnings("SystemConsoleNull") // without a terminal Java 25 gives null again
    static Screen ofProcess() {
        Console console = System.console();
        return new Screen(
                new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()),
                console != null && console.isTerminal());
    }

    /**
     * The batches of an epoch, with a progress bar on a terminal. The bar goes away with the last batch.
     *
     * @param task what the bar is called
     * @param loader gives the batches
     * @return to iterate over once
     */
    Iterable<Batch> progress(String task, DataLoader loader) {
        if (!isTerminal) {
            return loader;
        }
        ProgressBarBuilder bar = bar(task).setInitialMax(loader.size());
        // Not the loader itself: asked for its size, it would begin a pass of its own and change the order of the next.
        return () -> ProgressBar.wrap(loader.iterator(), bar);
    }

    /**
     * A progress bar, on a terminal, for a file that arrives. The bar goes away when it is closed.
     *
     * @param file what the bar is called
     */
    Transfer transfer(String file) {
        return new Transfer(
                isTerminal ? bar(file).setInitialMax(-1).setUnit(" kB", KILO).build() : null);
    }

    private ProgressBarBuilder bar(String task) {
        return ProgressBar.builder()
                .setTaskName(task)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(REFRESH_MILLIS)
                .setConsumer(new Line(err))
                .clearDisplayOnFinish();
    }

    /** Shows how much of a file has arrived. */
    static final class Transfer implements PublicFile.Progress, AutoCloseable {
        private final @Nullable ProgressBar bar;

        private Transfer(@Nullable ProgressBar bar) {
            this.bar = bar;
        }

        @Override
        public void at(long bytes, long total) {
            if (bar != null) {
                bar.maxHint(total);
                bar.stepTo(bytes);
            }
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }

    /** One line that is written over and over. The library's own asks the terminal for its width by native code. */
    private record Line(PrintWriter err) implements ProgressBarConsumer {
        @Override
        public int getMaxRenderedLength() {
            return COLUMNS;
        }

        @Override
        public void accept(String bar) {
            err.print("\r" + bar);
            err.flush();
        }

        @Override
        public void close() {}
    }
}
