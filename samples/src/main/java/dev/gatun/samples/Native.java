package dev.gatun.samples;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Foreign functions by name, and programs that say something. */
final class Native {
    private final SymbolLookup library;

    Native(SymbolLookup library) {
        this.library = library;
    }

    /** Calls a function that returns nothing. */
    void call(String function, Object... arguments) {
        invoke(function, FunctionDescriptor.ofVoid(layouts(arguments)), arguments);
    }

    /** Calls a function that returns a pointer. */
    MemorySegment pointer(String function, Object... arguments) {
        return (MemorySegment)
                invoke(function, FunctionDescriptor.of(ValueLayout.ADDRESS, layouts(arguments)), arguments);
    }

    /** Calls a function that returns an int. */
    int integer(String function, Object... arguments) {
        return (Integer) invoke(function, FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts(arguments)), arguments);
    }

    /** Calls a function that returns an int64_t. */
    long longInteger(String function, Object... arguments) {
        return (Long) invoke(function, FunctionDescriptor.of(ValueLayout.JAVA_LONG, layouts(arguments)), arguments);
    }

    private static ValueLayout[] layouts(Object... arguments) {
        ValueLayout[] layouts = new ValueLayout[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            layouts[i] = switch (arguments[i]) {
                case Integer ignored -> ValueLayout.JAVA_INT;
                case Long ignored -> ValueLayout.JAVA_LONG;
                default -> ValueLayout.ADDRESS;
            };
        }
        return layouts;
    }

    @SuppressWarnings("restricted") // as its callers say
    private Object invoke(String function, FunctionDescriptor descriptor, Object... arguments) {
        MemorySegment address = library.find(function)
                .orElseThrow(() -> new IllegalStateException("zero-copy: there is no function " + function));
        MethodHandle handle = Linker.nativeLinker().downcallHandle(address, descriptor);
        try {
            return handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("zero-copy: " + function + " failed", e);
        }
    }

    /** What a program says, where there is such a program and it ends well. */
    static Optional<List<String>> said(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            List<String> lines = new ArrayList<>();
            try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
                reader.lines().forEach(lines::add);
            }
            return process.waitFor() == 0 ? Optional.of(lines) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
