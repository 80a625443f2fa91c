package dev.gatun.runtime.cuda;

import dev.gatun.runtime.memory.Storage;
import java.util.ArrayList;
import java.util.List;

/** Scratch memory of one call: given back when the call was put on its stream, whose order keeps it until it was used. */
final class Storages implements AutoCloseable {
    private final CudaDevice device;
    private final List<Storage> taken = new ArrayList<>(2);

    Storages(CudaDevice device) {
        this.device = device;
    }

    /** The address of so many bytes; 0 for none. */
    long take(long bytes) {
        if (bytes == 0) {
            return 0;
        }
        Storage storage = device.pool().allocate(bytes);
        taken.add(storage);
        return storage.address();
    }

    @Override
    public void close() {
        taken.forEach(Storage::release);
    }
}
