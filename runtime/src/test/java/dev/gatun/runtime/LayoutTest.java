package dev.gatun.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.memory.Layouts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LayoutTest {
    private final Random random = new Random(5);

    @Test
    void contiguous_ordinary_hasRowMajorStrides() {
        Layout layout = Layout.contiguous(Shape.of(2, 3, 4));
        assertArrayEquals(new long[] {12, 4, 1}, layout.strides());
        assertTrue(layout.isContiguous());
        assertEquals(24, layout.end());
        assertEquals(1, Layout.contiguous(Shape.scalar()).end());
        assertEquals(0, Layout.contiguous(Shape.of(3, 0)).end());
    }

    @Test
    void transpose_anyView_exchangesIndexes() {
        forViews(2, layout -> {
            int a = random.nextInt(layout.shape().rank());
            int b = random.nextInt(layout.shape().rank());
            checkMoved(layout, layout.transpose(a, b), index -> {
                long[] from = index.clone();
                from[a] = index[b];
                from[b] = index[a];
                return from;
            });
        });
    }

    @Test
    void permute_anyView_movesIndexes() {
        forViews(1, layout -> {
            int rank = layout.shape().rank();
            List<Integer> shuffled = new ArrayList<>();
            for (int d = 0; d < rank; d++) {
                shuffled.add(random.nextInt(d + 1), d);
            }
            int[] order = shuffled.stream().mapToInt(Integer::intValue).toArray();
            checkMoved(layout, layout.permute(order), index -> {
                long[] from = new long[rank];
                for (int d = 0; d < rank; d++) {
                    from[order[d]] = index[d];
                }
                return from;
            });
        });
    }

    @Test
    void slice_anyView_takesEveryStep() {
        forViews(1, layout -> {
            int dim = random.nextInt(layout.shape().rank());
            long size = layout.shape().size(dim);
            long start = random.nextInt((int) size + 1);
            long end = start + random.nextInt((int) (size - start) + 1);
            int step = 1 + random.nextInt(3);
            Layout sliced = layout.slice(dim, start, end, step);
            assertEquals(Math.ceilDiv(end - start, step), sliced.shape().size(dim));
            checkMoved(layout, sliced, index -> {
                long[] from = index.clone();
                from[dim] = start + index[dim] * step;
                return from;
            });
        });
    }

    @Test
    void select_anyView_dropsTheDimension() {
        forViews(1, layout -> {
            int dim = random.nextInt(layout.shape().rank());
            if (layout.shape().size(dim) > 0) {
                long at = random.nextInt((int) layout.shape().size(dim));
                checkMoved(layout, layout.select(dim, at), index -> {
                    long[] from = new long[index.length + 1];
                    System.arraycopy(index, 0, from, 0, dim);
                    from[dim] = at;
                    System.arraycopy(index, dim, from, dim + 1, index.length - dim);
                    return from;
                });
            }
        });
    }

    @Test
    void unsqueezeThenSqueeze_anyView_isTheSame() {
        forViews(0, layout -> {
            int dim = random.nextInt(layout.shape().rank() + 1);
            Layout wider = layout.unsqueeze(dim);
            assertEquals(1, wider.shape().size(dim));
            assertArrayEquals(Layouts.places(layout), Layouts.places(wider));
            assertEquals(layout, wider.squeeze(dim));
        });
    }

    @Test
    void expand_newAndSingleDimensions_repeatElements() {
        Layout row = Layout.contiguous(Shape.of(1, 3));
        Layout expanded = row.expand("expand", Shape.of(2, 2, 3));
        assertArrayEquals(new long[] {0, 0, 1}, expanded.strides());
        assertArrayEquals(new long[] {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2}, Layouts.places(expanded));
        assertTrue(expanded.overlapsItself());
        var e = assertThrows(IllegalArgumentException.class, () -> row.expand("expand", Shape.of(2, 4)));
        assertEquals("expand: cannot expand [1, 3] to [2, 4]", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> row.expand("expand", Shape.of(3)));
    }

    @Test
    void view_anyView_isFoundExactlyWhereStridesDescribeIt() {
        int found = 0;
        int none = 0;
        for (int i = 0; i < 20_000; i++) {
            Layout layout = Layouts.randomView(random, Layouts.randomShape(random, 4), true);
            Shape target = cut(layout.shape().count());
            Layout view = layout.view(target);
            if (view != null) {
                found++;
                assertEquals(target, view.shape());
                assertArrayEquals(Layouts.places(layout), Layouts.places(view), layout + " as " + target);
            } else {
                none++;
                assertFalse(isStrided(Layouts.places(layout), target), layout + " as " + target);
            }
        }
        assertTrue(found > 1000 && none > 1000, found + " found, " + none + " not");
    }

    @Test
    void view_transposed_isNone() {
        Layout turned = Layout.contiguous(Shape.of(2, 3)).transpose(0, 1);
        assertNull(turned.view(Shape.of(6)));
        assertNotNull(turned.view(Shape.of(3, 1, 2)));
    }

    @Test
    void isContiguous_anyView_matchesPlaces() {
        forViews(0, layout -> {
            long[] places = Layouts.places(layout);
            boolean runs = true;
            for (int i = 0; i < places.length; i++) {
                runs &= places[i] == layout.offset() + i;
            }
            assertEquals(runs, layout.isContiguous(), layout.toString());
        });
    }

    @Test
    void overlapsItself_anyView_matchesPlaces() {
        forViews(0, layout -> {
            long[] places = Layouts.places(layout);
            boolean shares = Arrays.stream(places).distinct().count() < places.length;
            assertEquals(shares, layout.overlapsItself(), layout.toString());
        });
    }

    @Test
    void overlapsItself_anyStrides_matchesPlaces() {
        int overlapping = 0;
        for (int i = 0; i < 20_000; i++) {
            Shape shape = Layouts.randomShape(random, 4);
            long[] strides = new long[shape.rank()];
            Arrays.setAll(strides, d -> random.nextLong(14));
            Layout layout = Layout.of(shape, strides, 0);
            long[] places = Layouts.places(layout);
            boolean shares = Arrays.stream(places).distinct().count() < places.length;
            assertEquals(shares, layout.overlapsItself(), layout.toString());
            overlapping += shares ? 1 : 0;
        }
        assertTrue(overlapping > 1000 && overlapping < 19_000, "overlapping " + overlapping);
    }

    @Test
    void overlapsItself_interleavedOrTangled_isTold() {
        assertFalse(Layout.of(Shape.of(3, 2), new long[] {3, 4}, 0).overlapsItself()); // 0 4 3 7 6 10
        assertTrue(Layout.of(Shape.of(5, 2), new long[] {3, 12}, 0).overlapsItself());
        assertFalse(Layout.of(Shape.of(1000, 2), new long[] {2, 1_000_001}, 0).overlapsItself());
        // So many ways to try that it gives up, on the safe side.
        long[] tangled = {1_000_003, 1_000_033, 1_000_037, 1_000_039, 1_000_081, 1_000_099, 1_000_117, 1_000_121};
        Shape wide = Shape.of(9, 9, 9, 9, 9, 9, 9, 9);
        assertTrue(Layout.of(wide, tangled, 0).overlapsItself());
    }

    @Test
    void indexOf_distance_namesTheElement() {
        Layout turned = Layout.contiguous(Shape.of(4, 3)).transpose(0, 1);
        assertEquals("[1, 2]", turned.indexOf(7));
        assertEquals("[0, 5]", Layout.of(Shape.of(4, 9), new long[] {0, 2}, 3).indexOf(10));
        assertEquals("[]", Layout.contiguous(Shape.scalar()).indexOf(0));
    }

    @Test
    void end_anyView_isPastTheLastPlace() {
        forViews(0, layout -> {
            long last = Arrays.stream(Layouts.places(layout)).max().orElse(layout.offset() - 1);
            assertEquals(last + 1, layout.end(), layout.toString());
        });
    }

    @Test
    void of_wrongArguments_saysWhich() {
        Shape shape = Shape.of(2, 3);
        assertThrows(IllegalArgumentException.class, () -> Layout.of(shape, new long[] {1}, 0));
        assertThrows(IllegalArgumentException.class, () -> Layout.of(shape, new long[] {3, -1}, 0));
        assertThrows(IllegalArgumentException.class, () -> Layout.of(shape, new long[] {3, 1}, -1));
    }

    private interface Check {
        void accept(Layout layout);
    }

    private void forViews(int minRank, Check check) {
        for (int i = 0; i < 2000; i++) {
            Layout layout = Layouts.randomView(random, Layouts.randomShape(random, 4), true);
            if (layout.shape().rank() >= minRank) {
                check.accept(layout);
            }
        }
    }

    /** Checks that each index of a new layout lies where the old one has the index it came from. */
    private static void checkMoved(Layout old, Layout moved, UnaryOperator<long[]> origin) {
        List<long[]> indexes = Layouts.indexes(moved.shape().toArray());
        long[] places = Layouts.places(moved);
        for (int i = 0; i < places.length; i++) {
            long[] from = origin.apply(indexes.get(i));
            long expected = old.offset();
            for (int d = 0; d < from.length; d++) {
                expected += from[d] * old.stride(d);
            }
            assertEquals(expected, places[i], old + " to " + moved);
        }
    }

    /** A shape of as many elements, cut at random. */
    private Shape cut(long count) {
        if (count == 0) {
            return Shape.of(0);
        }
        List<Long> sizes = new ArrayList<>();
        long left = count;
        while (left > 1 || random.nextInt(3) == 0) {
            List<Long> divisors = new ArrayList<>();
            for (long d = 1; d <= left; d++) {
                if (left % d == 0) {
                    divisors.add(d);
                }
            }
            long size = divisors.get(random.nextInt(divisors.size()));
            if (sizes.size() == Shape.MAX_RANK - 1) {
                size = left;
            }
            sizes.add(size);
            left /= size;
            if (sizes.size() == Shape.MAX_RANK) {
                break;
            }
        }
        return Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
    }

    /** Whether some strides give these places under a shape. */
    private static boolean isStrided(long[] places, Shape shape) {
        long[] strides = new long[shape.rank()];
        long step = 1;
        for (int d = shape.rank() - 1; d >= 0; d--) {
            strides[d] = shape.size(d) > 1 ? places[(int) step] - places[0] : 0;
            step *= shape.size(d);
        }
        List<long[]> indexes = Layouts.indexes(shape.toArray());
        for (int i = 0; i < places.length; i++) {
            long place = places[0];
            for (int d = 0; d < strides.length; d++) {
                place += indexes.get(i)[d] * strides[d];
            }
            if (place != places[i]) {
                return false;
            }
        }
        return Arrays.stream(strides).allMatch(stride -> stride >= 0);
    }
}
