package dev.gatun.nn.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/** Elements of a file that do not lie as a tensor's do. */
final class Widening {
    private Widening() {}

    /** Elements from a buffer, in its order of bytes, to the elements of a tensor's memory from {@code first} on. */
    static void convert(NpyHeader.Element element, ByteBuffer from, MemorySegment to, long first, int count) {
        for (int i = 0; i < count; i++) {
            long at = first + i;
            switch (element.code()) {
                case "i1" -> to.setAtIndex(ValueLayout.JAVA_INT, at, from.get());
                case "i2" -> to.setAtIndex(ValueLayout.JAVA_INT, at, from.getShort());
                case "u2" -> to.setAtIndex(ValueLayout.JAVA_INT, at, Short.toUnsignedInt(from.getShort()));
                case "u4" -> to.setAtIndex(ValueLayout.JAVA_LONG, at, Integer.toUnsignedLong(from.getInt()));
                case "f2" -> to.setAtIndex(ValueLayout.JAVA_SHORT, at, from.getShort());
                case "i4", "f4" -> to.setAtIndex(ValueLayout.JAVA_INT, at, from.getInt());
                default -> to.setAtIndex(ValueLayout.JAVA_LONG, at, from.getLong()); // i8, f8
            }
        }
    }
}
