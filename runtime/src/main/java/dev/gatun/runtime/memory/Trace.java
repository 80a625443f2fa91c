package dev.gatun.runtime.memory;

import java.io.PrintStream;
import java.lang.ref.WeakReference;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a handle was made and released, kept with {@code -Dgatun.debug=memory}; at exit, those that were never released
 * are reported, equal places merged.
 */
final class Trace {
    static final boolean ENABLED = "memory".equals(System.getProperty("gatun.debug"));

    private static final int FRAMES_SHOWN = 12;
    private static final int PLACES_REPORTED = 20;
    private static final Set<Trace> LIVE = ConcurrentHashMap.newKeySet();

    static {
        if (ENABLED) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> report(System.err), "gatun-leak-report"));
        }
    }

    private final Throwable made = new Throwable("made here");
    private final WeakReference<Storage> storage;
    private volatile @Nullable Throwable released;

    private Trace(Storage storage) {
        this.storage = new WeakReference<>(storage);
    }

    static Trace made(Storage storage) {
        Trace trace = new Trace(storage);
        LIVE.add(trace);
        return trace;
    }

    void releasedHere() {
        released = new Throwable("released here");
        LIVE.remove(this);
    }

    /** Both places, as lines to append to a message. */
    String story() {
        Throwable end = released;
        return "\nmade:" + lines(made) + (end == null ? "" : "\nreleased:" + lines(end));
    }

    private static String lines(Throwable place) {
        StringBuilder text = new StringBuilder();
        StackTraceElement[] stack = place.getStackTrace();
        for (int i = 0, shown = 0; i < stack.length && shown < FRAMES_SHOWN; i++) {
            if (!stack[i].getClassName().startsWith("dev.gatun.runtime.memory.")) {
                text.append("\n    at ").append(stack[i]);
                shown++;
            }
        }
        return text.toString();
    }

    /** Prints the handles that are still live, those made at one place as one entry, most bytes first. */
    private static void report(PrintStream out) {
        Net.collect();
        record Place(long count, long bytes) {}
        Map<String, Place> places = new HashMap<>();
        for (Trace trace : LIVE) {
            Storage held = trace.storage.get();
            long bytes = held == null ? 0 : held.bytes();
            places.merge(
                    lines(trace.made),
                    new Place(1, bytes),
                    (a, b) -> new Place(a.count() + b.count(), a.bytes() + b.bytes()));
        }
        out.println("gatun: live handles at exit: " + LIVE.size());
        places.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(
                        Comparator.comparingLong(Place::bytes).reversed()))
                .limit(PLACES_REPORTED)
                .forEach(e -> out.println("gatun: " + e.getValue().count() + " handles, "
                        + e.getValue().bytes() + " bytes, made:" + e.getKey()));
    }
}
