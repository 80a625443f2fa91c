package dev.gatun.testing.fuzz;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.random.Generator;
import dev.gatun.testing.fuzz.Arg.Built;
import dev.gatun.testing.fuzz.Arg.Items;
import dev.gatun.testing.fuzz.Arg.Plain;
import dev.gatun.testing.fuzz.TensorArg.Step;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Draws the arguments of one call, by the types and names of its parameters. */
final class Draw {
    private static final Set<String> POSITIONS = Set.of("index", "target", "times", "at", "indices");
    private static final Set<String> MASKS = Set.of("mask", "condition");
    private static final Set<String> DIMS =
            Set.of("dim", "dim1", "dim2", "a", "b", "from", "to", "start", "end", "first", "second");

    private final Chance chance;
    private final Method method;
    private final Scheme scheme;
    private final long[] sizes;
    private final int dim;
    private final DType dtype;
    private final boolean requiresGrad;
    private final boolean dominant;
    private final int wild; // the parameter that gets what it has no right to; -1: none
    private final int tensors;
    private int made;
    private TensorArg first;

    Draw(Chance chance, Method method, Scheme scheme) {
        this.chance = chance;
        this.method = method;
        this.scheme = scheme;
        this.sizes = Scheme.loose(chance);
        this.dim = sizes.length == 0 ? 0 : chance.below(sizes.length);
        this.dtype = dtype(chance);
        this.requiresGrad = chance.oneIn(7);
        this.dominant = chance.oneIn(2);
        int count = method.getParameterCount() + 1;
        this.wild = chance.oneIn(4) ? chance.below(count) : -1;
        this.tensors = (Modifier.isStatic(method.getModifiers()) ? 0 : 1)
                + (int) Stream.of(method.getParameterTypes())
                        .filter(type -> NdArray.class.isAssignableFrom(type))
                        .count();
    }

    private static DType dtype(Chance chance) {
        int draw = chance.below(100);
        return draw < 45
                ? DType.F32
                : draw < 64
                        ? DType.F64
                        : draw < 74
                                ? DType.I64
                                : draw < 80
                                        ? DType.I32
                                        : draw < 85
                                                ? DType.U8
                                                : draw < 92 ? DType.BOOL : draw < 96 ? DType.BF16 : DType.F16;
    }

    Call call() {
        List<Arg> args = new ArrayList<>();
        if (!Modifier.isStatic(method.getModifiers())) {
            args.add(receiver());
        }
        Parameter[] parameters = method.getParameters();
        for (int i = 0; i < parameters.length; i++) {
            Parameter p = parameters[i];
            args.add(
                    isOptional(p.getAnnotatedType()) && chance.oneIn(2)
                            ? Plains.none()
                            : argument(p.getParameterizedType(), p.getName(), wild == i));
        }
        return new Call(method, args);
    }

    private static boolean isOptional(AnnotatedType type) {
        return Stream.of(type.getAnnotations())
                .anyMatch(each -> each.annotationType().getSimpleName().equals("Nullable"));
    }

    private Arg receiver() {
        Class<?> type = method.getDeclaringClass();
        return NdArray.class.isAssignableFrom(type)
                ? tensor("x", wild == method.getParameterCount())
                : argument(type, "x", false);
    }

    private Arg argument(Type type, String name, boolean odd) {
        if (type instanceof ParameterizedType generic) {
            return generic(generic, name, odd);
        }
        Class<?> plain = type instanceof Class<?> known ? known : Object.class;
        if (NdArray.class.isAssignableFrom(plain)) {
            return tensor(name, odd);
        }
        if (plain == long[].class) {
            return Plains.wholes(wholes(name, odd));
        }
        if (plain == int[].class) {
            return Plains.integers(dims(name, odd));
        }
        if (plain.isArray()
                && !plain.getComponentType().isPrimitive()
                && !plain.getComponentType().isArray()) {
            return items(plain.getComponentType(), name, odd, plain);
        }
        if (plain.isArray()) {
            return Plains.array(chance, plain);
        }
        if (plain.isEnum()) {
            Object constant = chance.pick(Arrays.asList(plain.getEnumConstants()));
            return new Plain(() -> constant, plain.getSimpleName() + "." + ((Enum<?>) constant).name());
        }
        if (plain.isSealed() && plain.isInterface()) {
            return record(chance.pick(Arrays.asList(plain.getPermittedSubclasses())), odd);
        }
        if (plain.isRecord()) {
            return record(plain, odd);
        }
        return switch (plain.getName()) {
            case "int" -> Plains.integer(integer(name, odd));
            case "long" -> Plains.whole(whole(name, odd));
            case "double" -> Plains.real(Plains.real(chance, odd));
            case "boolean" -> Plains.flag(chance.oneIn(name.equals("samePadding") ? 8 : 2));
            case "java.lang.Number" -> Plains.number(chance, odd);
            case "java.lang.String" -> Plains.equation(chance);
            case "java.lang.Object" -> Plains.object(chance);
            case "java.nio.Buffer" -> Plains.buffer(chance);
            default -> object(plain, name, odd);
        };
    }

