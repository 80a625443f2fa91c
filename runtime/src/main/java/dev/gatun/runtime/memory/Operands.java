package dev.gatun.runtime.memory;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The operands of one native call. Every launch adds its arrays here, calls, and {@linkplain #end ends}; until then
 * their memory stays: a storage is retained unless a scope of this thread holds it, see {@link Handle}. That one
 * mechanism refuses released arrays, keeps memory in place while another thread releases it, keeps operands reachable,
 * and never lets a layout reach past its storage, or a call meet memory of two devices. The output of an element
 * operation is added last.
 *
 * <pre>{@code
 * Operands o = Operands.of(op);
 * try {
 *     o.add(x).add(y).collapse();
 *     Status.check(o.isFlat() ? flat(o.count(), o.at(0), o.at(1)) : strided(o.dims(), o.at(0), o.at(1)), o);
 * } finally {
 *     o.end();
 * }
 * }</pre>
 *
 * An object for each call, and fields instead of arrays: so the compiler keeps a list that leads to a flat call in
 * registers, where a list kept between calls would pay the collector's barrier for each array stored in it. What goes
 * by pointer lies in scratch of the thread, so calls do not nest.
 */
public final class Operands {
    private final Object op;
    private @Nullable NdArray a0;
    private @Nullable NdArray a1;
    private @Nullable NdArray a2;
    private @Nullable NdArray a3;
    private @Nullable NdArray a4;
    private @Nullable Storage s0;
    private @Nullable Storage s1;
    private @Nullable Storage s2;
    private @Nullable Storage s3;
    private @Nullable Storage s4;
    private int size;
    private int scalarOperand = -1;

    // A bit for each operand.
    private int retained;
    private int contiguous;
    private int single;

    private long count;
    private boolean strided; // the scratch's dims hold what a collapse made
    private boolean flat;

    private Operands(Object op) {
        this.op = op;
    }

    /**
     * The list of a call, still empty.
     *
     * @param op name of the operation, for messages: a string, or the constant of an enum, shown in lower case
     * @return the list
     */
    public static Operands of(Object op) {
        return new Operands(op);
    }

    /**
     * Adds an array, whose memory then stays until {@link #end}.
     *
     * @param array to pass, at most the fifth
     * @return this
     * @throws IllegalStateException if the array was released, or wraps memory whose arena is closed or belongs to
     *     another thread
     * @throws IllegalArgumentException if its layout reaches past its storage
     */
    public Operands add(NdArray array) {
        Storage storage = array.storageOrNull();
        boolean held = array.isHeldHere();
        if (storage == null || !(held || storage.tryRetain())) {
            throw array.released(name());
        }
        int at = size;
        put(at, array, storage);
        retained |= held ? 0 : 1 << at;
        size = at + 1;
        Layout layout = array.layout();
        long room = array.dtype().elementsIn(storage.bytes());
        long start = layout.offset();
        boolean inside;
        if (layout.isContiguous()) {
            contiguous |= 1 << at;
            inside = start >= 0 && start <= room && layout.shape().count() <= room - start;
        } else {
            inside = layout.isWithin(room);
        }
        if (!inside || (storage.isLent() && !storage.isAccessible())) {
            end();
            throw inside ? inaccessible(array) : outside(array, room);
        }
        NdArray first = a0;
        if (first != null && first.device() != array.device()) {
            end();
            throw elsewhere(first, array);
        }
        return this;
    }

    private void put(int at, NdArray array, Storage storage) {
        switch (at) {
            case 0 -> {
                a0 = array;
                s0 = storage;
            }
            case 1 -> {
                a1 = array;
                s1 = storage;
            }
            case 2 -> {
                a2 = array;
                s2 = storage;
            }
            case 3 -> {
                a3 = array;
                s3 = storage;
            }
            default -> {
                a4 = array;
                s4 = storage;
            }
        }
    }

    private @Nullable NdArray array(int i) {
        return switch (i) {
            case 0 -> a0;
            case 1 -> a1;
            case 2 -> a2;
            case 3 -> a3;
            default -> a4;
        };
    }

    /** The storage of operand {@code i}; {@code null} where nothing was added, or a scalar. */
    public @Nullable Storage storage(int i) {
        return switch (i) {
            case 0 -> s0;
            case 1 -> s1;
            case 2 -> s2;
            case 3 -> s3;
            default -> s4;
        };
    }

    private IllegalArgumentException outside(NdArray array, long room) {
        return new IllegalArgumentException(name() + ": layout reaches past its storage of " + room + " elements: "
                + array.dtype() + ", " + array.layout());
    }

    /** Native code that follows an address of another device ends the process. */
    private IllegalArgumentException elsewhere(NdArray first, NdArray array) {
        return new IllegalArgumentException(name() + ": operands on different devices: " + first.describe() + " on "
                + first.device() + ", " + array.describe() + " on " + array.device() + "; to(device) copies");
    }

    private IllegalStateException inaccessible(NdArray array) {
        return new IllegalStateException(name() + ": " + array.describe()
                + " wraps memory of the caller whose arena is closed or belongs to another thread;"
                + " keep the arena open, and shared, as long as arrays wrap it");
    }

    /** Adds an array or, where there is none, an operand that the operation does not use: a null pointer. */
    public Operands addOrNothing(@Nullable NdArray array) {
        if (array != null) {
            return add(array);
        }
        contiguous |= 1 << size;
        size++;
        return this;
    }

    /** Adds a scalar operand, cast to a dtype as Java casts; one for each call. */
    public Operands addScalar(Number value, DType dtype) {
        writeScalar(value, dtype);
        scalarOperand = size++;
        return this;
    }

    /**
     * Writes a number to the scratch as an element of a dtype, cast as Java casts.
     *
     * @param value to write
     * @param dtype of the element
     * @return where it lies
     */
    public MemorySegment writeScalar(Number value, DType dtype) {
        return scratch().write(value, dtype);
    }

    /**
     * Finds the simplest form of an element operation: flat where every operand is dense in one order, else the fewest
     * dimensions, the output's largest stride first.
     *
     * @return this
     * @throws IllegalArgumentException if the shapes differ
     */
    public Operands collapse() {
        Layout output = layout(size - 1);
        Shape shape = output.shape();
        count = shape.count();
        for (int i = 0; i < size - 1; i++) {
            NdArray array = array(i);
            require(array == null || array.layout().shape().equals(shape), "shapes differ");
        }
        single = scalarOperand < 0 ? 0 : 1 << scalarOperand;
        flat = (contiguous | single) == (1 << size) - 1;
        if (!flat) {
            collapseStrided(output);
        }
        return this;
    }

    private void collapseStrided(Layout output) {
        Dims dims = scratch().dims;
        dims.start(size);
        Shape shape = output.shape();
        for (int d = 0; d < shape.rank(); d++) {
            if (shape.size(d) != 1) {
                int at = dims.insert(0, shape.size(d), size - 1, output.stride(d));
                for (int i = 0; i < size; i++) {
                    NdArray array = array(i);
                    long absent = i == scalarOperand ? 0 : output.stride(d);
                    dims.stride(i, at, array == null ? absent : array.layout().stride(d));
                }
            }
        }
        dims.merge(0);
        strided = true;
        flat = dims.rank() == 1;
        for (int i = 0; i < size && flat; i++) {
            long step = dims.stride(i, 0);
            single |= step == 0 ? 1 << i : 0;
            flat = step == 0 || step == 1;
        }
    }

    /**
     * Arranges a reduction of the first operand to the second: the dimensions that are kept come first, by the output's
     * strides; then those that are reduced.
     *
     * @param reduced a bit for each dimension of the input that is reduced
     * @param inOrder whether the reduced dimensions keep their order; else by the input's strides, largest first
     * @return how many of the dimensions are kept
     * @throws IllegalArgumentException if the output's shape is not the input's with the reduced sizes 1 or left out
     */
    public int collapseReduction(int reduced, boolean inOrder) {
        Layout x = layout(0);
        Layout y = layout(1);
        Shape shape = x.shape();
        boolean keepsRank = y.shape().rank() == shape.rank();
        require(keepsRank || y.shape().rank() == shape.rank() - Integer.bitCount(reduced), "shapes do not match");
        Dims dims = scratch().dims;
        dims.start(2);
        for (int d = 0, to = 0; d < shape.rank(); d++) {
            boolean keeps = (reduced & 1 << d) == 0;
            if (keeps || keepsRank) {
                require(y.shape().size(to) == (keeps ? shape.size(d) : 1), "shapes do not match");
            }
            if (keeps && shape.size(d) != 1) {
                int at = dims.insert(0, shape.size(d), 1, y.stride(to));
                dims.stride(0, at, x.stride(d));
                dims.stride(1, at, y.stride(to));
            }
            to += keeps || keepsRank ? 1 : 0;
        }
        dims.merge(0);
        int kept = dims.rank();
        for (int d = 0; d < shape.rank(); d++) {
            if ((reduced & 1 << d) != 0 && shape.size(d) != 1) {
                int at = dims.insert(kept, shape.size(d), inOrder ? -1 : 0, x.stride(d));
                dims.stride(0, at, x.stride(d));
                dims.stride(1, at, 0);
            }
        }
        dims.merge(kept);
        strided = true;
        return kept;
    }

    /**
     * Arranges a call by index: the operands are what is indexed, the index, and what goes in or comes out, whose shape
     * counts. The first one's stride along the dimension is 0 there: the index says where.
     *
     * @param dim that is indexed, from the first
     * @param key the operand by whose strides the dimensions are ordered, largest first; equal ones keep their order
     * @throws IllegalArgumentException if the shapes do not fit: the index has that of the last operand, or one size, its
     *     size at dim; and the first operand is nowhere but at dim smaller
     */
    public void collapseIndexed(int dim, int key) {
        Layout x = layout(0);
        Layout index = layout(1);
        Layout y = layout(2);
        Shape shape = y.shape();
        require(dim >= 0 && dim < shape.rank() && x.shape().rank() == shape.rank(), "ranks do not match");
        boolean vector = index.shape().rank() == 1 && index.shape().size(0) == shape.size(dim);
        require(vector || index.shape().equals(shape), "index is of another shape");
        Dims dims = scratch().dims;
        dims.start(3);
        for (int d = 0; d < shape.rank(); d++) {
            require(d == dim || x.shape().size(d) >= shape.size(d), "sizes do not match");
            if (shape.size(d) != 1) {
                long ofX = d == dim ? 0 : x.stride(d);
                long ofIndex = !vector ? index.stride(d) : d == dim ? index.stride(0) : 0;
                int at = dims.insert(0, shape.size(d), key, key == 0 ? ofX : y.stride(d));
                dims.stride(0, at, ofX);
                dims.stride(1, at, ofIndex);
                dims.stride(2, at, y.stride(d));
            }
        }
        dims.merge(0);
        strided = true;
    }

    /**
     * Passes all dimensions as they are, for a call that counts them.
     *
     * @throws IllegalArgumentException if the shapes differ
     */
    public void everyDimension() {
        Shape shape = layout(size - 1).shape();
        Dims dims = scratch().dims;
        dims.start(size);
        for (int d = 0; d < shape.rank(); d++) {
            int at = dims.insert(0, shape.size(d), -1, 0);
            for (int i = 0; i < size; i++) {
                require(layout(i).shape().equals(shape), "shapes differ");
                dims.stride(i, at, layout(i).stride(d));
            }
        }
        strided = true;
    }

    /** After {@link #collapse}: whether every operand is dense, in one order. */
    public boolean isFlat() {
        return flat && single == 0;
    }

    /** After {@link #collapse}: whether operand {@code i} is a single element and all others are dense. */
    public boolean isFlatButFor(int i) {
        return flat && single == 1 << i;
    }

    /** After {@link #collapse}: the number of elements. */
    public long count() {
        return count;
    }

    /** After a collapse: the dimensions as a {@code gt_dims}, a row of strides for each operand. */
    public MemorySegment dims() {
        Dims dims = scratch().dims;
        if (!strided) {
            dims.start(size);
            if (count != 1) {
                int at = dims.insert(0, count, -1, 0);
                for (int i = 0; i < size; i++) {
                    dims.stride(i, at, (single & 1 << i) == 0 ? 1 : 0);
                }
            }
        }
        return dims.write();
    }

    /** The first element of operand {@code i}, for one native call; a null pointer where nothing was added. */
    public MemorySegment at(int i) {
        Storage storage = storage(i);
        NdArray array = array(i);
        if (storage == null || array == null) {
            return i == scalarOperand ? scratch().scalar : MemorySegment.NULL;
        }
        return storage.at(array.layout().offset() * array.dtype().bytes());
    }

    /** The memory from the first to past the last element of operand {@code i}, to be read and written from Java. */
    public MemorySegment segment(int i) {
        Layout layout = layout(i);
        int bytes = Objects.requireNonNull(array(i)).dtype().bytes();
        long length = (layout.end() - layout.offset()) * bytes;
        return Objects.requireNonNull(storage(i)).bounded(layout.offset() * bytes, length);
    }

    /** Copies elements of operand {@code i}, from {@code first} on, to memory of the host; waits until all are there. */
    public void read(int i, long first, MemorySegment target) {
        Objects.requireNonNull(storage(i)).read(bytesBefore(i, first), target);
    }

    /** Copies elements from memory of the host, which may be changed afterwards, to operand {@code i}. */
    public void write(int i, long first, MemorySegment source) {
        Objects.requireNonNull(storage(i)).write(source, bytesBefore(i, first));
    }

    /**
     * Copies all elements of the first operand of a list, contiguous and on the CPU, to this list's first one. From pinned
     * memory it does not wait.
     */
    public void writeAll(Operands from) {
        Storage source = Objects.requireNonNull(from.storage(0));
        NdArray target = Objects.requireNonNull(array(0));
        long bytes = target.count() * target.dtype().bytes();
        Objects.requireNonNull(storage(0)).write(source, from.bytesBefore(0, 0), bytesBefore(0, 0), bytes);
    }

    private long bytesBefore(int i, long element) {
        return (layout(i).offset() + element)
                * Objects.requireNonNull(array(i)).dtype().bytes();
    }

    /** The first element of operand {@code i}, to be read from Java: a copy where the array is not on the CPU. */
    public MemorySegment element(int i) {
        if (Objects.requireNonNull(storage(i)).pool().isOnHost()) {
            return segment(i);
        }
        MemorySegment copy = scratch().scalar;
        read(i, 0, copy.asSlice(0, Objects.requireNonNull(array(i)).dtype().bytes()));
        return copy;
    }

    /** The layout of operand {@code i}. */
    public Layout layout(int i) {
        return Objects.requireNonNull(array(i)).layout();
    }

    /**
     * Refuses the call unless something holds of its operands.
     *
     * @param holds what must be true
     * @param problem the message's middle: what is wrong
     * @throws IllegalArgumentException that names the operation, the problem and the operands
     */
    public void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(name() + ": " + problem + ": " + describe());
        }
    }

    /** Where a kernel stores the position of a bad index. */
    public MemorySegment position() {
        return scratch().position;
    }

    /** The position that a kernel stored. */
    public long badPosition() {
        return scratch().position.get(ValueLayout.JAVA_LONG, 0);
    }

    /** Scratch for one small struct of arguments. */
    public MemorySegment arguments() {
        return scratch().arguments;
    }

    /** Scratch of any size, kept for the next call; its contents are whatever was there. */
    public static MemorySegment table(long bytes) {
        return scratch().table(bytes);
    }

    private static Scratch scratch() {
        return Context.current().scratch();
    }

    /** The operation's name, as messages give it. */
    public String name() {
        return op instanceof Enum<?> constant ? constant.name().toLowerCase(Locale.ROOT) : op.toString();
    }

    /** The operands, as messages give them: {@code f32[64, 784], f32[784]}. */
    public String describe() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size; i++) {
            NdArray array = array(i);
            if (array != null) {
                text.append(text.isEmpty() ? "" : ", ").append(array.describe());
            }
        }
        return text.toString();
    }

    /** Gives everything back that was retained; also after an exception. */
    public void end() {
        for (int i = 0; i < size; i++) {
            Storage storage = storage(i);
            if (storage != null && (retained & 1 << i) != 0) {
                storage.release();
            }
        }
        size = 0;
    }
}
