package dev.gatun.runtime.cpu;

import dev.gatun.runtime.Layout;
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
    private long place; // of its random numbers, counted from where a repetition's begin

    RecordedCall(Object family, Method method, @Nullable Object[] arguments) {
        this.family = family;
        this.method = method;
        this.arguments = arguments;
        this.draws = method.getDeclaringClass() == Kernels.Random.class;
    }

    String name() {
        return method.getName();
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

    /**
     * Takes the place of its random numbers, counted from where those of the recording began.
     *
     * @param drawn how many counters the recording took
     */
    void countFrom(Generator.State before, long drawn) {
        if (draws) {
            place = (Long) arguments[OFFSET] - before.offset();
            if ((Long) arguments[SEED] != before.seed() || place < 0 || place >= drawn) {
                throw Unrepeatable.generator();
            }
        }
    }

    /** An argument that lies in one of a recording's inputs. */
    static final class Use {
        private final RecordedCall call;
        private final int at;
        private final int input;
        private final NdArray recorded;
        private @Nullable NdArray view; // of what is given

        Use(RecordedCall call, int at, int input, NdArray recorded) {
            this.call = call;
            this.at = at;
            this.input = input;
            this.recorded = recorded;
        }

        /** Takes what is given for the input, or a view of it like the recorded one. */
        void redirect(List<? extends NdArray> given) {
            NdArray array = given.get(input);
            Layout layout = recorded.layout();
            restore();
            if (!array.layout().equals(layout)) {
                array = array.alias(layout.shifted(array.layout().offset()));
                array.own();
                view = array;
            }
            call.arguments[at] = array;
        }

        /** Takes the input again. */
        void restore() {
            call.arguments[at] = recorded;
            NdArray last = view;
            view = null;
            if (last != null) {
                last.release();
            }
        }
    }

    /** Adds the arguments that lie in an input, which begins where its storage does. */
    void addUses(NdArray input, int number, List<? super Use> uses) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof NdArray array && array.storage(LAUNCH) == input.storage(LAUNCH)) {
                uses.add(new Use(this, i, number, array));
            }
        }
    }

    /** The same call with handles of its own, which nobody else releases. */
    RecordedCall kept() {
        @Nullable Object[] kept = new Object[arguments.length];
        RecordedCall call = new RecordedCall(family, method, kept);
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
