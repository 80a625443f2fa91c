package dev.gatun.runtime.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.GatunException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class MemoryPoolTest {
    private static final long GIB = 1L << 30;

    private final FakeDevice device = new FakeDevice(4 * GIB);
    private final MemoryPool pool = device.pool();

    @Test
    void sizeClass_everySize_holdsItWithLittleWaste() {
        for (long bytes = 0; bytes < 1 << 18; bytes++) {
            checkClass(bytes);
        }
        Random random = new Random(1);
        for (int exponent = 18; exponent < 50; exponent++) {
            for (int i = 0; i < 200; i++) {
                checkClass((1L << exponent) + (long) (random.nextDouble() * (1L << exponent)));
            }
            checkClass((1L << exponent) - 1);
            checkClass(1L << exponent);
            checkClass((1L << exponent) + 1);
        }
    }

    private static void checkClass(long bytes) {
        int sizeClass = MemoryPool.classOf(bytes);
        long block = MemoryPool.bytesOf(sizeClass);
        assertTrue(block >= bytes, () -> bytes + " bytes in a block of " + block);
        assertEquals(sizeClass, MemoryPool.classOf(block), () -> "class of its own block size: " + block);
        assertTrue(block - bytes <= Math.max(64, bytes / 8), () -> bytes + " bytes in a block of " + block);
        if (sizeClass > 1) {
            assertTrue(MemoryPool.bytesOf(sizeClass - 1) < bytes, () -> "the class below would do for " + bytes);
        }
    }

    @Test
    void allocate_afterRelease_getsTheSameBlock() {
        for (long bytes : new long[] {1, 64, 4096, 1 << 20, (1 << 20) + 1, 64 << 20}) {
            Storage first = pool.allocate(bytes);
            long address = first.address();
            first.release();
            long asked = pool.stats().systemAllocations();
            Storage second = pool.allocate(bytes);
            assertEquals(address, second.address());
            assertEquals(asked, pool.stats().systemAllocations());
            second.release();
        }
        assertEquals(0, pool.stats().used());
    }

    @Test
    void allocate_manyLive_neverOverlap() {
        Random random = new Random(2);
        List<Storage> live = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            if (random.nextInt(3) == 0 && !live.isEmpty()) {
                live.remove(random.nextInt(live.size())).release();
            } else {
                live.add(pool.allocate(random.nextInt(300_000)));
            }
        }
        live.sort((a, b) -> Long.compare(a.address(), b.address()));
        for (int i = 1; i < live.size(); i++) {
            Storage before = live.get(i - 1);
            assertTrue(before.address() + before.bytes() <= live.get(i).address());
            assertEquals(0, live.get(i).address() % 64);
        }
    }

    @Test
    void allocate_aboveTheLimit_saysWhatIsHeld() {
        FakeDevice small = new FakeDevice(100 << 20); // the limit is nine tenths
        Storage held = small.pool().allocate(40 << 20);
        GatunException e = assertThrows(GatunException.class, () -> small.pool().allocate(60 << 20));
        assertEquals(
                "memory: fake is out of it: asked for 62914560 bytes, in use 41943040, cached 0, limit 94371840"
                        + " (-Dgatun.memory.limit); largest in use: 1 of 41943040",
                e.getMessage());
        held.release();
        small.pool().allocate(60 << 20).release(); // what was cached is given back first
    }

    @Test
    void allocate_absurdSizes_throw() {
        for (long bytes : new long[] {5 * GIB, 1L << 50, 1L << 62, Long.MAX_VALUE}) {
            assertThrows(GatunException.class, () -> pool.allocate(bytes));
        }
    }

    @Test
    void trim_freeLargeBlocks_goBackToTheSystem() {
        Storage kept = pool.allocate(3 << 20);
        pool.allocate(5 << 20).release();
        assertEquals(2, device.mapped.size());
        pool.trim();
        assertEquals(1, device.mapped.size());
        assertEquals(
                pool.stats().mapped(),
                device.mapped.values().stream().mapToLong(Long::longValue).sum());
        kept.release();
    }

    @Test
    void allocate_everySizeOnce_holdsNoMoreThanTwiceThePeak() {
        FakeDevice limited = new FakeDevice(512 << 20);
        for (long bytes = 80_000; bytes <= 1 << 20; bytes += 12_000) {
            List<Storage> live = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                live.add(limited.pool().allocate(bytes));
            }
            live.forEach(Storage::release);
            var stats = limited.pool().stats();
            assertTrue(stats.mapped() <= 2 * stats.peak() + (64 << 20), stats.toString());
        }
        limited.pool().trim();
        assertEquals(0, limited.pool().stats().mapped());
        assertEquals(0, limited.mapped.size());
    }

    @Test
    void allocate_smallBlocksWereFreed_theirMemoryServesOtherSizes() {
        FakeDevice limited = new FakeDevice(200 << 20);
        List<Storage> live = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            live.add(limited.pool().allocate(256 << 10));
        }
        Storage kept = live.removeLast();
        live.forEach(Storage::release);
        limited.pool().allocate(16 << 10).release();
        limited.pool().allocate(160 << 20).release();
        kept.release();
    }

    @Test
    void trim_blocksInUse_stayAndAreNotHandedOutAgain() {
        Random random = new Random(3);
        List<Storage> live = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            if (random.nextInt(2) == 0 && !live.isEmpty()) {
                live.remove(random.nextInt(live.size())).release();
            } else {
                live.add(pool.allocate(random.nextInt(200_000)));
            }
            if (i % 100 == 0) {
                pool.trim();
            }
        }
        live.sort((a, b) -> Long.compare(a.address(), b.address()));
        for (int i = 1; i < live.size(); i++) {
            Storage before = live.get(i - 1);
            assertTrue(before.address() + before.bytes() <= live.get(i).address());
        }
        for (Storage each : live) {
            assertTrue(device.holds(each.address(), each.bytes()), "unmapped under a block in use");
        }
        live.forEach(Storage::release);
        assertEquals(0, pool.stats().used());
    }

    @Test
    void stats_afterUse_addUp() {
        Storage a = pool.allocate(1000);
        Storage b = pool.allocate(2 << 20);
        assertEquals(1024 + (2 << 20), pool.stats().used());
        b.release();
        assertEquals(1024, pool.stats().used());
        assertEquals(1024 + (2 << 20), pool.stats().peak());
        assertEquals(pool.stats().mapped() - 1024, pool.stats().cached());
        a.release();
    }

    @Test
    void allocate_severalThreads_neverShareABlock() throws Exception {
        Set<Long> live = ConcurrentHashMap.newKeySet();
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int t = 0; t < 4; t++) {
                running.add(threads.submit(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        Storage storage = pool.allocate(100);
                        assertTrue(live.add(storage.address()));
                        live.remove(storage.address());
                        storage.release();
                    }
                }));
            }
        }
        for (Future<?> each : running) {
            each.get();
        }
        assertEquals(0, pool.stats().used());
    }

    @Test
    void storage_releasedOnce_isNeverRevived() {
        Storage storage = pool.allocate(1);
        assertTrue(storage.tryRetain());
        storage.release();
        assertTrue(storage.isUnshared());
        storage.release();
        assertFalse(storage.tryRetain());
        assertThrows(IllegalStateException.class, storage::retain);
        assertThrows(IllegalStateException.class, storage::release);
    }

    @Test
    void storage_usedByOthers_isSettledOnceBeforeReuse() {
        Storage storage = pool.allocate(64);
        List<Storage> settled = new ArrayList<>();
        MemoryPool.User one = settled::add;
        MemoryPool.User other = settled::add;
        storage.usedBy(one);
        storage.usedBy(other);
        storage.usedBy(one);
        storage.retain().release();
        assertEquals(List.of(), settled);
        storage.release();
        assertEquals(List.of(storage, storage), settled);
    }

    @Test
    void allocate_withoutCaching_takesAndGivesBackEachBlock() {
        String property = "gatun.test.memory.caching";
        System.setProperty(property, "false");
        FakeDevice own;
        try {
            own = new FakeDevice(GIB, "gatun.test.memory");
        } finally {
            System.clearProperty(property);
        }
        Storage first = own.pool().allocate(100);
        Storage none = own.pool().allocate(0);
        assertEquals(Map.of(first.address(), 100L, none.address(), 1L), own.mapped);
        assertEquals(101, own.pool().stats().used());
        first.release();
        none.release();
        assertEquals(Map.of(), own.mapped);
        assertEquals(0, own.pool().stats().mapped());
        Storage most = own.pool().allocate(own.pool().limit());
        var e = assertThrows(GatunException.class, () -> own.pool().allocate(1));
        assertTrue(e.getMessage().contains("(-Dgatun.test.memory.limit)"), e.getMessage());
        most.release();
    }

    @Test
    void parseBytes_withAndWithoutUnit_reads() {
        assertEquals(1_048_576, MemoryPool.parseBytes("gatun.memory.limit", "1048576"));
        assertEquals(64 << 10, MemoryPool.parseBytes("gatun.memory.limit", "64k"));
        assertEquals(512L << 20, MemoryPool.parseBytes("gatun.memory.limit", " 512M "));
        assertEquals(2 * GIB, MemoryPool.parseBytes("gatun.memory.limit", "2g"));
        Set<String> wrong = new HashSet<>(Set.of("", "g", "-1", "0", "1.5g", "99999999999g"));
        for (String text : wrong) {
            var e = assertThrows(
                    IllegalArgumentException.class, () -> MemoryPool.parseBytes("gatun.memory.limit", text));
            assertEquals("gatun.memory.limit: not a size such as 512m or 2g: '" + text + "'", e.getMessage());
        }
    }
}
