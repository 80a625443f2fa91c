package dev.gatun.runtime.cpu;

import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.memory.Storage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arguments of recorded calls that lie in one input, which begins where its storage does. */
final class RecordedInput {
    private final List<Use> uses = new ArrayList<>();
    private final List<NdArray> views = new ArrayList<>(); // of what is given
    private final boolean isMovable;

    /** An argument of a call, as it was recorded. */
    private record Use(@Nullable Object[] arguments, int at, NdArray recorded) {}

    RecordedInput(Storage storage, List<RecordedCall> calls) {
        boolean isListed = false;
        for (RecordedCall call : calls) {
            @Nullable Object[] arguments = call.arguments();
            for (int i = 0; i < arguments.length; i++) {
                if (arguments[i] instanceof NdArray array && array.storage(call.name()) == storage) {
                    uses.add(new Use(arguments, i, array));
                }
                isListed |= arguments[i] instanceof List<?> list && lists(list, storage);
            }
        }
        isMovable = !isListed;
    }

    private static boolean lists(List<?> list, Storage storage) {
        return list.stream()
                .anyMatch(each -> each instanceof NdArray array && array.storage("launch") == storage
                        || each instanceof List<?> inner && lists(inner, storage));
    }

    /** Whether another array can stand in for the input: no call has it in a list. */
    boolean isMovable() {
        return isMovable;
    }

    /** Lets the calls take what is given, or views of it like the recorded ones. */
    void redirect(NdArray given) {
        restore();
        for (Use use : uses) {
            Layout layout = use.recorded().layout();
            NdArray array = given;
            if (!given.layout().equals(layout)) {
                array = given.alias(layout.shifted(given.layout().offset()));
                array.own();
                views.add(array);
            }
            use.arguments()[use.at()] = array;
        }
    }

    /** Lets the calls take the input again. */
    void restore() {
        uses.forEach(use -> use.arguments()[use.at()] = use.recorded());
        views.forEach(NdArray::release);
        views.clear();
    }
}
