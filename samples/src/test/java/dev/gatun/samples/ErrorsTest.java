package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

final class ErrorsTest {
    @Test
    void line_javasOwnExceptions_areSaidInWords() {
        assertEquals("no such file: a/b", Errors.line(new NoSuchFileException("a/b")));
        assertEquals("no permission: a/b", Errors.line(new AccessDeniedException("a/b")));
        assertEquals("a file is in the way: a/b", Errors.line(new FileAlreadyExistsException("a/b")));
        assertEquals("Java is out of memory: Java heap space", Errors.line(new OutOfMemoryError("Java heap space")));
    }

    @Test
    void line_severalLinesOrNoMessage_isOneLine() {
        assertEquals("first second", Errors.line(new IOException("first\n    second\n")));
        assertEquals("why", Errors.line(new IllegalStateException(null, new IOException("why"))));
        assertEquals("StackOverflowError", Errors.line(new StackOverflowError()));
    }
}
