package dev.gatun.testing.fuzz;

import java.io.PrintStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Calls the operations of tensors at random, with right arguments and wrong ones, and says which calls went wrong, each in
 * a line of Java that repeats it: {@code Fuzzer [-v] CALLS SEED [NAME]}, where NAME restricts it to operations of that
 * name, and -v names every call before it is made. Every call is right, or refused in one line; no memory is left behind.
 */
public final class Fuzzer {
    private static final int MOST_FAILURES = 40;
    private static final int MOST_OF_ONE = 2;
    private static final long SLOW_NANOS = 30_000_000_000L;

    private final List<Method> methods;
    private final Judge judge;
    private final long seed;
    private final boolean named;
    private final PrintStream out;
    private final Map<Method, Map<Scheme, int[]>> record = new HashMap<>();
    private final Map<String, Integer> failures = new TreeMap<>();
    private final Map<String, Integer> right = new TreeMap<>();
    private final AtomicLong begun = new AtomicLong(System.nanoTime());
    private volatile Call current;
    private volatile boolean done;
    private long refused;

    private Fuzzer(long seed, String name, boolean named, PrintStream out) {
        this.methods = Surface.methods().stream()
                .filter(method -> name.isEmpty() || method.getName().equals(name))
                .toList();
        this.judge = new Judge(Surface.methods());
        this.seed = seed;
        this.named = named;
        this.out = out;
    }

    /** Runs; ends with code 1 where a call went wrong, 2 for wrong arguments, 3 where one does not come back. */
    public static void main(String[] args) {
        List<String> words = new ArrayList<>(List.of(args));
        boolean named = words.remove("-v");
        if (words.size() < 2 || words.size() > 3) {
            System.err.println("usage: Fuzzer [-v] CALLS SEED [NAME]");
            System.exit(2);
        }
        Fuzzer fuzzer =
                new Fuzzer(Long.parseLong(words.get(1)), words.size() > 2 ? words.get(2) : "", named, System.out);
        Thread.ofPlatform().daemon().start(fuzzer::watch);
        System.exit(fuzzer.run(Long.parseLong(words.get(0))) ? 0 : 1);
    }

    /** A call that does not come back is shown, and ends all. */
    private void watch() {
        while (!done) {
            if (System.nanoTime() - begun.get() > SLOW_NANOS) {
                out.println("fuzzer: seed " + seed + ": a call takes longer than " + SLOW_NANOS / 1_000_000_000L
                        + " s: " + current.java());
                System.exit(3);
            }
            try {
                Thread.sleep(500);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean run(long calls) {
        for (long i = 0; i < calls && failures.size() < MOST_FAILURES; i++) {
            Chance chance = new Chance(mixed(seed, i));
            Method method = chance.pick(methods);
            Scheme scheme = scheme(chance, method);
            Call call = new Draw(chance, method, scheme).call();
            current = call;
            begun.set(System.nanoTime());
            if (named) {
                out.println(call.java());
                out.flush();
            }
            Judge.Verdict verdict = judge.judge(call);
            if (verdict.wrong() != null) {
                report(i, call, verdict.wrong());
            } else if (verdict.refused()) {
                refused++;
            } else {
                tried(method, scheme)[1]++;
                right.merge(Call.signature(method), 1, Integer::sum);
            }
        }
        done = true;
        List<String> never = new ArrayList<>(methods.stream()
                .map(Call::signature)
                .filter(each -> !right.containsKey(each))
                .toList());
        out.println("fuzzer: seed " + seed + ": " + calls + " calls of " + methods.size() + " operations, " + refused
                + " refused, " + failures.values().stream().mapToInt(n -> n).sum() + " wrong; never right: " + never);
        return failures.isEmpty();
    }

    private static long mixed(long seed, long i) {
        return seed * 0x9E3779B97F4A7C15L + i;
    }

    private int[] tried(Method method, Scheme scheme) {
        return record.computeIfAbsent(method, any -> new EnumMap<>(Scheme.class))
                .computeIfAbsent(scheme, any -> new int[2]);
    }

    /** Mostly one that went well before; any other now and then. */
    private Scheme scheme(Chance chance, Method method) {
        Scheme[] all = Scheme.values();
        Scheme best = all[chance.below(all.length)];
        if (!chance.oneIn(3)) {
            double most = -1;
            for (Scheme each : all) {
                int[] counts = tried(method, each);
                double draw = chance.unit() * (counts[1] + 1) / (counts[0] + 2);
                if (draw > most) {
                    most = draw;
                    best = each;
                }
            }
        }
        tried(method, best)[0]++;
        return best;
    }

    private void report(long i, Call call, String wrong) {
        String key = Call.signature(call.method());
        if (failures.merge(key, 1, Integer::sum) > MOST_OF_ONE) {
            return;
        }
        Call small = call;
        String said = wrong;
        boolean shrunk = true;
        while (shrunk) {
            shrunk = false;
            for (Call simpler : small.simpler()) {
                String again = judge.judge(simpler).wrong();
                if (again != null && kind(again).equals(kind(wrong))) {
                    small = simpler;
                    said = again;
                    shrunk = true;
                    break;
                }
            }
        }
        out.println("fuzzer: seed " + seed + ", call " + i + ": " + said);
        out.println("    " + small.java());
        out.flush();
    }

    private static String kind(String wrong) {
        return wrong.substring(0, Math.min(18, wrong.length()));
    }
}
