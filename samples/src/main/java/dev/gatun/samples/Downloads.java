package dev.gatun.samples;

import dev.gatun.nn.data.PublicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Where a sample's files come from when no folder is named. */
@FunctionalInterface
interface Downloads {
    /**
     * Finds files, or downloads them.
     *
     * @param files that the sample reads
     * @param screen to draw progress bars on
     * @return the folder that holds them, for {@link PublicFile#require}
     * @throws IOException if one cannot be had; one line that says why
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
}
