package dev.gatun.bindings;

import org.jspecify.annotations.Nullable;

/** A native library is missing, broken or may not be loaded; the message says in one line which, and the cure. */
public final class LibraryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LibraryException(String message) {
        this(message, null);
    }

    LibraryException(String message, @Nullable Throwable cause) {
        super("gatun: " + message, cause);
    }

    /** A second report of {@code first}: the same message, the present caller's stack. */
    LibraryException(LibraryException first) {
        super(first.getMessage(), first);
    }
}
