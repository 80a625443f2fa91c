package dev.gatun.io;

import dev.gatun.nn.data.Batch;
import dev.gatun.nn.data.DataLoader;
import dev.gatun.nn.data.PublicFile;
import java.io.Console;
import java.io.PrintWriter;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Iterator;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Bars that show how far a loop is, its rate and the time left, in one line that is written over and over; {@code tqdm}.
 *
 * <p>A bar goes away with the last item.
 *
 * {@snippet :
 * for (Batch batch : Progress.of("Epoch 1/15", loader)) {
 *     model.forward(batch.data());
 * }
 * }
 */
public final class Progress {
    private static final int COLUMNS = 79;
    private static final int KILO = 1000;
    private static final int REFRESH_MILLIS = 100;

    private final PrintWriter terminal;
    private final boolean isDrawn;

    /**
     * Bars on a terminal, or none.
     *
     * @param terminal what they are drawn on
     * @param isDrawn whether they are
     */
    public Progress(PrintWriter terminal, boolean isDrawn) {
        this.terminal = terminal;
        this.isDrawn = isDrawn;
    }

    /**
     * Bars on standard error where somebody watches, and otherwise none.
     *
     * @return to draw with
     */
    public static Progress onTerminal() {
        return new Progress(new PrintWriter(System.err, true, System.err.charset()), isWatched());
    }

    /**
     * Whether somebody watches, so that bars are worth drawing.
     *
     * @return whether this process has a terminal
     */
    @SuppressWarnings("SystemConsoleNull") // without a terminal Java 25 gives null again
    public static boolean isWatched() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /**
     * The batches of an epoch, with a bar on standard error where somebody watches.
     *
     * @param task what the bar is called
     * @param loader gives the batches
     * @return to iterate over once
     */
    public static Iterable<Batch> of(String task, DataLoader loader) {
        return onTerminal().over(task, loader);
    }

    /**
     * The items of a loop, with a bar on standard error where somebody watches.
     *
     * @param <T> of an item
     * @param task what the bar is called
     * @param items gives them
     * @param count how many there are
     * @return to iterate over once
     */
    public static <T> Iterable<T> of(String task, Iterable<T> items, long count) {
        return onTerminal().over(task, items, count);
    }

    /**
     * The batches of an epoch.
     *
     * @param task what the bar is called
     * @param loader gives the batches
     * @return to iterate over once
     */
    public Iterable<Batch> over(String task, DataLoader loader) {
        return over(task, loader, loader.size());
    }

    /**
     * The items of a loop.
     *
     * @param <T> of an item
     * @param task what the bar is called
     * @param items gives them
     * @param count how many there are
     * @return to iterate over once
     */
    public <T> Iterable<T> over(String task, Iterable<T> items, long count) {
        if (!isDrawn) {
            return items;
        }
        ProgressBarBuilder bar = style(task)
                .setInitialMax(count)
                .showSpeed(new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)));
        // Not the items themselves: asked for its size, a loader would begin a pass of its own and change the next's
        // order.
        return () -> new Counted<>(items.iterator(), new Bar(bar, terminal));
    }

    /**
     * A bar for a file that arrives. It goes away when it is closed.
     *
     * @param file what the bar is called
     * @return to tell how much has arrived
     */
    public Transfer transfer(String file) {
        return new Transfer(isDrawn ? new Bar(style(file).setInitialMax(-1).setUnit(" kB", KILO), terminal) : null);
    }

    private static ProgressBarBuilder style(String task) {
        return ProgressBar.builder()
                .setTaskName(task)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(REFRESH_MILLIS);
    }

    /** Shows how much of a file has arrived. */
    public static final class Transfer implements PublicFile.Progress, AutoCloseable {
        private final @Nullable Bar bar;

        private Transfer(@Nullable Bar bar) {
            this.bar = bar;
        }

        @Override
        public void at(long bytes, long total) {
            if (bar != null) {
                bar.stepTo(bytes, total);
            }
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }

    /** The items, counted by a bar. */
    private record Counted<T>(Iterator<T> items, Bar bar) implements Iterator<T> {
        @Override
        public boolean hasNext() {
            boolean hasNext = items.hasNext();
            if (!hasNext) {
                bar.close();
            }
            return hasNext;
        }

        @Override
        public T next() {
            T item = items.next();
            bar.step();
            return item;
        }
    }

    /** A bar that is drawn however short the loop and gone when it is closed; a library's thread draws it in between. */
    private static final class Bar implements AutoCloseable {
        private final Line line;
        private final ProgressBar bar;

        Bar(ProgressBarBuilder style, PrintWriter terminal) {
            line = new Line(terminal);
            bar = style.setConsumer(line).build();
        }

        void step() {
            bar.step();
        }

        void stepTo(long done, long max) {
            bar.maxHint(max);
            bar.stepTo(done);
        }

        @Override
        public void close() {
            bar.refresh();
            bar.close();
            line.erase();
        }
    }

    /** One line that is written over and over. The library's own asks the terminal for its width by native code. */
    private static final class Line implements ProgressBarConsumer {
        private final PrintWriter terminal;
        private boolean isErased;

        Line(PrintWriter terminal) {
            this.terminal = terminal;
        }

        @Override
        public int getMaxRenderedLength() {
            return COLUMNS;
        }

        @Override
        public synchronized void accept(String bar) {
            if (!isErased) {
                terminal.print("\r" + bar);
                terminal.flush();
            }
        }

        synchronized void erase() {
            accept(" ".repeat(COLUMNS) + "\r");
            isErased = true;
        }

        @Override
        public void close() {}
    }
}
