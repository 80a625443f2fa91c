package dev.gatun.nn.data;

import org.jspecify.annotations.Nullable;

/** Makes each batch when it is asked for, on the thread that asks. */
final class Inline implements BatchSource {
    private final Collator collator;
    private @Nullable Buffers spare;
    private boolean stopped;

    Inline(Collator collator) {
        this.collator = collator;
    }

    @Override
    public @Nullable Buffers take(int batch) {
        Buffers free = spare;
        spare = null;
        return collator.collate(batch, free);
    }

    @Override
    public void giveBack(Buffers buffers) {
        if (stopped) {
            buffers.release();
        } else {
            spare = buffers;
        }
    }

    @Override
    public void stop() {
        if (!stopped) {
            stopped = true;
            collator.release();
            if (spare != null) {
                spare.release();
                spare = null;
            }
        }
    }

    @Override
    public boolean isStopped() {
        return stopped;
    }

    @Override
    public void join() {}
}
