package dev.gatun.bindings;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A load that runs at most once and whose outcome stays: where the library came from, or why there is none.
 *
 * <p>A lazily initialised class would do the same for success, but answers the second call after a failure with
 * {@code NoClassDefFoundError}, which no longer says why.
 */
final class LoadOnce {

    private final Supplier<String> load;
    private volatile @Nullable String origin;
    private @Nullable LibraryException failure;

    /** @param load loads and tells from where; throws {@link LibraryException} if it cannot */
    LoadOnce(Supplier<String> load) {
        this.load = load;
    }

    /**
     * Loads on the first call; a thread that comes meanwhile waits.
     *
     * @throws LibraryException with the same message on every call, if the first one failed
     */
    void run() {
        if (origin == null) {
            runOnce();
        }
    }

    private synchronized void runOnce() {
        if (origin != null) {
            return;
        }
        if (failure != null) {
            throw new LibraryException(failure);
        }
        try {
            origin = load.get();
        } catch (LibraryException e) {
            failure = e;
            throw e;
        }
    }

    /** Where the library was loaded from, why it was not, or that nobody asked for it yet. */
    synchronized String describe() {
        if (failure != null) {
            return String.valueOf(failure.getMessage());
        }
        return origin == null ? "not loaded" : origin;
    }
}
