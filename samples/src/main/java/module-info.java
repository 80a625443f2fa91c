/** One program per workflow, started by {@code samples/run}. */
module dev.gatun.samples {
    requires dev.gatun.nn;
    requires info.picocli;
    requires me.tongfei.progressbar;
    requires static org.jspecify;

    opens dev.gatun.samples to
            info.picocli;
}
