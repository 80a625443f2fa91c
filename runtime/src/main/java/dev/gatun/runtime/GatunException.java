package dev.gatun.runtime;

import org.jspecify.annotations.Nullable;

/**
 * What goes wrong below Java: a library that is missing, a call that failed, memory that is out. The message names the
 * call and what it got. Mistakes in arguments are {@link IllegalArgumentException}, in state {@link
 * IllegalStateException}. PyTorch raises a {@code RuntimeError} there.
 *
 * {@snippet :
 * try {
 *     Tensor.zeros(1L << 50);
 * } catch (GatunException e) {
 *     System.out.println(e.getMessage().startsWith("memory: cpu is out of it")); // true
 * }
 * }
 */
public class GatunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * An exception with its one line.
     *
     * @param message {@code op: what is wrong: what it got}
     */
    public GatunException(String message) {
        super(message);
    }

    /**
     * An exception with its one line and what led to it.
     *
     * @param message {@code op: what is wrong: what it got}
     * @param cause or {@code null}
     */
    public GatunException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
