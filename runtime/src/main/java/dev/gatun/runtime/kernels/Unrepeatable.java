package dev.gatun.runtime.kernels;

/** Why a graph cannot repeat what it is asked to: the same lines on every backend. */
public final class Unrepeatable {
    private Unrepeatable() {}

    /**
     * Work that waits, or that Java sees.
     *
     * @param op what it does, as the message's beginning
     */
    public static IllegalStateException work(String op) {
        return new IllegalStateException(op
                + ": not in work that a graph records: nothing there waits for the device (item(), printing), copies from"
                + " or to the host, or uses another stream");
    }

    /** Random numbers that no repetition would find the place of. */
    public static IllegalStateException generator() {
        return new IllegalStateException(
                "record: random numbers come from another generator than the global one, whose place only is known");
    }

    /**
     * An update that is not the recorded one.
     *
     * @param update what is called now
     * @param recorded what was recorded
     * @param sameKind whether they differ in their memory alone
     */
    public static IllegalStateException update(String update, String recorded, boolean sameKind) {
        return new IllegalStateException("launch: an update is another than was recorded: " + update + ", then "
                + recorded + (sameKind ? " with other memory" : "") + "; record the step anew");
    }

    /** More updates than were recorded, or something else than an update. */
    public static IllegalStateException surplus(String call) {
        return new IllegalStateException("launch: the renewal calls more than the updates that were recorded: " + call);
    }

    /** A renewal that calls no update, or none at all. */
    public static IllegalStateException missing(String call) {
        return new IllegalStateException("launch: the renewal does not call an update that was recorded: " + call);
    }

    /** A graph that was closed. */
    public static IllegalStateException closed(String op) {
        return new IllegalStateException(op + ": the graph was closed");
    }

    /** A second recording. */
    public static IllegalStateException second() {
        return new IllegalStateException("record: something was recorded before");
    }

    /** A repetition of nothing. */
    public static IllegalStateException nothing() {
        return new IllegalStateException("launch: nothing was recorded");
    }
}
