package dev.gatun.runtime;

import dev.gatun.runtime.memory.Handle;
import dev.gatun.runtime.memory.Storage;

/**
 * Elements of one dtype under a layout: what kernels read and write. It can be viewed, never computed with; a tensor is
 * an array with mathematics. An array is one handle on its storage: it is released by its scope, by its owner, or once
 * it is unreachable. PyTorch has one class for both, {@code torch.Tensor}.
 *
 * {@snippet :
 * NdArray array = NdArray.allocate(Device.cpu(), DType.F32, Shape.of(2, 3));
 * Tensor tensor = Tensor.wrap(array).fill_(1); // the same memory
 * System.out.println(array.describe()); // f32[2, 3]
 * }
 */
public class NdArray extends Handle {
    private final Layout layout;
    private final DType dtype;
    private final Device device;

    /**
     * An array over a storage, taking over one count of the caller's.
     *
     * @param storage that holds every place of the layout
     * @param layout of the elements
     * @param dtype of the elements
     */
    public NdArray(Storage storage, Layout layout, DType dtype) {
        super(storage);
        this.layout = layout;
        this.dtype = dtype;
        this.device = storage.pool().device();
    }

    /**
     * A contiguous array whose contents are whatever was there.
     *
     * @param device to hold it
     * @param dtype of the elements
     * @param shape of the array
     * @return the array
     * @throws GatunException if the device is out of memory
     */
    public static NdArray allocate(Device device, DType dtype, Shape shape) {
        return new NdArray(device.pool().allocate(bytes(dtype, shape)), Layout.contiguous(shape), dtype);
    }

    /** The bytes of so many elements; where a {@code long} cannot say them, more than any pool has. */
    protected static long bytes(DType dtype, Shape shape) {
        return shape.count() <= dtype.elementsIn(Long.MAX_VALUE) ? shape.count() * dtype.bytes() : Long.MAX_VALUE;
    }

    /**
     * Another array over the same storage.
     *
     * @param other layout of the elements
     * @return an array of this one's dtype
     * @throws IllegalArgumentException if the layout leaves the storage
     * @throws IllegalStateException if this array was released
     */
    public NdArray alias(Layout other) {
        return new NdArray(storageOf("alias", other).retain(), other, dtype);
    }

    /**
     * The storage, where it holds every place of another layout; of an empty layout nothing is asked.
     *
     * @param op that asks, for messages
     * @param other layout of this dtype's elements
     * @return the storage, not counted
     * @throws IllegalArgumentException if the layout leaves the storage
     * @throws IllegalStateException if this array was released
     */
    protected final Storage storageOf(String op, Layout other) {
        Storage storage = storage(op);
        if (other.shape().count() > 0 && !other.isWithin(dtype.elementsIn(storage.bytes()))) {
            throw new IllegalArgumentException(op + ": the layout leaves the storage of " + describe() + ": " + other);
        }
        return storage;
    }

    /** The layout. */
    public final Layout layout() {
        return layout;
    }

    /** The sizes of the dimensions. */
    public final Shape shape() {
        return layout.shape();
    }

    /** The size of one dimension; negative counts from the last. */
    public final long size(int dim) {
        return layout.shape().size(dim);
    }

    /** The number of dimensions; {@code torch.Tensor.dim()}. */
    public final int rank() {
        return layout.shape().rank();
    }

    /** The number of elements; {@code torch.Tensor.numel()}. */
    public final long count() {
        return layout.shape().count();
    }

    /** The strides in elements, 0 for expanded dimensions; {@code torch.Tensor.stride()}. */
    public final long[] strides() {
        return layout.strides();
    }

    /** Whether the elements lie in row-major order without gaps. */
    public final boolean isContiguous() {
        return layout.isContiguous();
    }

    /** The type of the elements. */
    public final DType dtype() {
        return dtype;
    }

    /** The device that holds the elements. */
    public final Device device() {
        return device;
    }

    /** How messages name an array: {@code f32[64, 784]}. */
    @Override
    public final String describe() {
        return dtype + layout.shape().toString();
    }

    @Override
    public String toString() {
        return describe();
    }
}
