package dev.gatun.runtime.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class GeneratorTest {
    @Test
    void advance_calls_followOneAnother() {
        Generator generator = new Generator(777);
        assertEquals(777, generator.seed());
        assertEquals(0, generator.advance(5));
        assertEquals(5, generator.advance(1));
        assertEquals(6, generator.advance(0));
        assertThrows(IllegalArgumentException.class, () -> generator.advance(-1));
    }

    @Test
    void manualSeed_used_startsOver() {
        Generator generator = new Generator(1);
        generator.advance(10);
        assertSame(generator, generator.manualSeed(2));
        assertEquals(new Generator.State(2, 0), generator.state());
        assertSame(Generator.global(), Generator.global());
    }

    @Test
    void state_setAgain_repeats() {
        Generator generator = new Generator(1);
        generator.advance(3);
        Generator.State state = generator.state();
        assertEquals(3, generator.advance(4));
        generator.setState(state);
        assertEquals(3, generator.advance(4));
        assertEquals(new Generator.State(1, 7), generator.state());
    }

    @Test
    void advance_severalThreads_neverOverlap() throws InterruptedException {
        Generator generator = new Generator(1);
        Set<Long> taken = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 5000; i++) {
                    taken.add(generator.advance(2));
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(20_000, taken.size());
        assertEquals(40_000, generator.state().offset());
    }
}
