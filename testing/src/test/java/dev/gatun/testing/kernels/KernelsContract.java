package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.kernels.BinaryOp;
import dev.gatun.runtime.kernels.CompareOp;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.Kinds;
import dev.gatun.runtime.kernels.ReduceOp;
import dev.gatun.runtime.kernels.TernaryOp;
import dev.gatun.runtime.kernels.UnaryOp;
import java.lang.reflect.Method;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;

/**
 * What every backend must do, against naive loops in double: one subclass for each backend, and for each version of its
 * functions. A new method of {@link Kernels} or a new constant of an operation that has no case here fails {@link
 * Coverage}.
 */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
abstract class KernelsContract {
    private final Backend backend;

    KernelsContract(Backend backend) {
        this.backend = backend;
    }

    @Nested
    @Order(1)
    class Elementwise extends ElementwiseContract {
        Elementwise() {
            super(KernelsContract.this.backend);
        }
    }

    @Nested
    @Order(2)
    class Reduce extends ReduceContract {
        Reduce() {
            super(KernelsContract.this.backend);
        }
    }

    @Nested
    @Order(3)
    class Linalg extends LinalgContract {
        Linalg() {
            super(KernelsContract.this.backend);
        }
    }

    @Nested
    @Order(4)
    class Norm extends NormContract {
        Norm() {
            super(KernelsContract.this.backend);
        }
    }

    @Nested
    @Order(5)
    class Index extends IndexContract {
        Index() {
            super(KernelsContract.this.backend);
        }
    }

    @Nested
    @Order(6)
    class Sort extends SortContract {
        Sort() {
            super(KernelsContract.this.backend);
        }
    }

    @Nested
    @Order(7)
    class Random extends RandomContract {
        Random() {
            super(KernelsContract.this.backend);
        }
    }

    @Nested
    @Order(8)
    class Update extends UpdateContract {
        Update() {
            super(KernelsContract.this.backend);
        }
    }

    @Nested
    @Order(9)
    class Conv extends ConvContract {
        Conv() {
            super(KernelsContract.this.backend);
        }
    }

    @Nested
    @Order(10)
    class Pool extends PoolContract {
        Pool() {
            super(KernelsContract.this.backend);
        }
    }

    @Nested
    @Order(11)
    class Normalize extends NormalizeContract {
        Normalize() {
            super(KernelsContract.this.backend);
        }
    }

    @Nested
    @Order(12)
    class Scan extends ScanContract {
        Scan() {
            super(KernelsContract.this.backend);
        }
    }

    @Nested
    @Order(13)
    class Lapack extends LapackContract {
        Lapack() {
            super(KernelsContract.this.backend);
        }
    }

    @Nested
    @Order(14)
    class Recurrent extends RecurrentContract {
        Recurrent() {
            super(KernelsContract.this.backend);
        }
    }

    /** Counts what the classes before it tried. */
    @Nested
    @Order(15)
    class Coverage {
        private static final int OPERATIONS = 60 + 21 + 3 + 11 + 11;
        private static final int CASES = 2786;

        private final Seen seen = backend.seen();

        @Test
        void operations_ofEveryTable_areAsManyAsWereCounted() {
            int all = UnaryOp.values().length
                    + BinaryOp.values().length
                    + TernaryOp.values().length
                    + CompareOp.values().length
                    + ReduceOp.values().length;
            assertEquals(OPERATIONS, all, "a new operation: see that its cases run, then count it");
        }

        @Test
        void kernels_everyMethod_wasTried() {
            int methods = 0;
            for (Class<?> family : Kernels.class.getDeclaredClasses()) {
                for (Method method : family.getDeclaredMethods()) {
                    String kernel = family.getSimpleName() + "." + method.getName();
                    assertTrue(seen.count(kernel) > 0, kernel + " has no case");
                    methods++;
                }
            }
            assertEquals(73, methods, "methods of Kernels");
        }

        @Test
        void cases_everyOperationOnEveryFamily_wereTried() {
            for (Family family : Family.values()) {
                for (UnaryOp op : UnaryOp.values()) {
                    check("Elementwise.unary", op, family);
                    if (op.kinds() != Kinds.INTEGERS) {
                        check("Elementwise.unaryGrad", op, family);
                    }
                }
                for (TernaryOp op : TernaryOp.values()) {
                    check("Elementwise.ternary", op, family);
                }
                for (BinaryOp op : BinaryOp.values()) {
                    check("Elementwise.binary", op, family);
                    check("Elementwise.binary", op + " scalar", family);
                }
                for (CompareOp op : CompareOp.values()) {
                    check("Elementwise.compare", op, family);
                }
                for (ReduceOp op : ReduceOp.values()) {
                    check("Reduce.reduce", op, family);
                }
                for (DType dtype : DType.values()) {
                    check("Elementwise.cast", dtype, family);
                }
            }
            assertEquals(CASES, seen.size(), "cases");
        }

        private void check(String kernel, Object op, Family family) {
            assertTrue(seen.contains(kernel, op, family), kernel + " " + op + " on " + family);
        }
    }
}
