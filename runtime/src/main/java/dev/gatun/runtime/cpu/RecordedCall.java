package dev.gatun.runtime.cpu;

import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.kernels.Unrepeatable;
import dev.gatun.runtime.kernels.UpdateRule;
import dev.gatun.runtime.random.Generator;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A call of one of the families of {@link Kernels}, to be made again. */
final class RecordedCall {
    // Arguments of each method that draws random numbers.
    private static final int SEED = 0;
    private static final int OFFSET = 1;

    // Arguments of an update.
    private static final int RULE = 0;

    private static final String LAUNCH = "launch";

    private final Object family;
    private final Method method;
    private final @Nullable Object[] arguments;
    private final List<NdArray> own = new ArrayList<>();
    private final boolean draws;
    private final long drawn;
    private long place; // of its random numbers, counted from where a repetition's begin

    /**
     * A call that was not made yet.
     *
     * @param drawn counters of random numbers that the recording has taken by now
     */
    RecordedCall(Object family, Method method, @Nullable Object[] arguments, long drawn) {
        this.family = family;
        this.method = method;
        this.arguments = arguments;
        this.drawn = drawn;
        this.draws = method.getDeclaringClass() == Kernels.Random.class;
    }

    String name() {
        return method.getName();
    }

    @Nullable
    Object[] arguments() {
        return arguments;
    }

    /** The arrays among the arguments, those in lists too; of a {@linkplain #kept kept} call. */
    List<NdArray> handles() {
        return own;
    }

    long drawn() {
        return drawn;
    }

    boolean isUpdate() {
        return method.getDeclaringClass() == Kernels.Update.class;
    }

    /** Whether Java learns nothing from the call, but that it did something. */
    boolean isRepeatable() {
        return method.getReturnType() == void.class || method.getReturnType() == boolean.class;
    }

    @Nullable
    Object run() {
        try {
            return method.invoke(family, arguments);
        } catch (InvocationTargetException e) {
            throw unchecked(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e); // the contract is public
        }
    }

    /** The contract has no checked exceptions. */
    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return (RuntimeException) thrown;
    }

    /** Makes the call with the random numbers of a repetition. */
    void runFrom(Generator.State placed) {
        if (draws) {
            arguments[SEED] = placed.seed();
            arguments[OFFSET] = placed.offset() + place;
        }
        run();
    }

    /** Takes the place of its random numbers, counted from where those of the recording began. */
    void countFrom(Generator.State begin) {
        if (draws) {
            place = (Long) arguments[OFFSET] - begin.offset();
            if ((Long) arguments[SEED] != begin.seed() || place < 0 || place >= drawn) {
                throw Unrepeatable.generator();
            }
        }
    }

    /** The same call with handles of its own, which nobody else releases. */
    RecordedCall kept() {
        @Nullable Object[] kept = new Object[arguments.length];
        RecordedCall call = new RecordedCall(family, method, kept, drawn);
        call.place = place;
        for (int i = 0; i < kept.length; i++) {
            kept[i] = call.keep(arguments[i]);
        }
        return call;
    }

    private @Nullable Object keep(@Nullable Object argument) {
        if (argument instanceof NdArray array) {
            NdArray handle = array.alias(array.layout());
            handle.own();
            own.add(handle);
            return handle;
        }
        if (argument instanceof List<?> list) {
            return list.stream().map(this::keep).toList();
        }
        return argument instanceof int[] numbers ? numbers.clone() : argument;
    }

    /**
     * Takes over the numbers of an update.
     *
     * @throws IllegalStateException if it is of another optimizer, or of other memory
     */
    void renew(RecordedCall update) {
        UpdateRule recorded = (UpdateRule) Objects.requireNonNull(arguments[RULE]);
        UpdateRule rule = (UpdateRule) Objects.requireNonNull(update.arguments[RULE]);
        if (rule.op() != recorded.op() || !isSame(Arrays.asList(arguments), Arrays.asList(update.arguments))) {
            throw Unrepeatable.update(nameOf(rule), nameOf(recorded), rule.op() == recorded.op());
        }
        arguments[RULE] = rule;
    }

    private static String nameOf(UpdateRule rule) {
        return rule.op().name().toLowerCase(Locale.ROOT);
    }

    /** Whether all arrays lie in the same places; nothing else is compared. */
    private static boolean isSame(@Nullable Object one, @Nullable Object other) {
        if (one instanceof NdArray array) {
            return other instanceof NdArray second
                    && array.storage(LAUNCH) == second.storage(LAUNCH)
                    && array.layout().equals(second.layout());
        }
        if (one instanceof List<?> list) {
            boolean same = other instanceof List<?> second && second.size() == list.size();
            for (int i = 0; same && i < list.size(); i++) {
                same = isSame(list.get(i), ((List<?>) other).get(i));
            }
            return same;
        }
        return true;
    }

    /** Gives the call's handles back. */
    void release() {
        own.forEach(NdArray::release);
        own.clear();
    }
}
