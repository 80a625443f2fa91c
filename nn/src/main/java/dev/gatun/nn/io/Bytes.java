package dev.gatun.nn.io;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.kernels.HostCopy;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** The elements of contiguous tensors to and from channels, without a copy in between. */
final class Bytes {
    private static final long CHUNK = 1 << 26; // a buffer's size is an int

    private Bytes() {}

    /** How many bytes the elements of a tensor take. */
    static long of(Tensor x) {
        return x.count() * x.dtype().bytes();
    }

    /** Writes all elements. */
    static void write(String op, Tensor x, WritableByteChannel to) throws IOException {
        HostCopy.withBytes(op, x, bytes -> {
            for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
                ByteBuffer chunk = chunk(bytes, at);
                while (chunk.hasRemaining()) {
                    to.write(chunk);
                }
            }
        });
    }

    /**
     * Fills all elements.
     *
     * @throws EOFException if there are not as many bytes
     */
    static void read(String op, ReadableByteChannel from, Tensor x) throws IOException {
        HostCopy.withBytes(op, x, bytes -> {
            for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
                fill(chunk(bytes, at), from);
            }
        });
    }

    /** Fills a buffer. */
    static void fill(ByteBuffer buffer, ReadableByteChannel from) throws IOException {
        while (buffer.hasRemaining()) {
            if (from.read(buffer) < 0) {
                throw new EOFException();
            }
        }
    }

    private static ByteBuffer chunk(MemorySegment bytes, long at) {
        return bytes.asSlice(at, Math.min(CHUNK, bytes.byteSize() - at)).asByteBuffer();
    }

    /** The problem with the elements of a tensor that came from outside: a BOOL is 0 or 1. Empty where there is none. */
    static String problem(String op, Tensor x) throws IOException {
        if (x.dtype() != DType.BOOL) {
            return "";
        }
        String[] problem = {""};
        HostCopy.withBytes(op, x, bytes -> {
            for (long i = 0; i < bytes.byteSize(); i++) {
                int value = bytes.get(ValueLayout.JAVA_BYTE, i) & 0xff;
                if (value > 1) {
                    problem[0] = "element " + i + " is not 0 or 1, as a bool is: " + value;
                    return;
                }
            }
        });
        return problem[0];
    }
}
