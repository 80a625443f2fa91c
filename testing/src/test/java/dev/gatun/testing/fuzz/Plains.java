package dev.gatun.testing.fuzz;

import dev.gatun.testing.fuzz.Arg.Plain;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Arguments without a tensor in them: numbers, arrays, buffers, texts. */
final class Plains {
    private static final double[] DOUBLES = {0, 0.5, 1, 2, -1, 1e-5, 0.1, 3.5, -0.25, 10};
    private static final double[] WILD = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        1e308,
        -1e308,
        1e39,
        Double.MIN_VALUE,
        -0.0,
        1e18,
        -1e10
    };
    private static final List<String> EQUATIONS = List.of(
            "ij,jk->ik",
            "ij,jk",
            "i,i->",
            "i,j->ij",
            "ii->i",
            "ii",
            "ij->ji",
            "ij->",
            "bij,bjk->bik",
            "...i,...i->...",
            "...ij->...ji",
            "ij,ij->ij",
            "ij,j",
            "abc",
            "i->ii",
            "",
            "->",
            ",->",
            "i j -> j i",
            "ij-->k",
            "i..j",
            "iJ,Jk",
            "ij,jk,kl->il",
            "i1",
            "é,é",
            "...",
            "ij->ik",
            "a...b...");

    private Plains() {}

    static Plain integer(int value) {
        return new Plain(() -> value, Integer.toString(value));
    }

    static Plain whole(long value) {
        return new Plain(() -> value, value + "L");
    }

    static Plain real(double value) {
        return new Plain(() -> value, Base.literal(value));
    }

    static Plain flag(boolean value) {
        return new Plain(() -> value, Boolean.toString(value));
    }

    static Plain none() {
        return new Plain(() -> null, "null");
    }

    static Plain equation(Chance chance) {
        String text = chance.pick(EQUATIONS);
        return new Plain(() -> text, "\"" + text + "\"");
    }

    /** What a number in between may be. */
    static double real(Chance chance, boolean wild) {
        return wild ? WILD[chance.below(WILD.length)] : DOUBLES[chance.below(DOUBLES.length)];
    }

    /** A number of any class. */
    static Plain number(Chance chance, boolean wild) {
        if (wild) {
            return wildNumber(chance);
        }
        int small = (int) chance.between(-3, 4);
        double real = DOUBLES[chance.below(DOUBLES.length)];
        return switch (chance.below(8)) {
            case 0, 1, 2 -> integer(small);
            case 3 -> whole(small);
            case 4 -> new Plain(() -> (float) real, Base.literal(real) + "f");
            case 5 -> new Plain(() -> (short) small, "(short) " + small);
            default -> real(real);
        };
    }

    private static Plain wildNumber(Chance chance) {
        return switch (chance.below(4)) {
            case 0, 1 -> whole(chance.absurd());
            case 2 -> new Plain(() -> Float.NaN, "Float.NaN");
            default -> real(real(chance, true));
        };
    }

    static Plain wholes(long... values) {
        return new Plain(
                values::clone,
                "new long[] {" + Arrays.stream(values).mapToObj(v -> v + "L").collect(Collectors.joining(", ")) + "}");
    }

    static Plain integers(int... values) {
        return new Plain(
                values::clone,
                "new int[] {"
                        + Arrays.stream(values).mapToObj(Integer::toString).collect(Collectors.joining(", ")) + "}");
    }

    /** A list of numbers. */
    static Plain list(List<? extends Number> values) {
        return new Plain(
                () -> values,
                "List.of("
                        + values.stream()
                                .map(v -> v instanceof Long ? v + "L" : String.valueOf(v))
                                .collect(Collectors.joining(", "))
                        + ")");
    }

    /** An array of primitives, nested as the type says; rarely ragged. */
    static Plain array(Chance chance, Class<?> type) {
        int depth = type.getTypeName().split("\\[", -1).length - 1;
        int[] sizes = new int[depth];
        Arrays.setAll(sizes, i -> chance.below(depth == 1 ? 7 : 4));
        boolean ragged = chance.oneIn(12);
        Object array = nested(chance, type, 0, ragged, sizes);
        return new Plain(() -> array, text(array));
    }

    private static Object nested(Chance chance, Class<?> type, int depth, boolean ragged, int... sizes) {
        Class<?> part = type.getComponentType();
        int size = ragged && depth > 0 ? chance.below(4) : sizes[depth];
        Object array = Array.newInstance(part, size);
        for (int i = 0; i < size; i++) {
            if (part.isArray()) {
                if (!ragged || !chance.oneIn(6)) { // else it stays null
                    Array.set(array, i, nested(chance, part, depth + 1, ragged, sizes));
                }
            } else {
                set(array, i, chance.between(-3, 3));
            }
        }
        return array;
    }

    private static void set(Object array, int i, long value) {
        switch (array) {
            case boolean[] values -> values[i] = value > 0;
            case byte[] values -> values[i] = (byte) value;
            case short[] values -> values[i] = (short) value;
            case char[] values -> values[i] = 'a';
            case int[] values -> values[i] = (int) value;
            case float[] values -> values[i] = value / 2f;
            case double[] values -> values[i] = value / 2.0;
            default -> Array.setLong(array, i, value);
        }
    }

    private static String text(Object array) {
        if (array == null) {
            return "null";
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            Object part = Array.get(array, i);
            parts.add(
                    part == null || part.getClass().isArray()
                            ? text(part)
                            : part + (part instanceof Float ? "f" : part instanceof Long ? "L" : ""));
        }
        return "new " + array.getClass().getSimpleName() + " {" + String.join(", ", parts) + "}";
    }

    /** Anything, as where an operation takes an Object: mostly arrays. */
    static Plain object(Chance chance) {
        Class<?>[] types = {
            float[].class,
            float[][].class,
            double[][][].class,
            long[].class,
            int[][].class,
            boolean[].class,
            short[].class,
            byte[][].class,
            char[].class,
            float[][][][][].class,
            long[][][][][][][][][].class
        };
        return switch (chance.below(9)) {
            case 0 -> new Plain(() -> 1.5, "1.5");
            case 1 -> new Plain(() -> "text", "\"text\"");
            case 2 -> new Plain(() -> new Object[] {1, "a"}, "new Object[] {1, \"a\"}");
            case 3 -> new Plain(() -> new Float[] {1f, null}, "new Float[] {1f, null}");
            default -> array(chance, types[chance.below(types.length)]);
        };
    }

    static Plain arrayType(Chance chance) {
        List<Class<?>> types = List.of(
                float.class,
                double.class,
                long.class,
                int.class,
                boolean.class,
                byte.class,
                short.class,
                String.class,
                char.class);
        Class<?> component = types.get(Math.min(chance.below(14), 13) % types.size());
        Class<?> type = component;
        for (int depth = chance.oneIn(12) ? 9 : chance.below(4); depth > 0; depth--) {
            type = type.arrayType();
        }
        Class<?> made = type;
        return new Plain(() -> made, made.getCanonicalName() + ".class");
    }

    static Plain buffer(Chance chance) {
        int size = chance.below(9);
        List<Plain> all = List.of(
                plain(() -> FloatBuffer.allocate(size), "java.nio.FloatBuffer.allocate(" + size + ")"),
                plain(() -> DoubleBuffer.allocate(size), "java.nio.DoubleBuffer.allocate(" + size + ")"),
                plain(() -> LongBuffer.allocate(size), "java.nio.LongBuffer.allocate(" + size + ")"),
                plain(() -> IntBuffer.allocate(size), "java.nio.IntBuffer.allocate(" + size + ")"),
                plain(() -> ShortBuffer.allocate(size), "java.nio.ShortBuffer.allocate(" + size + ")"),
                plain(() -> ByteBuffer.allocate(size), "java.nio.ByteBuffer.allocate(" + size + ")"),
                plain(() -> ByteBuffer.allocateDirect(size), "java.nio.ByteBuffer.allocateDirect(" + size + ")"),
                plain(() -> CharBuffer.allocate(size), "java.nio.CharBuffer.allocate(" + size + ")"),
                plain(
                        () -> FloatBuffer.allocate(size).asReadOnlyBuffer(),
                        "java.nio.FloatBuffer.allocate(" + size + ").asReadOnlyBuffer()"),
                plain(
                        () -> ByteBuffer.allocateDirect(4 * size).asFloatBuffer(),
                        "java.nio.ByteBuffer.allocateDirect(" + 4 * size + ").asFloatBuffer()"));
        return chance.pick(all);
    }

    private static Plain plain(Supplier<Buffer> value, String text) {
        return new Plain(value, text);
    }

    static Plain rows(Chance chance) {
        int count = chance.below(4);
        int size = chance.below(4);
        boolean ragged = chance.oneIn(6);
        return new Plain(
                () -> Stream.iterate(0, i -> i + 1).limit(count).map(i -> new float[ragged ? i : size]),
                "java.util.stream.Stream.iterate(0, i -> i + 1).limit(" + count + ").map(i -> new float["
                        + (ragged ? "i" : size) + "])");
    }
}
