package dev.gatun.testing.fuzz;

import dev.gatun.testing.fuzz.Oracles.Expected;
import dev.gatun.testing.fuzz.Oracles.Got;
import dev.gatun.testing.fuzz.Oracles.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Views, rearrangements, and reading and writing by index: where each element comes from. */
final class ShapeOracles {
    private ShapeOracles() {}

    static void add(Map<String, Rule> rules) {
        for (String same : List.of("clone", "contiguous", "detach")) {
            rules.put(same, got -> Expected.exactly(got.grid(0)));
        }
        for (String flat : List.of("view", "reshape", "flatten", "squeeze", "unsqueeze", "viewAs")) {
            rules.put(flat, got -> Expected.exactly(got.grid(0).under(got.sizes())));
        }
        rules.put("unsqueeze", ShapeOracles::unsqueeze);
        rules.put("transpose", ShapeOracles::transpose);
        rules.put("swapaxes", ShapeOracles::transpose);
        rules.put(
                "t",
                got -> Expected.exactly(
                        got.grid(0).rank() < 2 ? got.grid(0) : got.grid(0).swapped(0, 1)));
        rules.put(
                "mT",
                got -> Expected.exactly(
                        got.grid(0).swapped(got.grid(0).rank() - 2, got.grid(0).rank() - 1)));
        rules.put("permute", ShapeOracles::permute);
        rules.put("expand", ShapeOracles::expand);
        rules.put("expandAs", got -> spreadTo(got, got.grid(1).sizes()));
        rules.put("select", got -> select(got, got.dim(1, got.grid(0).rank()), got.integer(2)));
        rules.put("get", got -> got.args().length == 2 ? select(got, 0, got.integer(1)) : null);
        rules.put("narrow", ShapeOracles::narrow);
        rules.put("slice", ShapeOracles::slice);
        rules.put("flip", ShapeOracles::flip);
        rules.put("roll", ShapeOracles::roll);
        rules.put("repeat", got -> repeat(got, (long[]) got.args()[1], false));
        rules.put("tile", got -> repeat(got, (long[]) got.args()[1], true));
        rules.put("indexSelect", ShapeOracles::indexSelect);
        rules.put("gather", ShapeOracles::gather);
        rules.put("take", ShapeOracles::take);
        rules.put("tril", got -> triangle(got, true));
        rules.put("triu", got -> triangle(got, false));
        rules.put("diagonal", ShapeOracles::diagonal);
        rules.put("unfold", ShapeOracles::unfold);
        rules.put("cat", ShapeOracles::cat);
        rules.put("stack", ShapeOracles::stack);
        rules.put("maskedSelect", ShapeOracles::maskedSelect);
        rules.put("nonzero", ShapeOracles::nonzero);
        rules.put("oneHot", ShapeOracles::oneHot);
    }

    private static Expected moved(Grid x, long[] to, java.util.function.Function<long[], long[]> source) {
        return Expected.exactly(x.moved(to, source));
    }

    private static Expected unsqueeze(Got got) {
        Grid x = got.grid(0);
        int at = got.integer(1) < 0 ? got.integer(1) + x.rank() + 1 : got.integer(1);
        return Expected.exactly(x.under(Grid.inserted(x.sizes(), at, 1)));
    }

    private static Expected transpose(Got got) {
        Grid x = got.grid(0);
        return x.rank() == 0
                ? Expected.exactly(x)
                : Expected.exactly(x.swapped(got.dim(1, x.rank()), got.dim(2, x.rank())));
    }

    private static Expected permute(Got got) {
        Grid x = got.grid(0);
        int[] order = ((int[]) got.args()[1]).clone();
        Arrays.setAll(order, i -> Math.floorMod(order[i], x.rank()));
        return Expected.exactly(x.permuted(order));
    }

    private static Expected expand(Got got) {
        Grid x = got.grid(0);
        long[] to = ((long[]) got.args()[1]).clone();
        for (int i = 0; i < to.length; i++) {
            to[i] = to[i] == -1 ? x.size(i - to.length + x.rank()) : to[i];
        }
        return spreadTo(got, to);
    }

    private static Expected spreadTo(Got got, long... to) {
        Grid x = got.grid(0);
        return Expected.exactly(Grid.make(to, x::spread));
    }

    private static Expected select(Got got, int dim, long index) {
        Grid x = got.grid(0);
        long place = index < 0 ? index + x.size(dim) : index;
        return moved(x, Grid.without(x.sizes(), dim), at -> Grid.inserted(at, dim, place));
    }

