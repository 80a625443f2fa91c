package dev.gatun.nn.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes a file all at once: to a part beside it, synced, then renamed over it. Whatever stops the process or the
 * machine, the name stands for the old contents or for the new ones. A process that is asked to end, as by Ctrl-C, leaves
 * no part behind: it waits a moment for what is being written, and removes what takes longer. PyTorch has none: {@code
 * torch.save} writes into the file itself.
 *
 * {@snippet :
 * Path report = folder.resolve("report.txt");
 * byte[] text = {'0', '.', '9', '8'};
 * AtomicFile.write("report", report, file -> file.write(ByteBuffer.wrap(text)));
 * }
 */
public final class AtomicFile {
    private static final AtomicLong COUNT = new AtomicLong();
    private static final long PATIENCE_MILLIS = 500;

    private static final Set<Path> IN_WORK = new HashSet<>(); // its monitor guards it
    private static final AtomicBoolean ENDING = new AtomicBoolean();

    static {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(AtomicFile::end, "gatun-files"));
        } catch (IllegalStateException e) { // the process ends already, and a hook of its own saves something
            ENDING.set(true);
        }
    }

    private AtomicFile() {}

    /** What to write. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes all of it, from the start of an empty file.
         *
         * @param file open for writing
         * @throws IOException if it cannot be written
         */
        void writeTo(FileChannel file) throws IOException;
    }

    /**
     * Writes a file.
     *
     * @param op how messages name the caller
     * @param file to write; a link is followed
     * @param content of the file
     * @throws IOException if it cannot be written; what stood there stays
     */
    public static void write(String op, Path file, Content content) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path name = target.getFileName();
        Path folder = target.getParent();
        if (name == null || folder == null || Files.exists(target) && !Files.isRegularFile(target)) {
            throw new IOException(op + ": not a regular file: " + file);
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException(op + ": no such folder: " + folder);
        }
        removeLeftovers(folder, "." + name + ".");
        long self = ProcessHandle.current().pid();
        Path part = folder.resolve("." + name + "." + self + "-" + COUNT.incrementAndGet() + ".part");
        begin(part);
        try {
            try (FileChannel channel =
                    FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
            finish(part);
        }
        // The new name lasts once its folder is on the disk.
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void begin(Path part) {
        synchronized (IN_WORK) {
            if (ENDING.get()) { // time for the process to be gone, unless this is a hook that saves
                await(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS), false);
            }
            IN_WORK.add(part);
        }
    }

    private static void finish(Path part) {
        synchronized (IN_WORK) {
            IN_WORK.remove(part);
            IN_WORK.notifyAll();
        }
    }

    private static void end() {
        synchronized (IN_WORK) {
            ENDING.set(true);
            await(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS), true);
            IN_WORK.forEach(part -> part.toFile().delete());
        }
    }

    /** Waits until a time, or until nothing is being written. */
    private static void await(long deadline, boolean untilIdle) {
        try {
            for (long left = deadline - System.nanoTime();
                    left > 0 && !(untilIdle && IN_WORK.isEmpty());
                    left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(IN_WORK, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes the parts of processes that ended in the middle, this one's number used again included. */
    private static void removeLeftovers(Path folder, String prefix) throws IOException {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, path -> isLeftover(path, prefix))) {
            for (Path part : parts) {
                Files.deleteIfExists(part);
            }
        }
    }

    private static boolean isInWork(Path part) {
        synchronized (IN_WORK) {
            return IN_WORK.contains(part);
        }
    }

    private static boolean isLeftover(Path path, String prefix) {
        String name = String.valueOf(path.getFileName());
        if (!name.startsWith(prefix) || !name.endsWith(".part") || isInWork(path)) {
            return false;
        }
        int dash = name.indexOf('-', prefix.length());
        try {
            long pid = Long.parseLong(name.substring(prefix.length(), Math.max(prefix.length(), dash)));
            return pid == ProcessHandle.current().pid() || ProcessHandle.of(pid).isEmpty();
        } catch (NumberFormatException e) {
            return false; // somebody else's
        }
    }
}
