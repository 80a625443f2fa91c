package dev.gatun.samples;

import dev.gatun.nn.data.PublicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a sample's files come from when {@code --data} names no folder. */
@FunctionalInterface
interface Downloads {
    /**
     * Finds files, or downloads them.
     *
     * @param files that the sample reads
     * @param screen to draw progress bars on
     * @return the folder that holds them, for {@link PublicFile#require}
     * @throws IOException if one cannot be had; one line that says why
     * @throws IllegalArgumentException if a folder was named and is not there
     */
    Path fetch(List<PublicFile> files, Screen screen) throws IOException;

    /**
     * Downloads what is missing in a folder.
     *
     * @param folder where files are looked for and kept
     */
    static Downloads into(Path folder) {
        return (files, screen) -> {
            for (PublicFile file : files) {
                if (file.find(folder).isEmpty()) {
                    try (var bar = screen.transfer(file.name())) {
                        file.download(folder, bar);
                    }
                }
            }
            return folder;
        };
    }

    /**
     * Downloads what is missing in the folder that the environment names, which must be there: one that is not was
     * misspelt more likely than meant to be made.
     *
     * @param named by {@code GATUN_DATA}, if at all
     * @param cache the folder where none is named, made if missing
     */
    static Downloads into(@Nullable String named, Path cache) {
        if (named == null || named.isBlank()) {
            return into(cache);
        }
        Path folder = Path.of(named);
        return (files, screen) -> {
            if (!Files.isDirectory(folder)) {
                throw new IllegalArgumentException("GATUN_DATA: no such folder: " + named
                        + "; make it, or unset GATUN_DATA, and files are downloaded");
            }
            return into(folder).fetch(files, screen);
        };
    }
}
