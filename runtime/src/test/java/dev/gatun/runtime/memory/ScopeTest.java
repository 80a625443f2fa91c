package dev.gatun.runtime.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class ScopeTest {
    private final FakeDevice device = new FakeDevice(1L << 32);

    @Test
    void close_handlesMadeInside_areReleased() {
        NdArray array;
        try (var scope = Scope.open()) {
            array = device.array(2, 3);
            assertFalse(array.isReleased());
            assertEquals(1, scope.count());
        }
        assertTrue(array.isReleased());
        assertEquals(0, device.used());
        var e = assertThrows(IllegalStateException.class, () -> array.storage("add"));
        assertEquals(
                "add: f32[2, 3] was released, by its scope's end or by release(); scope.keep(tensor) lets one leave its"
                        + " scope",
                e.getMessage());
    }

    @Test
    void close_viewOfALongerLivedArray_leavesItsStorage() {
        NdArray array = device.array(4);
        try (var scope = Scope.open()) {
            array.alias(Layout.contiguous(Shape.of(2, 2)));
        }
        assertFalse(array.isReleased());
        assertTrue(array.storage("test").isUnshared());
        array.release();
        assertEquals(0, device.used());
    }

    @Test
    void keep_innerScope_movesToTheOuterOne() {
        NdArray array;
        try (var outer = Scope.open()) {
            try (var inner = Scope.open()) {
                array = device.array(1);
                assertSame(array, inner.keep(array));
            }
            assertFalse(array.isReleased());
        }
        assertTrue(array.isReleased());
    }

    @Test
    void keep_outermostScope_livesOn() {
        NdArray array;
        try (var scope = Scope.open()) {
            array = scope.keep(device.array(1));
        }
        assertFalse(array.isReleased());
        array.release();
        assertEquals(0, device.used());
    }

    @Test
    void keep_throughTwoScopes_leavesBoth() {
        try (var outer = Scope.open()) {
            NdArray array;
            try (var middle = Scope.open()) {
                try (var inner = Scope.open()) {
                    array = device.array(1);
                    middle.keep(array); // moves past the inner one too
                }
            }
            assertFalse(array.isReleased());
        }
        assertEquals(0, device.used());
    }

    @Test
    void keep_arrayOfAnOuterScope_isLeftAlone() {
        NdArray array;
        try (var outer = Scope.open()) {
            array = device.array(1);
            try (var inner = Scope.open()) {
                inner.keep(array);
            }
        }
        assertTrue(array.isReleased());
    }

    @Test
    void keep_releasedArray_throws() {
        try (var scope = Scope.open()) {
            NdArray array = device.array(1);
            array.release();
            assertThrows(IllegalStateException.class, () -> scope.keep(array));
        }
    }

    @Test
    void own_insideAScope_belongsToTheHolder() {
        NdArray array;
        try (var scope = Scope.open()) {
            array = device.array(1);
            array.own();
        }
        assertFalse(array.isReleased());
        array.release();
        assertEquals(0, device.used());
    }

    @Test
    void release_early_freesItsPlaceInTheScope() {
        try (var scope = Scope.open()) {
            NdArray last = device.array(1);
            for (int i = 0; i < 100_000; i++) {
                NdArray next = device.array(1);
                last.release(); // never the newest, so that places in the middle fall free
                last = next;
            }
            assertEquals(1, scope.count());
        }
        assertEquals(0, device.used());
    }

    @Test
    void release_twice_isHarmless() {
        NdArray array = device.array(1);
        array.release();
        array.release();
        try (var scope = Scope.open()) {
            scope.close();
        }
        assertEquals(0, device.used());
    }

    @Test
    void close_exceptionInside_releasesEverything() {
        assertThrows(ArithmeticException.class, () -> {
            try (var outer = Scope.open()) {
                device.array(1);
                try (var inner = Scope.open()) {
                    device.array(1);
                    throw new ArithmeticException("in the middle");
                }
            }
        });
        assertEquals(0, device.used());
        assertNull(Context.current().frame());
    }

    @Test
    void close_forgottenInnerScope_warnsAndReleases() {
        List<LogRecord> records = new ArrayList<>();
        Logger logger = Logger.getLogger("dev.gatun");
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                records.add(entry);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try (var outer = Scope.open()) {
            Scope.open();
            device.array(1);
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
        assertEquals(0, device.used());
        assertEquals(1, records.size());
        assertTrue(records.getFirst().getMessage().startsWith("scope: an inner scope was never closed"));
    }

    @Test
    void close_otherThread_throws() throws InterruptedException {
        try (var scope = Scope.open()) {
            onAnotherThread(() -> {
                var e = assertThrows(IllegalStateException.class, scope::close);
                assertEquals(
                        "scope: close on another thread than the one that opened it: on other; open one scope per"
                                + " thread",
                        e.getMessage());
            });
        }
    }

    @Test
    void release_otherThread_countsAtOnceAndFreesWithTheScope() throws InterruptedException {
        try (var scope = Scope.open()) {
            NdArray array = device.array(1);
            onAnotherThread(array::release);
            assertTrue(array.isReleased());
            assertThrows(IllegalStateException.class, () -> array.storage("add"));
            assertThrows(IllegalStateException.class, () -> scope.keep(array));
            assertTrue(device.used() > 0); // this thread may just be using it
        }
        assertEquals(0, device.used());
    }

    @Test
    void release_otherThreadAfterKeep_freesAtOnce() throws InterruptedException {
        NdArray array;
        try (var scope = Scope.open()) {
            array = scope.keep(device.array(1));
        }
        onAnotherThread(array::release);
        assertTrue(array.isReleased());
        assertEquals(0, device.used());
    }

    @Test
    void own_otherThreadsScope_throws() throws InterruptedException {
        try (var scope = Scope.open()) {
            NdArray array = device.array(1);
            onAnotherThread(() -> {
                var e = assertThrows(IllegalStateException.class, array::own);
                assertEquals(
                        "own: f32[1] belongs to a scope of another thread; let it leave there, with scope.keep(tensor),"
                                + " before it is handed over",
                        e.getMessage());
            });
            assertFalse(array.isReleased());
        }
    }

    /** Runs an action on a thread of its own; what it throws fails the test. */
    private static void onAnotherThread(Runnable action) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread other = new Thread(action, "other");
        other.setUncaughtExceptionHandler((thread, e) -> thrown.set(e));
        other.start();
        other.join();
        assertNull(thrown.get());
    }

    @Test
    void deadThread_scopeLeftOpen_isReleasedByTheNet() throws InterruptedException {
        Thread careless = new Thread(() -> {
            Scope.open();
            device.array(100);
            Scope.open();
            device.array(100);
        });
        careless.start();
        careless.join();
        careless = null;
        NetTest.collectUntil(() -> device.used() == 0);
        assertEquals(0, device.used());
    }
}
