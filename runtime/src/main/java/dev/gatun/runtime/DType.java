package dev.gatun.runtime;

import static dev.gatun.bindings.kernels.Gatun.GT_BF16;
import static dev.gatun.bindings.kernels.Gatun.GT_BOOL;
import static dev.gatun.bindings.kernels.Gatun.GT_F16;
import static dev.gatun.bindings.kernels.Gatun.GT_F32;
import static dev.gatun.bindings.kernels.Gatun.GT_F64;
import static dev.gatun.bindings.kernels.Gatun.GT_I32;
import static dev.gatun.bindings.kernels.Gatun.GT_I64;
import static dev.gatun.bindings.kernels.Gatun.GT_U8;

/**
 * The type of a tensor's elements. {@link #BF16} and {@link #F16} are stored, cast, copied and printed; arithmetic
 * refuses them. PyTorch's {@code torch.float32} is {@link #F32}, its default for literals, and so on.
 *
 * {@snippet :
 * Tensor counts = Tensor.zeros(DType.I64, 3);
 * System.out.println(counts.add(Tensor.of(0.5)).dtype()); // f64
 * System.out.println(DType.promote(DType.I64, DType.F32)); // f32
 * }
 */
public enum DType {
    /** IEEE 754 binary32; {@code torch.float32}. */
    F32(GT_F32(), 4, Kind.FLOATING, "float32"),
    /** IEEE 754 binary64; {@code torch.float64}. */
    F64(GT_F64(), 8, Kind.FLOATING, "float64"),
    /** The upper half of a binary32; {@code torch.bfloat16}. */
    BF16(GT_BF16(), 2, Kind.FLOATING, "bfloat16"),
    /** IEEE 754 binary16; {@code torch.float16}. */
    F16(GT_F16(), 2, Kind.FLOATING, "float16"),
    /** Signed 64-bit; {@code torch.int64}, the type of labels and indexes. */
    I64(GT_I64(), 8, Kind.INTEGER, "int64"),
    /** Signed 32-bit; {@code torch.int32}. */
    I32(GT_I32(), 4, Kind.INTEGER, "int32"),
    /** Unsigned 8-bit; {@code torch.uint8}. */
    U8(GT_U8(), 1, Kind.INTEGER, "uint8"),
    /** One byte, 0 or 1; {@code torch.bool}. */
    BOOL(GT_BOOL(), 1, Kind.BOOLEAN, "bool");

    private enum Kind {
        BOOLEAN,
        INTEGER,
        FLOATING
    }

    private final int code;
    private final int bytes;
    private final Kind kind;
    private final String torchName;

    DType(int code, int bytes, Kind kind, String torchName) {
        this.code = code;
        this.bytes = bytes;
        this.kind = kind;
        this.torchName = torchName;
    }

    /** The code of this type in the native library. */
    public int code() {
        return code;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** How many whole elements lie in so many bytes: a shift, since a call that divides takes ten nanoseconds more. */
    public long elementsIn(long bytes) {
        return bytes >> Integer.numberOfTrailingZeros(this.bytes);
    }

    /** Whether this is F32, F64, BF16 or F16. */
    public boolean isFloating() {
        return kind == Kind.FLOATING;
    }

    /** Whether this is I64, I32 or U8. */
    public boolean isInteger() {
        return kind == Kind.INTEGER;
    }

    /** Whether arithmetic takes this type: every type but BF16 and F16. */
    public boolean isComputable() {
        return this != BF16 && this != F16;
    }

    /** PyTorch's name: {@code float32}, {@code int64}, ... */
    public String torchName() {
        return torchName;
    }

    /**
     * The type of a result of two tensors, by PyTorch's rules for operands with dimensions: the higher kind (bool &lt;
     * integer &lt; floating) wins, within a kind the wider type; BF16 with F16 gives F32.
     *
     * @param a one type
     * @param b the other
     * @return the type that both are cast to
     * @see <a href="https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc">torch: type
     *     promotion</a>
     */
    public static DType promote(DType a, DType b) {
        if (a == b) {
            return a;
        }
        if (a.kind != b.kind) {
            return a.kind.compareTo(b.kind) > 0 ? a : b;
        }
        if (a.bytes == b.bytes) {
            return F32; // BF16 with F16, the only pair of one kind and one width
        }
        return a.bytes > b.bytes ? a : b;
    }

    /** Whether a tensor of this type takes a result of type {@code other} in place: its kind is not lower. */
    public boolean canHold(DType other) {
        return kind.compareTo(other.kind) >= 0;
    }

    /** The lower-case name that messages use: {@code f32}. */
    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