    private static Expected narrow(Got got) {
        Grid x = got.grid(0);
        int dim = got.dim(1, x.rank());
        long start = got.integer(2) < 0 ? got.integer(2) + x.size(dim) : got.integer(2);
        return moved(x, Grid.with(x.sizes(), dim, got.integer(3)), at -> Grid.with(at, dim, at[dim] + start));
    }

    private static Expected slice(Got got) {
        Grid x = got.grid(0);
        int dim = got.dim(1, x.rank());
        long size = x.size(dim);
        long start = (Long) got.args()[2];
        long end = (Long) got.args()[3];
        long step = (Long) got.args()[4];
        long first = Math.clamp(start < 0 ? start + size : start, 0L, size);
        long last = Math.clamp(end < 0 ? end + size : end, first, size);
        long count = 0;
        for (long i = first; i < last && i >= 0; i += step) {
            count++;
        }
        return moved(x, Grid.with(x.sizes(), dim, count), at -> Grid.with(at, dim, first + at[dim] * step));
    }

    private static Expected flip(Got got) {
        Grid x = got.grid(0);
        int[] dims = (int[]) got.args()[1];
        if (x.rank() == 0) {
            return null;
        }
        return moved(x, x.sizes(), at -> {
            long[] from = at.clone();
            for (int dim : dims) {
                int d = Math.floorMod(dim, x.rank());
                from[d] = x.size(d) - 1 - at[d];
            }
            return from;
        });
    }

    private static Expected roll(Got got) {
        Grid x = got.grid(0);
        long[] shifts = got.args()[1] instanceof long[] many ? many : new long[] {(Long) got.args()[1]};
        if (got.args().length == 2 || x.rank() == 0) {
            return null; // of all elements
        }
        int[] dims = got.args()[2] instanceof int[] many ? many : new int[] {got.integer(2)};
        if (dims.length == 0) {
            return null;
        }
        return moved(x, x.sizes(), at -> {
            long[] from = at.clone();
            for (int i = 0; i < dims.length; i++) {
                int d = Math.floorMod(dims[i], x.rank());
                from[d] = Math.floorMod(from[d] - shifts[i] % x.size(d), x.size(d));
            }
            return from;
        });
    }

    private static Expected repeat(Got got, long[] times, boolean shorter) {
        Grid x = got.grid(0);
        if (Arrays.stream(times).anyMatch(t -> t > 1000)) {
            return null; // of nothing
        }
        int rank = shorter ? Math.max(x.rank(), times.length) : times.length;
        long[] to = new long[rank];
        for (int i = 1; i <= rank; i++) {
            to[rank - i] =
                    (i <= times.length ? times[times.length - i] : 1) * (i <= x.rank() ? x.size(x.rank() - i) : 1);
        }
        return moved(x, to, at -> {
            long[] from = new long[x.rank()];
            Arrays.setAll(from, d -> at[rank - x.rank() + d] % x.size(d));
            return from;
        });
    }

    private static Expected indexSelect(Got got) {
        Grid x = got.grid(0);
        int dim = got.dim(1, x.rank());
        Grid index = got.grid(2);
        if (x.rank() == 0) {
            return null;
        }
        return moved(
                x,
                Grid.with(x.sizes(), dim, index.values().length),
                at -> Grid.with(at, dim, (long) index.values()[(int) at[dim]]));
    }

    private static Expected gather(Got got) {
        Grid x = got.grid(0);
        Grid index = got.grid(2);
        if (x.rank() == 0) {
            return null;
        }
        int dim = got.dim(1, x.rank());
        return moved(x, index.sizes(), at -> Grid.with(at, dim, (long) index.at(at)));
    }

    private static Expected take(Got got) {
        Grid x = got.grid(0);
        Grid index = got.grid(1);
        return Expected.exactly(Grid.make(index.sizes(), at -> {
            long place = (long) index.at(at);
            return x.values()[(int) (place < 0 ? place + x.values().length : place)];
        }));
    }

    private static Expected triangle(Got got, boolean lower) {
        Grid x = got.grid(0);
        long offset = got.args().length > 1 ? Math.clamp((Long) got.args()[1], -1000, 1000) : 0;
        int rank = x.rank();
        return Expected.exactly(Grid.make(x.sizes(), at -> {
            long above = at[rank - 1] - at[rank - 2] - offset;
            return (lower ? above <= 0 : above >= 0) ? x.at(at) : 0;
        }));
    }