    private Arg object(Class<?> type, String name, boolean odd) {
        if (type == Shape.class) {
            long[] shape = wholes(name, odd);
            return new Plain(
                    () -> Shape.of(shape), "Shape.of(" + Plains.wholes(shape).text() + ")");
        }
        if (type == Layout.class) {
            long[] shape = wholes(name, odd);
            long[] strides = new long[shape.length];
            Arrays.setAll(strides, i -> chance.oneIn(30) ? chance.absurd() : chance.below(4));
            long offset = odd ? chance.absurd() : chance.below(3);
            return new Plain(
                    () -> Layout.of(Shape.of(shape), strides, offset),
                    "Layout.of(Shape.of(" + Plains.wholes(shape).text() + "), "
                            + Plains.wholes(strides).text() + ", " + offset + "L)");
        }
        if (type == Device.class) {
            return new Plain(Device::cpu, "Device.cpu()");
        }
        if (type == Generator.class) {
            return new Plain(() -> new Generator(7), "new Generator(7)");
        }
        throw new IllegalStateException("fuzzer: knows no way to make a " + type.getName() + ": " + method);
    }

    private Arg generic(ParameterizedType type, String name, boolean odd) {
        Type part = type.getActualTypeArguments()[0];
        if (type.getRawType() == Class.class) {
            return Plains.arrayType(chance);
        }
        if (type.getRawType() == Stream.class) {
            return Plains.rows(chance);
        }
        if (part == Long.class) {
            return Plains.list(Arrays.stream(window(name, odd)).boxed().toList());
        }
        if (part == Double.class) {
            return Plains.list(Stream.generate(() -> Plains.real(chance, odd))
                    .limit(chance.below(3))
                    .toList());
        }
        return items((Class<?>) part, name, odd, List.class);
    }

    /** None to four of a type. */
    private Arg items(Class<?> type, String name, boolean odd, Class<?> as) {
        List<Arg> all = new ArrayList<>();
        int count = chance.oneIn(10) ? 0 : 1 + chance.below(3);
        for (int i = 0; i < count; i++) {
            all.add(argument(type, name, odd && i == 0));
        }
        return new Items(all, as);
    }

