package dev.gatun.bindings;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The three functions of the C library that loading needs. */
@SuppressWarnings("restricted")
final class Libc {

    /** {@code Dl_info} of dlfcn.h: file name, base, symbol name, symbol address; the first is all we read. */
    private static final MemoryLayout DL_INFO = MemoryLayout.sequenceLayout(4, ADDRESS);

    private static final MethodHandle SETENV = function("setenv", ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle UNSETENV = function("unsetenv", ADDRESS);
    private static final MethodHandle DLADDR = function("dladdr", ADDRESS, ADDRESS);

    private Libc() {}

    /** Sets a variable of the process's environment, or removes it where {@code value} is null. */
    static void setenv(String name, @Nullable String value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocateFrom(name);
            int status = value == null
                    ? (int) UNSETENV.invokeExact(key)
                    : (int) SETENV.invokeExact(key, arena.allocateFrom(value), 1);
            if (status != 0) {
                throw new LibraryException("setenv: cannot change " + name);
            }
        } catch (LibraryException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e); // a downcall throws nothing of its own
        }
    }

    /** The file that the library with {@code symbol} was loaded from, as the system's loader found it. */
    static Path fileOf(MemorySegment symbol) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(DL_INFO);
            if ((int) DLADDR.invokeExact(symbol, info) == 0) {
                throw new LibraryException("dladdr: no library at %#x".formatted(symbol.address()));
            }
            MemorySegment name = info.get(ADDRESS, 0).reinterpret(Long.MAX_VALUE); // a C string, its length unknown
            return Path.of(name.getString(0)).toAbsolutePath();
        } catch (LibraryException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MethodHandle function(String name, MemoryLayout... parameters) {
        Linker linker = Linker.nativeLinker();
        MemorySegment address = linker.defaultLookup()
                .find(name)
                .orElseThrow(() -> new LibraryException("the C library has no function " + name));
        return linker.downcallHandle(address, FunctionDescriptor.of(JAVA_INT, parameters));
    }
}
