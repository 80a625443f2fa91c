package dev.gatun.samples;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The Python of this machine, inside of this process, where memory can be shared by its address. */
final class Python {
    /**
     * Where the library of a python3 lies, the program itself, by which Python finds its modules, and how many of those that
     * are to be shown it has.
     */
    private static final String WHERE = """
            import importlib.util, os, sys, sysconfig
            print(os.path.join(sysconfig.get_config_var('LIBDIR') or '', sysconfig.get_config_var('INSTSONAME') or ''))
            print(sys.executable)
            print(sum(importlib.util.find_spec(module) is not None for module in ('numpy', 'torch')))
            """;

    private static final int LINES = 3;
    private static final int RTLD_NOW = 2;
    private static final int RTLD_GLOBAL = 0x100; // Python's own modules look for its functions among all there are
    private static final int ANSWERS = 2;

    private final Native library;

    private Python(Native library) {
        this.library = library;
    }

    /**
     * Starts Python with what {@code neighbour.py} defines.
     *
     * @return nothing where there is no python3, or it has no library
     */
    static Optional<Python> start() throws IOException {
        Optional<List<String>> where = Stream.of("python3", "/usr/bin/python3") // on the path, and the system's
                .flatMap(program -> Native.said(program, "-c", WHERE).stream())
                .filter(lines -> lines.size() == LINES)
                .max(Comparator.comparing(List::getLast));
        if (where.isEmpty()) {
            return Optional.empty();
        }
        Path file = Path.of(where.get().getFirst());
        Native system = new Native(Linker.nativeLinker().defaultLookup());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(file.toString());
            if (system.pointer("dlopen", name, RTLD_NOW | RTLD_GLOBAL).address() == 0) {
                return Optional.empty();
            }
        }
        Python python = new Python(lookup(file));
        python.begin(where.get().get(1));
        try (InputStream text = Objects.requireNonNull(Python.class.getResourceAsStream("neighbour.py"))) {
            python.run(new String(text.readAllBytes(), StandardCharsets.UTF_8));
        }
        return Optional.of(python);
    }

    @SuppressWarnings("restricted") // it was loaded just now
    private static Native lookup(Path file) {
        return new Native(SymbolLookup.libraryLookup(file, Arena.global()));
    }

    /** Python's lock is given up after the start: its memory may be released by any thread of Java. */
    private void begin(String program) {
        MemorySegment wide = Arena.global().allocate(ValueLayout.JAVA_INT, program.length() + 1L);
        for (int i = 0; i < program.length(); i++) {
            wide.setAtIndex(ValueLayout.JAVA_INT, i, program.charAt(i));
        }
        library.call("Py_SetProgramName", wide);
        library.call("Py_InitializeEx", 0); // signals stay Java's
        library.pointer("PyEval_SaveThread");
    }

    private void run(String text) {
        int state = library.integer("PyGILState_Ensure");
        try (Arena arena = Arena.ofConfined()) {
            if (library.integer("PyRun_SimpleString", arena.allocateFrom(text)) != 0) {
                throw new IllegalStateException("zero-copy: Python failed, see above: "
                        + text.lines().findFirst().orElse(""));
            }
        } finally {
            library.call("PyGILState_Release", state);
        }
    }

    /** Calls a function of {@code neighbour.py}; its last argument is where it leaves its answers. */
    long[] call(String function, String... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answers = arena.allocate(ValueLayout.JAVA_LONG, ANSWERS);
            String given = String.join(", ", arguments) + (arguments.length > 0 ? ", " : "") + answers.address();
            run(function + "(" + given + ")");
            return answers.toArray(ValueLayout.JAVA_LONG);
        }
    }

    boolean has(String module) {
        return call("has", "'" + module + "'")[0] != 0;
    }
}