    private Arg record(Class<?> type, boolean odd) {
        RecordComponent[] components = type.getRecordComponents();
        List<Arg> parts = new ArrayList<>();
        int strange = odd ? chance.below(components.length + 1) : -1;
        for (int i = 0; i < components.length; i++) {
            parts.add(
                    isOptional(components[i].getAnnotatedType()) && chance.oneIn(2)
                            ? Plains.none()
                            : argument(components[i].getGenericType(), components[i].getName(), strange == i));
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return new Built(constructor, parts);
        } catch (NoSuchMethodException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    // ---- tensors ----

    private TensorArg tensor(String name, boolean odd) {
        int which = made++;
        if (which > 0 && chance.oneIn(14)) {
            return relative();
        }
        Scheme own = odd && chance.oneIn(3) ? Scheme.LOOSE : scheme;
        long[] shape = own.shape(chance, which, Math.max(tensors, which + 1), sizes, dim);
        DType type = dtype;
        boolean positions = POSITIONS.contains(name) && !chance.oneIn(7);
        if (positions) {
            type = DType.I64;
        } else if (MASKS.contains(name) && !chance.oneIn(8)) {
            type = DType.BOOL;
        } else if (odd && chance.oneIn(2) || chance.oneIn(25)) {
            type = dtype(chance);
        }
        Views views = Views.of(chance, shape);
        TensorArg arg = new TensorArg(base(type, positions, views.base()), views.steps(), odd && chance.oneIn(4));
        if (which == 0) {
            first = arg;
        }
        return arg;
    }

    private Base base(DType type, boolean positions, long... shape) {
        int count = 1;
        for (long size : shape) {
            count = Math.toIntExact(count * size);
        }
        double[] numbers = type.isFloating() ? chance.numbers(count) : new double[0];
        long[] integers = type.isFloating()
                ? new long[0]
                : positions ? chance.indexes(count, dim < sizes.length ? sizes[dim] : 2) : chance.integers(count);
        for (int i = 0; type == DType.BOOL && i < integers.length; i++) {
            integers[i] &= 1;
        }
        if (dominant && shape.length > 1 && (scheme == Scheme.SQUARE || scheme == Scheme.SYSTEM)) {
            dominate(numbers, (int) shape[shape.length - 1]);
        }
        return new Base(type, shape, numbers, integers, requiresGrad && type.isFloating() && type.isComputable());
    }

    /** Symmetric, with diagonals above the sum of the rest, so that matrices have inverses and factors. */
    private static void dominate(double[] numbers, int n) {
        for (int at = 0; n > 0 && at < numbers.length / (n * n) * n * n; at++) {
            int row = at / n % n;
            int column = at % n;
            int mirrored = at - row * n - column + column * n + row;
            numbers[at] = row == column ? 20 + row : row < column ? numbers[at] % 4 : numbers[mirrored];
            numbers[at] = Double.isNaN(numbers[at]) ? 1 : numbers[at];
        }
    }

    /** A tensor over the elements of the first: itself, another stretch of it, its transpose, a row. */
    private TensorArg relative() {
        TensorArg of = first;
        List<Step> steps = new ArrayList<>(of.steps());
        int draw = chance.below(5);
        if (draw == 0) {
            steps.add(new Step(Tensor::mT, ".mT()"));
        } else if (draw == 1) {
            steps.add(new Step(x -> x.select(0, 0), ".select(0, 0)"));
        } else if (draw == 2) {
            steps.clear();
        } else if (draw == 3) {
            steps.add(new Step(x -> x.slice(0, 1, Long.MAX_VALUE, 1), ".slice(0, 1, Long.MAX_VALUE, 1)"));
        }
        return new TensorArg(of.base(), steps, false);
    }

    // ---- numbers ----

    private int integer(String name, boolean odd) {
        if (odd) {
            return (int) chance.absurd();
        }
        if (DIMS.contains(name)) {
            int rank = sizes.length;
            int at = chance.oneIn(3) && rank > 0 ? chance.below(rank) : dim;
            return chance.oneIn(3) ? at - rank : at;
        }
        return (int) chance.between(-1, 3);
    }

    private long whole(String name, boolean odd) {
        if (odd) {
            return chance.absurd();
        }
        long size = dim < sizes.length ? sizes[dim] : 1;
        return switch (name) {
            case "index", "i", "j", "start" -> chance.between(-size, Math.max(-size, size - 1));
            case "step", "groups", "divisorOverride" -> chance.between(1, 2);
            case "end" -> chance.oneIn(4) ? Long.MAX_VALUE : chance.between(-1, 5);
            default -> chance.between(-1, 5);
        };
    }

    /** Some of the dimensions; all of them in any order, where the name says so. */
    private int[] dims(String name, boolean odd) {
        int rank = sizes.length;
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            all.add(chance.below(i + 1), chance.oneIn(4) ? i - rank : i);
        }
        int kept = name.equals("order") || rank == 0 ? rank : chance.below(rank + 1);
        int[] dims = all.stream().limit(kept).mapToInt(i -> i).toArray();
        if (odd) {
            dims = Arrays.copyOf(dims, dims.length + 1);
            dims[dims.length - 1] = (int) chance.absurd();
        }
        return dims;
    }

    private long[] wholes(String name, boolean odd) {
        long[] drawn = chance.oneIn(8)
                ? few()
                : switch (name) {
                    case "sizes", "shape" -> sized();
                    case "strides" -> few(sizes.length);
                    case "padding", "shifts" -> few();
                    case "kernel", "dilation", "stride" -> window(name, false);
                    case "normalizedShape" -> Arrays.copyOfRange(sizes, dim, sizes.length);
                    case "outputSize" -> window(name, false);
                    default -> few(sizes.length);
                };
        if (odd && drawn.length > 0) {
            drawn[chance.below(drawn.length)] = chance.absurd();
        } else if (odd) {
            return new long[] {chance.absurd()};
        }
        return drawn;
    }

    /** Sizes that may fit the tensor: its own in another order, wider ones, all in one, one left open. */
    private long[] sized() {
        long[] own = sizes.clone();
        switch (chance.below(6)) {
            case 0 -> own = new long[] {-1};
            case 1 -> {
                long product = 1;
                for (long size : own) {
                    product *= size;
                }
                own = new long[] {product};
            }
            case 2 -> {
                if (own.length > 0) {
                    own[chance.below(own.length)] = -1;
                }
            }
            case 3 -> {
                long[] wider = new long[Math.min(8, own.length + 1)];
                System.arraycopy(own, 0, wider, wider.length - own.length, own.length);
                wider[0] = chance.size();
                own = wider;
            }
            case 4 -> {
                for (int i = 0; i < own.length / 2; i++) {
                    long swapped = own[i];
                    own[i] = own[own.length - 1 - i];
                    own[own.length - 1 - i] = swapped;
                }
            }
            default -> {}
        }
        return own;
    }

    private long[] few() {
        return few(chance.below(5));
    }

    private long[] few(int count) {
        long[] values = new long[count];
        Arrays.setAll(values, i -> chance.oneIn(9) ? chance.between(-2, 4) : chance.between(0, 2));
        return values;
    }

    /** One number for each spatial dimension, or one for all. */
    private long[] window(String name, boolean odd) {
        int spatial = 1 + sizes.length % 3;
        long[] values = new long[chance.oneIn(3) ? 1 : name.equals("size") && chance.oneIn(2) ? 0 : spatial];
        boolean border = name.contains("adding");
        boolean plain = name.equals("outputPadding") && !chance.oneIn(8) || name.equals("stride") && chance.oneIn(2);
        Arrays.setAll(
                values,
                i -> plain
                        ? (border ? 0 : 1)
                        : border ? chance.below(2) : name.equals("dilation") ? 1 : 1 + chance.below(3));
        if (odd && values.length > 0) {
            values[chance.below(values.length)] = chance.absurd();
        }
        return values;
    }
}
