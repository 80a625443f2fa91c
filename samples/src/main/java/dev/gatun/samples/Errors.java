package dev.gatun.samples;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What went wrong, in one line, and how a sample says so. */
final class Errors {
    private Errors() {}

    /**
     * The message of an exception, or of the first of its causes that has one. What Java says by the name of a class alone
     * is said in words; a mistake of the program keeps its class, for whoever reports it.
     */
    static String line(Throwable e) {
        Throwable said = e;
        while (said.getMessage() == null && said.getCause() != null) {
            said = said.getCause();
        }
        String message = said.getMessage();
        if (message == null) {
            return said.getClass().getSimpleName();
        }
        String oneLine = message.lines().map(String::strip).collect(Collectors.joining(" "));
        return switch (said) {
            case NoSuchFileException file -> "no such file: " + oneLine;
            case AccessDeniedException file -> "no permission: " + oneLine;
            case FileAlreadyExistsException file -> "a file is in the way: " + oneLine;
            case NotDirectoryException file -> "not a folder: " + oneLine;
            case OutOfMemoryError memory -> "Java is out of memory: " + oneLine;
            case Error error -> error.getClass().getSimpleName() + ": " + oneLine;
            default -> oneLine;
        };
    }

    /** The exception that ends a sample with this line and exit code 2. */
    static ParameterException badInput(@Nullable CommandSpec sample, String message, @Nullable Throwable cause) {
        if (sample == null) {
            throw new IllegalStateException("options: not mixed into a sample");
        }
        return new ParameterException(sample.commandLine(), message, cause);
    }

    /** Ends a sample where an option's value is not what it must be. */
    static void require(@Nullable CommandSpec sample, boolean holds, String option, String problem, Object got) {
        if (!holds) {
            throw badInput(sample, option + ": " + problem + ": " + got, null);
        }
    }
}
