package dev.gatun.nn.data;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Event;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Stream;
import dev.gatun.runtime.kernels.HostCopy;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Batches of another source, on a card: while one is used, the next one is copied there, on a stream of its own, which the
 * user's stream waits for on the card alone. Batches that are on the card already pass.
 */
final class OnDevice implements BatchSource {
    private static final ConcurrentHashMap<Device, Stream> COPIES = new ConcurrentHashMap<>(); // one link, one stream

    private final BatchSource source;
    private final int batches;
    private final Device device;
    private final Stream copies;
    private final Deque<Spare> spares = new ArrayDeque<>();
    private final Set<Buffers> own = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable Loaded ahead;

    /** A batch that is on its way. */
    private record Loaded(
            @Nullable Buffers buffers,
            @Nullable Event arrival,
            @Nullable Throwable failure) {}

    /** Memory that serves again once what used it is done. */
    private record Spare(Buffers buffers, Event lastUse) {}

    OnDevice(BatchSource source, int batches, Device device) {
        this.source = source;
        this.batches = batches;
        this.device = device;
        this.copies = COPIES.computeIfAbsent(device, Device::newStream);
    }

    @Override
    public @Nullable Buffers take(int batch) {
        Loaded now = ahead == null ? load(batch) : ahead;
        ahead = null;
        if (now.failure instanceof Error error) {
            throw error;
        }
        if (now.failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (now.arrival != null) {
            device.stream().waitFor(now.arrival);
            now.arrival.close();
        }
        if (now.buffers != null && batch + 1 < batches) {
            ahead = load(batch + 1);
        }
        return now.buffers;
    }

    /** Puts the copy of a batch on its way. What fails is said when the batch is asked for. */
    private Loaded load(int batch) {
        try {
            Buffers host = source.take(batch);
            if (host == null) {
                return new Loaded(null, null, null);
            }
            if (isHere(host.data()) && isHere(host.target())) {
                return new Loaded(host, null, null);
            }
            try (var off = GradMode.noGrad();
                    var temporaries = Scope.open();
                    Stream.Use use = copies.use()) {
                Buffers target = memory(host);
                copy(host, host.data(), target.data());
                copy(host, host.target(), target.target());
                target.touch();
                return new Loaded(target.holding(host.count()), copies.record(), null);
            } finally {
                source.giveBack(host); // who fills it anew waits for the copy
            }
        } catch (RuntimeException | Error e) {
            return new Loaded(null, null, e);
        }
    }

    private boolean isHere(Tensor tensor) {
        return tensor.device().equals(device);
    }

    /** What serves again, if it fits and nobody else sees it, or new memory. */
    private Buffers memory(Buffers host) {
        Spare spare = spares.poll();
        if (spare != null) {
            Buffers free = spare.buffers;
            copies.waitFor(spare.lastUse);
            spare.lastUse.close();
            if (!host.isWhole()
                    && free.isUnshared()
                    && fits(host.data(), free.data())
                    && fits(host.target(), free.target())) {
                return free;
            }
            own.remove(free);
            free.release();
        }
        Buffers made = new Buffers(allocate(host.data()), allocate(host.target()), host.isWhole());
        own.add(made);
        return made;
    }

    private static boolean fits(Tensor host, Tensor free) {
        return host.dtype() == free.dtype() && host.shape().equals(free.shape());
    }

    private Tensor allocate(Tensor host) {
        return Tensor.empty(device, host.dtype(), host.shape());
    }

    /** Copies the samples, without what is behind the last. */
    private static void copy(Buffers host, Tensor from, Tensor to) {
        if (host.isWhole()) {
            HostCopy.copy(from.contiguous(), to);
            return;
        }
        NdArray samples = from.alias(from.layout().slice(0, 0, host.count(), 1));
        NdArray place = to.alias(to.layout().slice(0, 0, host.count(), 1));
        HostCopy.copy(samples, place);
        samples.release();
        place.release();
    }

    @Override
    public void giveBack(Buffers buffers) {
        if (isStopped()) {
            buffers.release();
        } else if (own.contains(buffers)) {
            spares.add(new Spare(buffers, device.stream().record()));
        } else {
            source.giveBack(buffers);
        }
    }

    @Override
    public void stop() {
        source.stop();
        Loaded last = ahead;
        ahead = null;
        if (last != null && last.buffers != null) {
            last.buffers.release();
        }
        while (!spares.isEmpty()) {
            spares.poll().buffers.release();
        }
    }

    @Override
    public boolean isStopped() {
        return source.isStopped();
    }

    @Override
    public void join() {
        source.join();
    }
}
