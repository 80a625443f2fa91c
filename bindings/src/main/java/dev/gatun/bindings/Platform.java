package dev.gatun.bindings;

/**
 * The folder names of this machine's libraries.
 *
 * @param own      below {@code dev/gatun/bindings/}
 * @param bytedeco below {@code org/bytedeco/openblas/}, where the same processor has another name
 */
record Platform(String own, String bytedeco) {

    /** The machine that this JVM runs on. */
    static Platform current() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    /**
     * The platform of the given {@code os.name} and {@code os.arch}.
     *
     * @throws LibraryException if Gatun has no library for it
     */
    static Platform of(String os, String arch) {
        return switch (os + " " + arch) {
            case "Linux amd64", "Linux x86_64" -> new Platform("linux-x86_64", "linux-x86_64");
            case "Linux aarch64", "Linux arm64" -> new Platform("linux-aarch64", "linux-arm64");
            default ->
                throw new LibraryException(
                        "no native library for %s %s: Linux x86-64 and aarch64 are supported".formatted(os, arch));
        };
    }
}
