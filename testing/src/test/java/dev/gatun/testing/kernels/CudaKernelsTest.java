package dev.gatun.testing.kernels;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.testing.cuda.CudaStubs;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The kernels of a card: the families that run there. Without a card they run on the emulator, which checks every access,
 * each array being memory of its own.
 */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
@EnabledIfSystemProperty(
        named = "gatun.cuda.emulated",
        matches = "true",
        disabledReason = "not finished: the emulator has not run all of it yet; -Dgatun.cuda.emulated=true runs it")
class CudaKernelsTest {
    private static final Seen SEEN = new Seen();

    private static Backend backend() {
        String property = "gatun.cuda.rows"; // every row is used
        System.setProperty(property, "false");
        try {
            return new Backend(CudaStubs.checkedDevice(), SEEN, 1);
        } finally {
            System.clearProperty(property);
        }
    }

    @Nested
    @Order(2)
    class Reduce extends ReduceContract {
        Reduce() {
            super(backend());
        }
    }

    @Nested
    @Order(3)
    class Linalg extends LinalgContract {
        Linalg() {
            super(backend());
        }
    }

    @Nested
    @Order(4)
    class Norm extends NormContract {
        Norm() {
            super(backend());
        }
    }

    @Nested
    @Order(5)
    class Index extends IndexContract {
        Index() {
            super(backend());
        }
    }

    @Nested
    @Order(6)
    class Random extends RandomContract {
        Random() {
            super(backend());
        }
    }

    @Nested
    @Order(7)
    class Update extends UpdateContract {
        Update() {
            super(backend());
        }
    }

    @Nested
    @Order(8)
    class Pool extends PoolContract {
        Pool() {
            super(backend());
        }
    }

    @Nested
    @Order(9)
    class Normalize extends NormalizeContract {
        Normalize() {
            super(backend());
        }
    }

    @Nested
    @Order(10)
    class Scan extends ScanContract {
        Scan() {
            super(backend());
        }
    }

    /** Counts what the classes before it tried. */
    @Nested
    @Order(11)
    class Coverage {
        private static final int CASES = 200;

        @Test
        void cases_ofTheFamiliesThatRun_wereTried() {
            CudaStubs.checkedDevice(); // else they were skipped
            assertTrue(SEEN.size() >= CASES, "only " + SEEN.size() + " cases");
        }
    }
}
