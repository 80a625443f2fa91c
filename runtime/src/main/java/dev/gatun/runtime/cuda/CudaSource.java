package dev.gatun.runtime.cuda;

import dev.gatun.runtime.GatunException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The source of a family, as one text: what it includes in quotes stands in the place of the directive, so that the
 * compiler needs no files. Sources are resources; {@code -Dgatun.cuda.sources=FOLDER:FOLDER...} names folders to read them
 * from instead, such as native/cuda of a source tree; common beside a folder is looked into, too.
 *
 * @param name of the source's file
 * @param text with all that it includes
 * @param options of the compiler that are this source's own
 */
public record CudaSource(String name, String text, List<String> options) {
    private static final Pattern INCLUDE = Pattern.compile("[ \\t]*#[ \\t]*include[ \\t]+\"([^\"]+)\".*");
    private static final int DEEPEST = 16;

    /**
     * The source of a family.
     *
     * @param family whose file is {@code <family>.cu}
     * @param options of the compiler
     * @throws GatunException if it, or a file that it includes, is missing
     */
    public static CudaSource of(String family, List<String> options) {
        StringBuilder text = new StringBuilder();
        String name = family + ".cu";
        append(text, name, 0);
        return new CudaSource(name, text.toString(), options);
    }

    private static void append(StringBuilder text, String file, int depth) {
        if (depth > DEEPEST) {
            throw new GatunException("cuda: includes go round in a circle: " + file);
        }
        int number = 0;
        text.append("#line 1 \"").append(file).append("\"\n");
        for (String line : read(file).split("\n", -1)) {
            number++;
            Matcher include = INCLUDE.matcher(line);
            if (include.matches()) {
                append(text, fileName(include.group(1)), depth + 1);
                text.append("#line ")
                        .append(number + 1)
                        .append(" \"")
                        .append(file)
                        .append("\"\n");
            } else {
                text.append(line).append('\n');
            }
        }
    }

    /** Files lie in two folders, and no name is in both. */
    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String read(String file) {
        String folders = System.getProperty("gatun.cuda.sources");
        try {
            if (folders != null) {
                return readFile(folders, file);
            }
            try (InputStream in = CudaSource.class.getResourceAsStream("sources/" + file)) {
                if (in == null) {
                    throw new GatunException("cuda: no resource sources/" + file + " beside "
                            + CudaSource.class.getName() + "; -Dgatun.cuda.sources=FOLDER names a folder");
                }
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new GatunException("cuda: cannot read " + file + ": " + e, e);
        }
    }

    private static String readFile(String folders, String name) throws IOException {
        for (String folder : folders.split(":", -1)) {
            Path own = Path.of(folder).toAbsolutePath();
            for (Path place : List.of(own, own.resolveSibling("common"))) {
                Path file = place.resolve(name);
                if (Files.isRegularFile(file)) {
                    return Files.readString(file);
                }
            }
        }
        throw new GatunException("cuda: no " + name + " in gatun.cuda.sources: " + folders);
    }
}
