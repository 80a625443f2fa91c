/** One program per workflow, started by {@code samples/run}. */
module dev.gatun.samples {
    requires dev.gatun.io;
    requires info.picocli;
    requires java.desktop;
    requires jdk.httpserver;
    requires static org.jspecify;

    opens dev.gatun.samples to
            info.picocli;
}
