package dev.gatun.samples;

import java.nio.file.FileSystemException;
import java.util.stream.Collectors;

/** What went wrong, in one line. */
final class Errors {
    private Errors() {}

    /**
     * The message of an exception, or of the first of its causes that has one. Java's own errors and those of the file
     * system say too little without their name.
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
        return said instanceof Error || said instanceof FileSystemException
                ? said.getClass().getSimpleName() + ": " + oneLine
                : oneLine;
    }
}