    private static Expected diagonal(Got got) {
        Grid x = got.grid(0);
        long offset = got.args().length > 1 ? (Long) got.args()[1] : 0;
        int first = got.args().length > 1 ? got.dim(2, x.rank()) : 0;
        int second = got.args().length > 1 ? got.dim(3, x.rank()) : 1;
        if (offset < -1000 || offset > 1000) {
            return null;
        }
        long count = Math.max(0, Math.min(x.size(first) - Math.max(0, -offset), x.size(second) - Math.max(0, offset)));
        long[] rest = Grid.without(Grid.without(x.sizes(), Math.max(first, second)), Math.min(first, second));
        return moved(x, Grid.inserted(rest, rest.length, count), at -> {
            long i = at[at.length - 1];
            long row = i + Math.max(0, -offset);
            long column = i + Math.max(0, offset);
            long[] others = Arrays.copyOf(at, at.length - 1);
            return first < second
                    ? Grid.inserted(Grid.inserted(others, first, row), second, column)
                    : Grid.inserted(Grid.inserted(others, second, column), first, row);
        });
    }

    private static Expected unfold(Got got) {
        if (got.args().length != 4) {
            return null;
        }
        Grid x = got.grid(0);
        if (x.rank() == 0) {
            return null;
        }
        int dim = got.dim(1, x.rank());
        long size = (Long) got.args()[2];
        long step = (Long) got.args()[3];
        long windows = 0;
        for (long i = 0; i <= x.size(dim) - size && i >= 0; i += step) {
            windows++;
        }
        long[] to = Grid.inserted(Grid.with(x.sizes(), dim, windows), x.rank(), size);
        return moved(x, to, at -> {
            long[] from = Arrays.copyOf(at, at.length - 1);
            from[dim] = at[dim] * step + at[at.length - 1];
            return from;
        });
    }

    private static List<Grid> all(Got got) {
        Object first = got.args()[0];
        Stream<?> tensors = first instanceof Object[] array ? Stream.of(array) : ((List<?>) first).stream();
        return tensors.map(x -> Grid.of(Snapshot.of((dev.gatun.runtime.NdArray) x)))
                .toList();
    }

    private static Expected cat(Got got) {
        List<Grid> parts = all(got);
        Grid first = parts.getFirst();
        if (parts.stream().anyMatch(part -> part.rank() != first.rank())) {
            return null; // an empty vector joins anything
        }
        int dim = got.args().length > 1 ? got.dim(1, first.rank()) : 0;
        long size = parts.stream().mapToLong(part -> part.size(dim)).sum();
        return Expected.exactly(Grid.make(Grid.with(first.sizes(), dim, size), at -> {
            long place = at[dim];
            int which = 0;
            while (place >= parts.get(which).size(dim)) {
                place -= parts.get(which++).size(dim);
            }
            return got.rounded(parts.get(which).at(Grid.with(at, dim, place)));
        }));
    }

    private static Expected stack(Got got) {
        List<Grid> parts = all(got);
        Grid first = parts.getFirst();
        int given = got.args().length > 1 ? got.integer(1) : 0;
        int dim = given < 0 ? given + first.rank() + 1 : given;
        return Expected.exactly(Grid.make(
                Grid.inserted(first.sizes(), dim, parts.size()),
                at -> got.rounded(parts.get((int) at[dim]).at(Grid.without(at, dim)))));
    }

    private static Expected maskedSelect(Got got) {
        Grid x = got.grid(0);
        Grid mask = got.grid(1);
        long[] sizes = Grid.common(x, mask);
        double[] kept = new double[0];
        Grid chosen = Grid.make(sizes, at -> mask.spread(at));
        Grid values = Grid.make(sizes, x::spread);
        for (int i = 0; i < values.values().length; i++) {
            if (chosen.values()[i] != 0) {
                kept = Arrays.copyOf(kept, kept.length + 1);
                kept[kept.length - 1] = values.values()[i];
            }
        }
        return Expected.exactly(new Grid(new long[] {kept.length}, kept));
    }

    private static Expected nonzero(Got got) {
        Grid x = got.grid(0);
        List<long[]> places = new java.util.ArrayList<>();
        Grid.make(x.sizes(), at -> {
            if (x.at(at) != 0) {
                places.add(at.clone());
            }
            return 0;
        });
        return Expected.exactly(
                Grid.make(new long[] {places.size(), x.rank()}, at -> places.get((int) at[0])[(int) at[1]]));
    }

    private static Expected oneHot(Got got) {
        Grid x = got.grid(0);
        long classes = (Long) got.args()[1];
        if (classes < 1) {
            return null;
        }
        return Expected.exactly(Grid.make(
                Grid.inserted(x.sizes(), x.rank(), classes),
                at -> x.at(Arrays.copyOf(at, at.length - 1)) == at[at.length - 1] ? 1 : 0));
    }
}
